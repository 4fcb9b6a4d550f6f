"""Webhook URLs that refer to the local machine."""

import pytest

from fake_twilio.webhooks.request import is_local


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost/x", True), ("https://a.localhost:8080", True), ("http://127.8.8.8/", True),
        ("http://[::1]:80/", True), ("http://0.0.0.0/", True), ("http://10.0.0.1/", False),
        ("https://example.com", False),
    ],
)  # fmt: skip
def test_what_leads_to_this_machine(url: str, local: bool) -> None:
    assert is_local(url) is local

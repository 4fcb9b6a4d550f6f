"""Which message at Twilio is the one that was sent."""

import pytest

from driver.domain.body_matching import TRIAL_PREFIX, same_text


@pytest.mark.parametrize(
    ("ours", "found", "same"),
    [
        ("Fire", "Fire", True),
        ("Fire", TRIAL_PREFIX + "Fire", True),
        ("“Fire” – now…", '"Fire" - now...', True),
        ("see https://example.com/very/long", "see https://sms.example/x", True),
        ("Fire  in\nB2", "Fire in B2", True),
        ("Fire", "Fire!", False),
        ("Fire", "Sent from somebody else - Fire", False),
    ],
)
def test_which_message_is_ours(ours: str, found: str, same: bool) -> None:
    assert same_text(ours, found) is same

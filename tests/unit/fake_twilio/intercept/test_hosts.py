"""Which names are Twilio's, and which others a pattern allows."""

import pytest

from fake_twilio.intercept.hosts import allowed, is_twilio, split


@pytest.mark.parametrize(
    "host", ["twilio.com", "api.twilio.com", "API.Twilio.COM.", "api.dublin.ie1.twilio.com", "demo.twilio.com"]
)
def test_every_host_of_twilio_is_recognised(host: str) -> None:
    assert is_twilio(host)


@pytest.mark.parametrize("host", ["", "com", "eviltwilio.com", "twilio.com.example.org", "api.twilio.co", "127.0.0.1"])
def test_no_other_host_passes_for_twilio(host: str) -> None:
    assert not is_twilio(host)


@pytest.mark.parametrize(
    ("host", "pattern", "expected"),
    [
        ("example.com", "example.com", True),
        ("EXAMPLE.com.", "example.com", True),
        ("www.example.com", "example.com", False),
        ("www.example.com", ".example.com", True),
        ("www.example.com", "*.example.com", True),
        ("example.com", "*.example.com", False),
        ("anexample.com", ".example.com", False),
        ("anything.test", "*", True),
        ("::1", "[::1]", True),
    ],
)
def test_patterns_say_which_other_hosts_may_be_reached(host: str, pattern: str, expected: bool) -> None:
    assert allowed(host, (pattern,)) is expected


@pytest.mark.parametrize(
    ("authority", "expected"),
    [
        ("api.twilio.com:443", ("api.twilio.com", 443)),
        ("api.twilio.com", ("api.twilio.com", 80)),
        ("[::1]:8080", ("::1", 8080)),
        ("[::1]", ("::1", 80)),
    ],
)
def test_an_authority_is_split_into_host_and_port(authority: str, expected: tuple[str, int]) -> None:
    assert split(authority, 80) == expected


@pytest.mark.parametrize("authority", ["", ":443", "host:0", "host:65536", "host:http", "host:"])
def test_what_is_no_authority_is_refused(authority: str) -> None:
    with pytest.raises(ValueError, match="is not a host and a port"):
        split(authority, 80)

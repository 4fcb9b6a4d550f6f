"""The SID in the URL of a TwiML Bin."""

from fake_twilio.model.twiml_bin import HANDLER, bin_sid


def test_a_bin_is_named_by_the_url_of_its_handler() -> None:
    assert bin_sid(HANDLER + "EH1?x=1?y") == "EH1"
    assert bin_sid("https://example.com/EH1") == ""

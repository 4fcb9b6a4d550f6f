"""Where media can be sent."""

from fake_twilio.model import mms


def test_media_reach_north_america_and_every_channel() -> None:
    numbers = ("+12015550101", "+442079460000", "whatsapp:+442079460000")
    assert [mms.reaches(number) for number in numbers] == [True, False, True]

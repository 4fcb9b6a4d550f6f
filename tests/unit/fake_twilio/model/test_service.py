"""Selection of a messaging service's sender."""

from dataclasses import replace
from datetime import UTC, datetime

from fake_twilio.model.channel_sender import ChannelSender, Sender
from fake_twilio.model.incoming_phone_number import (
    Capabilities,
    IncomingPhoneNumber,
)
from fake_twilio.model.service import AlphaSender, able, choose, choose_alpha, choose_channel
from fake_twilio.model.short_code import ShortCode

NOW = datetime(2026, 1, 1, tzinfo=UTC)


JERSEY = IncomingPhoneNumber("PN1", "AC1", "+12015550100", "a", NOW, NOW)


TORONTO = replace(JERSEY, sid="PN2", phone_number="+14165550100")


LONDON = replace(JERSEY, sid="PN3", phone_number="+442079460000")


SHORT = ShortCode("SC1", "AC1", "12345", "short", NOW, NOW)


WHATSAPP = ChannelSender("XE1", "AC1", "whatsapp:+12015550100", NOW, NOW)


EVERYWHERE = AlphaSender("AI1", "AC1", "MG1", "Brand", "", NOW, NOW)


BRITISH = replace(EVERYWHERE, sid="AI2", alpha_sender="BrandUK", iso_country_code="GB")


def test_a_short_code_of_the_country_goes_first_then_the_area_code_then_the_first_number() -> None:
    pool: list[Sender] = [JERSEY, TORONTO, SHORT]
    assert choose(pool, "+12015550101", "US", geomatch=True) == "12345"
    assert choose(pool, "+14165550101", "CA", geomatch=True) == TORONTO.phone_number
    assert choose(pool, "+14165550101", "CA", geomatch=False) == JERSEY.phone_number
    assert choose(pool, "+15145550101", "CA", geomatch=True) == JERSEY.phone_number
    assert choose([LONDON, replace(LONDON, phone_number="+441514960000")], "+441514960001", "GB", geomatch=True) == (
        LONDON.phone_number
    )
    assert choose([], "+12015550101", "US", geomatch=True) is None


def test_only_numbers_that_carry_it_are_able() -> None:
    texts = replace(JERSEY, capabilities=Capabilities(mms=False))
    media = replace(JERSEY, capabilities=Capabilities(sms=False))
    assert able([texts, media, WHATSAPP], media=False) == [texts]
    assert able([texts, media, WHATSAPP], media=True) == [media]


def test_the_countrys_own_name_goes_before_the_one_for_all() -> None:
    assert choose_alpha([EVERYWHERE, BRITISH], "+442079460000", "GB") == "BrandUK"
    assert choose_alpha([EVERYWHERE, BRITISH], "+33123456789", "FR") == "Brand"
    assert choose_alpha([BRITISH], "+33123456789", "FR") is None
    assert choose_alpha([EVERYWHERE], "+12015550101", "US") is None


def test_a_channel_has_its_own_sender() -> None:
    assert choose_channel([JERSEY, WHATSAPP], "whatsapp") == "whatsapp:+12015550100"
    assert choose_channel([JERSEY, WHATSAPP], "rcs") is None

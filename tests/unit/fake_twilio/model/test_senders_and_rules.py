"""Which sender of a service is chosen, which rule applies to a webhook, and how long a verification waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from fake_twilio.model.channel_sender import ChannelSender
from fake_twilio.model.incoming_phone_number import (
    NOT_REGISTERED,
    NOT_VERIFIED,
    PENDING,
    STILL_CONFIGURED,
    Capabilities,
    IncomingPhoneNumber,
    Sender,
)
from fake_twilio.model.prices import dollars, inbound, outbound
from fake_twilio.model.service import AlphaSender, able, choose, choose_alpha, choose_channel
from fake_twilio.model.short_code import ShortCode
from fake_twilio.model.sms_verification import LASTS, MAX_MISTAKES, SendCodeAttempt, SmsVerification
from fake_twilio.model.twiml_bin import HANDLER, bin_sid
from fake_twilio.model.webhook_rule import DEFAULT, EXACT, PREFIX, Share, WebhookRule, matching, resource_id

NOW = datetime(2026, 1, 1, tzinfo=UTC)
JERSEY = IncomingPhoneNumber("PN1", "AC1", "+12015550100", "a", NOW, NOW)
TORONTO = replace(JERSEY, sid="PN2", phone_number="+14165550100")
LONDON = replace(JERSEY, sid="PN3", phone_number="+442079460000")
SHORT = ShortCode("SC1", "AC1", "12345", "short", NOW, NOW)
WHATSAPP = ChannelSender("XE1", "AC1", "whatsapp:+12015550100", NOW, NOW)
EVERYWHERE = AlphaSender("AI1", "AC1", "MG1", "Brand", "", NOW, NOW)
BRITISH = replace(EVERYWHERE, sid="AI2", alpha_sender="BrandUK", iso_country_code="GB")
RULE = WebhookRule("r1", "AC1", DEFAULT, "", (Share("a", 30), Share("b", 0), Share("c", 60)), "", "", NOW, NOW)


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


@pytest.mark.parametrize(("percent", "setting"), [(0, "a"), (29, "a"), (30, "c"), (89, "c"), (90, "c"), (99, "c")])
def test_settings_share_the_webhooks(percent: int, setting: str) -> None:
    assert RULE.share_for(percent) == setting


def test_the_exact_rule_goes_before_the_longest_prefix_before_the_default() -> None:
    short = replace(RULE, match_type=PREFIX, url="https://a.example/")
    long = replace(RULE, match_type=PREFIX, url="https://a.example/webhooks/")
    exact = replace(RULE, match_type=EXACT, url="https://a.example/webhooks")
    rules = [RULE, short, long, exact]
    assert matching(rules, "https://a.example/webhooks") == exact
    assert matching(rules, "https://a.example/webhooks/sms") == long
    assert matching(rules, "https://a.example/x") == short
    assert matching(rules, "https://b.example/") == RULE
    assert matching([exact], "https://a.example/webhooks/sms") is None


def test_a_verification_waits_until_it_is_too_late_or_has_ended() -> None:
    waiting = SmsVerification("VE1", "AC1", "+12015550101", "", "123456", (SendCodeAttempt("VL1", NOW, 1),))
    assert (waiting.status, waiting.waits(NOW + LASTS)) == ("pending", True)
    assert not waiting.waits(NOW + LASTS + timedelta(seconds=1))
    approved, canceled = replace(waiting, caller_sid="PN1"), replace(waiting, mistakes=MAX_MISTAKES)
    assert (approved.status, approved.waits(NOW)) == ("approved", False)
    assert (canceled.status, canceled.waits(NOW)) == ("canceled", False)
    assert replace(waiting, mistakes=MAX_MISTAKES - 1).status == "pending"


def test_a_bin_is_named_by_the_url_of_its_handler() -> None:
    assert bin_sid(HANDLER + "EH1?x=1?y") == "EH1"
    assert bin_sid("https://example.com/EH1") == ""


def test_what_messages_cost() -> None:
    assert (inbound(3, media=False), inbound(3, media=True)) == (2250, 2000)
    assert outbound("US", 2, media=True) == 2000
    assert dollars(outbound("FR", 2, media=False)) == Decimal("0.152")


@pytest.mark.parametrize(
    ("number", "registration", "to", "code"),
    [
        ("+12015550100", PENDING, "+12015550101", STILL_CONFIGURED),
        ("+12015550100", "none", "+12015550101", NOT_REGISTERED),
        ("+18005550100", "none", "+12015550101", NOT_VERIFIED),
        ("+12015550100", "none", "+442079460000", 0),
        ("+442079460000", "none", "+12015550101", 0),
        ("+12015550100", JERSEY.registration, "+12015550101", 0),
    ],
)
def test_carriers_refuse_numbers_that_are_not_registered(number: str, registration: str, to: str, code: int) -> None:
    assert replace(JERSEY, phone_number=number, registration=registration).refused_by_carriers(to) == code


@pytest.mark.parametrize(("last", "digits"), [("000", "000"), ("021", "011"), ("41f", "10z")])
def test_an_id_writes_a_uuid_in_26_characters(last: str, digits: str) -> None:
    zeros = "0" * 23
    assert resource_id("rule", f"00000000-0000-0000-0000-000000000{last}") == f"webhooks_rule_{zeros}{digits}"
    assert resource_id("key", "f" * 32) == "webhooks_key_7" + "z" * 25

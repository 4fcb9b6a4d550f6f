"""What Twilio refuses before a message exists, with the code and the facts of each refusal."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from fake_twilio.errors import CATALOGUE, TwilioError
from fake_twilio.model.account import Account, AccountType
from fake_twilio.model.channel_sender import SANDBOX, TWILIOS_OWN
from fake_twilio.model.hosts import products, serves
from fake_twilio.model.incoming_phone_number import Capabilities, IncomingPhoneNumber, type_of
from fake_twilio.model.magic_numbers import GOOD, check, check_purchase
from fake_twilio.model.message_validation import (
    content,
    destination,
    may_reach,
    may_send_from,
    sender_form,
    stored_body,
)
from fake_twilio.model.short_code import ShortCode

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FULL = Account("AC1", "token", "Site", AccountType.FULL, NOW, NOW, "AC1")
TRIAL = replace(FULL, type=AccountType.TRIAL)
TO, OURS = "+12015550101", "+12015550100"
NUMBER = IncomingPhoneNumber("PN1", "AC1", OURS, "ours", NOW, NOW)
SHORT = ShortCode("SC1", "AC1", "12345", "short", NOW, NOW)
BRAND = "Brand"


def refused(check: Callable[[], object]) -> int:
    """Return the code of a refusal, 0 for none; every placeholder in its text must be filled."""
    found: TwilioError | None = None
    try:
        check()
    except TwilioError as exc:
        found = exc
    if found is None:
        return 0
    places = set(re.findall(r"{(\w+)}", found._text or CATALOGUE[found.code].text))
    assert places <= found._facts.keys()
    return found.code


@pytest.mark.parametrize(
    ("to", "stored"),
    [("(201) 555-0101", TO), ("whatsapp:+12015550101", "whatsapp:+12015550101")],
)
def test_a_destination_is_stored_in_one_form(to: str, stored: str) -> None:
    assert destination(to) == stored


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("", 21604),
        ("+449098790000", 21268),
        ("+19005550101", 21268),
        ("whatsapp:1", 21211),
        ("12345", 21265),
        ("+1 900 555 010", 21211),
        ("+0000000000000", 21211),
    ],
)
def test_what_is_no_destination_is_refused(to: str, code: int) -> None:
    assert refused(lambda: destination(to)) == code


def test_numbers_on_channels_are_not_masked() -> None:
    with pytest.raises(TwilioError) as caught:
        destination("whatsapp:1")
    assert caught.value.message() == "The 'To' number whatsapp:1 is not a valid phone number."


@pytest.mark.parametrize(
    ("sender", "form"),
    [
        ("+1 (201) 555-0100", OURS),
        ("+1 000", "+1000"),
        ("whatsapp:+14155238886", "whatsapp:+14155238886"),
        ("rcs:agent", "rcs:agent"),
        ("12345", "12345"),
        (BRAND, BRAND),
    ],
)
def test_a_sender_is_stored_in_one_form(sender: str, form: str) -> None:
    assert sender_form(sender) == form


def test_what_is_no_sender_is_refused() -> None:
    for text in ("1234567", "Too long a name", "whatsapp:x"):
        assert refused(partial(sender_form, text)) == 21212


@pytest.mark.parametrize(
    ("sender", "number", "account", "to", "code"),
    [
        (OURS, NUMBER, FULL, TO, 0),
        (OURS, NUMBER, FULL, OURS, 21266),
        (OURS, None, FULL, TO, 21659),
        (OURS, replace(NUMBER, account_sid="AC2"), FULL, TO, 21660),
        (OURS, replace(NUMBER, capabilities=Capabilities(sms=False)), FULL, TO, 21661),
        (min(TWILIOS_OWN), None, FULL, TO, 21660),
        (BRAND, None, FULL, "+442079460000", 0),
        (BRAND, None, FULL, TO, 21612),
        (BRAND, None, TRIAL, "+442079460000", 21267),
        ("12345", SHORT, FULL, TO, 0),
        ("12345", SHORT, FULL, "+14165550101", 21659),
        ("12345", replace(SHORT, country="CA"), FULL, "+14165550101", 0),
        (SANDBOX, None, FULL, "whatsapp:+12015550101", 0),
        ("whatsapp:+12015550100", None, FULL, "whatsapp:+12015550101", 63007),
        ("whatsapp:+12015550100", replace(NUMBER, account_sid="AC2"), FULL, "whatsapp:+12015550101", 63007),
        ("whatsapp:+12015550100", NUMBER, FULL, "whatsapp:+12015550101", 0),
    ],
)
def test_who_may_send_from_what(
    sender: str, number: IncomingPhoneNumber | ShortCode | None, account: Account, to: str, code: int
) -> None:
    assert refused(lambda: may_send_from(sender, number, account, to=to)) == code


@pytest.mark.parametrize(
    ("to", "sender", "account", "verified", "code"),
    [
        (TO, OURS, FULL, set(), 0),
        (TO, "", FULL, set(), 0),
        ("whatsapp:+12015550101", SANDBOX, TRIAL, set(), 0),
        ("whatsapp:+12015550101", OURS, FULL, set(), 21910),
        (TO, SANDBOX, FULL, set(), 21910),
        ("+442079460000", OURS, FULL, set(), 21408),
        (TO, OURS, TRIAL, set(), 21608),
        (TO, OURS, TRIAL, {TO}, 0),
    ],
)
def test_whom_an_account_may_reach(to: str, sender: str, account: Account, verified: set[str], code: int) -> None:
    assert refused(lambda: may_reach(to, sender, account, verified=verified, given=to)) == code


@pytest.mark.parametrize(
    ("body", "media", "template", "service", "code"),
    [
        ("x", 0, False, False, 0),
        ("", 1, False, False, 0),
        ("", 0, True, False, 0),
        ("", 0, False, False, 21602),
        ("", 0, False, True, 21619),
        ("x" * 1600, 10, False, False, 0),
        ("x" * 1601, 0, False, False, 21617),
        ("x", 11, False, False, 21623),
    ],
)
def test_how_much_a_message_may_hold(body: str, media: int, template: bool, service: bool, code: int) -> None:
    links = ("https://example.com",) * media
    assert refused(lambda: content(body, links, has_template=template, service=service)) == code


def test_a_trial_account_says_so_in_each_text() -> None:
    assert stored_body("Help", TRIAL) == "Sent from your Twilio trial account - Help"
    assert stored_body("Help", FULL) == "Help"


M = "+1500555000"


@pytest.mark.parametrize(
    ("sender", "to", "message", "call"),
    [
        (GOOD, TO, 0, 0),
        (GOOD, M + "1", 21211, 21217),
        (GOOD, M + "2", 21612, 21214),
        (GOOD, M + "3", 21408, 21215),
        (GOOD, M + "4", 21610, 21216),
        (GOOD, M + "9", 21614, 0),
        (M + "1", TO, 21212, 21212),
        (M + "7", TO, 21606, 21210),
        (M + "8", TO, 21611, 21210),
        (OURS, M + "1", 21606, 21210),
    ],
)
def test_the_magic_numbers(sender: str, to: str, message: int, call: int) -> None:
    assert refused(lambda: check(to, sender)) == message
    assert refused(lambda: check(to, sender, call=True)) == call


def test_the_magic_numbers_that_can_be_bought() -> None:
    assert check_purchase(GOOD, "") == GOOD
    wanted = {(M + "1", ""): 21421, (M + "0", ""): 21422, (TO, ""): 21422, ("", ""): 21421, ("", "533"): 21452}
    for (number, area_code), code in wanted.items():
        assert refused(partial(check_purchase, number, area_code)) == code
    assert check_purchase("", "500") == GOOD
    with pytest.raises(TwilioError) as caught:
        check_purchase("", "")
    assert caught.value.message() == TwilioError(21421, value="").message()


@pytest.mark.parametrize(
    ("number", "kind"),
    [(OURS, "local"), ("+18005550100", "toll free"), ("+447911123456", "mobile"), ("+442079460000", "local")],
)
def test_what_kind_of_number_it_is(number: str, kind: str) -> None:
    assert type_of(number) == kind


@pytest.mark.parametrize(
    ("host", "path", "there"),
    [
        ("api.twilio.com", "/2010-04-01/Accounts.json", True),
        ("API.TWILIO.COM.:443", "/2010-04-01/Accounts.json", True),
        ("api.dublin.ie1.twilio.com", "/2010-04-01/Accounts.json", True),
        ("messaging.twilio.com", "/2010-04-01/Accounts.json", False),
        ("api.twilio.com", "/nowhere", True),
        ("localhost:8080", "/2010-04-01/Accounts.json", True),
        ("api.twilio.com.example.com", "/2010-04-01/Accounts.json", True),
    ],
)
def test_a_path_is_on_the_hosts_of_its_product(host: str, path: str, there: bool) -> None:
    assert serves(host, path) is there
    assert products("/nowhere") == []

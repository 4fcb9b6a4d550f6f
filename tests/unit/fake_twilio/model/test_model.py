"""The pure core: numbers, dates, lives, prices, magic numbers."""

import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from fake_twilio.errors import CATALOGUE, TwilioError, mask
from fake_twilio.model import addresses, magic_numbers, media, mms, optout, prices
from fake_twilio.model.addresses import channel, country, e164, friendly, is_alphanumeric, state
from fake_twilio.model.area_codes import AREA_CODES, TOLL_FREE
from fake_twilio.model.date_filter import seconds_range
from fake_twilio.model.dates import http_date, iso_milliseconds, rfc2822
from fake_twilio.model.message import TERMINAL, Message, Status, changed, may_become
from fake_twilio.model.rate_centers import miles, rate_centers
from fake_twilio.webhooks.request import is_local

WHEN = datetime(2023, 8, 24, 5, 1, 45, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("+12015550101", "+12015550101"),
        (" 12015550101", "+12015550101"),
        ("+1 (201) 555-0101", "+12015550101"),
        ("+442079460000", "+442079460000"),
        ("+15555550100", None),
        ("+19115550100", None),
        ("+12011150100", None),
        ("2015550101", None),
        ("010203", None),
        ("abc", None),
        ("", None),
        ("+" + "9" * 40, None),
    ],
)
def test_what_can_be_a_number(given: str, number: str | None) -> None:
    assert e164(given) == number


@pytest.mark.parametrize("function", [e164, channel, country, addresses.is_premium])
def test_only_short_texts_are_remembered(function: Callable[[str], object]) -> None:
    def grown_by(length: int) -> int:
        function("warm" + "x" * length)
        tracemalloc.start()
        for number in range(100):
            function(f"+{number:04}" + "x" * length)
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size

    assert grown_by(20_000) < 1_000_000


def test_where_a_number_is() -> None:
    assert (country("+12015550101"), state("+12015550101")) == ("US", "NJ")
    assert (country("+14165550101"), state("+14165550101")) == ("CA", "ON")
    assert (country("+442079460000"), state("+442079460000")) == ("GB", "")
    assert friendly("+12015550100") == "(201) 555-0100"
    assert friendly("+442079460000") == "+442079460000"
    assert channel("whatsapp:+12015550101") == ("whatsapp", "+12015550101")
    assert is_alphanumeric("MyCompany")
    assert not is_alphanumeric("TwelveLetters")
    assert not is_alphanumeric("12345")


def test_dates_in_every_form() -> None:
    assert rfc2822(WHEN) == "Thu, 24 Aug 2023 05:01:45 +0000"
    assert http_date(WHEN) == "Thu, 24 Aug 2023 05:01:45 GMT"
    assert iso_milliseconds(WHEN) == "2023-08-24T05:01:45.123Z"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023-08-24", "2023-08-24T00:00:00", "2023-08-24T23:59:59"),
        ("2023-08", "2023-08-01T00:00:00", "2023-08-31T23:59:59"),
        ("2023-12", "2023-12-01T00:00:00", "2023-12-31T23:59:59"),
        ("2023", "2023-01-01T00:00:00", "2023-12-31T23:59:59"),
        ("2023-08-24T05:01:45Z", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("2023-08-24T05:01:45.999Z", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("2023-08-24T07:01:45+02:00", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("Thu, 24 Aug 2023 05:01:45 +0000", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("08/24/2023 05:01:45 GMT", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("08/23/2023 22:01:45 MST", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("2023-08-24 05:01:45.000", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("08/24/2023", "2023-08-24T00:00:00", "2023-08-24T23:59:59"),
    ],
)
def test_dates_that_filters_accept(text: str, first: str, last: str) -> None:
    expected = tuple(int(datetime.fromisoformat(end).replace(tzinfo=UTC).timestamp()) for end in (first, last))
    assert seconds_range(text) == expected


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2021-08-24", "2021-08-24T00:00:00"),
        ("2021-08", "2021-08-01T00:00:00"),
        ("2021", "2021-01-01T00:00:00"),
        ("08/24/2021", "2021-08-24T00:00:00"),
        ("08/24/2021 05:01:45", "2021-08-24T05:01:45"),
        ("2021-08-24 05:01:45.000", "2021-08-24T05:01:45"),
        ("2021-08-24T05:01:45", "2021-08-24T05:01:45"),
    ],
)
def test_dates_are_in_utc_wherever_the_machine_is(text: str, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = datetime.fromisoformat(first).replace(tzinfo=UTC).timestamp()
    monkeypatch.setenv("TZ", "America/Toronto")
    time.tzset()
    try:
        found = seconds_range(text)
        shown = iso_milliseconds(WHEN)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found is not None
    assert found[0] == expected
    assert (found[1] - found[0] + 1) % 86_400 in {0, 1}
    assert shown == "2023-08-24T05:01:45.123Z"


@pytest.mark.parametrize(
    "text",
    ["=2019-08-08", "08/24/2023 05:01:45 XYZ", "soon", "2023-13-01", "2023-02-30", "9999-12", "99999999999", "٢٠٢٣"],
)
def test_what_is_no_date(text: str) -> None:
    assert seconds_range(text) is None


def test_a_life_only_goes_forward() -> None:
    for terminal in TERMINAL:
        for following in Status:
            assert may_become(terminal, following) is (terminal is Status.DELIVERED and following is Status.READ)
    assert may_become(Status.QUEUED, Status.DELIVERED)
    assert not may_become(Status.SENT, Status.QUEUED)
    assert not may_become(Status.SENT, Status.SENT)
    assert may_become(Status.SCHEDULED, Status.CANCELED)
    assert not may_become(Status.QUEUED, Status.CANCELED)


def test_a_changed_message_is_the_same_but_for_the_change() -> None:
    from dataclasses import replace

    from fake_twilio.model.message import Direction

    message = Message("SM1", "AC1", Direction.API, "+1", "+2", "b", Status.QUEUED, 1, 0, WHEN, WHEN, 1, 1)
    assert changed(message, body="", status=Status.SENT) == replace(message, body="", status=Status.SENT)


def test_prices_look_like_twilios() -> None:
    assert prices.shown(prices.outbound("US", 1, media=False)) == "-0.00830"
    assert prices.shown(prices.outbound("US", 200, media=False)) == "-1.66000"
    assert prices.shown(prices.outbound("US", 200, media=False, old=True)) == "-1.58000"
    assert prices.outbound("DE", 1, media=False, old=True) == prices.outbound("DE", 1, media=False)


@pytest.mark.parametrize(
    ("to", "sender", "code"),
    [
        ("+12015550101", "+15005550001", 21212),
        ("+12015550101", "+15005550007", 21606),
        ("+12015550101", "+15005550008", 21611),
        ("+12015550101", "+12015550100", 21606),
        ("+15005550001", magic_numbers.GOOD, 21211),
        ("+15005550002", magic_numbers.GOOD, 21612),
        ("+15005550003", magic_numbers.GOOD, 21408),
        ("+15005550004", magic_numbers.GOOD, 21610),
        ("+15005550009", magic_numbers.GOOD, 21614),
    ],
)
def test_magic_numbers(to: str, sender: str, code: int) -> None:
    with pytest.raises(TwilioError) as refusal:
        magic_numbers.check_message(to, sender)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("number", "area_code", "code"),
    [("+15005550000", "", 21422), ("+15005550001", "", 21421), ("+12015550101", "", 21422), ("", "533", 21452)],
)
def test_magic_purchases(number: str, area_code: str, code: int) -> None:
    with pytest.raises(TwilioError) as refusal:
        magic_numbers.check_purchase(number, area_code)
    assert refusal.value.code == code


def test_the_good_number_can_be_used_and_bought() -> None:
    magic_numbers.check_message("+12015550101", magic_numbers.GOOD)
    assert (
        magic_numbers.check_purchase(magic_numbers.GOOD, "")
        == magic_numbers.check_purchase("", "500")
        == magic_numbers.GOOD
    )


@pytest.mark.parametrize(
    "word", ["stop", " STOP ", "StopAll", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"]
)
def test_words_that_stop(word: str) -> None:
    assert optout.keyword(word) is optout.Keyword.STOP


def test_only_whole_messages_are_keywords() -> None:
    assert optout.keyword("please stop") is None
    assert optout.keyword("yes") is optout.Keyword.START
    assert optout.keyword("Info") is optout.Keyword.HELP


def test_the_catalogue_can_say_every_text() -> None:
    facts: dict[str, Any] = {
        "to": "+12015550101",
        "sender": "+12015550100",
        "account": "AC1",
        "path": "/x",
        "value": "v",
    }
    for code, entry in CATALOGUE.items():
        assert entry.code == code
        assert entry.title
        assert entry.when
        assert bool(entry.text) is bool(entry.status), code
        if entry.text:
            for generation in ("2026", "2019"):
                assert "{" not in TwilioError(code, **facts).message(generation)


def test_destinations_are_masked_in_the_current_generation() -> None:
    assert mask("+12015550101") == "+1201555XXXX"
    refusal = TwilioError(21211, to="+12015550101")
    assert refusal.message() == "Invalid 'To' Phone Number: +1201555XXXX"
    assert refusal.message("2019") == "The 'To' number +12015550101 is not a valid phone number."


def test_every_geographic_area_code_has_a_place_in_its_state() -> None:
    geographic = {
        code: state
        for code, (country, state) in AREA_CODES.items()
        if country in ("US", "CA") and code not in TOLL_FREE
    }
    assert {code: here.region for code, here in rate_centers().items()} == geographic


def test_distances_are_those_of_the_map() -> None:
    assert round(miles(40.71, -74.01, rate_centers()["213"])) == pytest.approx(2446, abs=10)
    assert miles(*rate_centers()["213"][2:4], rate_centers()["213"]) == 0
    assert round(miles(40.71, -74.01, rate_centers()["201"])) == 4


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("+122222", True), ("+1 222-22", True), ("+12", False), ("+12345678", False), ("+1False", False),
        ("+91812051234", True), ("+5", False), ("+0306539", False), ("123", True), ("123456", True), ("False", True),
        ("1234567", False), ("", False),
    ],
)  # fmt: skip
def test_what_may_be_a_short_code(text: str, may_be: bool) -> None:
    assert addresses.may_be_short_code(text) is may_be


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+12015550101", "+12015550101"), ("2015550101", "+12015550101"), ("12015550101", "+12015550101"),
        ("(201) 555-0101", "+12015550101"), ("+=12015550101", "+12015550101"), ("++12015550101", "+12015550101"),
        ("+x12015550101", None), ("5555550101", None), ("442071234567", None), ("", None), ("+", None),
    ],
)  # fmt: skip
def test_what_twilio_takes_a_destination_for(text: str, number: str | None) -> None:
    assert addresses.recipient(text) == number


@pytest.mark.parametrize(
    ("number", "premium"),
    [("+19005550100", True), ("+12015550100", False), ("+449098790000", True), ("+442071234567", False), ("+0", False)],
)
def test_what_is_a_premium_number(number: str, premium: bool) -> None:
    assert addresses.is_premium(number) is premium


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


@pytest.mark.parametrize(
    ("number", "masked"), [("+12015550101", "+1201555XXXX"), ("12345", "1XXXX"), ("+5", "XX"), ("", "")]
)
def test_what_is_masked(number: str, masked: str) -> None:
    assert mask(number) == masked


def test_media_reach_north_america_and_every_channel() -> None:
    numbers = ("+12015550101", "+442079460000", "whatsapp:+442079460000")
    assert [mms.reaches(number) for number in numbers] == [True, False, True]


def test_images_that_networks_shrink_may_be_larger() -> None:
    assert media.size_limit("image/jpeg; name=a.jpg") == media.size_limit(" Image/JPEG ") == media.IMAGE_LIMIT
    assert media.size_limit("video/mp4") == media.OTHER_LIMIT

"""Responses as bytes: formats, headers, golden samples, concurrent requests."""

import asyncio
import csv
import re
from datetime import UTC, datetime

import aiohttp
import pytest
from yarl import URL

from fake_twilio.clock import ManualClock, turn
from support.fake_wire import ACCOUNT, GUARD, OURS, TOKEN, seed, wire


async def test_xml_and_csv() -> None:
    async with wire(clock=ManualClock(datetime(2023, 8, 24, 5, 1, 45, tzinfo=UTC))) as site:
        sid = (await site.created("a < b"))["sid"]
        async with site.session.get(f"{site.messages_url}/{sid}") as answer:
            document = await answer.text()
        assert answer.content_type == "application/xml"
        head, _, inside = document.partition("<TwilioResponse><Message>")
        assert head == "<?xml version='1.0' encoding='UTF-8'?>\n"
        assert " ".join(re.findall(r"<([A-Z]\w+)/?>", inside)[:19]) == (
            "Sid DateCreated DateUpdated DateSent AccountSid To From MessagingServiceSid Body Status NumSegments "
            "NumMedia Direction ApiVersion Price PriceUnit ErrorCode ErrorMessage Uri"
        )
        assert "<Body>a &lt; b</Body>" in document
        assert "<DateCreated>Thu, 24 Aug 2023 05:01:45 +0000</DateCreated>" in document
        assert "<ErrorCode/>" in document
        async with site.session.get(f"{site.messages_url}.csv") as answer:
            names, row = csv.reader((await answer.text()).splitlines())
        assert answer.content_type == "text/csv"
        assert (names[0], row[names.index("Body")]) == ("Sid", "a < b")


async def test_the_headers_of_every_answer_around_2019() -> None:
    async with wire(seed=seed() | {"wire_generation": "2019"}) as site:
        for path, status, reason in ((".json", 201, "CREATED"), ("/SM1.json", 404, "NOT FOUND")):
            method = "POST" if status == 201 else "GET"
            form = {"To": GUARD, "From": OURS, "Body": "hello"}
            async with site.session.request(method, f"{site.messages_url}{path}", data=form) as answer:
                assert (answer.status, answer.reason) == (status, reason)
                headers = dict(answer.headers)
                assert len(await answer.read()) == int(headers.pop("Content-Length"))
            assert re.fullmatch("RQ[0-9a-f]{32}", headers.pop("Twilio-Request-Id"))
            assert re.fullmatch(r"\d+\.\d{3}", headers.pop("Twilio-Request-Duration"))
            assert headers == {
                "Date": "Thu, 01 Jan 2026 00:00:00 GMT",
                "Content-Type": "application/json",
                "Connection": "keep-alive",
                "Twilio-Concurrent-Requests": "1",
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, "
                "If-None-Match, If-Unmodified-Since, Idempotency-Key",
                "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
                "Access-Control-Expose-Headers": "ETag",
                "Access-Control-Allow-Credentials": "true",
                "X-Powered-By": "AT-5000",
                "X-Shenanigans": "none",
                "X-Home-Region": "us1",
                "X-API-Domain": "api.twilio.com",
                "Strict-Transport-Security": "max-age=31536000",
            }


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-Urlencoded",
        " application/x-www-form-urlencoded ;",
    ],
)
async def test_a_form_is_read_however_its_content_type_is_written(content_type: str) -> None:
    async with wire() as site:
        form = f"To=%2B{GUARD[1:]}&From=%2B{OURS[1:]}&Body=a+b"
        headers = {"Content-Type": content_type}
        async with site.session.post(f"{site.messages_url}.json", data=form, headers=headers) as answer:
            assert (answer.status, (await answer.json())["body"]) == (201, "a b")


async def test_the_number_of_requests_at_the_same_time() -> None:
    async with wire() as site:
        await site.plant({"type": "latency", "seconds": 5}, times=2)
        slow = [asyncio.create_task(site.created(str(number))) for number in range(2)]
        while len(site.fake.requests) < 2:
            await turn()
        async with site.create() as third:
            assert third.headers["Twilio-Concurrent-Requests"] == "3"
        await site.fake.clock.advance(5)
        await asyncio.gather(*slow)
        async with site.create() as alone:
            assert alone.headers["Twilio-Concurrent-Requests"] == "1"


async def test_a_client_that_gives_up_counts_no_more() -> None:
    async with wire(seed=seed() | {"concurrency_limit": 1}) as site:
        await site.plant({"type": "hang_after"})
        hanging = asyncio.create_task(site.created())
        while not site.fake.requests:
            await turn()
        async with site.create() as refused:
            assert refused.status == 429
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)
        while (await (answer := await site.create()).json())["status"] == 429:
            await turn()
        assert answer.status == 201


async def test_the_golden_sample_of_a_creation() -> None:
    async with wire(clock=ManualClock(datetime(2023, 8, 24, 5, 1, 45, tzinfo=UTC))) as site, site.create() as answer:
        raw = await answer.text()
        sid = (await answer.json())["sid"]
    base = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
    assert await answer.json() == {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": "hello",
        "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        "date_sent": None,
        "date_updated": "Thu, 24 Aug 2023 05:01:45 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": OURS,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": f"{base}/Media.json"},
        "to": GUARD,
        "uri": f"{base}.json",
    }
    assert '", "' in raw
    assert '": "' in raw
    assert "\n" not in raw


async def test_the_golden_sample_of_an_empty_list() -> None:
    async with wire() as site:
        async with site.session.get(f"{site.messages_url}.json", params={"To": "+123456789"}) as answer:
            listed = await answer.json()
        uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?To=%2B123456789&PageSize=50&Page=0"
        assert listed == {
            "end": 0,
            "first_page_uri": uri,
            "messages": [],
            "next_page_uri": None,
            "page": 0,
            "page_size": 50,
            "previous_page_uri": None,
            "start": 0,
            "uri": uri,
        }
        assert TOKEN not in str(listed)


async def test_yes_and_no_are_small_letters_in_csv() -> None:
    async with wire() as site:
        url = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.csv"
        async with site.session.get(url) as answer:
            (row,) = csv.DictReader((await answer.text()).splitlines())
        assert (row["Beta"], row["PhoneNumber"], row["TrunkSid"]) == ("false", OURS, "")


async def test_a_browser_may_ask_first_and_needs_no_credentials_for_that() -> None:
    async with wire() as site:
        for path, status in ((f"{site.messages_url}.json", 200), (f"{site.fake.base_url}/v1/Nothing", 404)):
            async with aiohttp.request("OPTIONS", path) as answer:
                assert answer.status == status
                assert "POST" in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/v1/Senders?To=%2B12015550101", "operation_not_supported method=GET path=/v1/Senders hint="),
        ("/v2/PhoneNumbers/+12015550101", "method=GET path=/v2/PhoneNumbers/…0101 hint="),
        ("/v2/PhoneNumbers/%2B12015550101/x%0Ay", "method=GET path=/v2/PhoneNumbers/…0101/x%0Ay hint="),
    ],
)
async def test_what_is_not_done_is_named_in_the_log(path: str, shown: str, caplog: pytest.LogCaptureFixture) -> None:
    async with wire() as site:
        async with site.session.get(URL(f"{site.fake.base_url}{path}", encoded=True)) as answer:
            assert answer.status == 404
        assert shown in caplog.text
        assert "12015550101" not in caplog.text


async def test_a_form_in_multipart_is_read_like_any_other() -> None:
    async with wire() as site:
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in (("To", GUARD), ("From", OURS), ("Body", "in parts: é")):
            form.add_field(name, value)
        async with site.session.post(f"{site.messages_url}.json", data=form) as answer:
            assert (answer.status, (await answer.json())["body"]) == (201, "in parts: é")


async def test_a_target_in_absolute_form_is_read_like_any_other() -> None:
    async with wire() as site:
        target = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}.json"
        reader, writer = await asyncio.open_connection("127.0.0.1", URL(site.fake.base_url).port)
        key = aiohttp.encode_basic_auth(ACCOUNT, TOKEN)
        headers = f"Host: api.twilio.com\r\nAuthorization: {key}\r\nConnection: close\r\n\r\n"
        writer.write(f"GET {target} HTTP/1.1\r\n{headers}".encode())
        assert (await reader.read()).startswith(b"HTTP/1.1 200 OK")
        writer.close()
        await writer.wait_closed()


async def test_messages_of_one_second_are_listed_in_the_order_of_their_making() -> None:
    async with wire() as one:
        await one.plant({"type": "delivery", "status": "delivered", "after": 5}, match={"body": "slow"})
        await one.fake.clock.advance(0.2)
        for number in range(3):
            await one.created(f"out {number}" if number != 1 else "slow", StatusCallback=one.hook_url)
            await one.fake.clock.advance(0.2)
            await one.fake.handset(GUARD).send(OURS, f"in {number}")
        await one.fake.clock.advance(5)
        newest_first = ["in 2", "out 2", "in 1", "slow", "in 0", "out 0"]
        assert await one.listed() == newest_first
        seen, target = [], f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=1"
        while target:
            async with one.session.get(URL(one.fake.base_url + target, encoded=True)) as answer:
                page = await answer.json()
            seen += [row["body"] for row in page["messages"]]
            target = page["next_page_uri"]
        assert seen == newest_first

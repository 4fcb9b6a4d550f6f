"""Known habits of the Python SDK, including the dangerous ones, appear against the fake as they do against Twilio."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from fake_twilio import FakeTwilio

OURS, GUARD = "+12015550100", "+12015550101"


@pytest.fixture
def fake() -> Iterator[Any]:
    with FakeTwilio.running() as running:
        yield running


@pytest.fixture
def client(fake: Any) -> Client:
    made: Client = fake.client()
    return made


def test_a_limit_above_a_thousand_becomes_a_page_size_that_is_refused(client: Client, fake: Any) -> None:
    with pytest.raises(TwilioException, match="Unable to fetch page") as refused:
        client.messages.list(limit=5000)
    assert not isinstance(refused.value, TwilioRestException)
    assert "PageSize=5000" in fake.requests[-1].target
    assert client.messages.list(limit=5000, page_size=1000) == []


def test_an_answer_that_is_no_json_takes_the_status_for_its_code(client: Client, fake: Any) -> None:
    fake.faults.add({"effect": {"type": "html_error", "status": 502}})
    with pytest.raises(TwilioRestException) as broken:
        client.messages.create(to=GUARD, from_=OURS, body="hello")
    assert (broken.value.status, broken.value.code) == (502, 502)
    # The request had been processed all the same: sending it again sends the message twice.
    assert len(fake.messages) == 1


def test_nothing_is_tried_again_by_itself_not_even_what_was_never_processed(client: Client, fake: Any) -> None:
    fake.faults.add({"effect": {"type": "rate_limit", "retry_after": 1}})
    with pytest.raises(TwilioRestException) as limited:
        client.messages.create(to=GUARD, from_=OURS, body="hello")
    assert (limited.value.status, limited.value.code) == (429, 20429)
    assert not hasattr(limited.value, "headers")
    assert fake.messages == []
    assert len(fake.requests) == 1


async def test_the_asynchronous_client_sends_twice_when_it_is_told_to_try_again() -> None:
    async with FakeTwilio() as fake:
        http = AsyncTwilioHttpClient(max_retries=2)
        client = Client(fake.account_sid, fake.auth_token, http_client=http)
        client.api.base_url = fake.base_url
        fake.faults.add({"effect": {"type": "html_error", "status": 500}})
        try:
            with pytest.warns(DeprecationWarning, match="deprecated"):
                await client.messages.create_async(to=GUARD, from_=OURS, body="hello")
        finally:
            await http.session.close()
        assert [message.body for message in fake.messages] == ["hello", "hello"]


def test_a_read_that_takes_too_long_ends_at_the_time_out_that_was_given(fake: Any) -> None:
    client = Client(fake.account_sid, fake.auth_token, http_client=TwilioHttpClient(timeout=0.2))
    client.api.base_url = fake.base_url
    fake.faults.add({"effect": {"type": "hang_after"}})
    with pytest.raises(Exception, match="timed out"):
        client.messages.create(to=GUARD, from_=OURS, body="hello")
    assert len(fake.messages) == 1


def test_no_credentials_at_all(fake: Any) -> None:
    """The client no longer raises an error: it requests an account named None and sends no Authorization."""
    client = Client(environment={"no": "credentials"})
    client.api.base_url = fake.base_url
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=GUARD, from_=OURS, body="hello")
    assert "/Accounts/None/" in fake.requests[-1].target
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_the_headers_of_an_answer_are_at_hand(client: Client, fake: Any) -> None:
    answer = client.messages.create_with_http_info(to=GUARD, from_=OURS, body="hello")
    assert answer.status_code == 201
    assert answer.headers["Twilio-Request-Id"] == fake.requests[-1].request_id
    assert (answer.data.num_segments, answer.data.num_media, answer.data.price) == ("1", "0", None)


def test_a_problem_of_a_newer_product_is_another_exception(client: Client, fake: Any) -> None:
    effect = {"type": "http_error", "status": 429, "code": 20429, "message": "Slow down", "rfc9457": True}
    fake.faults.add({"match": {"operation": "services.create"}, "effect": effect})
    with pytest.raises(TwilioServiceException) as refused:
        client.messaging.v1.services.create(friendly_name="Alarms")
    assert not isinstance(refused.value, TwilioRestException)
    assert (refused.value.status, refused.value.code, refused.value.detail) == (429, 20429, "Slow down")
    assert (refused.value.title, refused.value.type) == (
        "Too Many Requests",
        "https://www.twilio.com/docs/errors/20429",
    )


def test_an_error_of_a_list_hides_what_it_is_in_its_arguments(client: Client) -> None:
    with pytest.raises(TwilioException, match="Unable to fetch page") as refused:
        client.messages.list(page_size=5000)
    response = refused.value.args[1]
    assert (response.status_code, '"code":20007' in response.text) == (400, True)


@pytest.mark.parametrize("name", ["TWILIO_REGION", "TWILIO_EDGE"])
def test_the_fakes_own_client_reaches_it_whatever_the_region(
    fake: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "ie1")
    assert fake.client().messages.list() == []
    # Twilio's own client inserts the region into any host name, after the first dot.
    client = Client(fake.account_sid, fake.auth_token, region="ie1")
    assert "127.0.0.1" not in client.get_hostname(fake.base_url)


def test_numbers_of_an_answer_are_texts_but_for_the_code_of_an_error(client: Client, fake: Any) -> None:
    fake.faults.add({"effect": {"type": "delivery", "status": "undelivered", "error_code": 30003}})
    sid = client.messages.create(to=GUARD, from_=OURS, body="hello").sid
    fake.wait_idle()
    row = client.messages(sid).fetch()
    assert (row.error_code, row.num_segments, row.num_media, row.price) == (30003, "1", "0", "-0.00830")
    assert row.date_sent is not None
    assert row.date_sent.utcoffset() == timedelta(0)


def test_a_time_of_another_zone_is_sent_as_if_it_were_gmt(client: Client, fake: Any) -> None:
    """The time is not converted, it only loses its zone: callers have to convert it first."""
    for zone in (None, UTC, timezone(timedelta(hours=2))):
        with pytest.raises(TwilioRestException):
            client.messages.create(
                to=GUARD, from_=OURS, body="x", schedule_type="fixed", send_at=datetime(2026, 1, 1, 12, tzinfo=zone)
            )
        assert dict(parse_qsl(fake.requests[-1].body.decode()))["SendAt"] == "2026-01-01T12:00:00Z"


def test_several_media_are_one_parameter_several_times(client: Client, fake: Any) -> None:
    urls = ["http://127.0.0.1:1/a.png", "http://127.0.0.1:1/b.png"]
    client.messages.create(to=GUARD, from_=OURS, media_url=urls)
    sent = parse_qsl(fake.requests[-1].body.decode())
    assert [value for name, value in sent if name == "MediaUrl"] == urls


def test_what_reading_and_deleting_look_like(client: Client, fake: Any) -> None:
    sid = client.messages.create(to=GUARD, from_=OURS, body="hello").sid
    fake.wait_idle()
    client.messages.list()
    client.messages(sid).delete()
    read, deleted = (
        {name.decode().lower(): value.decode() for name, value in entry.headers} for entry in fake.requests[-2:]
    )
    assert read["content-type"] == "application/x-www-form-urlencoded"
    assert read["x-twilio-client"].startswith("python-")
    assert (read["accept"], read["accept-charset"]) == ("application/json", "utf-8")
    assert deleted["accept"] != "application/json"
    assert deleted["content-length"] == "0"


def test_what_is_logged_names_people_and_no_password(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.messages.list(to=GUARD)
    assert GUARD in caplog.text or GUARD.replace("+", "%2B") in caplog.text
    assert "Basic " not in caplog.text


async def test_the_asynchronous_client_forgets_the_time_out_that_it_was_made_with() -> None:
    async with FakeTwilio() as fake:
        http = AsyncTwilioHttpClient(timeout=0.01)
        client = Client(fake.account_sid, fake.auth_token, http_client=http)
        client.api.base_url = fake.base_url
        fake.faults.add({"effect": {"type": "hang_after"}})
        try:
            with pytest.warns(DeprecationWarning, match="deprecated"):
                _, pending = await asyncio.wait(
                    [asyncio.ensure_future(client.messages.create_async(to=GUARD, from_=OURS, body="x"))], timeout=0.3
                )
            assert len(pending) == 1
            pending.pop().cancel()
        finally:
            await http.session.close()


def test_what_a_request_of_the_sdk_looks_like(client: Client, fake: Any) -> None:
    client.messages.create(to=GUARD, from_=OURS, body="a & b", force_delivery=False, smart_encoded=True)
    sent = fake.requests[-1]
    headers = {name.decode().lower(): value.decode() for name, value in sent.headers}
    assert headers["accept"] == "application/json"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["user-agent"].startswith("twilio-python/")
    assert "authorization" not in headers
    assert parse_qsl(sent.body.decode()) == [
        ("To", GUARD),
        ("ForceDelivery", "false"),
        ("SmartEncoded", "true"),
        ("From", OURS),
        ("Body", "a & b"),
    ]

"""What is known of the Python SDK's habits shows against the fake as against Twilio, the dangerous ones too."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
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
    # The request had been processed all the same: whoever sends it again sends it twice.
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
    """The client no longer complains: it asks for an account called None, and sends no Authorization."""
    client = Client(environment={"no": "credentials"})
    client.api.base_url = fake.base_url
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=GUARD, from_=OURS, body="hello")
    assert "/Accounts/None/" in fake.requests[-1].target
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_the_headers_of_an_answer_are_at_hand(client: Client, fake: Any) -> None:
    answer = client.messages.create_with_http_info(to=GUARD, from_=OURS, body="hello")
    assert answer.status_code == 201
    assert answer.headers["Twilio-Request-Id"] == fake.requests[-1].request_id
    assert (answer.data.num_segments, answer.data.num_media, answer.data.price) == ("1", "0", None)


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

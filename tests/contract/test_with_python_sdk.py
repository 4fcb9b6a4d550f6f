"""The official Python SDK against the fake, used as any user would: only the base URL differs."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from fake_twilio import FakeTwilio
from fake_twilio.clock import ManualClock

OURS, GUARD, STRANGER = "+12015550100", "+12015550101", "+12015550109"


class Hook:
    """A customer's server; ``answer`` is the TwiML it responds with."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.answer = b"<Response/>"
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = dict(parse_qsl(body, keep_blank_values=True))
                hook.calls.append((f"{hook.url}{self.path}", form, dict(self.headers)))
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(hook.answer)))
                self.end_headers()
                self.wfile.write(hook.answer)

            def log_message(self, *_: Any) -> None:
                """Log nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        yield server


@pytest.fixture
def fake() -> Iterator[Any]:
    with FakeTwilio.running(clock=ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))) as running:
        yield running


@pytest.fixture
def client(fake: Any) -> Client:
    client = Client(fake.account_sid, fake.auth_token)
    client.api.base_url = client.messaging.base_url = fake.base_url
    client.monitor.base_url = client.accounts.base_url = fake.base_url
    return client


def test_sending_and_reading_back(client: Client, fake: Any) -> None:
    message = client.messages.create(to=GUARD, from_=OURS, body="Door 7 is open")
    assert (message.status, message.num_segments, message.direction) == ("queued", "1", "outbound-api")
    assert message.date_created == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert message.date_sent is None
    assert message.price is None
    fake.wait_idle()
    fetched = client.messages(message.sid).fetch()
    assert (fetched.status, fetched.price, fetched.price_unit, fetched.error_code) == (
        "delivered",
        "-0.00830",
        "USD",
        None,
    )
    assert fetched.date_sent == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_lists_across_pages_and_streams(client: Client, fake: Any) -> None:
    sids = [client.messages.create(to=GUARD, from_=OURS, body=str(n)).sid for n in range(7)]
    assert [row.sid for row in client.messages.list(page_size=3)] == sids[::-1]
    assert [row.sid for row in client.messages.list(limit=5, page_size=2)] == sids[:1:-1]
    seen = []
    for row in client.messages.stream(page_size=2):
        seen.append(row.sid)
        if len(seen) == 1:
            client.messages.create(to=GUARD, from_=OURS, body="while reading")
    assert seen == sids[::-1]
    assert not client.messages.list(to=STRANGER)
    assert len(client.messages.list(from_=OURS, to=GUARD)) == 8


def test_pages_back_and_forth(client: Client) -> None:
    for n in range(5):
        client.messages.create(to=GUARD, from_=OURS, body=str(n))
    first = client.messages.page(page_size=2)
    bodies = [row.body for row in first]
    second = first.next_page()
    assert second is not None
    assert [row.body for row in second] == ["2", "1"]
    back = second.previous_page()
    assert back is not None
    assert [row.body for row in back] == bodies == ["4", "3"]


def test_filters_by_date(client: Client, fake: Any) -> None:
    client.messages.create(to=GUARD, from_=OURS, body="early")
    fake.clock.advance(86_400)
    client.messages.create(to=GUARD, from_=OURS, body="late")
    day = datetime(2026, 3, 2, tzinfo=UTC)
    assert [row.body for row in client.messages.list(date_sent=day.date())] == ["late"]
    assert [row.body for row in client.messages.list(date_sent_after=day)] == ["late"]
    assert [row.body for row in client.messages.list(date_sent_before=day)] == ["early"]
    assert len(client.messages.list(date_sent_after=day - timedelta(days=1))) == 2
    assert not client.messages.list(date_sent_after=datetime(2099, 1, 1, tzinfo=UTC))


def test_redact_and_delete(client: Client, fake: Any) -> None:
    message = client.messages.create(to=GUARD, from_=OURS, body="secret")
    fake.wait_idle()
    assert message.update(body="").body == ""
    assert message.delete() is True
    with pytest.raises(TwilioRestException) as gone:
        message.fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)


def test_errors_are_typed(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to="+15555550100", from_=OURS, body="x")
    assert (refused.value.status, refused.value.code) == (400, 21211)
    assert refused.value.msg == "Unable to create record: Invalid 'To' Phone Number: +1555555XXXX"
    with pytest.raises(TwilioException, match="Unable to fetch page"):
        client.messages.list(page_size=5000)


def test_buying_a_number_and_letting_it_go(client: Client) -> None:
    offer = client.available_phone_numbers("US").local.list(area_code=415, limit=1)[0]
    assert offer.phone_number
    assert offer.capabilities["SMS" if "SMS" in offer.capabilities else "sms"]
    bought = client.incoming_phone_numbers.create(phone_number=offer.phone_number)
    assert bought.sms_url == "https://demo.twilio.com/welcome/sms/reply"
    named = bought.update(friendly_name="Gate", sms_url="http://127.0.0.1:1/sms")
    assert (named.friendly_name, named.sms_url) == ("Gate", "http://127.0.0.1:1/sms")
    assert [row.sid for row in client.incoming_phone_numbers.list(phone_number=offer.phone_number)] == [bought.sid]
    assert bought.delete() is True
    assert not client.incoming_phone_numbers.list(phone_number=offer.phone_number)


def test_verifying_a_caller(client: Client, fake: Any) -> None:
    request = client.validation_requests.create(phone_number=STRANGER, friendly_name="Night porter")
    assert (request.phone_number, len(request.validation_code)) == (STRANGER, 6)
    assert [row.phone_number for row in client.outgoing_caller_ids.list()] == [GUARD]
    (call,) = fake.handset(STRANGER).calls
    assert (call.code, call.outcome) == (request.validation_code, "")
    fake.handset(STRANGER).enter(call.code)
    assert [row.friendly_name for row in client.outgoing_caller_ids.list(phone_number=STRANGER)] == ["Night porter"]
    assert [call.outcome for call in fake.handset(STRANGER).calls] == ["success"]
    assert client.outgoing_caller_ids.list(phone_number=GUARD)[0].delete() is True


def test_a_service_with_a_pool(client: Client, fake: Any, hook: Hook) -> None:
    service = client.messaging.v1.services.create(friendly_name="Alarms", status_callback=f"{hook.url}/status")
    number = client.incoming_phone_numbers.list()[0]
    client.messaging.v1.services(service.sid).phone_numbers.create(phone_number_sid=number.sid)
    message = client.messages.create(to=GUARD, messaging_service_sid=service.sid, body="from the pool")
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    fake.wait_idle()
    fetched = message.fetch()
    assert (fetched.status, fetched.from_, fetched.num_segments) == ("delivered", OURS, "1")
    assert [form["MessageStatus"] for _, form, _ in hook.calls] == ["queued", "sent", "delivered"]
    assert [row.sid for row in client.messaging.v1.services.list(page_size=1)] == [service.sid]
    assert client.messaging.v1.services(service.sid).delete() is True


def test_scheduling_and_cancelling(client: Client, fake: Any) -> None:
    service = client.messaging.v1.services.create(friendly_name="Later")
    number = client.incoming_phone_numbers.list()[0]
    client.messaging.v1.services(service.sid).phone_numbers.create(phone_number_sid=number.sid)
    when = datetime(2026, 3, 1, 13, tzinfo=UTC)
    plan = {"to": GUARD, "messaging_service_sid": service.sid, "schedule_type": "fixed", "send_at": when}
    kept, dropped = client.messages.create(body="kept", **plan), client.messages.create(body="dropped", **plan)
    assert kept.status == "scheduled"
    assert dropped.update(status="canceled").status == "canceled"
    fake.clock.advance(3599)
    assert kept.fetch().status == "scheduled"
    fake.clock.advance(1)
    fake.wait_idle()
    assert (kept.fetch().status, dropped.fetch().status) == ("delivered", "canceled")
    with pytest.raises(TwilioRestException) as late:
        kept.update(status="canceled")
    assert late.value.code == 30409


def test_subaccounts_keys_and_tokens(client: Client, fake: Any) -> None:
    child = client.api.v2010.accounts.create(friendly_name="Site B")
    assert child.owner_account_sid == fake.account_sid
    assert len(client.api.v2010.accounts.list()) == 2
    assert client.api.v2010.accounts(child.sid).messages.list() == []
    assert client.api.v2010.accounts(child.sid).update(status="closed").status == "closed"
    key = client.new_keys.create(friendly_name="ci")
    by_key = Client(key.sid, key.secret, fake.account_sid)
    by_key.api.base_url = fake.base_url
    by_key.messages.create(to=GUARD, from_=OURS, body="with a key")
    assert client.keys(key.sid).delete() is True
    with pytest.raises(TwilioRestException) as revoked:
        by_key.messages.create(to=GUARD, from_=OURS, body="no more")
    assert (revoked.value.status, revoked.value.code) == (401, 20003)
    second = client.accounts.v1.secondary_auth_token().create()
    promoted = client.accounts.v1.auth_token_promotion().update()
    assert promoted.auth_token == second.secondary_auth_token
    with pytest.raises(TwilioRestException):
        client.api.v2010.accounts(fake.account_sid).fetch()


def test_countries_that_may_be_texted(client: Client) -> None:
    permissions = client.accounts.v1.messaging_geopermissions
    changed = permissions.update(permissions=[{"country_code": "PL", "type": "country", "enabled": True}])
    assert [(row["country_code"], row["error_code"]) for row in changed.permissions] == [("PL", 0)]
    (poland,) = permissions.fetch(country_code="PL").permissions
    assert (poland["enabled"], poland["prefix"]) == (True, "+48")
    assert client.messages.create(to="+48512345678", from_=OURS, body="hello").status == "queued"


def test_money_usage_and_alerts(client: Client, fake: Any) -> None:
    client.incoming_phone_numbers.list()[0].update(sms_url="http://127.0.0.1:1/nobody")
    client.messages.create(to=GUARD, from_=OURS, body="a" * 161)
    fake.handset(GUARD).send(OURS, "hello?")
    fake.wait_idle()
    assert client.balance.fetch().balance == "15.4759"
    usage = {row.category: row for row in client.usage.records.today.list()}
    assert (usage["sms-outbound"].count, usage["sms-outbound"].usage) == ("1", "2")
    assert usage["sms-inbound"].count == "1"
    alert = client.monitor.v1.alerts.list()[0]
    assert (alert.error_code, alert.log_level) == ("11205", "error")
    assert "ErrorCode=11205" in (client.monitor.v1.alerts(alert.sid).fetch().alert_text or "")


def test_webhooks_pass_the_official_validator_and_altered_ones_do_not(client: Client, fake: Any, hook: Hook) -> None:
    hook.answer = b"<Response><Message>Thank you</Message></Response>"
    client.incoming_phone_numbers.list()[0].update(sms_url=f"{hook.url}/sms?site=7")
    fake.handset(GUARD).send(OURS, "Ärger & Co + 5 % €")
    fake.wait_idle()
    client.messages.create(to=GUARD, from_=OURS, body="x", status_callback=f"{hook.url}/status")
    fake.wait_idle()
    assert len(hook.calls) == 3
    validator = RequestValidator(fake.auth_token)
    for url, form, headers in hook.calls:
        assert validator.validate(url, form, headers["X-Twilio-Signature"])
        assert not validator.validate(url, {**form, "Body": "other"}, headers["X-Twilio-Signature"])
        assert not validator.validate(f"{url}x", form, headers["X-Twilio-Signature"])
        assert headers["User-Agent"] == "TwilioProxy/1.1"
    replies = client.messages.list(to=GUARD, from_=OURS)
    assert [(row.body, row.direction) for row in replies] == [("x", "outbound-api"), ("Thank you", "outbound-reply")]
    assert [text.body for text in fake.handset(GUARD).messages] == ["Ärger & Co + 5 % €", "Thank you", "x"]


@asynccontextmanager
async def asynchronous() -> AsyncIterator[tuple[FakeTwilio, Client]]:
    """Open a fake and the asynchronous client, which uses features that aiohttp warns about."""
    async with FakeTwilio() as fake:
        http = AsyncTwilioHttpClient()
        client = Client(fake.account_sid, fake.auth_token, http_client=http)
        client.api.base_url = client.messaging.base_url = fake.base_url
        try:
            with pytest.warns(DeprecationWarning, match="deprecated"):
                yield fake, client
        finally:
            await http.session.close()


async def test_the_asynchronous_client_sends_lists_streams_redacts_and_deletes() -> None:
    async with asynchronous() as (fake, client):
        sids = [(await client.messages.create_async(to=GUARD, from_=OURS, body=str(n))).sid for n in range(5)]
        await fake.wait_idle()
        assert (await client.messages(sids[0]).fetch_async()).status == "delivered"
        assert [row.sid for row in await client.messages.list_async(page_size=2)] == sids[::-1]
        stream = await client.messages.stream_async(page_size=2, limit=3)
        assert [row.sid async for row in stream] == sids[:1:-1]
        assert (await client.messages(sids[1]).update_async(body="")).body == ""
        assert await client.messages(sids[2]).delete_async() is True
        with pytest.raises(TwilioRestException) as gone:
            await client.messages(sids[2]).fetch_async()
        assert (gone.value.status, gone.value.code) == (404, 20404)
        with pytest.raises(TwilioRestException) as refused:
            await client.messages.create_async(to=GUARD, from_=STRANGER, body="hi")
        assert refused.value.code == 21659


async def test_the_asynchronous_client_buys_verifies_and_fills_a_pool() -> None:
    async with asynchronous() as (fake, client):
        (offer,) = await client.available_phone_numbers("US").local.list_async(area_code=415, limit=1)
        bought = await client.incoming_phone_numbers.create_async(phone_number=offer.phone_number)
        request = await client.validation_requests.create_async(phone_number=STRANGER)
        await fake.handset(STRANGER).enter(request.validation_code)
        assert [row.phone_number for row in await client.outgoing_caller_ids.list_async()] == [GUARD, STRANGER]
        service = await client.messaging.v1.services.create_async(friendly_name="Alarms")
        pool = client.messaging.v1.services(service.sid).phone_numbers
        await pool.create_async(phone_number_sid=bought.sid)
        assert [row.sid for row in await pool.list_async(page_size=1)] == [bought.sid]
        message = await client.messages.create_async(to=GUARD, messaging_service_sid=service.sid, body="hi")
        await fake.wait_idle()
        assert (await client.messages(message.sid).fetch_async()).from_ == offer.phone_number
        assert await bought.delete_async() is True


def test_short_codes_and_channel_senders() -> None:
    services = [{"sid": f"MG{'2' * 32}"}]
    account = {"sid": f"AC{'1' * 32}", "auth_token": "token", "numbers": [{"phone_number": OURS}]}
    account |= {"short_codes": [{"short_code": "12345"}], "channel_senders": [{"sender": f"whatsapp:{OURS}"}]}
    with FakeTwilio.running({"accounts": [{**account, "messaging_services": services}]}) as fake:
        client = Client(fake.account_sid, fake.auth_token)
        client.api.base_url = client.messaging.base_url = fake.base_url
        code = client.short_codes.list(short_code="123*")[0]
        assert code.update(friendly_name="Alarms").friendly_name == "Alarms"
        pool = client.messaging.v1.services(services[0]["sid"])
        assert pool.short_codes.create(short_code_sid=code.sid).capabilities == ["SMS"]
        install = next(iter(fake.inner.context.state.channel_senders)).sid
        assert pool.channel_senders.create(sid=install).sender_type == "WhatsApp"
        assert [row.sender for row in pool.channel_senders.list()] == [f"whatsapp:{OURS}"]
        sent = client.messages.create(to=f"whatsapp:{GUARD}", messaging_service_sid=services[0]["sid"], body="hi")
        fake.wait_idle()
        assert (sent.fetch().from_, sent.fetch().status) == (f"whatsapp:{OURS}", "delivered")
        assert [row.sid for row in fake.handset(GUARD).read()] == [sent.sid]
        assert sent.fetch().status == "read"
        assert pool.short_codes(code.sid).delete() is True
        assert pool.channel_senders(install).delete() is True
        assert (pool.short_codes.list(), pool.channel_senders.list()) == ([], [])

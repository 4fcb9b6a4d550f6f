"""What Twilio does with the response to an inbound message, and the alerts it raises."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from fake_twilio.context import Context
from fake_twilio.messages.loop_guard import REPLIES
from fake_twilio.messages.twiml_replies import MAX_DOCUMENTS, MAX_REPLIES, TwimlReplies
from fake_twilio.model.message import Direction, Message
from fake_twilio.webhooks import debugger
from fake_twilio.webhooks.delivery import Webhooks
from fake_twilio.webhooks.faults import PLAIN, WebhookTiming
from fake_twilio.webhooks.request import WebhookOutcome, WebhookResponse
from support.fake_memory import MemoryFake, memory_fake, message
from support.fake_wire import ACCOUNT, GATE, GUARD, OURS

URL = "https://sms.example.com/in"
BIN = "EH" + "a" * 32
FORM = [("Body", "hello"), ("From", GUARD)]


@dataclass
class Server:
    """Serves documents by their last path segment, and records requests and alerts."""

    documents: dict[str, str | WebhookResponse | int]
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    alerts: list[tuple[Any, ...]] = field(default_factory=list)

    async def deliver(
        self, kind: str, about: Message, method: str, *, url: str, parameters: Any, order: WebhookTiming
    ) -> WebhookOutcome:
        assert (about.sid, parameters) == ("SM1", FORM)
        self.asked.append((kind, method, url, order))
        given = self.documents[url.rpartition("/")[2]]
        if isinstance(given, int):
            return WebhookOutcome(answer=None, code=given, reason="", url=url)
        if isinstance(given, str):
            given = WebhookResponse(200, (), given.encode(), "text/xml")
        return WebhookOutcome(answer=given, code=0, reason="", url=url)

    def about(self, *_: object, **__: object) -> None:
        """Accept and ignore further alerts, which these tests do not cover."""

    def alert(self, _: Context, code: int, about: Message, *, method: str, url: str, **more: Any) -> None:
        assert (about.sid, more["variables"]) == ("SM1", f"Body=hello&From=%2B{GUARD[1:]}")
        self.alerts.append((code, method, url, more["reason"]))


@pytest.fixture
async def fake() -> AsyncIterator[MemoryFake]:
    bins = [{"sid": BIN, "twiml": "<Response><Message>from a bin</Message></Response>"}]
    async with memory_fake(twiml_bins=bins, verified=[GUARD]) as made:
        yield made


async def run(
    fake: MemoryFake, documents: dict[str, Any], url: str = URL, method: str = "POST"
) -> tuple[int, Server, list[Message]]:
    """Follow documents; return the first one's error code, the server, and the messages sent."""
    server, backend = Server(documents), fake.backend
    received = message(sender=GUARD, to=OURS, direction=Direction.INBOUND)
    replies = TwimlReplies(fake.context, cast(Webhooks, server), backend.outbound, backend.inbound.loops)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(debugger, "about", server.about)
        patch.setattr(debugger, "alert", server.alert)
        failure = await replies.run(received, url, method, parameters=FORM, order=PLAIN)
    rows = fake.context.state.logs[ACCOUNT].rows.values()
    return failure, server, list(rows)


def document(*verbs: str) -> str:
    return f"<Response>{''.join(verbs)}</Response>"


async def test_a_message_is_answered_from_the_number_that_it_came_to(fake: MemoryFake) -> None:
    failure, server, (reply,) = await run(fake, {"in": document("<Message>hi</Message>")})
    assert (failure, server.alerts) == (0, [])
    assert server.asked == [("inbound_webhook", "POST", URL, PLAIN)]
    assert (reply.to, reply.sender, reply.body, reply.direction) == (GUARD, OURS, "hi", Direction.REPLY)
    assert (reply.options.status_callback, reply.options.media_urls) == ("", ())


async def test_a_document_may_name_another_address_as_people_write_it(fake: MemoryFake) -> None:
    for written in (GATE, "201-555-0102", "(201) 555-0102"):
        _, _, rows = await run(fake, {"in": document(f'<Message to="{written}">hi</Message>')})
        assert rows[-1].to == GATE
    _, server, _ = await run(fake, {"in": document('<Message to="12345">hi</Message>')})
    assert [code for code, *_ in server.alerts] == [14101]


async def test_addresses_are_read_from_where_the_document_stands(fake: MemoryFake) -> None:
    verb = '<Message statusCallback="/status"><Body>hi</Body><Media>a.png</Media></Message>'
    _, _, (reply,) = await run(fake, {"in": document(verb)})
    assert reply.options.status_callback == "https://sms.example.com/status"
    assert reply.options.media_urls == ("https://sms.example.com/a.png",)
    _, server, rows = await run(fake, {"in": document('<Message statusCallback="ftp://x/y">hi</Message>')})
    assert server.alerts == [(14105, "POST", URL, "")]
    assert rows[-1].options.status_callback == "", "the reply is sent anyway"


async def test_a_redirect_is_followed_with_its_method(fake: MemoryFake) -> None:
    documents = {
        "in": document('<Redirect method="GET">next</Redirect>', "<Message>never</Message>"),
        "next": document("<Message>hi</Message>"),
    }
    failure, server, rows = await run(fake, documents)
    assert (failure, [row.body for row in rows]) == (0, ["hi"])
    assert [asked[1:3] for asked in server.asked] == [("POST", URL), ("GET", "https://sms.example.com/next")]


async def test_an_action_is_where_it_goes_on_after_a_message(fake: MemoryFake) -> None:
    documents = {
        "in": document('<Message action="next" method="GET">one</Message>', "<Message>never</Message>"),
        "next": document("<Message>two</Message>", "<Message>three</Message>"),
    }
    _, server, rows = await run(fake, documents)
    assert [row.body for row in rows] == ["one", "two", "three"]
    assert [asked[1] for asked in server.asked] == ["POST", "GET"]


async def test_documents_and_replies_come_to_an_end(fake: MemoryFake) -> None:
    failure, server, _ = await run(fake, {"in": document("<Redirect>in</Redirect>")}, method="GET")
    assert (failure, len(server.asked)) == (0, MAX_DOCUMENTS)
    assert server.alerts == [(14106, "POST", URL, "")]
    many = document(*["<Message>hi</Message>"] * (MAX_REPLIES + 1))
    failure, server, rows = await run(fake, {"in": many})
    assert (failure, len(rows), server.alerts) == (0, MAX_REPLIES, [(14109, "POST", URL, "")])


@pytest.mark.parametrize(
    ("given", "code", "alert"),
    [
        (11200, 11200, None),
        (WebhookResponse(200, (), b"<Response/>", "text/xml", truncated=True), 11750, 11750),
        (WebhookResponse(200, (("Transfer-Encoding", "chunked"),), b"", "text/xml"), 11770, 11770),
        ("<Answer/>", 12102, 12102),
        (WebhookResponse(200, (), b"{}", "application/json"), 12300, 12300),
    ],
)
async def test_a_document_that_cannot_be_read_is_a_failure_of_the_first_only(
    fake: MemoryFake, given: Any, code: int, alert: int | None
) -> None:
    alerts = [] if alert is None else [(alert, "POST", URL, "")]
    failure, server, _ = await run(fake, {"in": given})
    assert (failure, server.alerts) == (code, alerts)
    later, server, _ = await run(fake, {"in": document("<Redirect>next</Redirect>"), "next": given})
    assert later == 0
    assert [seen[0] for seen in server.alerts] == [seen[0] for seen in alerts]


@pytest.mark.parametrize("headers", [(), (("Transfer-Encoding", "chunked"),)])
async def test_a_document_in_chunks_is_read_and_an_empty_one_says_nothing(
    fake: MemoryFake, headers: tuple[tuple[str, str], ...]
) -> None:
    body = document("<Message>hi</Message>").encode()
    failure, server, rows = await run(fake, {"in": WebhookResponse(200, headers, body, "text/xml")})
    assert (failure, server.alerts, len(rows)) == (0, [], 1)
    if not headers:
        failure, server, rows = await run(fake, {"in": WebhookResponse(200, (), b"", "text/xml")})
        assert (failure, server.alerts, len(rows)) == (0, [], 1)


async def test_an_address_that_cannot_be_called_is_a_failure(fake: MemoryFake) -> None:
    failure, server, _ = await run(fake, {}, "ftp://sms.example.com/in")
    assert (failure, server.asked, server.alerts) == (11321, [], [(11321, "POST", "ftp://sms.example.com/in", "")])


async def test_twilios_own_documents_need_no_server(fake: MemoryFake) -> None:
    for url in ("https://demo.twilio.com/welcome/sms/reply", "https://demo.twilio.com/welcome/sms/reply/"):
        _, server, rows = await run(fake, {}, url)
        assert (server.asked, rows[-1].body[:22]) == ([], "Thanks for the message")
    _, server, rows = await run(fake, {}, f"https://handler.twilio.com/twiml/{BIN}")
    assert (server.asked, rows[-1].body) == ([], "from a bin")


async def test_a_reply_that_is_refused_raises_the_alert_of_its_reason(fake: MemoryFake) -> None:
    _, server, rows = await run(fake, {"in": document('<Message from="+12015550177">hi</Message>')})
    ((code, method, url, reason),) = server.alerts
    assert (code, method, url, rows) == (14108, "POST", URL, [])
    assert "+12015550177" in reason
    fake.context.state.opted_out.add(f"{OURS} {GUARD}")
    _, server, rows = await run(fake, {"in": document("<Message>hi</Message>")})
    assert (server.alerts, rows) == ([], []), "a person who opted out gets no reply, and no alert is raised"


async def test_a_loop_of_replies_is_stopped(fake: MemoryFake) -> None:
    for _ in range(REPLIES):
        fake.backend.inbound.loops.admits(OURS, GUARD)
    _, server, (reply,) = await run(fake, {"in": document("<Message>hi</Message>")})
    assert [code for code, *_ in server.alerts] == [14107]
    assert reply.error_code == 14107

"""What TwiML documents make Twilio do, over HTTP: verbs, actions, URLs, content types, the official SDK's documents."""

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from twilio.twiml.messaging_response import Body, Message, MessagingResponse

from support.fake_wire import GUARD, OURS, TOKEN, Received, Wire, seed, wire

LONDON, LONDONER = "+447400123456", "+447400123457"


async def replies(site: Wire, body: str = "hello", phone: str = GUARD, to: str = OURS) -> list[dict[str, Any]]:
    """Text a number and return its replies, oldest first."""
    await site.fake.handset(phone).send(to, body)
    await site.fake.wait_idle()
    async with site.session.get(f"{site.messages_url}.json", params={"From": to}) as answer:
        return list((await answer.json())["messages"])[::-1]


async def codes(site: Wire) -> list[str]:
    """Return the codes of the alerts, oldest first."""
    async with site.session.get(f"{site.fake.base_url}/v1/Alerts") as answer:
        return [row["error_code"] for row in (await answer.json())["alerts"]][::-1]


def says(text: str, content_type: str = "text/xml") -> Callable[[Received], web.Response]:
    """Return a server that always responds with this document."""
    return lambda call: web.Response(text=text, content_type=content_type)


def pages(**documents: str) -> Callable[[Received], web.Response]:
    """Return a server with a document at each path; the webhook's own path is ``hook``."""

    def answer(call: Received) -> web.Response:
        name = call.url.partition("?")[0].rpartition("/")[2]
        return web.Response(text=documents[name], content_type="text/xml")

    return answer


async def test_an_action_takes_the_session_over() -> None:
    answer = pages(
        hook="<Response><Message action='next' method='GET'>one</Message><Message>never</Message></Response>",
        next="<Response><Message>two</Message></Response>",
    )
    async with wire(answer=answer) as site:
        assert [row["body"] for row in await replies(site)] == ["one", "two"]
        assert [(call.method, call.url.partition("?")[0]) for call in site.received] == [
            ("POST", site.hook_url),
            ("GET", site.hook_url.replace("hook", "next")),
        ]
        assert "Body=hello" in site.received[1].url


async def test_a_redirect_ends_a_document_and_is_read_against_its_address() -> None:
    answer = pages(
        hook="<Response><Message>one</Message><Redirect>other/next?a=1</Redirect><Message>never</Message></Response>",
        next="<Response><Message>two</Message></Response>",
    )
    async with wire(answer=answer) as site:
        assert [row["body"] for row in await replies(site)] == ["one", "two"]
        last = site.received[-1]
        assert (last.method, last.url) == ("POST", site.hook_url.replace("hook", "other/next?a=1"))
        assert last.form["Body"] == "hello"
        assert last.genuine


async def test_a_document_of_the_official_sdk() -> None:
    document = MessagingResponse()
    document.message("plain & simple", status_callback="/status")
    longer = Message(to=LONDON)
    longer.append(Body("with a body"))
    document.append(longer)
    document.redirect("/empty", method="GET")
    answer = pages(hook=str(document), status="", empty=str(MessagingResponse()))
    async with wire(seed=lambda url: seed(url, geo_permissions=["US", "GB"]), answer=answer) as site:
        rows = await replies(site)
        assert [(row["to"], row["body"], row["direction"]) for row in rows] == [
            (GUARD, "plain & simple", "outbound-reply"),
            (LONDON, "with a body", "outbound-reply"),
        ]
        assert site.events() == ["sent", "delivered"]
        assert await codes(site) == []


@pytest.mark.parametrize("to", ["07400 123457", "7400123457", "+44 7400 123457"])
async def test_a_number_without_its_country_is_read_in_the_country_of_the_sender(to: str) -> None:
    def document(url: str) -> dict[str, Any]:
        return seed(geo_permissions=["US", "GB"], numbers=[{"phone_number": LONDON, "sms_url": url}])

    answer = pages(hook=f"<Response><Message to='{to}'>x</Message></Response>")
    async with wire(seed=document, answer=answer) as site:
        assert [row["to"] for row in await replies(site, to=LONDON)] == [LONDONER]


@pytest.mark.parametrize(
    ("response", "expected", "alerts"),
    [
        (web.Response(status=204), [], []),
        (web.Response(text="", content_type="text/html"), [], []),
        (web.Response(text="<Response/>", content_type="text/xml"), [], []),
        (web.Response(text="<Response></Response>", content_type="application/xml"), [], []),
        (web.Response(text="<Response><Message>a</Message></Response>", content_type="text/html"), ["a"], []),
        (web.Response(text="just text", content_type="text/plain"), ["just text"], []),
        (web.Response(body=b"<Response/>", headers={"Content-Type": ""}), [], ["12300"]),
        (web.Response(text="\ufeff<?xml version='1.0'?><Response/>", content_type="text/xml"), [], ["12100"]),
        (web.Response(text="\n<?xml version='1.0'?><Response/>", content_type="text/xml"), [], ["12100"]),
        (web.Response(text="<Response version='1.0'/>", content_type="text/xml"), [], []),
    ],
    ids=range(10),
)
async def test_what_an_answer_is_taken_for(response: web.Response, expected: list[str], alerts: list[str]) -> None:
    async with wire(answer=lambda call: response) as site:
        assert [row["body"] for row in await replies(site)] == expected
        assert await codes(site) == alerts


async def test_several_messages_are_several_texts_and_a_trial_names_itself_in_each() -> None:
    answer = pages(hook="<Response><Message>one</Message><Message>two</Message></Response>")
    async with wire(seed=lambda url: seed(url, type="Trial"), answer=answer) as site:
        prefix = "Sent from your Twilio trial account - "
        assert [row["body"] for row in await replies(site)] == [f"{prefix}one", f"{prefix}two"]


async def test_a_reply_that_cannot_be_sent_keeps_its_own_code_where_there_is_none_for_replies() -> None:
    answer = pages(hook=f"<Response><Message to='{LONDON}'>x</Message></Response>")
    async with wire(answer=answer) as site:
        assert await replies(site) == []
        assert await codes(site) == ["21408"]


async def test_whoever_opted_out_hears_no_answer_of_a_program() -> None:
    async with wire(answer=pages(hook="<Response><Message>but wait</Message></Response>")) as site:
        (confirmation,) = await replies(site, "STOP")
        assert confirmation["body"].startswith("You have successfully been unsubscribed.")
        assert site.received[0].form["Body"] == "STOP"
        assert "OptOutType" not in site.received[0].form
        assert await codes(site) == []
        assert TOKEN not in str(confirmation)


@pytest.mark.parametrize(
    ("document", "content_type", "expected", "alerts"),
    [
        ("<Response><Message>one</Message><Message>two</Message></Response>", "text/xml", ["one", "two"], []),
        ("<Response><Sms>old</Sms></Response>", "application/xml", ["old"], []),
        ("plain words", "text/plain", ["plain words"], []),
        ("<Response/>", "text/xml", [], []),
        ("{}", "application/json", [], ["12300"]),
        ("<Response>", "text/xml", [], ["12100"]),
        ("<Answer/>", "text/xml", [], ["12102"]),
        ("<Response><Say>x</Say><Message>y</Message></Response>", "text/xml", ["y"], ["14110"]),
        (f"<Response>{'<Message>x</Message>' * 12}</Response>", "text/xml", ["x"] * 10, ["14109"]),
        ("<Response><Message>" + "x" * 1601 + "</Message></Response>", "text/xml", [], ["14103"]),
        ("<Response><Message to='nobody'>x</Message></Response>", "text/xml", [], ["14101"]),
        ("<Response><Message from='+13125550199'>x</Message></Response>", "text/xml", [], ["14108"]),
        ("<Response><Message statusCallback='http://a_b/'>x</Message></Response>", "text/xml", ["x"], ["14105"]),
        ("<Response>" + " " * 70_000 + "</Response>", "text/xml", [], ["11750"]),
    ],
)
async def test_answers(document: str, content_type: str, expected: list[str], alerts: list[str]) -> None:
    async with wire(answer=says(document, content_type)) as site:
        rows = await replies(site)
        assert [row["body"] for row in rows] == expected
        assert await codes(site) == alerts
        assert {row["direction"] for row in rows} <= {"outbound-reply"}


DOCUMENT = "<Response><Message>né à 5 €</Message></Response>"
WINDOWS = "<?xml version='1.0' encoding='windows-1252'?>"


@pytest.mark.parametrize(
    ("content_type", "text", "encoding", "expected"),
    [
        ("text/plain", "né à 5 €", "utf-8", "né à 5 €"),
        ("text/plain; charset=ISO-8859-15", "né à 5 €", "iso-8859-15", "né à 5 €"),
        ('text/plain; format=flowed; charset="windows-1252"', "né à 5 €", "cp1252", "né à 5 €"),
        ("text/plain; charset=unheard-of", "né à 5 €", "utf-8", "né à 5 €"),
        ("text/plain; charset=idna", "né", "latin-1", "n\ufffd"),
        ("text/xml; charset=windows-1252", DOCUMENT, "cp1252", "né à 5 €"),
        ("text/xml; charset=utf-8", DOCUMENT, "utf-8", "né à 5 €"),
        ("text/xml", WINDOWS + DOCUMENT, "cp1252", "né à 5 €"),
        ("text/xml; charset=iso-8859-1", WINDOWS + DOCUMENT, "cp1252", "né à 5 €"),
    ],
)
async def test_an_answer_is_read_in_its_character_set(
    content_type: str, text: str, encoding: str, expected: str
) -> None:
    def answer(_: Received) -> web.Response:
        return web.Response(body=text.encode(encoding), headers={"Content-Type": content_type})

    async with wire(answer=answer) as site:
        assert [row["body"] for row in await replies(site)] == [expected]
        assert await codes(site) == []


async def test_an_empty_medium_is_a_mistake_and_nothing_is_fetched() -> None:
    async with wire(answer=says("<Response><Message>look<Media> </Media></Message></Response>")) as site:
        (row,) = await replies(site)
        assert (row["body"], row["num_media"], row["sid"][:2]) == ("look", "0", "SM")
        assert await codes(site) == ["12200"]
        assert len(site.received) == 1


REDIRECT = "<Response><Redirect>/next</Redirect></Response>"


async def test_a_redirect_leads_on_and_an_endless_one_is_stopped() -> None:
    def once(call: Received) -> web.Response:
        document = "<Response><Message>done</Message></Response>"
        return web.Response(text=document if len(site.received) > 1 else REDIRECT, content_type="text/xml")

    async with wire(answer=once) as site:
        assert [row["body"] for row in await replies(site)] == ["done"]
    async with wire(answer=says(REDIRECT)) as site:
        assert await replies(site) == []
        assert len(site.received) == 50
        assert await codes(site) == ["14106"]

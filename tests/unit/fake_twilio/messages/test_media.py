"""Media are fetched as Twilio fetches them, within its limits, and stored with their message."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from fake_twilio.messages.media import BEYOND_CARRIER, BEYOND_TWILIO, FETCH_FAILED, Failure, MediaStore
from fake_twilio.model import owl
from fake_twilio.model.media import IMAGE_LIMIT, size_limit
from fake_twilio.webhooks.client import WebhookClient
from fake_twilio.webhooks.request import MAX_REDIRECTS, NoResponse, WebhookResponse
from support.fake_memory import MemoryFake, memory_fake, message
from support.fake_wire import ACCOUNT

URL, NEXT = "https://example.com/a", "https://example.com/b"
PICTURE = ("image/png", b"picture")


class Server:
    """Responds as a test defines, and records the requests."""

    def __init__(self, **answers: WebhookResponse | NoResponse) -> None:
        self.answers = {name.replace("_", "/"): answer for name, answer in answers.items()}
        self.asked: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}

    async def call(
        self, method: str, url: str, headers: dict[str, str], *, body: object, limit: int
    ) -> WebhookResponse:
        assert (body, limit) == (None, IMAGE_LIMIT)
        self.asked.append((method, url))
        self.headers = headers
        answer = self.answers[url.rpartition("/")[2]]
        if isinstance(answer, NoResponse):
            raise answer
        return answer


def answer(status: int = 200, body: bytes = b"picture", kind: str = "image/png", **more: Any) -> WebhookResponse:
    return WebhookResponse(**{**dict(status=status, headers=(), body=body, content_type=kind), **more})  # noqa: C408


def moved(to: str, status: int = 302, name: str = "Location") -> WebhookResponse:
    return answer(status, b"", headers=(("Server", "x"), (name, to)))


@pytest.fixture
async def fake() -> AsyncIterator[MemoryFake]:
    async with memory_fake() as made:
        yield made


async def fetched(fake: MemoryFake, server: Server, *urls: str) -> Failure | list[tuple[str, bytes]]:
    store = MediaStore(fake.context, cast(WebhookClient, server))
    failure = await store.fetch_all(message(), urls)
    if failure is not None:
        return failure
    state = fake.context.state
    return [(row.content_type, row.content) for row in (state.media.rows[sid] for sid in state.media_of.get("SM1", ()))]


async def test_media_are_fetched_and_kept_in_order(fake: MemoryFake) -> None:
    server = Server(a=answer(), b=answer(299, b"sound", ""))
    assert await fetched(fake, server, URL, NEXT) == [PICTURE, ("application/octet-stream", b"sound")]
    assert server.asked == [("GET", URL), ("GET", NEXT)]
    assert server.headers == {"User-Agent": "TwilioProxy/1.1"}
    kept = next(iter(fake.context.state.media.rows.values()))
    assert (kept.sid[:2], kept.account_sid, kept.parent_sid) == ("ME", ACCOUNT, "SM1")


@pytest.mark.parametrize("status", [301, 302, 303, 307])
async def test_redirects_are_followed(fake: MemoryFake, status: int) -> None:
    server = Server(a=moved("/b", status, "location"), b=answer())
    assert await fetched(fake, server, URL) == [PICTURE]
    assert server.asked == [("GET", URL), ("GET", NEXT)]


async def test_redirects_come_to_an_end(fake: MemoryFake) -> None:
    server = Server(a=moved(URL))
    assert await fetched(fake, server, URL) == Failure(FETCH_FAILED, URL, "too many redirects")
    assert len(server.asked) == MAX_REDIRECTS + 1
    lost = Server(a=moved("ftp://example.com/b"))
    why = "redirected to an invalid URL"
    assert await fetched(fake, lost, URL) == Failure(FETCH_FAILED, URL, why)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (answer(404), "the server responded with HTTP 404"),
        (answer(300), "the server responded with HTTP 300"),
        (answer(302), "the server responded with HTTP 302"),
        (moved(NEXT, 308), "the server responded with HTTP 308"),
        (NoResponse(11200, "no route"), "no route"),
    ],
)
async def test_what_cannot_be_fetched_says_why(fake: MemoryFake, given: Any, why: str) -> None:
    assert await fetched(fake, Server(a=given), URL) == Failure(FETCH_FAILED, URL, why)
    assert fake.context.state.media_of.get("SM1", []) == []


async def test_a_redirect_without_moving_is_an_answer_like_any_other(fake: MemoryFake) -> None:
    server = Server(a=answer(200, headers=(("Location", NEXT),)))
    assert await fetched(fake, server, URL) == [PICTURE]


async def test_media_are_no_larger_than_twilio_and_carriers_take(fake: MemoryFake) -> None:
    whole = answer(body=b"x" * IMAGE_LIMIT)
    assert await fetched(fake, Server(a=whole), URL) == [("image/png", b"x" * IMAGE_LIMIT)]
    together = f"larger than {IMAGE_LIMIT} bytes, alone or with the other media"
    assert await fetched(fake, Server(a=whole, b=answer(body=b"x")), URL, NEXT) == Failure(
        BEYOND_TWILIO, NEXT, together
    )
    cut = Server(a=answer(truncated=True))
    assert await fetched(fake, cut, URL) == Failure(BEYOND_TWILIO, URL, f"larger than {IMAGE_LIMIT} bytes")
    limit = size_limit("text/csv")
    large = Server(a=answer(body=b"x" * (limit + 1), kind="text/csv"))
    assert await fetched(fake, large, URL) == Failure(BEYOND_CARRIER, URL, f"larger than {limit} bytes")


async def test_twilios_own_picture_needs_no_server(fake: MemoryFake) -> None:
    assert await fetched(fake, Server(), owl.URL) == [("image/png", owl.owl())]


async def test_whoever_watches_sees_what_was_kept(fake: MemoryFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(fake.context.events), "wanted", property(lambda _self: True))
    await fetched(fake, Server(a=answer()), URL)
    (sid,) = fake.context.state.media_of["SM1"]
    event = fake.context.events.recent[-1]
    assert (event.type, event.data) == ("media", {"sid": sid, "message_sid": "SM1"})

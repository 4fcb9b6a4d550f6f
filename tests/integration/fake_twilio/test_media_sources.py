"""Sources of media: through redirects, from the fake itself, and within the limits of a message."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from fake_twilio.model.media import IMAGE_LIMIT
from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, TOKEN, Received, Wire, seed, wire

Answer = Callable[[Received], web.Response]
Media = dict[str, web.Response | tuple[int, str]]
OTHER, THEIRS = f"AC{'9' * 32}", "+12015550120"


def serving(paths: Media) -> Answer:
    """Return a server with media, or redirects as status and location, by path; it also answers webhooks."""

    def answer(call: Received) -> web.Response:
        found = paths.get(urlsplit(call.url).path)
        if isinstance(found, tuple):
            return web.Response(status=found[0], headers={"Location": found[1]})
        return found or web.Response(text="<Response/>", content_type="text/xml")

    return answer


def picture(size: int = 3) -> web.Response:
    return web.Response(body=b"x" * size, content_type="image/png")


async def sent(site: Wire, *urls: str) -> dict[str, Any]:
    """Send media and return the final state of the message."""
    form = [("To", GUARD), ("From", OURS), *(("MediaUrl", url) for url in urls)]
    async with site.session.post(f"{site.messages_url}.json", data=form) as answer:
        made = await answer.json()
    await site.fake.wait_idle()
    return await site.fetch(made["sid"])


async def content(site: Wire, message_sid: str) -> bytes:
    async with site.session.get(f"{site.messages_url}/{message_sid}/Media.json") as answer:
        (medium,) = (await answer.json())["media_list"]
    async with site.session.get(f"{site.fake.base_url}{medium['uri'].removesuffix('.json')}") as answer:
        return await answer.read()


@pytest.mark.parametrize("status", [301, 302, 303, 307])
async def test_redirects_are_followed(status: int) -> None:
    media: Media = {"/first": (status, "/second"), "/second": (status, "/gate.png"), "/gate.png": picture()}
    async with wire(answer=serving(media)) as site:
        row = await sent(site, site.hook_url.replace("/hook", "/first"))
        assert (row["status"], await content(site, row["sid"])) == ("delivered", b"xxx")


@pytest.mark.parametrize("led_to", ["/round", "ftp://example.org/gate.png", ""])
async def test_a_redirect_that_leads_nowhere_is_a_failure(led_to: str) -> None:
    async with wire(answer=serving({"/round": (302, led_to)})) as site:
        row = await sent(site, site.hook_url.replace("/hook", "/round"))
        assert (row["status"], row["error_code"]) == ("failed", 11200)
        assert 1 <= len(site.received) <= 11


async def test_what_came_in_can_be_sent_on_although_its_address_asks_for_a_log_in() -> None:
    def answer(call: Received) -> web.Response:
        if url := call.form.get("MediaUrl0"):
            reply = f'<Response><Message to="{GUARD}"><Media>{url}</Media></Message></Response>'
            return web.Response(text=reply, content_type="text/xml")
        return picture()

    async with wire(seed=lambda hook: seed(sms_url=hook), answer=answer) as site:
        await site.fake.handset(GATE).send(OURS, "look", [f"{site.hook_url}/gate.png"])
        await site.fake.wait_idle()
        url = site.received[-1].form["MediaUrl0"]
        async with site.session.get(f"{site.messages_url}.json", params={"To": GUARD}) as listed:
            (reply,) = (await listed.json())["messages"]
        for row in reply, await sent(site, url):
            assert (row["status"], row["num_media"], row["to"]) == ("delivered", "1", GUARD)
            assert await content(site, row["sid"]) == b"xxx"


@pytest.mark.parametrize(("generation", "bytes_", "others"), [("2026", 401, 401), ("2019", 200, 401)])
async def test_around_2019_whoever_knew_the_address_had_the_bytes(generation: str, bytes_: int, others: int) -> None:
    document = {**seed(), "wire_generation": generation}
    async with wire(seed=document, answer=lambda _: picture()) as site:
        await site.fake.handset(GATE).send(OURS, "look", [f"{site.hook_url}/gate.png"])
        await site.fake.wait_idle()
        (medium,) = site.fake.context.state.media.rows.values()
        url = f"{site.messages_url}/{medium.parent_sid}/Media/{medium.sid}"
        async with aiohttp.ClientSession() as stranger:
            for method, address, status in (
                ("GET", url, bytes_),
                ("GET", f"{url}.json", others),
                ("GET", url.replace(ACCOUNT, OTHER), 401),
                ("DELETE", url, others),
            ):
                async with stranger.request(method, address) as answer:
                    assert answer.status == status, (method, address)
                    assert (await answer.read() == b"xxx") is (status == 200)


async def test_what_came_in_for_somebody_else_cannot() -> None:
    stranger = {"sid": OTHER, "auth_token": TOKEN, "numbers": [{"phone_number": THEIRS}]}
    document = seed()
    document["accounts"].append(stranger)
    async with wire(seed=document, answer=lambda _: picture()) as site:
        await site.fake.handset(GATE).send(THEIRS, "look", [f"{site.hook_url}/gate.png"])
        await site.fake.wait_idle()
        (medium,) = site.fake.context.state.media.rows.values()
        path = f"/2010-04-01/Accounts/{OTHER}/Messages/{medium.parent_sid}/Media/{medium.sid}"
        row = await sent(site, f"{site.fake.base_url}{path}")
        assert (row["status"], row["error_code"]) == ("failed", 11200)
        assert medium.account_sid != ACCOUNT


@pytest.mark.parametrize(
    ("sizes", "error_code"),
    [([IMAGE_LIMIT], None), ([IMAGE_LIMIT - 1, 1], None), ([IMAGE_LIMIT, 1], 11751), ([1, IMAGE_LIMIT], 11751)],
)
async def test_all_media_of_a_message_share_five_megabytes(sizes: list[int], error_code: int | None) -> None:
    async with wire(answer=serving({f"/{place}": picture(size) for place, size in enumerate(sizes)})) as site:
        row = await sent(site, *(site.hook_url.replace("/hook", f"/{place}") for place in range(len(sizes))))
        assert row["error_code"] == error_code


@pytest.mark.parametrize(("size", "error_code"), [(512_000, None), (512_001, 30019)])
async def test_what_is_no_picture_may_have_five_hundred_kilobytes(size: int, error_code: int | None) -> None:
    paper = web.Response(body=b"x" * size, content_type="application/pdf")
    async with wire(answer=serving({"/plan.pdf": paper})) as site:
        assert (await sent(site, site.hook_url.replace("/hook", "/plan.pdf")))["error_code"] == error_code

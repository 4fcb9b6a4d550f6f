"""Facts about webhooks and opt-out: the form of an incoming message, signatures, and Twilio's own replies.

Sources: Twilio's documentation of webhook requests, connection overrides, Webhook Settings and Advanced Opt-Out; dumps
of webhooks; its official validators.
"""

from typing import Any

import aiohttp
import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from fake_twilio.webhooks.signature import sign
from support.fake_servers import raw_server
from support.fake_wire import ACCOUNT, GUARD, OURS, TOKEN, Received, Wire, seed, wire

SERVICE = f"MG{'2' * 32}"
KEY = f"SK{'1' * 32}"
LONDONER = "+447400123457"
STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to "
    "resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to "
    "unsubscribe. Msg&Data Rates May Apply."
)
HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


def served(url: str, **service: Any) -> dict[str, Any]:
    """Return a seed whose number is in the pool of a service that calls this URL."""
    return seed(messaging_services=[{"sid": SERVICE, "numbers": [OURS], "inbound_request_url": url, **service}])


async def texted(site: Wire, body: str = "hello", phone: str = GUARD) -> Received:
    """Text our number from a phone and return the webhook request."""
    await site.text(body, phone)
    return site.received[-1]


# The form of an incoming message


async def test_places_are_told_in_capitals_with_their_zip() -> None:
    async with wire() as site:
        form = (await texted(site, phone="+14155550101")).form
        assert [form[f"From{part}"] for part in ("City", "State", "Zip", "Country")] == [
            "SAN FRANCISCO", "CA", "94103", "US",
        ]  # fmt: skip
        assert [form[f"To{part}"] for part in ("City", "State", "Zip", "Country")] == [
            "JERSEY CITY", "NJ", "07311", "US",
        ]  # fmt: skip


async def test_places_that_nobody_knows_are_empty() -> None:
    async with wire() as site:
        form = (await texted(site, phone=LONDONER)).form
        assert [form[f"From{part}"] for part in ("City", "State", "Zip", "Country")] == ["", "", "", "GB"]


async def test_a_service_is_named_between_the_number_and_its_zip() -> None:
    async with wire(seed=served) as site:
        names = list((await texted(site)).form)
        assert names[names.index("To") : names.index("ToZip") + 1] == ["To", "MessagingServiceSid", "ToZip"]


async def test_media_stand_where_they_were_seen_and_lead_to_the_api() -> None:
    def answer(call: Received) -> web.Response:
        return web.Response(body=b"png", content_type="image/png") if call.method == "GET" else web.Response()

    async with wire(answer=answer) as site:
        await site.fake.handset(GUARD).send(OURS, "look", [f"{site.hook_url}/a.png", f"{site.hook_url}/b.png"])
        await site.fake.wait_idle()
        form = site.received[-1].form
        assert list(form)[:4] == ["ToCountry", "MediaContentType0", "MediaContentType1", "ToState"]
        assert list(form)[-4:] == ["From", "MediaUrl0", "MediaUrl1", "ApiVersion"]
        path = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{form['MessageSid']}/Media/ME"
        assert form["MediaUrl0"].startswith(path)
        assert (form["MessageSid"][:2], form["NumMedia"], form["SmsStatus"]) == ("MM", "2", "received")


async def test_a_text_with_media_is_receiving_until_they_are_there() -> None:
    async with raw_server(None) as address, wire() as site:
        row = await site.control(
            "POST", f"/handsets/{GUARD}/messages", {"to": OURS, "body": "x", "media_urls": [f"http://{address}/"]}, 201
        )
        assert (await site.fetch(row["sid"]))["status"] == "receiving"
        async with site.session.delete(f"{site.messages_url}/{row['sid']}.json") as answer:
            assert (await answer.json())["code"] == 20009
        assert site.received == []
        # A fake restored from this state announces the message, without the medium that never arrived.
        await site.control("PUT", "/snapshot", _now(site), 204)
        await site.fake.wait_idle()
        assert (await site.fetch(row["sid"]))["status"] == "received"
        assert [call.form["Body"] for call in site.received] == ["x"]


def _now(site: Wire) -> dict[str, Any]:
    """Return what the state file would hold at this instant, while something is in flight."""
    from fake_twilio.snapshot import take

    return take(site.fake.context)


async def test_around_2019_webhooks_could_be_cached() -> None:
    async with wire(seed=lambda url: seed(url) | {"wire_generation": "2019"}) as site:
        assert (await texted(site)).headers["Cache-Control"] == "max-age=259200"
    async with wire() as site:
        assert not {"Cache-Control", "Accept-Encoding"} & set((await texted(site)).headers)


# Signatures


async def test_the_token_signs_also_for_messages_that_a_key_created() -> None:
    def document(url: str) -> dict[str, Any]:
        return seed(url, api_keys=[{"sid": KEY, "secret": "secret-of-the-key"}])

    async with wire(seed=document) as site:
        headers = {"Authorization": aiohttp.encode_basic_auth(KEY, "secret-of-the-key")}
        form = {"To": GUARD, "From": OURS, "Body": "x", "StatusCallback": site.hook_url}
        async with site.session.post(f"{site.messages_url}.json", data=form, headers=headers) as answer:
            assert answer.status == 201
        await site.fake.wait_idle()
        assert len(site.received) == 2
        assert all(call.genuine for call in site.received)


async def test_the_primary_token_signs_until_the_other_one_is_promoted() -> None:
    async with wire() as site:
        async with site.session.post(f"{site.fake.base_url}/v1/AuthTokens/Secondary") as answer:
            second = (await answer.json())["secondary_auth_token"]
        assert (await texted(site)).genuine
        async with site.session.post(f"{site.fake.base_url}/v1/AuthTokens/Promote") as answer:
            assert answer.status == 200
        last = await texted(site)
        assert not last.genuine
        assert RequestValidator(second).validate(last.url, dict(last.form), last.headers["X-Twilio-Signature"])


async def test_the_fragment_of_an_address_is_not_signed_and_validators_do_not_know_that() -> None:
    async with wire(seed=lambda url: seed(f"{url}#rc=2")) as site:
        last = await texted(site)
        assert last.genuine
        signature = last.headers["X-Twilio-Signature"]
        assert not RequestValidator(TOKEN).validate(f"{site.hook_url}#rc=2", dict(last.form), signature)


def test_a_field_that_comes_twice_is_signed_with_each_of_its_values_once_in_order() -> None:
    url = "https://example.com/sms"
    signature = sign(TOKEN, url, [("Body", "b"), ("Body", "a"), ("Body", "b")])
    assert signature == sign(TOKEN, url, [("Body", "a"), ("Body", "b")])

    class Form(dict[str, str]):
        """A form as frameworks provide it: a mapping that also returns all values of a key."""

        def getall(self, name: str) -> list[str]:
            return ["b", "a", "b"]

    assert RequestValidator(TOKEN).validate(url, Form(Body="b"), signature)
    with pytest.raises(TypeError):
        RequestValidator(TOKEN).validate(url, {"Body": ["a", "b"]}, signature)


@pytest.mark.parametrize(
    ("signed", "asked"),
    [
        ("https://example.com/sms", "https://example.com:443/sms"),
        ("http://example.com/sms", "http://example.com:80/sms"),
        ("https://example.com:8443/sms", "https://example.com/sms"),
    ],
)
def test_the_validator_takes_a_signature_with_or_without_the_port(signed: str, asked: str) -> None:
    signature = sign(TOKEN, signed, [("Body", "x")])
    assert RequestValidator(TOKEN).validate(signed, {"Body": "x"}, signature)
    assert RequestValidator(TOKEN).validate(asked, {"Body": "x"}, signature) is (":8443" not in signed)


# Webhook Settings


@pytest.mark.parametrize(
    ("setting", "calls"),
    [
        ({}, 1),
        ({"retry_count": 2, "retry_on": ["HTTP_5XX"]}, 3),
        ({"retry_count": 2, "retry_on": ["ALL"]}, 3),
        ({"retry_count": 2, "retry_on": ["HTTP_4XX", "READ_TIMEOUT"]}, 1),
    ],
)
async def test_a_webhook_setting_goes_before_the_fragment(setting: dict[str, Any], calls: int) -> None:
    def document(url: str) -> dict[str, Any]:
        return seed(f"{url}#rc=5&rp=5xx", webhook_setting=setting)

    async with wire(seed=document, answer=lambda call: web.Response(status=500)) as site:
        await texted(site)
        assert len(site.received) == calls


async def test_with_a_webhook_setting_nothing_is_tried_again_by_itself() -> None:
    cases: tuple[tuple[dict[str, Any], int], ...] = (({}, 2), ({"webhook_setting": {}}, 1))
    for account, attempts in cases:
        async with wire(seed=seed("http://127.0.0.1:1/", **account)) as site:
            await site.fake.handset(GUARD).send(OURS, "hello")
            await site.fake.wait_idle()
            assert len(site.fake.webhooks) == attempts


# Opt-out


async def test_what_twilio_answers_by_itself() -> None:
    async with wire() as site:
        for word, answer in (("STOP", STOPPED), ("START", STARTED), ("HELP", HELPED)):
            await texted(site, word)
            assert site.fake.handset(GUARD).messages[-1].body == answer
        assert "OptOutType" not in site.received[0].form


@pytest.mark.parametrize(("word", "kind"), [("stop", "STOP"), ("Unstop", "START"), ("INFO", "HELP"), ("stop it", None)])
async def test_advanced_opt_out_says_what_a_keyword_asks_for(word: str, kind: str | None) -> None:
    async with wire(seed=lambda url: served(url, advanced_opt_out=True)) as site:
        form = (await texted(site, word)).form
        assert form.get("OptOutType") == kind
        assert form["Body"] == word


async def test_advanced_opt_out_heeds_whatsapp_too() -> None:
    agent, person = f"whatsapp:{OURS}", f"whatsapp:{GUARD}"

    def document(url: str) -> dict[str, Any]:
        service = {"sid": SERVICE, "channel_senders": [agent], "inbound_request_url": url, "advanced_opt_out": True}
        return seed(channel_senders=[{"sender": agent}], messaging_services=[service])

    async with wire(seed=document) as site:
        await site.fake.handset(GUARD).send(agent, "STOP")
        await site.fake.wait_idle()
        assert site.received[-1].form["OptOutType"] == "STOP"
        async with site.create(From=agent, To=person) as answer:
            assert (await answer.json())["code"] == 21610

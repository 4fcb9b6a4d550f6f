"""The Webhooks API: shared keys, settings and rules, and how a rule affects webhooks.

Source: Twilio's documentation of the Webhooks configuration API; twilio-python 9.13, ``webhooks.v1``.
"""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.webhooks.v1.rule import RuleList
from twilio.rest.webhooks.v1.setting import SettingList
from twilio.rest.webhooks.v1.shared_key import SharedKeyList

from fake_twilio import FakeTwilio, ManualClock
from support.fake_wire import ACCOUNT, GUARD, OURS, TOKEN, Received, Wire, seed, wire

BASE = "/v1/Webhooks"
OPEN = {"source": "INLINE", "value": {"scheme": "NONE"}}
BASIC = {"source": "INLINE", "value": {"scheme": "BASIC", "username": "twilio", "password": "open-sesame"}}
DIGEST = {"source": "INLINE", "value": {"scheme": "DIGEST", "username": "twilio", "password": "open-sesame"}}


async def api(site: Wire, method: str, path: str, document: Any = None, status: int = 0, **headers: str) -> Any:
    url = f"{site.fake.base_url}{BASE}/{path}"
    async with site.session.request(method, url, json=document, headers=headers) as answer:
        text = await answer.text()
        assert answer.status == status if status else answer.status < 400, text
        return await answer.json(content_type=None) if text else None


async def setting(site: Wire, auth: Any = OPEN, **more: Any) -> str:
    return str((await api(site, "POST", "Settings", {"auth": auth, **more}, 201))["id"])


async def rule(site: Wire, *settings: str, status: int = 202, **more: Any) -> Any:
    share = 100 // len(settings)
    shares = [{"settingId": each, "percentage": share} for each in settings]
    match = more or {"matchType": "EXACT_MATCH", "value": site.hook_url}
    return await api(site, "POST", "Rules", {"settings": shares, **match}, status)


async def receipt(site: Wire) -> Received:
    """Trigger a status callback and return the newest request."""
    site.received.clear()
    await site.created(StatusCallback=site.hook_url)
    await site.fake.wait_idle()
    return site.received[-1]


async def test_a_rule_signs_with_the_shared_key_of_its_setting() -> None:
    async with wire() as site:
        assert (await receipt(site)).genuine
        key = await api(site, "POST", "SharedKeys", {"friendlyName": "driver"}, 201)
        assert key["id"].startswith("webhooks_sharedkey_")
        assert len(key["id"]) == len("webhooks_sharedkey_") + 26
        assert "secret" not in await api(site, "GET", f"SharedKeys/{key['id']}")
        signature = {"type": "SHARED_KEY", "sharedKeyId": key["id"], "algorithm": "HMAC_SHA256"}
        made = await rule(site, await setting(site, signature=signature))
        call = await receipt(site)
        assert not call.genuine
        assert call.headers["X-Twilio-Webhooks-Signature-Settings"] == f"key={key['id']},algorithm=HMAC_SHA256"
        given = call.headers["X-Twilio-Signature"]
        assert RequestValidator(key["secret"]).validate(call.url, dict(call.form), given, "HMAC_SHA256")
        await api(site, "DELETE", f"Rules/{made['rule']['id']}", status=202)
        assert (await receipt(site)).genuine


@pytest.mark.parametrize(("auth", "expected"), [(BASIC, "Basic "), (DIGEST, "Digest "), (OPEN, "")])
async def test_a_setting_logs_in_to_the_server(auth: Any, expected: str) -> None:
    def answer(call: Received) -> web.Response:
        if auth is DIGEST and "Authorization" not in call.headers:
            challenge = 'Digest realm="site", nonce="abc", qop="auth", algorithm=MD5'
            return web.Response(status=401, headers={"WWW-Authenticate": challenge})
        return web.Response()

    async with wire(answer=answer) as site:
        await rule(site, await setting(site, auth))
        call = await receipt(site)
        assert call.headers.get("Authorization", "")[: len(expected) or 9] == expected
        if auth is BASIC:
            assert call.headers["Authorization"] == aiohttp.encode_basic_auth("twilio", "open-sesame")
        log = str([webhook.headers for webhook in site.fake.webhooks])
        assert "Authorization" not in log


async def test_a_setting_fetches_an_access_token_for_the_server() -> None:
    asked = []

    def answer(call: Received) -> web.Response:
        if "grant_type" in call.form:
            asked.append(dict(call.form))
            return web.json_response({"access_token": f"token-{len(asked)}", "expires_in": 600})
        return web.Response()

    async with wire(answer=answer) as site:
        login = {"scheme": "OAUTH2", "tokenUrl": site.hook_url + "/token", "clientId": "me", "clientSecret": "hush"}
        await rule(site, await setting(site, {"source": "INLINE", "value": login | {"scope": "hooks"}}))
        for number in (1, 1, 2):
            assert (await receipt(site)).headers["Authorization"] == f"Bearer token-{number}"
            await site.fake.clock.advance(400)
        expected = {"client_id": "me", "client_secret": "hush", "grant_type": "client_credentials", "scope": "hooks"}
        assert asked == [expected, expected]
        shown = str(await api(site, "GET", "Settings")) + str([each.body for each in site.fake.requests])
        assert "hush" not in shown


async def test_a_server_that_gives_no_token_leaves_an_alert() -> None:
    async with wire(answer=lambda call: web.Response(text="none")) as site:
        login = {"scheme": "OAUTH2", "tokenUrl": site.hook_url, "clientId": "me", "clientSecret": "hush"}
        await rule(site, await setting(site, {"source": "INLINE", "value": login}))
        await receipt(site)
        async with site.session.get(f"{site.fake.base_url}/v1/Alerts") as answer:
            assert (await answer.json())["alerts"][0]["error_code"] == "11205"


async def test_a_setting_says_how_often_a_call_is_made_again() -> None:
    """The setting overrides the URL fragment; a setting without a ``connection`` makes no retries."""
    async with wire(answer=lambda call: web.Response(status=503)) as site:
        policy = {"retryPolicy": {"retryCount": 2, "retryOn": ["HTTP_5XX"]}}
        bare, often = await setting(site), await setting(site, connection=policy)
        made = await rule(site, bare)
        for wanted, attempts in ((bare, 1), (often, 3)):
            await api(site, "PATCH", f"Rules/{made['rule']['id']}", {"settings": [{"settingId": wanted}]}, 202)
            site.received.clear()
            await site.created(StatusCallback=site.hook_url + "#rc=1&rp=5xx")
            await site.fake.wait_idle()
            events = [call.form["MessageStatus"] for call in site.received]
            assert events.count("delivered") == attempts


async def test_the_exact_rule_overrides_the_longest_prefix_and_the_default() -> None:
    async with wire() as site:
        schemes = {}
        origin = site.hook_url.removesuffix("hook")
        matches: tuple[dict[str, Any], ...] = (
            {"matchType": "DEFAULT"},
            {"matchType": "PREFIX_MATCH", "prefix": origin},
            {"matchType": "EXACT_MATCH", "value": site.hook_url},
        )
        for match in matches:
            key = await api(site, "POST", "SharedKeys", {}, 201)
            signature = {"sharedKeyId": key["id"], "algorithm": "HMAC_SHA1"}
            await rule(site, await setting(site, signature=signature), **match)
            schemes[match["matchType"]] = key["id"]
            assert f"key={key['id']}," in (await receipt(site)).headers["X-Twilio-Webhooks-Signature-Settings"]
        assert len(set(schemes.values())) == 3


async def test_a_rule_splits_its_webhooks_between_two_settings() -> None:
    async with wire() as site:
        await rule(site, await setting(site, BASIC), await setting(site))
        logins = {"Authorization" in (await receipt(site)).headers for _ in range(20)}
        assert logins == {True, False}


@pytest.mark.parametrize(
    ("path", "document", "detail"),
    [
        ("Settings", {}, "auth: is missing"),
        ("Settings", {"auth": {"source": "REFERENCE"}}, "auth.source"),
        ("Settings", {"auth": {"source": "INLINE", "value": {"scheme": "BASIC"}}}, "auth.value.username: is missing"),
        ("Settings", {"auth": {"source": [], "value": {"scheme": {}}}}, "auth.source"),
        (
            "Settings",
            {"auth": {"source": "INLINE", "value": {"scheme": "BASIC", "username": "\ud800"}}},
            "auth.value.username",
        ),
        ("Settings", {"auth": OPEN, "connection": {"readTimeoutMs": 20_000}}, "connection.readTimeoutMs"),
        ("Settings", {"auth": OPEN, "friendlyName": "x" * 256}, "friendlyName"),
        ("Settings", {"auth": OPEN, "signature": {"sharedKeyId": "x", "algorithm": "HMAC_SHA256"}}, "SharedKeys"),
        ("SharedKeys", {"friendlyName": 1}, "friendlyName"),
        ("SharedKeys", [], "not a JSON object"),
        ("Rules", {"matchType": "DEFAULT", "settings": []}, "percentages"),
        ("Rules", {"matchType": "PREFIX_MATCH", "prefix": "http://x", "settings": [{"settingId": "x"}]}, "must end"),
        ("Rules", {"matchType": "DEFAULT", "settings": [{"settingId": "x"}]}, "not one of the account's Settings"),
        ("Rules", {"matchType": "GLOB", "settings": [{"settingId": "x"}]}, "matchType"),
    ],
)
async def test_what_is_wrong_is_refused(path: str, document: Any, detail: str) -> None:
    async with wire() as site:
        body = await api(site, "POST", path, document, 400)
        assert (body["code"], body["status"], body["title"]) == (59000, 400, "Validation Error")
        assert detail in body["detail"]


async def test_an_idempotency_key_is_a_uuid_of_version_7() -> None:
    async with wire() as site:
        key = "0190a6e8-5c1c-7c3e-8a2b-0123456789ab"
        await api(site, "POST", "SharedKeys", {}, 201, **{"Idempotency-Key": key})
        await api(site, "POST", "SharedKeys", {}, 400, **{"Idempotency-Key": key.replace("-7", "-4")})


async def test_what_is_in_use_stays() -> None:
    async with wire() as site:
        key = await api(site, "POST", "SharedKeys", {}, 201)
        used = await setting(site, signature={"sharedKeyId": key["id"], "algorithm": "HMAC_SHA256"})
        made = await rule(site, used)
        await api(site, "DELETE", f"SharedKeys/{key['id']}", status=409)
        await api(site, "DELETE", f"Settings/{used}", status=409)
        for path, status in ((f"Rules/{made['rule']['id']}", 202), (f"Settings/{used}", 204)):
            await api(site, "DELETE", path, status=status)
            await api(site, "GET", path, status=404)
        await api(site, "DELETE", f"SharedKeys/{key['id']}", status=204)


async def test_the_official_sdk_manages_them() -> None:
    def use(client: Client) -> None:
        api = client.webhooks.v1
        key = api.shared_keys.create(SharedKeyList.PostSharedKey({"friendlyName": "driver"}))
        assert key.secret
        assert api.shared_keys(key.id).patch(SharedKeyList.PatchSharedKey({"friendlyName": "x"})).friendly_name == "x"
        post = SettingList.PostSetting({"friendlyName": "signed"})
        post.auth = SettingList.PostAuthSetting({"source": "INLINE"})
        post.auth.value = SettingList.PostInlineAuthValue({"scheme": "NONE"})
        post.signature = SettingList.SignatureSetting({"sharedKeyId": key.id, "algorithm": "HMAC_SHA256"})
        setting = api.settings.create(post)
        assert setting.friendly_name == "signed"
        assert api.settings(setting.id).patch(SettingList.PatchSetting({"description": "y"})).description == "y"
        wanted = RuleList.PostRule({"matchType": "DEFAULT"})
        wanted.settings = [RuleList.SettingReference({"settingId": setting.id, "percentage": 100})]
        made = api.rules.create(wanted)
        assert api.operations(made.operation["id"]).fetch().status == "COMPLETED"
        assert [rule.match_type for rule in api.rules.list()] == ["DEFAULT"]
        assert [row.id for row in api.settings.list()] == [setting.id]
        assert [row.id for row in api.shared_keys.list()] == [key.id]
        assert api.rules(made.rule["id"]).fetch().id == made.rule["id"]

    async with wire() as site:
        client = Client(ACCOUNT, TOKEN)
        client.webhooks.base_url = site.fake.base_url
        await asyncio.to_thread(use, client)


async def test_a_snapshot_keeps_them() -> None:
    async with wire() as site:
        key = await api(site, "POST", "SharedKeys", {}, 201)
        connection = {"retryPolicy": {"retryCount": 1, "retryOn": ["ALL"]}}
        signature = {"sharedKeyId": key["id"], "algorithm": "HMAC_SHA256"}
        await rule(site, await setting(site, BASIC, signature=signature, connection=connection))
        kept = [await api(site, "GET", path) for path in ("SharedKeys", "Settings", "Rules")]
        document = await site.fake.snapshot()
        async with FakeTwilio(seed(), clock=ManualClock()) as other:
            other.restore(document)
            there = Wire(other, site.session, site.hook_url, site.received)
            assert [await api(there, "GET", path) for path in ("SharedKeys", "Settings", "Rules")] == kept
            assert "Authorization" in (await receipt(there)).headers


async def test_incoming_texts_are_delivered_by_the_rule_too() -> None:
    async with wire(seed=seed) as site:
        await rule(site, await setting(site, BASIC))
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        assert site.received[-1].headers["Authorization"].startswith("Basic ")

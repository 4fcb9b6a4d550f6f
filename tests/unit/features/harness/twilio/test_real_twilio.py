"""Whatever a run changed at Twilio is restored at its end, whatever happened in between."""

import re
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from fake_twilio import FakeTwilio
from harness.twilio import fault_proxy, real_twilio
from harness.twilio.budget import Budget
from harness.twilio.real_settings import Login, NotReadyError, RealSettings

OURS, HANDSET = "+12015550100", "+12015550101"
DRIVER, OTHER = Login("AC" + "a" * 32, "one"), Login("AC" + "b" * 32, "two")
SEED = {
    "accounts": [
        {
            "sid": login.account_sid,
            "auth_token": login.auth_token,
            "numbers": [{"phone_number": number, "sms_url": f"https://example.com/{number[1:]}"}],
        }
        for login, number in ((DRIVER, OURS), (OTHER, HANDSET))
    ]
}


async def test_a_changed_webhook_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = RealSettings(DRIVER, OTHER, OURS, HANDSET, "Full", budget=1)
    async with FakeTwilio(SEED) as fake, aiohttp.ClientSession() as session:
        monkeypatch.setattr(real_twilio, "API", fake.base_url)

        async def number(form: dict[str, str] | None = None) -> dict[str, object]:
            base = f"{fake.base_url}/2010-04-01/Accounts/{DRIVER.account_sid}/IncomingPhoneNumbers"
            headers = {"Authorization": aiohttp.encode_basic_auth(DRIVER.account_sid, DRIVER.auth_token)}
            async with session.get(f"{base}.json", headers=headers) as answer:
                row: dict[str, object] = (await answer.json())["incoming_phone_numbers"][0]
            if form is not None:
                async with session.post(f"{base}/{row['sid']}.json", data=form, headers=headers) as answer:
                    assert answer.status == 200
            return row

        async def interrupted() -> None:
            async with real_twilio.real_twilio_backend(settings, Budget(1, {HANDSET})):
                await number({"SmsUrl": "https://example.org/elsewhere"})
                assert (await number())["sms_url"] == "https://example.org/elsewhere"
                raise RuntimeError("in the middle of a scenario")

        before = await number()
        with pytest.raises(RuntimeError, match="in the middle of a scenario"):
            await interrupted()
        after = await number()
        assert after["sms_url"] == before["sms_url"] == f"https://example.com/{OURS[1:]}"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"driver": Login(DRIVER.account_sid, "guessed")}, "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not valid"),
        ({"handset": Login(OTHER.account_sid, "guessed")}, "TWILIO_HANDSET_ACCOUNT_SID and TWILIO_HANDSET_AUTH_TOKEN"),
        ({"number": HANDSET}, "the account of TWILIO_ACCOUNT_SID does not own +1…0101"),
        ({"handset_number": "+12015550199"}, "the account of TWILIO_HANDSET_ACCOUNT_SID does not own +1…0199"),
        ({"account_type": "Trial"}, 'account_type says "Trial", but the account is Full'),
    ],
)
@pytest.mark.parametrize(
    "open_side", [real_twilio.real_twilio_backend, fault_proxy.fault_proxy], ids=["real", "faulty line"]
)
async def test_accounts_that_are_not_as_configured_are_refused_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], reason: str, open_side: Any
) -> None:
    settings = replace(RealSettings(DRIVER, OTHER, OURS, HANDSET, "Full", budget=1), **changes)
    async with FakeTwilio(SEED) as fake:
        monkeypatch.setattr(real_twilio, "API", fake.base_url)
        with pytest.raises(NotReadyError) as refusal:
            async with open_side(settings, Budget(1, {HANDSET})):
                pytest.fail("it began all the same")
        assert all(request["method"] == "GET" for request in await journal(fake))
    assert str(refusal.value).startswith("nothing was sent:\n- ")
    assert reason in str(refusal.value)


async def test_a_twilio_that_is_out_of_reach_is_reported_with_where_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real_twilio, "API", "http://127.0.0.1:1")
    settings = RealSettings(DRIVER, OTHER, OURS, HANDSET, "Full", budget=1)
    with pytest.raises(NotReadyError, match=r"http://127.0.0.1:1 does not answer .*: check the network, HTTPS_PROXY"):
        async with real_twilio.real_twilio_backend(settings, Budget(1, {HANDSET})):
            pytest.fail("it began all the same")


async def journal(fake: FakeTwilio) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"{fake.base_url}/_fake/v1/requests") as answer:
        return list((await answer.json())["requests"])


async def test_a_text_to_nobody_costs_nothing_and_is_left_to_the_driver_to_refuse() -> None:
    settings, guard = RealSettings(DRIVER, OTHER, OURS, HANDSET, "Full", budget=1), Budget(1, {HANDSET})
    async with aiohttp.ClientSession() as session:
        side = real_twilio.RealTwilioBackend(settings, guard, session)
        assert side.outgoing("", "Hello") == "Hello"
    assert guard.texts == 0


async def test_the_handset_shows_only_texts_of_its_own_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = RealSettings(DRIVER, OTHER, OURS, HANDSET, "Full", budget=9)
    async with FakeTwilio(SEED) as fake:
        monkeypatch.setattr(real_twilio, "API", fake.base_url)
        async with real_twilio.real_twilio_backend(settings, Budget(9, {OURS, HANDSET})) as side:
            for words in ("One", "Two"):
                await side.begin()
                await side.text(HANDSET, OURS, words)
            await fake.wait_idle()
            rows = await side.shown(HANDSET)
            shown = [(row["body"], row["to"]) for row in rows]
            assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z", row["date_sent"]) for row in rows)
    assert [(side.plain(body), to) for body, to in shown] == [("Two", OURS)]

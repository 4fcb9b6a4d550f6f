"""Facts about trial accounts of both generations.

Sources: Twilio's documentation of trials and free units; recordings and texts seen on the wire.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from fake_twilio.model.free_trial import TEMPLATES
from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, Wire, seed, wire

PREFIX = "Sent from your Twilio trial account - "
DEFAULT_REPLY = (
    "Thanks for the message. Configure your number's SMS URL to change this message.Reply HELP for help."
    "Reply STOP to unsubscribe.Msg&Data rates may apply."
)
API = f"/2010-04-01/Accounts/{ACCOUNT}"
UNVERIFIED = (
    "The number +1201555XXXX is unverified. Trial accounts cannot send messages to unverified numbers; verify "
    "+1201555XXXX at twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number to send messages to "
    "unverified numbers"
)
OLDER_UNVERIFIED = UNVERIFIED.replace("+1201555XXXX", GATE) + "."


def trial(**account: Any) -> dict[str, Any]:
    """Return a seed with a trial account."""
    return seed(type="Trial", **account)


async def refusal(site: Wire, **form: str) -> Mapping[str, Any]:
    """Return the error of a refused creation."""
    async with site.create(**form) as answer:
        document: dict[str, Any] = await answer.json()
        assert answer.status == document["status"]
        return document


# The old trial


async def test_a_trials_texts_begin_with_its_prefix() -> None:
    async with wire(seed=trial()) as site:
        assert (await site.created("hello"))["body"] == f"{PREFIX}hello"
        await site.fake.wait_idle()
        assert [row.body for row in site.fake.handset(GUARD).messages] == [f"{PREFIX}hello"]


async def test_a_trials_answers_begin_with_it_too() -> None:
    numbers = [{"phone_number": OURS, "sms_url": "https://demo.twilio.com/welcome/sms/reply/"}]
    async with wire(seed=trial(numbers=numbers)) as site:
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        assert site.fake.handset(GUARD).messages[-1].body == f"{PREFIX}{DEFAULT_REPLY}"


async def test_a_trial_texts_verified_numbers_only() -> None:
    async with wire(seed=trial()) as site:
        problem = await refusal(site, To=GATE)
        assert problem == {
            "code": 21608,
            "message": UNVERIFIED,
            "more_info": "https://www.twilio.com/docs/errors/21608",
            "status": 400,
        }
        site.fake.assert_nothing_sent()
        # Anybody can text the trial number.
        await site.fake.handset(GATE).send(OURS, "hello")
        await site.fake.wait_idle()
        assert [row.body for row in site.fake.messages] == ["hello"]


async def test_the_older_text_shows_the_whole_number_and_ends_with_a_full_stop() -> None:
    async with wire(seed=trial() | {"wire_generation": "2019"}) as site:
        assert (await refusal(site, To=GATE))["message"] == OLDER_UNVERIFIED


async def test_a_trial_has_one_number() -> None:
    async with wire(seed=trial()) as site:
        url = f"{site.fake.base_url}{API}/IncomingPhoneNumbers.json"
        async with site.session.post(url, data={"AreaCode": "415"}) as answer:
            problem = await answer.json()
        assert (answer.status, problem["code"]) == (400, 21404)
        assert problem["message"].startswith("Trial accounts are allowed only one Twilio number.")


async def test_a_trial_has_no_name_to_send_from() -> None:
    async with wire(seed=trial()) as site:
        assert (await refusal(site, From="Alarms"))["code"] == 21267


async def test_a_trial_sends_so_many_texts_a_day() -> None:
    async with wire(seed=trial() | {"daily_trial_limit": 1}) as site:
        await site.created()
        problem = await refusal(site)
        assert (problem["status"], problem["code"]) == (429, 63038)
        assert problem["message"] == f"Account {ACCOUNT} exceeded the 1 daily messages limit"
        await site.fake.clock.advance(86_399)
        assert (await refusal(site))["code"] == 63038
        await site.fake.clock.advance(1)
        await site.created()


async def test_a_trials_day_is_the_24_hours_before_now() -> None:
    """Midnight does not matter: a message sent 24 hours ago no longer counts."""
    async with wire(seed=trial() | {"daily_trial_limit": 2}) as site:
        await site.created("at noon")
        await site.fake.clock.advance(43_200)
        await site.created("at midnight")
        await site.fake.clock.advance(43_199)
        assert (await refusal(site))["code"] == 63038
        await site.fake.clock.advance(1)
        await site.created("at noon again")
        assert (await refusal(site))["code"] == 63038


async def test_a_text_that_is_too_long_for_a_trial_fails() -> None:
    async with wire(seed=trial() | {"trial_segment_limit": 2}) as site:
        sid = (await site.created("a" * 300))["sid"]
        await site.fake.wait_idle()
        row = await site.fetch(sid)
        assert (row["status"], row["error_code"]) == ("failed", 30044)


async def test_an_upgrade_ends_the_trial_and_keeps_the_number() -> None:
    async with wire(seed=trial()) as site:
        await site.control("POST", f"/accounts/{ACCOUNT}", {"type": "Full"})
        made = await site.created("hello", To=GATE)
        assert (made["from"], made["body"]) == (OURS, "hello")


@pytest.mark.parametrize(("given", "left"), [({}, "20.00"), ({"balance": "99.5"}, "99.5")])
async def test_what_is_left_of_a_trials_credit_is_not_carried_over(given: dict[str, str], left: str) -> None:
    async with wire(seed=trial()) as site:
        await site.created()
        await site.fake.wait_idle()
        async with site.session.get(f"{site.fake.base_url}{API}/Balance.json") as answer:
            assert (await answer.json())["balance"] == "15.4917"
        await site.control("POST", f"/accounts/{ACCOUNT}", {"type": "Full", **given})
        async with site.session.get(f"{site.fake.base_url}{API}/Balance.json") as answer:
            assert (await answer.json())["balance"] == left
        await site.control("POST", f"/accounts/{ACCOUNT}", {"type": "Full"})
        async with site.session.get(f"{site.fake.base_url}{API}/Balance.json") as answer:
            assert (await answer.json())["balance"] == left


# The trial of 2026


@pytest.mark.parametrize("name", sorted(TEMPLATES))
async def test_free_units_send_templates_by_name(name: str) -> None:
    async with wire(seed=trial(profile="free-units")) as site:
        assert (await site.created(name))["body"] == PREFIX + TEMPLATES[name]


async def test_free_units_send_nothing_else() -> None:
    async with wire(seed=trial(profile="free-units")) as site:
        problem = await refusal(site, Body="hello")
        assert (problem["code"], problem["message"]) == (
            572006,
            "Invalid template name. Trial accounts can only use predefined SMS templates.",
        )


async def test_free_units_are_a_hundred_texts() -> None:
    async with wire(seed=trial(profile="free-units") | {"daily_trial_limit": 0}) as site:
        for _ in range(100):
            await site.created("sms_2fa")
        assert (await refusal(site, Body="sms_2fa"))["code"] == 63038
        await site.fake.clock.advance(86_400 * 2)
        assert (await refusal(site, Body="sms_2fa"))["code"] == 63038


async def test_free_units_are_a_hundred_messages_on_whatsapp_besides() -> None:
    agent = f"whatsapp:{OURS}"
    template = f"HX{'1' * 32}"
    more = {"channel_senders": [{"sender": agent}], "content_templates": [{"sid": template, "body": "123456"}]}
    form = {"From": agent, "To": f"whatsapp:{GUARD}", "Body": "", "ContentSid": template}
    async with wire(seed=trial(profile="free-units", **more) | {"daily_trial_limit": 0}) as site:
        for _ in range(100):
            async with site.create(**form) as answer:
                assert answer.status == 201
        there = await refusal(site, **form)
        assert there["code"] == 63038
        await site.created("sms_2fa")


async def test_free_units_end_after_thirty_days() -> None:
    async with wire(seed=trial(profile="free-units")) as site:
        await site.fake.clock.advance(86_400 * 30 - 1)
        await site.created("sms_2fa")
        await site.fake.clock.advance(1)
        assert (await refusal(site, Body="sms_2fa"))["code"] == 20005
        await site.control("POST", f"/accounts/{ACCOUNT}", {"type": "Full"})
        await site.created("any words")


async def test_free_units_stay_in_the_country_of_the_number() -> None:
    abroad = "+14165550101"
    async with wire(seed=trial(profile="free-units", verified=[abroad])) as site:
        assert (await refusal(site, To=abroad, Body="sms_2fa"))["code"] == 21408


async def test_a_telephone_is_verified_by_three_free_units_trials_at_most() -> None:
    document = trial(profile="free-units")
    for digit in "678":
        more = {"type": "Trial", "profile": "free-units", "verified": [] if digit == "8" else [GATE]}
        document["accounts"].append({"sid": f"AC{digit * 32}", "auth_token": digit, **more})
    async with wire(seed=document) as site:
        url = f"{site.fake.base_url}{API}/OutgoingCallerIds.json"
        async with site.session.post(url, data={"PhoneNumber": GATE}) as answer:
            code = (await answer.json())["validation_code"]
        await site.control("POST", f"/handsets/{GATE}/validations", {"code": code}, 201)
        other = {"Authorization": aiohttp.encode_basic_auth(f"AC{'8' * 32}", "8")}
        url = url.replace(ACCOUNT, f"AC{'8' * 32}")
        async with site.session.post(url, data={"PhoneNumber": GATE}, headers=other) as answer:
            assert (await answer.json())["code"] == 21453


async def test_free_units_reach_five_people_whose_code_was_entered() -> None:
    verified = [f"+1201555012{digit}" for digit in range(4)]
    async with wire(seed=trial(profile="free-units", verified=verified)) as site:
        url = f"{site.fake.base_url}{API}/OutgoingCallerIds.json"
        async with site.session.post(url, data={"PhoneNumber": GUARD}) as answer:
            code = (await answer.json())["validation_code"]
        assert (await refusal(site, Body="sms_2fa"))["code"] == 572005
        await site.control("POST", f"/handsets/{GUARD}/validations", {"code": code}, 201)
        await site.created("sms_2fa")
        async with site.session.post(url, data={"PhoneNumber": GATE}) as answer:
            assert (await answer.json())["code"] == 20010


async def test_free_units_buy_nothing() -> None:
    async with wire(seed=trial(profile="free-units", numbers=[])) as site:
        url = f"{site.fake.base_url}{API}/IncomingPhoneNumbers.json"
        async with site.session.post(url, data={"AreaCode": "415"}) as answer:
            assert (await answer.json())["code"] == 10002

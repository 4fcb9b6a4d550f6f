"""Every code that a request can be refused with is produced by a request over HTTP, with its status and exact text."""

import asyncio
from typing import Any

import pytest

from fake_twilio.clock import turn
from fake_twilio.errors import CATALOGUE, Reach
from support.fake_cases import Case, ask
from support.fake_old_refusals import OLD_CASES
from support.fake_refusals import CASES
from support.fake_seeds import whole_seed
from support.fake_wire import wire

SEVERAL_AT_ONCE = {20429}
BY_JSON = {59000, 59103, 59202}
PLANTED = sorted(code for code, entry in CATALOGUE.items() if entry.status and Reach.FAULT in entry.ways)


async def refusal(case: Case, generation: str = "2026") -> tuple[int, Any, Any]:
    """Run a case and return the response to its last request."""
    document = whole_seed({"wire_generation": generation, **case.seed}, **case.account)
    async with wire(seed=document, pace=case.pace) as site:
        message = ""
        for request in case.before:
            status, body, _ = await ask(site, request, message)
            assert status < 300, body
            message = body.get("sid", message)
            if case.pace == "instant":
                await site.fake.wait_idle()
        return await ask(site, case.request, message)


def labels(cases: tuple[Case, ...]) -> list[str]:
    return [f"{case.code}-{case.text[:40]}" for case in cases]


@pytest.mark.parametrize("case", CASES, ids=labels(CASES))
async def test_a_refusal(case: Case) -> None:
    status, body, headers = await refusal(case)
    entry = CATALOGUE[case.code]
    assert body == {
        "code": case.code,
        "message": case.text,
        "more_info": f"https://www.twilio.com/docs/errors/{case.code}",
        "status": entry.status,
    }
    assert list(body) == ["code", "message", "more_info", "status"]
    assert (status, headers["Content-Type"]) == (entry.status, "application/json")
    assert headers["Twilio-Request-Id"].startswith("RQ")
    assert ("WWW-Authenticate" in headers) is (status == 401 and case.code == 20003)


@pytest.mark.parametrize("case", OLD_CASES, ids=labels(OLD_CASES))
async def test_what_it_was_in_2019(case: Case) -> None:
    status, body, _ = await refusal(case, "2019")
    entry = CATALOGUE[case.code]
    code = entry.old_code or case.code
    assert (status, body["code"], body["message"]) == (entry.status, code, case.text)
    assert body["more_info"].endswith(f"/{code}")


async def test_wrong_credentials_had_a_detail_in_2019() -> None:
    case = next(case for case in CASES if case.code == 20003)
    _, body, _ = await refusal(case, "2019")
    assert body["detail"] == "Your AccountSid or AuthToken was incorrect."


async def test_more_requests_at_once_than_an_account_may_have() -> None:
    async with wire(seed=whole_seed({"concurrency_limit": 1})) as site:
        await site.plant({"type": "latency", "seconds": 5})
        slow = asyncio.create_task(site.created("slow"))
        while not site.fake.requests:
            await turn()
        async with site.create() as answer:
            body = await answer.json()
        assert (answer.status, body["code"], body["message"]) == (429, 20429, "Too Many Requests")
        assert "Retry-After" not in answer.headers
        await site.fake.clock.advance(5)
        assert (await slow)["body"] == "slow"
        await site.created("later")


async def test_the_refusals_of_the_webhooks_api() -> None:
    login = {"scheme": "BASIC", "username": "a", "password": "b"}
    async with wire() as site:

        async def made(path: str, document: Any) -> tuple[int, Any]:
            async with site.session.post(f"{site.fake.base_url}/v1/Webhooks/{path}", json=document) as answer:
                return answer.status, await answer.json()

        _, setting = await made("Settings", {"auth": {"source": "INLINE", "value": login}})
        rule = {"settings": [{"settingId": setting["id"], "percentage": 100}]}
        exact = rule | {"matchType": "EXACT_MATCH", "value": "https://sms.example.com/sms"}
        assert (await made("Rules", exact))[0] == 202
        reached = set()
        for document in (rule, exact, rule | {"matchType": "DEFAULT"}):
            status, body = await made("Rules", document)
            entry = CATALOGUE[body["code"]]
            assert (status, body["status"], body["title"]) == (entry.status, entry.status, entry.title)
            reached.add(body["code"])
        assert reached == BY_JSON


@pytest.mark.parametrize("code", PLANTED)
async def test_what_only_a_fault_answers(code: int) -> None:
    entry = CATALOGUE[code]
    async with wire() as site:
        await site.plant({"type": "http_error", "status": entry.status, "code": code})
        async with site.create() as answer:
            body = await answer.json()
        assert (answer.status, body["code"], body["message"]) == (entry.status, code, entry.text)
        assert site.fake.messages == []


def test_every_code_of_a_request_has_a_case() -> None:
    reachable = {code for code, entry in CATALOGUE.items() if Reach.REQUEST in entry.ways}
    assert {case.code for case in CASES} | SEVERAL_AT_ONCE | BY_JSON == reachable
    assert {case.code for case in OLD_CASES} == {
        code for code, entry in CATALOGUE.items() if entry.status and (entry.old_text or entry.old_code)
    }


def test_every_code_says_how_it_is_reached_or_why_it_is_not() -> None:
    for code, entry in CATALOGUE.items():
        assert entry.ways, code
        assert bool(entry.why) is (Reach.NOWHERE in entry.ways), code
        assert Reach.NOWHERE not in entry.ways or len(entry.ways) == 1, code
        assert (Reach.REQUEST in entry.ways) <= bool(entry.status), code
        assert bool(entry.text) >= (Reach.REQUEST in entry.ways), code

"""Lists: an invalid cursor, page size or parameter is refused by name, on every list alike."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from driver.api.requests import PageQuery
from driver.dataserver.routes import ROUTES
from driver.store.store import SqlStore
from support.driver_site import Site, site

LISTS = sorted(route.path for route in ROUTES if issubclass(route.request or object, PageQuery))
SYSTEMS = "/api/systems"
LOGS = "/api/logs"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21211}, times=None)
        for n in range(3):
            await here.send(f"text {n}", ("guard", "gate")[n % 2])
        await here.clock.advance(10)
        here.fake.faults.clear()
        for n in range(3):
            await here.send(f"text {n}")
        here.fault({"type": "http_error", "status": 400, "code": 21211})
        for n in range(2):
            await here.send(f"waits {n}")
        yield here


async def ask(here: Site, path: str, query: dict[str, str] | list[tuple[str, str]]) -> tuple[int, Any]:
    base = here.driver.debugtools_url if path == LOGS else here.driver.dataserver_url
    async with here.http.get(base + path, params=query) as answer:
        return answer.status, await answer.json(content_type=None)


def test_there_are_lists() -> None:
    assert LISTS == [
        "/api/alarms",
        "/api/alarms/history",
        "/api/assets",
        "/api/audit",
        "/api/deadletters",
        "/api/messages",
        "/api/queue",
        SYSTEMS,
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("pageSize", size)
            for size in (
                "0",
                "-1",
                "1001",
                "1000000000",
                "9" * 5000,
                "abc",
                "1.5",
                "0x10",
                "ten",
                "٣x",
                "5.0",
                "1_0",
                "٣",
                "+5",
            )
        ),
        ("page_size", "5"),
        ("pagesize", "5"),
        ("color", "red"),
        ("x\x1b[31m", "1"),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_name(here: Site, name: str, value: str) -> None:
    for path in (*LISTS, LOGS):
        status, refused = await ask(here, path, {name: value})
        assert (status, refused["code"]) == (400, "request_invalid"), path
        assert [error["path"] for error in refused["errors"]] == [name]
        assert len(str(refused)) < 1000


async def test_a_parameter_that_is_given_twice_is_refused(here: Site) -> None:
    for path in (*LISTS, LOGS):
        status, refused = await ask(here, path, [("pageSize", "1"), ("pageSize", "2")])
        assert (status, refused["detail"]) == (400, "pageSize: given more than once")


@pytest.mark.parametrize("name", ["level", "since"])
async def test_the_log_refuses_what_it_does_not_know(here: Site, name: str) -> None:
    for value in ("LOUD", "-1", "9" * 400, "5.0", "1_0", "٣", "+5"):
        status, refused = await ask(here, LOGS, {name: value})
        assert (status, refused["errors"][0]["path"]) == (400, name)
    assert (await ask(here, LOGS, {"level": "WARNING", "since": "", "asset": ""}))[0] == 200


@pytest.mark.parametrize("path", LISTS)
async def test_pages_lead_through_the_whole_list(here: Site, path: str) -> None:
    _, whole = await ask(here, path, {"pageSize": "1000"})
    assert whole["next"] is None
    assert len(whole["items"]) >= (1 if path == SYSTEMS else 2)
    items: list[object] = []
    cursor: str | None = ""
    while cursor is not None:
        status, page = await ask(here, path, {"pageSize": "1", "cursor": cursor})
        assert status == 200
        items += page["items"]
        cursor = page["next"]
    assert items == whole["items"]


@pytest.mark.parametrize("path", LISTS)
async def test_a_cursor_only_fits_its_own_list_and_as_a_whole(here: Site, path: str) -> None:
    _, page = await ask(here, path, {"pageSize": "1"})
    cursor = str(page["next"])
    wrong = [
        "0",
        "1",
        "-1",
        "abc",
        "nonsense",
        "~",
        "9" * 400,
        "\x00",
        "\ud7ff",
        cursor[:-1],
        cursor + "0",
        "." + cursor,
    ]
    for text in wrong:
        status, refused = await ask(here, path, {"cursor": text})
        assert status == 400, text
        assert refused["errors"][0]["path"] == "cursor"
        assert path in str(refused["detail"])
    for other in set(LISTS) - {path}:
        assert (await ask(here, other, {"cursor": cursor}))[0] == 400


async def test_dead_letters_and_their_attempts_take_the_same_number_of_questions(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    read = SqlStore._read

    async def counted(*args: object) -> object:
        nonlocal asked
        asked += 1
        return await read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(SqlStore, "_read", counted)
    counts = []
    for size in ("1", "3"):
        asked = 0
        _, page = await ask(here, "/api/deadletters", {"pageSize": size})
        counts.append(asked)
        for item in page["items"]:
            assert [attempt["outcome"] for attempt in item["attempts"]] == ["refused", "refused"]
    assert counts == [1, 1]


async def test_a_method_that_a_call_does_not_have_is_told_which_it_has(tmp_path: Path) -> None:
    webhooks = {"mode": "both", "public_url": "https://sms.example.com", "webhook_host": "127.0.0.1", "webhook_port": 0}
    async with site(tmp_path, receive=webhooks) as here:
        wrong = [
            (here.driver.dataserver_url, "DELETE", "/api/messages", "GET,HEAD"),
            (here.driver.dataserver_url, "GET", "/api/Auth/Login", "POST"),
            (here.driver.dataserver_url, "PATCH", "/api/tables/status", "GET,HEAD,PUT"),
            (here.driver.debugtools_url, "POST", LOGS, "GET,HEAD"),
            (str(here.driver.webhook_url), "GET", "/twilio/sms", "POST"),
        ]
        for base, method, path, allowed in wrong:
            async with here.http.request(method, base + path) as answer:
                assert (answer.status, answer.content_type) == (405, "application/problem+json"), path
                assert answer.headers["Allow"] == allowed
                assert (await answer.json(content_type=None))["detail"] == (
                    f"{path} does not support {method}; it supports {allowed.replace(',', ', ')}"
                )

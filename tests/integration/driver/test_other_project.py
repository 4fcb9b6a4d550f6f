"""Clients that use a different project than the driver are flagged and named in the log, or refused."""

import json
from pathlib import Path
from typing import Any

from support.driver_site import Site, site

OTHER = "0123456789abcdef"


async def ask(here: Site, path: str, shown: str = "") -> tuple[int, str | None, dict[str, Any]]:
    headers = {"X-Project-Hash": shown} if shown else {}
    async with here.http.get(f"{here.driver.dataserver_url}{path}", headers=headers) as answer:
        return answer.status, answer.headers.get("X-Project-Matches"), json.loads(await answer.read())


async def hello(here: Site, query: str) -> dict[str, Any]:
    async with here.http.ws_connect(f"{here.driver.dataserver_url}/api/events{query}") as socket:
        shown: dict[str, Any] = json.loads((await socket.receive(5)).data)
        return shown


async def test_another_project_is_flagged_and_named_once(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        ours = (await ask(here, "/api/info"))[2]["projectHash"]
        assert [(await ask(here, "/api/assets", shown))[:2] for shown in ("", ours, OTHER, OTHER)] == [
            (200, None),
            (200, "true"),
            (200, "false"),
            (200, "false"),
        ]
        hellos = [await hello(here, query) for query in ("", f"?projectHash={ours}", f"?projectHash={OTHER}")]
        assert [shown["projectMatches"] for shown in hellos] == [None, True, False]
        named = await here.client.logs(text="client_has_other_project")
    assert len(named) == 1
    assert OTHER in json.dumps(named[0])
    assert ours in json.dumps(named[0])


async def test_another_project_is_refused_where_that_is_asked_for(tmp_path: Path) -> None:
    async with site(tmp_path, dataserver={"other_project": "refuse"}) as here:
        status, matches, shown = await ask(here, "/api/info", OTHER)
        assert (status, matches) == (200, "false"), "who is refused elsewhere learns here why"
        assert (await ask(here, "/api/assets", shown["projectHash"]))[0] == 200
        for path in ("/api/assets", f"/api/events?projectHash={OTHER}"):
            status, _, problem = await ask(here, path, OTHER)
            assert (status, problem["code"]) == (409, "other_project")
            assert OTHER in problem["detail"]
            assert shown["projectHash"] not in problem["detail"]


async def test_what_is_no_hash_gets_nowhere(tmp_path: Path) -> None:
    async with site(tmp_path, dataserver={"other_project": "refuse"}) as here:
        status, _, problem = await ask(here, "/api/assets?projectHash=a%0Ab" + "c" * 100)
    assert status == 409
    assert f"ab{'c' * 62}," in problem["detail"]

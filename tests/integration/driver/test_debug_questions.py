"""Explanations from the debug tools, who may read what, and records that survive a restart."""

from pathlib import Path
from typing import Any

from driver.api.passwords import hash_token
from support.driver_site import GUARD, Site, refused, settings, site

REFUSED = {"type": "http_error", "status": 400, "code": 21610}


async def ask(here: Site, path: str, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    async with here.http.get(here.driver.debugtools_url + path, headers=headers) as answer:
        body = await answer.json(content_type=None)
        assert answer.status == status, body
        return body


async def test_why_a_text_was_not_sent_is_told_by_id_sid_number_or_text(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED, times=2)
        lost = await here.send("the vault code is 4711")
        await here.clock.advance(5)
        sent = await here.send("all is well")
        sid = (await here.execution(sent))["messageSid"]
        for question in (lost, "vault CODE"):
            [story] = await here.client.stories(question)
            assert (story.execution_id, story.state) == (lost, "terminated")
            assert any("Twilio refused it" in sentence for sentence in story.sentences)
            assert any(sentence.startswith("It was terminated") for sentence in story.sentences)
            assert not any("4711" in sentence or GUARD in sentence for sentence in story.sentences)
        [story] = await here.client.stories(sid)
        assert story.execution_id == sent
        assert [story.execution_id for story in await here.client.stories("5550101")] == [sent, lost]
        assert await here.client.stories("none") == []
        assert (await refused(here.client.stories("no"), 400))["errors"][0]["path"] == "q"


async def test_a_text_that_waits_says_for_what(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED)
        await here.send("first text")
        await here.send("second text")
        second, first = await here.client.stories("text")
        assert first.sentences[-1].startswith("It is waiting: attempt 2 is due")
        assert second.sentences[-1] == "It is waiting: 1 message between the same numbers go first, in order."


async def test_a_status_is_explained_in_sentences_and_assets_can_be_chosen(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assert {"assetId": "guard", "caption": "Guard"} in (await ask(here, "/api/assets"))["items"]
        sentences = (await here.client.why("guard")).sentences
        assert sentences[0].startswith("Guard shows Normal since ")
        assert sentences[-1] == "The first match is shown: Normal."


async def test_log_records_are_there_after_a_restart(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, log={"file": f"{tmp_path}/log.ndjson"})
        async with here.running(config):
            await here.send("seen")
        async with here.running(config):
            records = await here.client.logs(pageSize="1000")
        events = [record["event"] for record in records]
        assert events.count("started") == 2
        assert "message_sent" in events[: events.index("started", events.index("started") + 1)]
        assert [record["id"] for record in records] == sorted({record["id"] for record in records})


async def test_whoever_may_not_see_the_log_learns_who_they_are_and_where_the_console_is(tmp_path: Path) -> None:
    tokens = [{"name": "wall", "token_hash": hash_token("w" * 20), "role": "viewer"}]
    async with site(tmp_path, dataserver={"tokens": tokens}) as here:
        bearer = {"Authorization": "Bearer " + "w" * 20}
        info = await ask(here, "/api/info", headers=bearer)
        assert (info["user"], info["role"]) == ("wall", "viewer")
        assert here.driver.dataserver_url.endswith(f":{info['consolePort']}")
        for path in ("/api/assets", "/api/stories?q=text", "/api/logs"):
            assert (await ask(here, path, 403, bearer))["code"]
        async with here.http.get(here.driver.dataserver_url + "/api/info", headers=bearer) as answer:
            assert here.driver.debugtools_url.endswith(f":{(await answer.json())['debugPort']}")

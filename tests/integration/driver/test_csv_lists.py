"""Lists as CSV: the same rows as JSON, page by page, with nothing that a spreadsheet would execute."""

import csv
import io
from pathlib import Path

import pytest

from support.driver_site import GUARD, OURS, REFUSED, Site, site


async def table(here: Site, path: str) -> tuple[list[dict[str, str]], str]:
    """Return the rows of a list and the URL of the next page."""
    async with here.http.get(here.driver.dataserver_url + path, headers={"Accept": "text/csv"}) as answer:
        assert (answer.status, answer.content_type, answer.charset) == (200, "text/csv", "utf-8")
        text = (await answer.read()).decode("utf-8-sig")
        following = answer.links.get("next")
        return list(csv.DictReader(io.StringIO(text))), str(following["url"]) if following else ""


async def story(here: Site) -> None:
    here.fault(REFUSED, times=2)
    await here.send("lost")
    await here.clock.advance(5)
    await here.command("gate", "Mask", Comment="painting; see list")
    await here.fake.handset(GUARD).send(OURS, '=HYPERLINK("http://x")\nsecond line')
    await here.clock.advance(20)


async def test_every_list_comes_as_csv(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await story(here)
        messages, _ = await table(here, "/api/messages")
        assert [(row["direction"], row["from"], row["body"]) for row in messages] == [
            ("inbound", GUARD, "'=HYPERLINK(\"http://x\")\nsecond line"),
        ]  # fmt: skip
        alarms, _ = await table(here, "/api/alarms")
        shown = (await here.get("/api/alarms"))["items"]
        assert [(row["alarmId"], row["state"], row["masked"]) for row in alarms] == [
            (alarm["alarmId"], "Unacknowledged", "false") for alarm in shown
        ]
        (letter,), _ = await table(here, "/api/deadletters")
        assert (letter["state"], letter["parameters.Message Content"]) == ("terminated", "lost")
        assert '"code":21612' in letter["attempts"]
        lines, _ = await table(here, "/api/audit?pageSize=1000")
        assert list(lines[0]) == [
            "Record Date", "Device Type", "Command/Status", "Action", "Computer", "User Name", "Location",
        ]  # fmt: skip
        assert "Mask" in {line["Command/Status"] for line in lines}


async def test_pages_follow_one_another(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await story(here)
        whole, _ = await table(here, "/api/audit?pageSize=1000")
        read: list[dict[str, str]] = []
        path = "/api/audit?pageSize=2"
        while path:
            rows, following = await table(here, path)
            assert 1 <= len(rows) <= 2
            read += rows
            path = following.removeprefix(here.driver.dataserver_url)
        assert read == whole


@pytest.mark.parametrize(
    ("path", "column"),
    [("/api/alarms", "alarmId"), ("/api/messages", "sid"), ("/api/deadletters", "executionId")],
)
async def test_an_empty_list_still_has_its_columns(tmp_path: Path, path: str, column: str) -> None:
    async with site(tmp_path) as here:
        async with here.http.get(here.driver.dataserver_url + path, headers={"Accept": "text/csv"}) as answer:
            (header,) = (await answer.text()).strip().splitlines()
        assert header.removeprefix("\ufeff").startswith(column)

"""The demo's screen: what a small terminal shows during the story, and what remains at the end."""

import io
from datetime import UTC, datetime

from rich.console import Console

from driver.api.models import AssetModel, FactsModel
from driver.cli.demonstration.screen import Screen
from driver.cli.demonstration.story import Played, StoryStep

ASSETS = [
    AssetModel(
        asset_id=name,
        item_id=name,
        asset_type="Phone",
        caption=name,
        status="Fault",
        active_states=["Fault"],
        true_states=["Fault"],
        facts=FactsModel(comm=None, faults=[], conditions=[], masked=None),
        reason="no route",
        awaiting="",
        status_table="default",
        command_table="",
        since=datetime(2026, 1, 1, tzinfo=UTC),
        alarms=[],
    )
    for name in ("Twilio SMS", "Guard desk")
]


async def nothing() -> str:
    return ""


def lines(screen: Screen) -> list[str]:
    paper = Console(width=80, height=24, file=io.StringIO())
    paper.print(screen.picture())
    assert isinstance(paper.file, io.StringIO)
    return paper.file.getvalue().splitlines()


def test_states_stay_in_sight_on_a_small_terminal_and_the_end_shows_every_step() -> None:
    screen = Screen(Console(width=80, height=24, file=io.StringIO(), force_terminal=True))
    with screen:
        for number in range(15):
            screen.end(Played(f"Step {number:02}", True, "seen"))
        screen.begin(StoryStep("The next step", nothing))
        screen.show_assets(ASSETS)
        live = lines(screen)
    assert len(live) <= 24
    assert any("Guard desk" in line and "Fault" in line for line in live)
    assert any("The next step" in line for line in live)
    assert sum("Step " in line for line in lines(screen)) == 15


def test_elsewhere_each_thing_is_one_plain_line() -> None:
    paper = io.StringIO()
    with Screen(Console(width=80, file=paper)) as screen:
        screen.begin(StoryStep("It arrives", nothing))
        screen.end(Played("It arrives", True, "“Hello”"))
        screen.show_assets(ASSETS)
        screen.show_assets(ASSETS)
    assert paper.getvalue().splitlines() == [
        "ok   It arrives: “Hello”",
        "     Twilio SMS shows Fault",
        "     Guard desk shows Fault",
    ]

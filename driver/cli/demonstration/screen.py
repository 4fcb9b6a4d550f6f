"""Shows the story: a growing list of steps with a live state table on a terminal, plain lines elsewhere."""

from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.rule import Rule
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from driver.api.models import AssetModel
from driver.cli.demonstration.story import Played, StoryStep

STATUS_STYLES = {
    "Normal": "bold green",
    "Masked": "bold magenta",
    "Fault": "bold white on red",
    "Acknowledged": "bold yellow",
    "No Communication": "bold white on grey37",
}
MIN_STEPS = 3
LINES_BESIDE_STEPS = 16
LINES_PER_STEP = 2


class Screen:
    """Shows the story while the context lasts; without a terminal, each step and status change is one plain line."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._played: list[Played] = []
        self._current: StoryStep | None = None
        self._assets: list[AssetModel] = []
        self._addresses: dict[str, str] = {}
        self._last_words = ""
        self._playing = False
        self._live = Live(console=console, get_renderable=self.picture, auto_refresh=True, refresh_per_second=10)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._playing = True
            self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._current = None
        self._playing = False
        if self._console.is_terminal:
            self._live.stop()

    def begin(self, step: StoryStep) -> None:
        """Show that a step begins."""
        self._current = step

    def end(self, played: Played) -> None:
        """Show whether a step succeeded."""
        self._current = None
        self._played.append(played)
        self._line(f"{'ok  ' if played.true else 'FAIL'} {played.title}: {played.seen}")

    def show_assets(self, assets: list[AssetModel]) -> None:
        """Show the current state of the assets."""
        before = {asset.asset_id: asset.status for asset in self._assets}
        for asset in assets:
            if before.get(asset.asset_id) != asset.status:
                self._line(f"     {asset.caption} shows {asset.status}")
        self._assets = assets

    @property
    def came_true(self) -> bool:
        """Whether the story ran to its end and every step succeeded."""
        return bool(self._addresses)

    def show_addresses(self, addresses: dict[str, str]) -> None:
        """Show the addresses of the pages."""
        self._addresses = addresses
        for name, address in addresses.items():
            self._line(f"     {name}: {address}")

    def say(self, words: str) -> None:
        """Show a last line below everything else."""
        self._last_words = words
        self._line(words)

    def _line(self, text: str) -> None:
        """Print a line if the output is not a terminal."""
        if not self._console.is_terminal:
            self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def picture(self) -> RenderableType:
        """Return the current content of the whole screen."""
        return Panel(
            Group(self._steps(), Rule(style="dim"), self._states(), *self._where()),
            title="[bold]Twilio SMS driver[/] · the journey of a message",
            border_style="cyan",
            padding=(1, 2),
        )

    def _steps(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_column(width=1)
        table.add_column(ratio=5)
        table.add_column(ratio=6, style="dim", overflow="fold")
        for played in self._played[-self._room() :]:
            mark = Text("✓", style="bold green") if played.true else Text("✗", style="bold red")
            table.add_row(mark, Text(played.title), Text(played.seen, style="" if played.true else "red"))
        if self._current is not None:
            table.add_row(Spinner("dots", style="cyan"), Text(self._current.title, style="bold"), "")
        return table

    def _room(self) -> int:
        """Return how many steps to show: all at the end; before, as many as leave room for the state table."""
        if not self._playing:
            return len(self._played)
        return max(MIN_STEPS, (self._console.size.height - LINES_BESIDE_STEPS) // LINES_PER_STEP)

    def _states(self) -> Table:
        table = Table(expand=True, box=None, header_style="dim")
        for column in ("asset", "status", "true state", "reason"):
            table.add_column(column)
        for asset in self._assets:
            status = asset.status
            table.add_row(
                asset.caption,
                Text(f" {status} ", style=STATUS_STYLES.get(status, "")),
                ", ".join(asset.true_states),
                Text(asset.reason, style="dim"),
            )
        return table

    def _where(self) -> list[RenderableType]:
        if not self._addresses:
            return []
        table = Table.grid(padding=(0, 2))
        for name, address in self._addresses.items():
            table.add_row(Text(name, style="dim"), Text(address, style="cyan"))
        return [Rule(style="dim"), table, *([Text(f"\n{self._last_words}", style="dim")] if self._last_words else [])]

"""What a change made of an asset."""

from dataclasses import dataclass

from driver.domain.asset import Asset
from driver.domain.asset_events import Happening
from driver.domain.commands import CommandResult


@dataclass(frozen=True, slots=True)
class Settled:
    """The asset after a change, what happened on the way, and what a command came to (``why`` if not plainly ok)."""

    asset: Asset
    happenings: tuple[Happening, ...] = ()
    result: CommandResult = CommandResult.OK
    why: str = ""

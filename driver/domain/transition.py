"""What a change made of an asset."""

from dataclasses import dataclass

from driver.domain.asset import Asset
from driver.domain.asset_events import AssetEvent
from driver.domain.commands import CommandResult


@dataclass(frozen=True, slots=True)
class Transition:
    """The asset after a change, what happened on the way, and how a command ended (``why`` if not plainly ok)."""

    asset: Asset
    asset_events: tuple[AssetEvent, ...] = ()
    result: CommandResult = CommandResult.OK
    why: str = ""

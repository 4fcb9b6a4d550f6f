"""The events that tell of one message: whose they are, and the numbers and the execution that all of them name."""

from collections.abc import Mapping

from driver.domain.happenings import Happening
from driver.ports.store import AppendEvent
from driver.services.assets import Assets


def message_event(
    assets: Assets,
    asset_id: str,
    name: str,
    parameters: Mapping[str, object],
    *,
    source: str,
    destination: str,
    execution_id: str,
    key: str,
) -> AppendEvent:
    """Return an event of the phone, or of the system for a text without one; ``key`` and ``name`` make it unique."""
    entry = assets.catalogue.entries.get(asset_id, assets.catalogue.system)
    numbers = {"Destination Number": destination, "Source Phone Number": source, "Execution ID": execution_id}
    return AppendEvent(assets.event(entry, Happening(name, {**parameters, **numbers}), event_id=f"{key}:{name}"))

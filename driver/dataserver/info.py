"""What ``/api/info`` tells of a driver, whichever role it has."""

from collections.abc import Sequence
from dataclasses import dataclass

from driver.dataserver.wire import Json


@dataclass(frozen=True, slots=True)
class Info:
    """What stays the same as long as the driver runs."""

    name: str
    version: str
    system_id: str

    def told(
        self,
        role: str,
        *,
        open_to_all: bool,
        active_server: str,
        instance_id: str | None = None,
        project_hash: str | None = None,
        term: int | None = None,
        capabilities: Sequence[str] = (),
    ) -> Json:
        """Return it with what belongs to the role; what a driver on standby cannot know is null."""
        return {
            "driver": self.name,
            "version": self.version,
            "instanceId": instance_id,
            "role": role,
            "term": term,
            "activeServerAddress": active_server or None,
            "systemId": self.system_id,
            "projectHash": project_hash,
            "authentication": "none" if open_to_all else "required",
            "capabilities": list(capabilities),
        }

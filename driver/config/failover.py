"""The section of ``driver.toml`` about drivers that take over from each other."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from driver.config.types import PlainAddress, Section


class FailoverConfig(Section):
    """Two or more drivers on one database: one is active, the others wait on standby and take over from it."""

    enabled: bool = False
    """Whether this driver waits on standby while another one uses its database; otherwise it refuses to start."""
    server_address: PlainAddress | None = None
    """Where clients reach this driver's data server, as a driver on standby reports it; default: where it listens."""
    heartbeat_interval_s: Annotated[float, Field(ge=0.1, le=60)] = 1.0
    """Seconds between the active driver's signs of life, and between looks of one on standby."""
    takeover_after_s: Annotated[float, Field(ge=1, le=3600)] = 10.0
    """Seconds without a sign of life after which an active driver that still seems to be there is passed over."""

    @model_validator(mode="after")
    def _patient(self) -> Self:
        if self.takeover_after_s < 4 * self.heartbeat_interval_s:
            raise ValueError("takeover_after_s must be at least four times heartbeat_interval_s")
        return self

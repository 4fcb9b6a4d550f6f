"""A local Twilio that real clients cannot tell from the real one."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_twilio.blocking import BlockingFakeTwilio
    from fake_twilio.clock import ManualClock, RealClock
    from fake_twilio.fake import FakeTwilio
    from fake_twilio.faults import Fault
    from fake_twilio.handset import Handset
    from fake_twilio.seed.models import Seed, SeedError
    from fake_twilio.snapshot import SnapshotError

__version__ = "0.1.0"

__all__ = [
    "BlockingFakeTwilio",
    "FakeTwilio",
    "Fault",
    "Handset",
    "ManualClock",
    "RealClock",
    "Seed",
    "SeedError",
    "SnapshotError",
]

_HOMES = {
    "FakeTwilio": "fake",
    "Fault": "faults",
    "Handset": "handset",
    "ManualClock": "clock",
    "RealClock": "clock",
    "BlockingFakeTwilio": "blocking",
    "SnapshotError": "snapshot",
    "Seed": "seed.models",
    "SeedError": "seed.models",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that ``import fake_twilio`` costs nothing."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"fake_twilio.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

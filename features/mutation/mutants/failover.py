"""Two drivers on one database: which of them works, and what the other takes over."""

from mutation.mutant import Mutant, mutant

SECOND = "failover/a-second-driver-takes-over"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "a driver on standby never tries again to lead",
        "driver/app/failover.py",
        '                why = ""\n                await context',
        "                await context",
        f"{SECOND}::Masks and alarms are there as they were",
    ),
    mutant(
        "a driver that takes over leaves what waits",
        "driver/store/store.py",
        "outbox=tuple(each for each in unfinished if isinstance(each, OutboundMessage))",
        "outbox=()",
        f"{SECOND}::A text that waits to be resent is sent by the second driver",
    ),
)

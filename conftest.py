"""What every test session shares: the harness that plays feature files, its steps, and programs that Ctrl-C stops."""

import signal

pytest_plugins = [
    "harness.plugin",
    "harness.report.terminal_report",
    "harness.fixtures",
    "support.interpreters",
    "steps.assets",
    "steps.commands",
    "steps.driver",
    "steps.events",
    "steps.handsets",
    "steps.receipts",
    "steps.records",
    "steps.tables",
    "steps.time",
    "steps.twilio",
]


def pytest_configure() -> None:
    """Take SIGINT again where a shell had it ignored.

    It does so for what it runs in the background, and every program that a test starts from there inherits it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)

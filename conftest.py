"""What every test session shares: the bench that plays feature files, and the steps they are written with."""

pytest_plugins = [
    "bench.plugin",
    "bench.reports",
    "bench.fixtures",
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

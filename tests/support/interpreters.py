"""Which tests each interpreter plays, and of which the coverage is measured."""

import re
from pathlib import Path

import pytest

_HERE = Path(__file__).parents[1]
#: What a file writes whose tests run on PostgreSQL: the marker, or the fixture that goes through both databases.
_ON_POSTGRESQL = re.compile(r"postgresql|\burl: str")

#: Pure code, and programs that start, answer, send, receive and store.
ON_EACH_INTERPRETER = (
    "unit/driver",
    "unit/fake_twilio",
    "contract/test_with_python_sdk.py",
    "integration/driver/test_api_page.py",
    "integration/driver/test_cli.py",
    "integration/driver/test_receiving.py",
    "integration/driver/test_rule_events.py",
    "integration/driver/test_sending.py",
    "integration/driver/test_states.py",
    "integration/driver/test_store.py",
    "integration/driver/test_stream.py",
    "integration/driver/test_tables_live.py",
    "property/test_driver_states_hold.py",
    "integration/fake_twilio/test_env.py",
    "integration/fake_twilio/test_faults.py",
    "integration/fake_twilio/test_incoming_texts.py",
    "integration/fake_twilio/test_pytest_plugin.py",
    "integration/fake_twilio/test_running.py",
    "integration/fake_twilio/test_webhook_calls.py",
)

#: Tests that try the driver's domain and services.
TRIES_DOMAIN_AND_SERVICES = ("unit/driver", "integration/driver", "property")

#: Of these, those that try what surrounds both (command line, access, sockets, database), or no branch that others do
#: not try. Measuring doubles their time, so they are left out; a branch that only they try is named by the report.
TRIES_NO_OTHER_BRANCH = tuple(
    f"integration/driver/test_{name}.py"
    for name in (
        "access",
        "api_page",
        "bodies",
        "check",
        "cli",
        "cli_failover",
        "cli_odd",
        "crashes",
        "csv_lists",
        "database",
        "database_away",
        "debug_questions",
        "disk_full",
        "failover_client",
        "history",
        "idle_sockets",
        "init",
        "inspect_api",
        "limits_seen",
        "lists",
        "log_never_decides",
        "login",
        "migration_0004",
        "migrations",
        "not_sent",
        "oauth",
        "odd_orders",
        "other_project",
        "query_plans",
        "rate_limits",
        "readiness",
        "receiving",
        "reload_access",
        "reload_rules",
        "rule_duplicates",
        "rule_events",
        "rules",
        "searches",
        "secrets",
        "session",
        "shared_keys",
        "start_is_light",
        "store",
        "store_guilty",
        "strangers",
        "tables_command_line",
        "tls",
        "twilio_monitor",
        "upgrades",
        "urgent_first",
    )
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read no file whose tests would all be left out: reading them takes longer than playing the others."""
    if not collection_path.name.startswith("test_") or not collection_path.is_relative_to(_HERE):
        return None
    path, wanted = collection_path.relative_to(_HERE).as_posix(), str(config.option.markexpr)
    written = collection_path.read_text("utf-8")
    is_measured = path.startswith(TRIES_DOMAIN_AND_SERVICES) and not path.startswith(TRIES_NO_OTHER_BRANCH)
    left_out = (
        ("not once" in wanted and not path.startswith(ON_EACH_INTERPRETER))
        or (wanted.startswith("measured") and not is_measured)
        or (wanted.startswith("not measured") and is_measured and _ON_POSTGRESQL.search(written) is None)
        or (wanted.startswith("long") and "mark.long" not in written)
    )
    return True if left_out else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what one interpreter plays, and what is measured; work in PostgreSQL runs in greenlets and is not."""
    for item in items:
        if not item.path.is_relative_to(_HERE):
            continue
        path = item.path.relative_to(_HERE).as_posix()
        if not path.startswith(ON_EACH_INTERPRETER):
            item.add_marker(pytest.mark.once)
        beside = path.startswith(TRIES_NO_OTHER_BRANCH) or item.get_closest_marker("postgresql") is not None
        if path.startswith(TRIES_DOMAIN_AND_SERVICES) and not beside:
            item.add_marker(pytest.mark.measured)

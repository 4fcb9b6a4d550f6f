"""The tests that each interpreter runs."""

from pathlib import Path

import pytest

_HERE = Path(__file__).parents[1]

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


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip files whose tests would all be deselected, because importing them takes longer than running the others."""
    if not collection_path.name.startswith("test_") or not collection_path.is_relative_to(_HERE):
        return None
    path, wanted = collection_path.relative_to(_HERE).as_posix(), str(config.option.markexpr)
    only_others = "not once" in wanted and not path.startswith(ON_EACH_INTERPRETER)
    only_short = wanted.startswith("long") and "mark.long" not in collection_path.read_text("utf-8")
    return True if only_others or only_short else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that only one interpreter runs."""
    for item in items:
        if item.path.is_relative_to(_HERE) and not item.path.relative_to(_HERE).as_posix().startswith(
            ON_EACH_INTERPRETER
        ):
            item.add_marker(pytest.mark.once)

"""Which tests each interpreter plays; the others say little about it, and one interpreter plays them."""

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what one interpreter plays."""
    each = [_HERE / path for path in ON_EACH_INTERPRETER]
    for item in items:
        if item.path.is_relative_to(_HERE) and not any(item.path.is_relative_to(path) for path in each):
            item.add_marker(pytest.mark.once)

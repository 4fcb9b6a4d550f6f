"""What events promise the platform: their parameters, names and moments."""

from datetime import UTC, datetime

import pytest

from driver.domain.asset_events import FAILOVER_NOTICE, failover_notice
from driver.domain.commands import AssetType
from driver.domain.events import alias, iso, item_id, received_parameters
from driver.domain.message import received_message

AT = datetime(2026, 1, 1, 12, 0, 0, 7_999, UTC)
RECEIVED = received_message("SM1", "+12015550101", "+12015550100", body="Help", at=AT)
CONTENT = {"Message Content": "Help", "Received Timestamp": "2026-01-01T12:00:00.007Z"}
NUMBERS = {"Source Phone Number": "+12015550101", "Destination Phone Number": "+12015550100"}


def test_a_message_has_four_parameters_for_the_system_and_two_for_a_phone() -> None:
    assert received_parameters(AssetType.SYSTEM, RECEIVED) == NUMBERS | CONTENT
    assert received_parameters(AssetType.PHONE, RECEIVED) == CONTENT


@pytest.mark.parametrize(("microsecond", "shown"), [(0, "000"), (999, "000"), (1_000, "001"), (999_999, "999")])
def test_a_moment_is_cut_down_to_milliseconds(microsecond: int, shown: str) -> None:
    assert iso(datetime(2026, 1, 1, 12, microsecond=microsecond, tzinfo=UTC)) == f"2026-01-01T12:00:00.{shown}Z"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Source Phone Number", "sourcePhoneNumber"),
        ("Alarm ID", "alarmId"),
        ("Message Received", "messageReceived"),
        ("MessageDropped", "messageDropped"),
        ("Status", "status"),
        ("Attempt 2 of 2", "attempt2Of2"),
    ],
)
def test_an_alias_is_the_display_name_in_camel_case(name: str, short: str) -> None:
    assert alias(name) == short


def test_an_item_is_found_at_the_path_that_the_platform_knows() -> None:
    assert item_id("twilio", AssetType.SYSTEM, "twilio") == "IntegratedSystems/twilio"
    assert item_id("twilio", AssetType.PHONE, "gate") == "IntegratedSystems/twilio/Phone/gate"


def test_a_takeover_names_both_drivers_and_the_term() -> None:
    notice = failover_notice("http://b:9622", "http://a:9622", 7)
    assert (notice.name, notice.parameters) == (
        FAILOVER_NOTICE,
        {"Server Address": "http://b:9622", "Previous Server Address": "http://a:9622", "Term": 7},
    )

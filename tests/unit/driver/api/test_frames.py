"""Frames of the event stream: each is parsed according to its type, and serialized unchanged."""

import json

import pytest

from driver.api.frames import FRAME, GoodbyeFrame, HeartbeatFrame, StandbyGoodbyeFrame


@pytest.mark.parametrize(
    "written",
    [
        {"type": "heartbeat", "seq": 7},
        {"type": "goodbye", "reason": "shutdown"},
        {"type": "goodbye", "reason": "standby", "activeServerAddress": "http://10.0.0.5:9622"},
    ],
)
def test_a_frame_is_written_as_it_came(written: dict[str, object]) -> None:
    frame = FRAME.validate_json(json.dumps(written))
    assert isinstance(frame, HeartbeatFrame | GoodbyeFrame)
    assert frame.model_dump(mode="json") == written


def test_a_driver_on_standby_says_null_where_it_does_not_know_the_active_one() -> None:
    frame = StandbyGoodbyeFrame(reason="standby", active_server_address="")
    assert json.loads(frame.model_dump_json())["activeServerAddress"] is None

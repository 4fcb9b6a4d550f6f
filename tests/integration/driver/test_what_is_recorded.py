"""What the platform receives about a refused message and an operator's action: each field of event, fault and audit."""

from pathlib import Path
from typing import Any

from support.driver_site import GATE, OURS, Site, site

REFUSED = {"type": "http_error", "status": 400, "code": 21612}
SAID = (
    "HTTP 400, error 21612: Message cannot be sent with the current combination of 'To' (+1201555XXXX) and/or 'From' "
    "(+12015550100) parameters"
)
NO_ROUTE = "Twilio has no route between the two numbers"


async def parameters(here: Site, name: str) -> dict[str, Any]:
    [event] = await here.events(name)
    return dict(event["parameters"])


async def test_a_text_that_is_refused_twice_and_the_step_that_follows(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED, times=2)
        execution = await here.send("x", "gate")
        await here.clock.advance(5)
        why = f"attempt 2 of 2 failed: {SAID}"
        assert await parameters(here, "MessageFailed") == {
            "Reason": why,
            "Error Code": 21612,
            "Attempts": 2,
            "Explanation": NO_ROUTE,
            "Destination Number": GATE,
            "Source Phone Number": OURS,
            "Execution ID": execution,
        }
        attempt = {"outcome": "refused", "httpStatus": 400, "code": 21612, "sid": None, "detail": SAID}
        assert (await here.execution(execution)).items() >= {
            "state": "terminated",
            "reason": why,
            "finishedAt": "2026-01-01T00:00:05.000Z",
            "attempts": [
                {"number": 1, "at": "2026-01-01T00:00:00.000Z"} | attempt,
                {"number": 2, "at": "2026-01-01T00:00:05.000Z"} | attempt,
            ],
        }.items()
        gate = await here.asset("gate")
        assert (gate["reason"], gate["awaiting"]) == (
            f"{NO_ROUTE} (Twilio error 21612)",
            "another Twilio number for this phone",
        )
        [alarm] = gate["alarms"]
        await here.client.acknowledge_alarms([alarm["alarmId"]], workstation="w1")
        lines = await here.audit()
        at_gate = [tuple(line.values())[2:6] for line in lines if line["Location"] == "Gate"]
        assert at_gate == [
            ("Acknowledge", f"Command ok; Alarm ID: {alarm['alarmId']}", "w1", "anonymous"),
            ("Acknowledged", "Status changed", "", "driver"),
            ("Fault", "Status changed", "", "driver"),
            ("Send Message", "Command accepted", "", "anonymous"),
            ("Normal", "Status changed", "", "driver"),
        ]

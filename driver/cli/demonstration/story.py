"""The story of the demo: each step does one thing, then verifies its effect."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from driver.api.frames import EventModel
from driver.api.models import AssetModel, AttemptModel, ExecutionModel
from driver.cli.demonstration.environment import Environment
from driver.cli.demonstration.views import DriverView, FakeControls
from driver.errors import DriverError

PHONE = "guard-desk"
TRIAL_PREFIX = "Sent from your Twilio trial account - "
SOON_S = 5.0
AFTER_RETRY_S = 9.0


class NotTrueError(Exception):
    """A step failed; the message says what was observed instead."""


@dataclass(frozen=True)
class StoryStep:
    """One step of the story; ``play`` runs it and returns what was observed."""

    title: str
    play: Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Played:
    """The result of a step; ``seen`` is what was observed, or why the step failed."""

    title: str
    true: bool
    seen: str


@dataclass(eq=False)
class Story:
    """The story of a few messages between an operator and a guard; ``driver`` has its event stream open."""

    environment: Environment
    fake: FakeControls
    driver: DriverView
    _execution: str = ""
    _resent_execution: str = ""

    def steps(self) -> tuple[StoryStep, ...]:
        """Return the steps in order."""
        return (
            StoryStep("The driver is connected and Guard desk is Normal", self._connected),
            StoryStep("The operator sends “Door forced at dock 3” to Guard desk", self._send),
            StoryStep("It arrives on the guard's phone, behind the trial prefix", self._arrives),
            StoryStep("Twilio reports it delivered", self._delivered),
            StoryStep("The guard answers “On my way”", self._reply),
            StoryStep("Workflows can start: Message Received", self._system_event),
            StoryStep("… and Message Received from External Number", self._phone_event),
            StoryStep("Twilio answers the next message with HTTP 503", self._first_failure),
            StoryStep("It is resent after five seconds", self._resent),
            StoryStep("Twilio rejects the next message with code 21612", self._refused),
            StoryStep("Meanwhile, the resent message was delivered, once", self._delivered_once),
            StoryStep("The other one is rejected again: the command terminates", self._terminated),
            StoryStep("Guard desk shows Fault", self._fault),
            StoryStep("The operator acknowledges: Acknowledged", self._acknowledged),
            StoryStep("The operator resets: Normal", self._normal_again),
        )

    async def play(self) -> AsyncIterator[Played | StoryStep]:
        """Run the steps in order: yield each step as it begins, then its result; stop at the first failure."""
        for step in self.steps():
            yield step
            try:
                played = Played(step.title, True, await step.play())
            except NotTrueError as exc:
                played = Played(step.title, False, str(exc))
            except TimeoutError:
                played = Played(step.title, False, f"did not happen in time; {self._last_seen()}")
            except (DriverError, aiohttp.ClientError, OSError) as exc:
                played = Played(step.title, False, f"the fake or the driver is no longer reachable: {exc}")
            yield played
            if not played.true:
                return

    def _last_seen(self) -> str:
        asset = self._phone()
        return f"Guard desk shows {asset.status}" if asset else "the driver has not shown Guard desk"

    def _phone(self) -> AssetModel | None:
        return next((asset for asset in self.driver.assets if asset.asset_id == PHONE), None)

    async def _status(self, status: str, within: float = SOON_S) -> AssetModel:
        async def shows() -> AssetModel | None:
            asset = self._phone()
            return asset if asset and asset.status == status else None

        return await self.driver.until(shows, within)

    async def _execution_when(
        self, holds: Callable[[ExecutionModel], bool], within: float = SOON_S, *, execution_id: str = ""
    ) -> ExecutionModel:
        """Return the execution of the latest message, or the given one, as soon as a condition holds."""

        async def seen() -> ExecutionModel | None:
            execution = await self.driver.client.execution(execution_id or self._execution)
            return execution if holds(execution) else None

        return await self.driver.until(seen, within)

    async def _ended(self, within: float) -> ExecutionModel:
        return await self._execution_when(lambda execution: execution.state.final, within)

    async def _event(self, name: str) -> EventModel:
        async def published() -> EventModel | None:
            return next((event for event in self.driver.events if event.name == name), None)

        return await self.driver.until(published, SOON_S)

    async def _connected(self) -> str:
        asset = await self._status("Normal", within=10.0)
        return f"{asset.caption}: {asset.status}"

    async def _send_text(self, body: str) -> None:
        accepted = await self.driver.client.command(PHONE, "Send Message", {"Message Content": body})
        self._execution = accepted.execution_id

    async def _send(self) -> str:
        await self._send_text("Door forced at dock 3")
        execution = await self._ended(SOON_S)
        _true(execution.state == "succeeded", f"the command ended as {execution.state}: {execution}")
        return f"accepted by Twilio as {execution.message_sid}"

    async def _received_by_guard(self) -> list[dict[str, Any]]:
        shown = await self.fake.on_handset(self.environment.guard_number)
        return [message for message in shown if message["to"] == self.environment.guard_number]

    async def _arrives(self) -> str:
        bodies = [message["body"] for message in await self._received_by_guard()]
        wanted = TRIAL_PREFIX + "Door forced at dock 3"
        _true(bodies == [wanted], f"the phone shows {bodies} instead of {wanted!r}")
        return f"“{wanted}”"

    async def _delivered(self, execution_id: str = "") -> str:
        await self._execution_when(lambda execution: execution.delivery == "delivered", execution_id=execution_id)
        return "delivered"

    async def _reply(self) -> str:
        await self.fake.text(self.environment.guard_number, self.environment.twilio_number, "On my way")
        return f"{self.environment.guard_number} → {self.environment.twilio_number}"

    async def _system_event(self) -> str:
        parameters = (await self._event("Message Received")).parameters
        expected = {
            "Source Phone Number": self.environment.guard_number,
            "Destination Phone Number": self.environment.twilio_number,
            "Message Content": "On my way",
        }
        seen = {key: value for key, value in parameters.items() if key != "Received Timestamp"}
        _true(seen == expected and "Received Timestamp" in parameters, f"its parameters are {parameters}")
        return ", ".join(str(value) for value in parameters.values())

    async def _phone_event(self) -> str:
        parameters = (await self._event("Message Received from External Number")).parameters
        _true(
            set(parameters) == {"Message Content", "Received Timestamp"}
            and parameters["Message Content"] == "On my way",
            f"its parameters are {parameters}",
        )
        return ", ".join(str(value) for value in parameters.values())

    async def _failed_once(self) -> AttemptModel:
        """Wait until the first attempt has failed and before the second begins; return the first attempt."""
        execution = await self._execution_when(
            lambda execution: bool(execution.attempts) and execution.attempts[0].outcome != "in flight"
        )
        _true(execution.state == "executing", f"the command immediately ended as {execution.state}")
        return execution.attempts[0]

    async def _first_failure(self) -> str:
        await self.fake.refuse(times=1, status=503)
        await self._send_text("Intruder in hall B")
        return f"attempt 1: HTTP {(await self._failed_once()).http_status}"

    async def _resent(self) -> str:
        execution = await self._ended(AFTER_RETRY_S)
        attempts = execution.attempts
        _true(execution.state == "succeeded", f"the command ended as {execution.state}: {attempts}")
        _true(len(attempts) == 2, f"there were {len(attempts)} attempts instead of 2")
        waited = (attempts[1].at - attempts[0].at).total_seconds()
        _true(4.9 <= waited <= 6.5, f"attempt 2 came {waited:.1f} s after attempt 1")
        return f"attempt 2 after {waited:.1f} s: accepted"

    async def _refused(self) -> str:
        self._resent_execution = self._execution
        await self.fake.refuse(times=2, status=400, code=21612)
        await self._send_text("Evacuate hall B")
        return f"attempt 1: {(await self._failed_once()).code}"

    async def _delivered_once(self) -> str:
        await self._delivered(self._resent_execution)
        copies = sum(message["body"].endswith("Intruder in hall B") for message in await self._received_by_guard())
        _true(copies == 1, f"the guard's phone shows {copies} copies")
        return "one copy on the guard's phone"

    async def _terminated(self) -> str:
        execution = await self._ended(AFTER_RETRY_S)
        _true(execution.state == "terminated", f"the command ended as {execution.state}")
        _true(len(execution.attempts) == 2, f"there were {len(execution.attempts)} attempts instead of 2")
        return "terminated after 2 attempts"

    async def _fault(self) -> str:
        return (await self._status("Fault")).reason

    async def _acknowledged(self) -> str:
        await self.driver.client.command(PHONE, "Acknowledge")
        return (await self._status("Acknowledged")).reason

    async def _normal_again(self) -> str:
        await self.driver.client.command(PHONE, "Reset")
        await self._status("Normal")
        return "Normal"


def _true(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotTrueError(otherwise)

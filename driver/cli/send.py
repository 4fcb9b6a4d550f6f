"""``sms-driver send``: sends one message through a running driver and reports the outcome."""

import asyncio
import json
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import click

from driver.api.models import AcceptedModel, ExecutionModel
from driver.cli.driver_session import ca_option, driver_session, failover_options, token_option
from driver.cli.exit_codes import FAILED
from driver.client import DriverClient, RefusedError
from driver.client.failover import FailoverClient
from driver.client.http_client import DEFAULT_URL
from driver.client.settings import FailoverSettings, in_order
from driver.domain.commands import DESTINATION_NUMBER, MESSAGE_CONTENT, SOURCE_PHONE_NUMBER, ExecutionState
from driver.domain.control_characters import escaped
from driver.errors import NotReachableError
from driver.runtime.clock import SystemClock

_UNDELIVERED = frozenset({"undelivered", "failed", "canceled"})
_DELIVERED = frozenset({"delivered", "read"})
#: Seconds between two queries of the execution while no event reports it; a failed attempt publishes none.
LOOK_S = 1.0


@click.command()
@click.option("--phone", help="The phone asset whose numbers are used.")
@click.option("--from", "sender", help="A Twilio number or a Messaging Service, with --to.")
@click.option("--to", "recipient", help="The number to send to, with --from.")
@click.option(
    "--url",
    "urls",
    multiple=True,
    default=(DEFAULT_URL,),
    show_default=True,
    help="The data server's address; repeat it if drivers take over from each other.",
)
@token_option
@ca_option
@click.option("--delivery-timeout", default=10.0, show_default=True, help="Seconds to wait for the delivery receipt.")
@click.option("--json", "as_json", is_flag=True, help="Print the execution as JSON.")
@failover_options
@click.option(
    "--takeover-timeout",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    help="With several --url: seconds to wait for another driver to take over an accepted message.",
)
@click.argument("text")
def send(
    phone: str | None,
    sender: str | None,
    recipient: str | None,
    *,
    urls: tuple[str, ...],
    token: str | None,
    ca: str | None,
    delivery_timeout: float,
    as_json: bool,
    how: FailoverSettings,
    takeover_timeout: float,
    text: str,
) -> None:
    """Send TEXT to a phone asset, or from one number to another, and wait for the outcome."""
    if phone and not sender and not recipient:
        parameters = {MESSAGE_CONTENT: text}
    elif sender and recipient and not phone:
        parameters = {MESSAGE_CONTENT: text, DESTINATION_NUMBER: recipient, SOURCE_PHONE_NUMBER: sender}
    else:
        raise click.UsageError("specify either --phone, or --from and --to")
    following = Following(phone or "", parameters, delivery_timeout, as_json, takeover_timeout)
    latest = asyncio.run(_send(urls, token, ca, how=how, following=following))
    if as_json:
        click.echo(json.dumps(latest.model_dump(mode="json")))
    else:
        click.echo(escaped(_outcome(latest)))
    if latest.state != ExecutionState.SUCCEEDED or latest.delivery in _UNDELIVERED:
        sys.exit(FAILED)


async def _send(
    urls: Sequence[str], token: str | None, ca: str | None, *, how: FailoverSettings, following: "Following"
) -> ExecutionModel:
    """Send through an available driver, and follow the message to another on failover, under the same command id."""
    async with driver_session(token, urls, ca) as session:
        if len(urls) == 1:
            return await following.through(DriverClient(session, urls[0]))
        client = FailoverClient(session, in_order(urls), how, clock=SystemClock())
        while True:
            try:
                active = await client.active(patience_s=following.patience_s)
            except NotReachableError as exc:
                raise following.unfollowed(exc) from exc
            try:
                latest = await following.through(active, heartbeat_s=how.heartbeat_interval_s)
            except NotReachableError:
                continue
            except RefusedError as exc:
                if not exc.not_active:
                    raise
                continue
            if not following.cut_off:
                return latest


@dataclass(eq=False)
class Following:
    """One message in progress: sent once, and followed until its outcome is known or the time is up."""

    phone: str
    parameters: dict[str, str]
    delivery_timeout: float
    quiet: bool
    takeover_timeout: float
    cut_off: bool = False
    _command_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    _shown: int = 0
    _segments_shown: bool = False
    _execution: str = ""

    @property
    def patience_s(self) -> float:
        """Seconds to wait for an active driver: the one that has the message may have died, and another takes over."""
        return self.takeover_timeout if self._execution else 0.0

    def unfollowed(self, exc: NotReachableError) -> NotReachableError:
        """Return why the message cannot be followed any further; if it is stored, name it, as it will still be sent."""
        if not self._execution:
            return exc
        return NotReachableError(
            f"{exc}; the message is stored and will still be sent: /api/executions/{self._execution}"
        )

    async def through(self, driver: DriverClient, *, heartbeat_s: float | None = None) -> ExecutionModel:
        """Return the latest state of the execution; sets ``cut_off`` if the driver went away before the outcome.

        Raises:
            NotReachableError: No driver responds there.
            RefusedError: The driver rejected the command.
        """
        give = driver.command if self.phone else driver.system_command
        receiver = self.phone or (await driver.info()).system_id
        loop = asyncio.get_running_loop()
        until: float | None = None
        self.cut_off = False
        async with driver.events(heartbeat_s=heartbeat_s) as events:
            accepted = await give(receiver, "Send Message", self.parameters, commandId=self._command_id)
            self._execution = accepted.execution_id
            self._show_segments(accepted)
            while True:
                latest = await driver.execution(accepted.execution_id)
                if not self.quiet:
                    self._shown = _show_attempts(latest, self._shown)
                final = latest.state.final
                if final and (latest.state != ExecutionState.SUCCEEDED or latest.delivery in _DELIVERED | _UNDELIVERED):
                    return latest
                if final and until is None:
                    until = loop.time() + self.delivery_timeout
                left = LOOK_S if until is None else min(LOOK_S, until - loop.time())
                try:
                    frame = await events.receive(left)
                except TimeoutError:
                    if until is not None and loop.time() >= until:
                        return latest
                    continue
                if frame is None:
                    self.cut_off = True
                    return latest

    def _show_segments(self, accepted: AcceptedModel) -> None:
        if not self.quiet and not self._segments_shown and (accepted.segments or 1) > 1:
            click.echo(f"{accepted.segments} segments ({accepted.encoding})")
        self._segments_shown = True


def _show_attempts(latest: ExecutionModel, shown: int) -> int:
    done = [attempt for attempt in latest.attempts if attempt.outcome != "in flight"]
    for attempt in done[shown:]:
        detail = attempt.detail or attempt.sid or ""
        click.echo(escaped(f"attempt {attempt.number}: {attempt.outcome}  {detail}".rstrip()))
    return len(done)


def _outcome(latest: ExecutionModel) -> str:
    if latest.state == ExecutionState.SUCCEEDED:
        code = f" (Twilio error {latest.error_code})" if latest.error_code else ""
        return f"accepted by Twilio as {latest.message_sid}, {latest.delivery}{code}"
    return f"{latest.state}: {latest.reason}"

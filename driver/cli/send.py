"""``sms-driver send``: has a running driver send one text, and tells what becomes of it."""

import asyncio
import json
import sys
import uuid
from typing import Any

import click

from driver.cli.client import DEFAULT_URL, RefusedError, connected
from driver.cli.endings import FAILED
from driver.domain.commands import DESTINATION_NUMBER, MESSAGE_CONTENT, SOURCE_PHONE_NUMBER, ExecutionState

_UNDELIVERED = frozenset({"undelivered", "failed", "canceled"})
_DELIVERED = frozenset({"delivered", "read"})


@click.command()
@click.option("--phone", help="The phone asset whose numbers are used.")
@click.option("--from", "sender", help="A Twilio number or a Messaging Service, with --to.")
@click.option("--to", "recipient", help="The number to text, with --from.")
@click.option("--url", default=DEFAULT_URL, show_default=True, help="The data server's address.")
@click.option("--token", help="A service token, or a login's; default: SMS_DRIVER_TOKEN.")
@click.option("--delivery-timeout", default=10.0, show_default=True, help="Seconds to wait for the delivery receipt.")
@click.option("--json", "as_json", is_flag=True, help="Print the execution as JSON.")
@click.argument("text")
def send(
    phone: str | None,
    sender: str | None,
    recipient: str | None,
    url: str,
    token: str | None,
    delivery_timeout: float,
    as_json: bool,
    text: str,
) -> None:
    """Send TEXT to a phone asset, or from one number to another, and wait for the outcome."""
    if phone and not sender and not recipient:
        path, parameters = f"/api/assets/{phone}/commands", {MESSAGE_CONTENT: text}
    elif sender and recipient and not phone:
        path = ""
        parameters = {MESSAGE_CONTENT: text, DESTINATION_NUMBER: recipient, SOURCE_PHONE_NUMBER: sender}
    else:
        raise click.UsageError("give either --phone, or --from and --to")
    try:
        told = asyncio.run(_send(url, token, path, parameters, delivery_timeout, quiet=as_json))
    except RefusedError as refused:
        click.echo(f"sms-driver send: {refused}", err=True)
        sys.exit(FAILED)
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(_outcome(told))
    if told["state"] != ExecutionState.SUCCEEDED or told["delivery"] in _UNDELIVERED:
        sys.exit(FAILED)


async def _send(
    url: str, token: str | None, path: str, parameters: dict[str, str], delivery_timeout: float, *, quiet: bool
) -> dict[str, Any]:
    async with connected(url, token) as driver:
        if not path:
            info = await driver.get("/api/info")
            path = f"/api/systems/{info['systemId']}/commands"
        async with driver.stream("/api/events") as events:
            body = {"command": "Send Message", "parameters": parameters, "commandId": str(uuid.uuid4())}
            accepted = await driver.post(path, body)
            if not quiet and accepted.get("segments", 1) > 1:
                click.echo(f"{accepted['segments']} segments ({accepted['encoding']})")
            told: dict[str, Any] = {}
            shown = 0
            loop = asyncio.get_running_loop()
            until: float | None = None
            while True:
                told = await driver.get(f"/api/executions/{accepted['executionId']}")
                if not quiet:
                    shown = _show_attempts(told, shown)
                final = ExecutionState(told["state"]).final
                if final and (told["state"] != "succeeded" or told["delivery"] in _DELIVERED | _UNDELIVERED):
                    return told
                if final and until is None:
                    until = loop.time() + delivery_timeout
                if not await _next(events, None if until is None else until - loop.time()):
                    return told


async def _next(events: Any, timeout: float | None) -> bool:
    """Wait for the next event; False when there was none in time or the driver went away."""
    try:
        message = await events.receive(timeout)
    except TimeoutError:
        return False
    return isinstance(message.data, str)


def _show_attempts(told: dict[str, Any], shown: int) -> int:
    done = [attempt for attempt in told["attempts"] if attempt["outcome"] != "in flight"]
    for attempt in done[shown:]:
        detail = attempt["detail"] or attempt["sid"] or ""
        click.echo(f"attempt {attempt['number']}: {attempt['outcome']}  {detail}".rstrip())
    return len(done)


def _outcome(told: dict[str, Any]) -> str:
    if told["state"] == ExecutionState.SUCCEEDED:
        code = f" (Twilio error {told['errorCode']})" if told["errorCode"] else ""
        return f"accepted by Twilio as {told['messageSid']}, {told['delivery']}{code}"
    return f"{told['state']}: {told['reason']}"

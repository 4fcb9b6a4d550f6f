"""``sms-driver tail``: shows a running driver's events or logs as they come."""

import asyncio
import contextlib
import json
from typing import Any

import click

from driver.cli.client import DEFAULT_DEBUG_URL, DEFAULT_URL, connected


@click.command()
@click.option("--debug", is_flag=True, help="Logs of the debug tools instead of events.")
@click.option("--url", help=f"Default: {DEFAULT_URL}, with --debug {DEFAULT_DEBUG_URL}.")
@click.option("--token", help="A service token, or a login's; default: SMS_DRIVER_TOKEN.")
@click.option("--level", default="", help="With --debug: only this level and above.")
@click.option("--asset", default="", help="Only what concerns this asset.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document a line.")
def tail(debug: bool, url: str | None, token: str | None, level: str, asset: str, as_json: bool) -> None:
    """Show events, or with --debug logs, live until Ctrl-C."""
    path = f"/api/logs/stream?level={level}&asset={asset}" if debug else "/api/events"
    address = url or (DEFAULT_DEBUG_URL if debug else DEFAULT_URL)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_tail(address, token, path, asset, as_json=as_json))


async def _tail(url: str, token: str | None, path: str, asset: str, *, as_json: bool) -> None:
    async with connected(url, token) as driver, driver.stream(path) as stream:
        async for message in stream:
            frame = json.loads(message.data)
            line = json.dumps(frame) if as_json else _line(frame)
            if line and (not asset or as_json or _asset(frame) in ("", asset)):
                click.echo(line)


def _asset(frame: dict[str, Any]) -> str:
    return str(frame.get("event", {}).get("assetId", "")) if frame.get("type") == "event" else ""


def _line(frame: dict[str, Any]) -> str:
    match frame.get("type"):
        case "event":
            event = frame["event"]
            told = ", ".join(f"{name}: {value}" for name, value in event["parameters"].items())
            return f"{event['observedAt']}  {event['assetId']:<16} {event['name']}  {told}"
        case "snapshot":
            states = ", ".join(f"{asset['assetId']} {asset['status']}" for asset in frame["assets"][:20])
            return f"seq {frame['seq']}: {states}"
        case "hello":
            return f"connected to {frame['instanceId']} (version {frame['version']})"
        case "heartbeat":
            return ""
        case None:
            more = "  ".join(f"{k}={v}" for k, v in frame.items() if k not in _OWN)
            return (
                f"{frame.get('at')} {frame.get('level', ''):<8}{frame.get('logger', '')}: {frame.get('event')}  {more}"
            )
        case kind:
            return f"{kind}: {frame.get('reason', '')}"


_OWN = frozenset({"at", "level", "logger", "event", "source", "id"})

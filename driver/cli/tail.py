"""``sms-driver tail``: shows a running driver's events or log records as they arrive."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import click

from driver.cli.driver_session import ca_option, driver_session, failover_options, token_option
from driver.client import DriverClient
from driver.client.events import Lost, StatusChanged
from driver.client.failover import FailoverClient
from driver.client.http_client import DEFAULT_DEBUG_URL, DEFAULT_URL
from driver.client.settings import FailoverSettings, in_order
from driver.domain.control_characters import escaped
from driver.runtime.clock import SystemClock


@click.command()
@click.option("--debug", is_flag=True, help="Show log records from the debug tools instead of events.")
@click.option(
    "--url",
    "urls",
    multiple=True,
    help=f"Default: {DEFAULT_URL}, with --debug {DEFAULT_DEBUG_URL}. Several: follow one that is available.",
)
@token_option
@ca_option
@click.option("--level", default="", help="With --debug: only this level and above.")
@click.option("--asset", default="", help="Only events or records of this asset.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document per line.")
@failover_options
@click.option(
    "--primary-retry",
    type=click.FloatRange(min=0.1),
    default=FailoverSettings().primary_retry_interval_s,
    show_default=True,
    help="With two --url: primary server retry interval, in seconds.",
)
@click.option(
    "--stay", is_flag=True, help="With two --url: do not fail back to the first one when it is available again."
)
def tail(
    debug: bool,
    urls: tuple[str, ...],
    token: str | None,
    *,
    ca: str | None,
    level: str,
    asset: str,
    as_json: bool,
    how: FailoverSettings,
    primary_retry: float,
    stay: bool,
) -> None:
    """Show events, or log records with --debug, live until Ctrl-C."""
    if debug and len(urls) > 1:
        raise click.UsageError("--debug shows the log of one driver: specify one --url")
    if not urls:
        urls = (DEFAULT_DEBUG_URL if debug else DEFAULT_URL,)
    if len(urls) > 1:
        how = replace(how, primary_retry_interval_s=primary_retry, reconnect_to_primary=not stay)
        frames = _following(urls, token, ca, how=how)
    else:
        frames = _logs(urls[0], token, ca, level=level, asset=asset) if debug else _events(urls[0], token, ca)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_show(frames, asset, as_json=as_json))


async def _show(frames: AsyncIterator[dict[str, Any]], asset: str, *, as_json: bool) -> None:
    async for frame in frames:
        line = json.dumps(frame) if as_json else escaped(_line(frame))
        if line and (not asset or as_json or _asset(frame) in ("", asset)):
            click.echo(line)


async def _events(url: str, token: str | None, ca: str | None) -> AsyncIterator[dict[str, Any]]:
    async with driver_session(token, [url], ca) as session, DriverClient(session, url).events() as stream:
        async for frame in stream:
            yield frame.model_dump(mode="json")


async def _logs(url: str, token: str | None, ca: str | None, **query: str) -> AsyncIterator[dict[str, Any]]:
    async with driver_session(token, [url], ca) as session:
        async for record in DriverClient(session, "", debug_url=url).watch_logs(**query):
            yield record


async def _following(
    urls: tuple[str, ...], token: str | None, ca: str | None, *, how: FailoverSettings
) -> AsyncIterator[dict[str, Any]]:
    """Follow one of several drivers that is available; connection states and losses are frames as well."""
    async with driver_session(token, urls, ca) as session:
        client = FailoverClient(session, in_order(urls), how, clock=SystemClock())
        async for change in client.follow():
            match change:
                case StatusChanged():
                    yield {"type": "failover", "properties": dict(change.properties()), "reason": change.reason}
                case Lost():
                    yield {
                        "type": "lost",
                        "reason": "DRIVER_STOPPED",
                        "assets": [asset.model_dump(mode="json") for asset in change.assets],
                    }
                case _:
                    yield change.model_dump(mode="json")


def _asset(frame: dict[str, Any]) -> str:
    return str(frame.get("event", {}).get("assetId", "")) if frame.get("type") == "event" else ""


def _line(frame: dict[str, Any]) -> str:
    match frame.get("type"):
        case "event":
            event = frame["event"]
            parameters = ", ".join(f"{name}: {value}" for name, value in event["parameters"].items())
            return f"{event['observedAt']}  {event['assetId']:<16} {event['name']}  {parameters}"
        case "snapshot":
            return f"seq {frame['seq']}: {_states(frame)}"
        case "lost":
            return f"lost: {_states(frame)}" if frame["assets"] else ""
        case "failover":
            shown = frame["properties"]
            why = f" ({frame['reason']})" if frame["reason"] else ""
            return f"{shown['Name']}: {shown['Server Address']} {shown['Connection State']}{why}"
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


def _states(frame: dict[str, Any]) -> str:
    return ", ".join(f"{asset['assetId']} {asset['status']}" for asset in frame["assets"][:20])


_OWN = frozenset({"at", "level", "logger", "event", "source", "id"})

"""``sms-driver tables``: exports, imports and templates of status tables, command tables and assets."""

import asyncio
import json
import ssl
import sys
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import click

from driver.cli.exit_codes import FAILED, WRONG_USE
from driver.cli.failover_options import ca_option, tls_for
from driver.client.session import DEFAULT_URL, http_session, unreachable
from driver.config.text_files import decoded
from driver.domain.control_characters import escaped
from driver.errors import NotReachableError
from driver.tables.errors import Problem
from driver.tables.exports import template as template_csv
from driver.tables.models import TableKind
from driver.tables.schemas import SCHEMAS

KIND = click.argument("kind", type=click.Choice([kind.value for kind in TableKind]))
FILE = click.argument("file", type=click.Path(dir_okay=False, allow_dash=True), default="-")
URL = click.option("--url", default=DEFAULT_URL, show_default=True, help="The data server's address.")
TOKEN = click.option("--token", help="A service token, or a login's; default: SMS_DRIVER_TOKEN.")
SPELLING = click.option(
    "--platform-spelling",
    is_flag=True,
    help="Write column names exactly as the platform's documentation spells them, mistakes included.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def tables() -> None:
    """Export, import and prepare status tables, command tables and assets."""


@tables.command("export")
@KIND
@FILE
@SPELLING
@click.option("--for-excel", is_flag=True, help="Put an apostrophe before phone numbers, so that Excel keeps the plus.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of CSV.")
@URL
@TOKEN
@ca_option
def export_tables(
    kind: str,
    file: str,
    platform_spelling: bool,
    for_excel: bool,
    as_json: bool,
    url: str,
    token: str | None,
    ca: str | None,
) -> None:
    """Write all tables of a KIND to FILE, or to standard output."""
    query = {"spelling": "platform"} if platform_spelling else {}
    if for_excel:
        query["forExcel"] = "true"
    server = TableServer(url, token, tls_for([url], ca))
    accept = "application/json" if as_json else "text/csv"
    status, body = asyncio.run(_call("GET", server, f"/api/tables/{kind}", query, {"Accept": accept}))
    _end_if_refused(status, body, as_json=as_json)
    if as_json:
        body = json.dumps(json.loads(body), indent=2, ensure_ascii=False).encode() + b"\n"
    _write(file, body)


@tables.command("template")
@KIND
@FILE
@SPELLING
def template(kind: str, file: str, platform_spelling: bool) -> None:
    """Write the header of a KIND's file alone, to be filled in. Needs no running driver."""
    _write(file, template_csv(SCHEMAS[TableKind(kind)], platform_spelling=platform_spelling).encode())


@tables.command("import")
@KIND
@FILE
@click.option("--replace", is_flag=True, help="Take the file as the whole truth: what it does not name goes.")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask. Nobody is asked either when this is not a terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print the driver's answer as JSON.")
@URL
@TOKEN
@ca_option
def import_tables(
    kind: str,
    file: str,
    replace: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    url: str,
    token: str | None,
    ca: str | None,
) -> None:
    """Import a KIND from FILE (CSV, or JSON as exported): show what changes, then change it, all or nothing."""
    server = TableServer(url, token, tls_for([url], ca))
    data = _read(file)
    is_json = _is_json(data)
    headers = {"Content-Type": "application/json" if is_json else "text/csv"}
    query = {"mode": "replace"} if replace else {}
    path = f"/api/tables/{kind}"
    status, body = asyncio.run(_call("POST", server, f"{path}/preview", query, headers, data))
    _end_if_refused(status, body, as_json=as_json)
    shown = json.loads(body)
    if not as_json:
        _show(shown)
    if shown["changes"] and not dry_run:
        if not yes and sys.stdin.isatty() and sys.stdout.isatty():
            click.confirm("Import this?", abort=True)
        headers["If-Match"] = f'"{shown["version"]}"'
        status, body = asyncio.run(_call("PUT", server, path, query, headers, data))
        _end_if_refused(status, body, as_json=as_json)
        if not as_json:
            click.echo("Imported.")
    if as_json:
        click.echo(body)


class TableServer(NamedTuple):
    """The driver that is asked, with which token, and whose certificates are trusted."""

    url: str
    token: str | None
    tls: ssl.SSLContext | bool


async def _call(
    method: str,
    server: TableServer,
    path: str,
    query: dict[str, str],
    headers: dict[str, str],
    data: bytes | None = None,
) -> tuple[int, bytes]:
    limits = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60)
    address = server.url.rstrip("/") + path
    try:
        async with (
            http_session(server.token, server.tls) as session,
            session.request(method, address, params=query, headers=headers, data=data, timeout=limits) as answer,
        ):
            return answer.status, await answer.read()
    except (aiohttp.ClientError, TimeoutError, ValueError) as exc:
        raise unreachable(server.url, exc) from exc


def _end_if_refused(status: int, body: bytes, *, as_json: bool) -> None:
    """End with the driver's own words, every mistake on a line of its own."""
    if status < 400:
        return
    try:
        told = json.loads(body)
    except ValueError:
        raise NotReachableError(f"what answers is no driver (HTTP {status})") from None
    if as_json:
        click.echo(body)
        sys.exit(FAILED)
    click.echo(f"sms-driver: {escaped(told.get('detail') or f'HTTP {status}')}", err=True)
    if told.get("code") == "table_invalid":
        for mistake in told["errors"]:
            click.echo(f"  {escaped(_line(mistake))}", err=True)
    sys.exit(FAILED)


def _show(shown: dict[str, Any]) -> None:
    for warning in shown["warnings"]:
        click.echo(f"warning: {escaped(_line(warning))}", err=True)
    for change in shown["changes"]:
        place = " / ".join(part for part in (change["tableId"], change["row"]) if part)
        click.echo(f"{change['change']}: {escaped(place)}")
        if change["change"] == "changed":
            for cell in change["cells"]:
                change_shown = f"{cell['column']}: {cell['before'] or 'empty'} → {cell['after'] or 'empty'}"
                click.echo(f"    {escaped(change_shown)}")
    count = len(shown["changes"])
    click.echo(f"{count} row{'s' if count != 1 else ''} to change, {shown['unchanged']} as before.")


def _line(told: dict[str, Any]) -> str:
    return str(
        Problem(told["line"] or 0, told["column"] or "", told["value"] or "", told["message"], told["cell"] or "")
    )


def _is_json(data: bytes) -> bool:
    """Tell JSON from CSV, whatever the encoding; what is neither is refused by the driver, with the place."""
    try:
        return decoded(data).lstrip().startswith("{")
    except ValueError:
        return False


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as exc:
        click.echo(f"sms-driver: {file} cannot be read: {exc.strerror}", err=True)
        sys.exit(WRONG_USE)


def _write(file: str, body: bytes) -> None:
    if file == "-":
        click.echo(body, nl=False)
        return
    try:
        Path(file).write_bytes(body)
    except OSError as exc:
        click.echo(f"sms-driver: {file} cannot be written: {exc.strerror}", err=True)
        sys.exit(FAILED)

"""``sms-driver tables``: exports, imports and creates templates of status tables, command tables and assets."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import aiohttp
import click

from driver.api.requests import CSV, JSON
from driver.api.table_models import ImportModel, TableMistakeModel, TableProblemModel
from driver.cli.driver_session import ca_option, driver_session, token_option
from driver.cli.exit_codes import FAILED, WRONG_USE
from driver.client import DriverClient, RefusedError
from driver.client.http_client import DEFAULT_URL
from driver.config.text_files import decoded
from driver.domain.control_characters import escaped
from driver.tables.errors import Problem
from driver.tables.exports import template as template_csv
from driver.tables.models import TableKind
from driver.tables.schemas import SCHEMAS

T = TypeVar("T")
KIND = click.argument("kind", type=click.Choice([kind.value for kind in TableKind]))
FILE = click.argument("file", type=click.Path(dir_okay=False, allow_dash=True), default="-")
URL = click.option("--url", default=DEFAULT_URL, show_default=True, help="The data server's address.")
SPELLING = click.option(
    "--platform-spelling",
    is_flag=True,
    help="Write column names exactly as the platform's documentation spells them, mistakes included.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def tables() -> None:
    """Export, import and create templates of status tables, command tables and assets."""


@tables.command("export")
@KIND
@FILE
@SPELLING
@click.option(
    "--for-excel", is_flag=True, help="Prefix phone numbers with an apostrophe, so that Excel keeps the plus sign."
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of CSV.")
@URL
@token_option
@ca_option
def export_tables(
    kind: str,
    file: str,
    platform_spelling: bool,
    *,
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
    accept = JSON if as_json else CSV
    body = _asked(url, token, ca, ask=lambda driver: driver.table(kind, accept=accept, query=query), as_json=as_json)
    if as_json:
        body = json.dumps(json.loads(body), indent=2, ensure_ascii=False).encode() + b"\n"
    _write(file, body)


@tables.command("template")
@KIND
@FILE
@SPELLING
def template(kind: str, file: str, platform_spelling: bool) -> None:
    """Write only the header of a KIND's file, to be filled in. Needs no running driver."""
    _write(file, template_csv(SCHEMAS[TableKind(kind)], platform_spelling=platform_spelling).encode())


@tables.command("import")
@KIND
@FILE
@click.option("--replace", is_flag=True, help="Remove rows that the file does not contain.")
@click.option("--dry-run", is_flag=True, help="Show the changes without applying them.")
@click.option("--yes", is_flag=True, help="Skip the confirmation, which is only asked for at a terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print the driver's response as JSON.")
@URL
@token_option
@ca_option
def import_tables(
    kind: str,
    file: str,
    replace: bool,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    url: str,
    token: str | None,
    ca: str | None,
) -> None:
    """Import a KIND from FILE (CSV, or JSON as exported): show the changes, then apply all or none."""
    data = _read(file)
    content_type = JSON if _is_json(data) else CSV

    def preview(driver: DriverClient) -> Awaitable[ImportModel]:
        return driver.preview_table(kind, data, content_type=content_type, replace=replace)

    shown = done = _asked(url, token, ca, ask=preview, as_json=as_json)
    if not as_json:
        _show(shown)
    if shown.changes and not dry_run:
        if not yes and sys.stdin.isatty() and sys.stdout.isatty():
            click.confirm("Apply these changes?", abort=True)

        def apply(driver: DriverClient) -> Awaitable[ImportModel]:
            version = shown.version
            return driver.import_table(kind, data, content_type=content_type, replace=replace, version=version)

        done = _asked(url, token, ca, ask=apply, as_json=as_json)
        if not as_json:
            click.echo("Imported.")
    if as_json:
        click.echo(done.model_dump_json())


def _asked(
    url: str, token: str | None, ca: str | None, *, ask: Callable[[DriverClient], Awaitable[T]], as_json: bool
) -> T:
    """Return the driver's response; if it rejects the request, exit with its message and one line per mistake."""

    async def asked() -> T:
        async with driver_session(token, [url], ca) as session:
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60)
            return await ask(DriverClient(session, url, timeout=timeout))

    try:
        return asyncio.run(asked())
    except RefusedError as exc:
        if as_json:
            click.echo(json.dumps(exc.problem))
            sys.exit(FAILED)
        click.echo(f"sms-driver: {escaped(str(exc))}", err=True)
        if exc.problem.get("code") == "table_invalid":
            for mistake in TableProblemModel.model_validate(exc.problem).errors:
                click.echo(f"  {escaped(_line(mistake))}", err=True)
        sys.exit(FAILED)


def _show(shown: ImportModel) -> None:
    for warning in shown.warnings:
        click.echo(f"warning: {escaped(_line(warning))}", err=True)
    for change in shown.changes:
        place = " / ".join(part for part in (change.table_id, change.row) if part)
        click.echo(f"{change.change}: {escaped(place)}")
        if change.change == "changed":
            for cell in change.cells:
                change_shown = f"{cell.column}: {cell.before or 'empty'} → {cell.after or 'empty'}"
                click.echo(f"    {escaped(change_shown)}")
    count = len(shown.changes)
    click.echo(f"{count} row{'s' if count != 1 else ''} to change, {shown.unchanged} unchanged.")


def _line(mistake: TableMistakeModel) -> str:
    return str(
        Problem(mistake.line or 0, mistake.column or "", mistake.value or "", mistake.message, mistake.cell or "")
    )


def _is_json(data: bytes) -> bool:
    """Return whether the data looks like JSON, in any encoding; the driver rejects invalid data and says where."""
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

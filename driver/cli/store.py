"""``sms-driver store``: maintains the database."""

import asyncio
import json
import sys

import click

from driver.cli.check import config_option
from driver.cli.exit_codes import FAILED
from driver.config.loading import load
from driver.domain.control_characters import escaped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def store() -> None:
    """Maintain the database."""


@store.command("check")
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check_store(path: str | None, as_json: bool) -> None:
    """Check the database without changing it; the driver may be running.

    The exit status is 1 if there are problems, and 3 if the database cannot be opened.
    """
    from driver.errors import StartError
    from driver.services.rule_engine import RULE_STATE
    from driver.services.rule_state_codec import load as load_rule_state
    from driver.services.tables import Tables
    from driver.store.integrity_check import check_store as look

    config = load(path)
    report = asyncio.run(look(config.store.url))
    problems = list(report.problems)
    if report.remembered is not None:
        marks = report.remembered.marks
        try:
            Tables(config, marks)
        except StartError as exc:
            problems.append(str(exc))
        try:
            if RULE_STATE in marks:
                load_rule_state(marks[RULE_STATE])
        except ValueError as exc:
            problems.append(f"the stored state of workflows cannot be read: {exc}")
    if as_json:
        found = {"address": report.address, "schema": report.schema, "rows": report.rows, "problems": problems}
        click.echo(json.dumps(found, indent=2))
    else:
        click.echo(f"{report.address}, schema {report.schema}")
        for name, count in report.rows.items():
            click.echo(f"  {name:<11}{count:>10,}")
        for problem in problems:
            click.echo(f"problem: {escaped(problem)}")
        if not problems:
            click.echo("No problems.")
    if problems:
        sys.exit(FAILED)

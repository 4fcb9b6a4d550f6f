"""``sms-driver check``: validates a configuration, and with ``--live`` checks it against the Twilio account."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click

from driver.cli.exit_codes import FAILED
from driver.config.loading import load
from driver.config.models import DriverConfig
from driver.domain.control_characters import escaped
from driver.services.account_checks import CheckFinding, CheckLevel

config_option = click.option(
    "--config",
    "path",
    type=click.Path(dir_okay=False),
    help="Default: driver.toml in the current folder, if it exists.",
)


@click.command()
@config_option
@click.option("--live", is_flag=True, help="Check the credentials, the numbers and the webhook with Twilio.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(path: str | None, live: bool, as_json: bool) -> None:
    """Validate a configuration; with --live, also against the account."""
    config = load(path)
    if not report(config, live=live, as_json=as_json):
        sys.exit(FAILED)


def report(config: DriverConfig, *, live: bool, as_json: bool = False) -> bool:
    """Print the findings about a configuration; return whether it can work.

    Raises:
        NotReachableError: Twilio should be checked but cannot be reached.
    """
    findings = asyncio.run(_findings(config, live=live))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            remedy = f" ({finding.remedy})" if finding.remedy else ""
            click.echo(escaped(f"{finding.verdict:<8} {finding.about}: {finding.words}{remedy}"))
    return all(finding.verdict is not CheckLevel.PROBLEM for finding in findings)


async def _findings(config: DriverConfig, *, live: bool) -> Sequence[CheckFinding]:
    from driver.cli.offline_checks import offline_findings
    from driver.debugtools.logging_setup import warnings_to_stderr

    warnings_to_stderr()
    offline = await offline_findings(config)
    return [*offline, *await _live(config)] if live else offline


async def _live(config: DriverConfig) -> Sequence[CheckFinding]:
    from driver.cli.live_account import live_account
    from driver.domain.asset import AlarmRules
    from driver.runtime.clock import SystemClock
    from driver.services.account_checks import account_findings
    from driver.services.asset_catalog import asset_catalog
    from driver.services.webhook_checks import address_findings
    from driver.webhooks.server import inbound_address

    states, receive = config.states, config.receive
    catalog = asset_catalog(config.system, config.phones, lambda _asset_id: AlarmRules())
    account = await live_account(config.twilio, services=catalog.messaging_services, pools=receive.mode != "poll")
    findings = account_findings(
        account, catalog, states, receive=receive, inbound_address=inbound_address(receive), now=SystemClock().now()
    )
    return [*findings, *address_findings(receive, config.twilio.base_url)]

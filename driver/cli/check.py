"""``sms-driver check``: says whether a configuration can work, and with ``--live`` whether Twilio agrees."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click

from driver.cli.exit_codes import FAILED
from driver.config import DriverConfig, load
from driver.domain.control_characters import escaped
from driver.errors import NotReachableError
from driver.services.account_checks import CheckFinding, CheckLevel


@click.command()
@click.option("--config", "path", type=click.Path(dir_okay=False), help="Default: driver.toml here, if there is one.")
@click.option("--live", is_flag=True, help="Ask Twilio about the credentials, the numbers and the webhook.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(path: str | None, live: bool, as_json: bool) -> None:
    """Validate a configuration; with --live also against the account."""
    config = load(path)
    findings = asyncio.run(_findings(config, live=live))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            remedy = f" ({finding.remedy})" if finding.remedy else ""
            click.echo(escaped(f"{finding.verdict:<8} {finding.about}: {finding.words}{remedy}"))
    if any(finding.verdict is CheckLevel.PROBLEM for finding in findings):
        sys.exit(FAILED)


async def _findings(config: DriverConfig, *, live: bool) -> Sequence[CheckFinding]:
    from driver.cli.offline_checks import offline_findings
    from driver.debugtools.logging_setup import warnings_to_stderr

    warnings_to_stderr()
    offline = await offline_findings(config)
    return [*offline, *await _live(config)] if live else offline


async def _live(config: DriverConfig) -> Sequence[CheckFinding]:
    from driver.domain.asset import AlarmRules
    from driver.domain.facts import CommReason
    from driver.gateway import TwilioGateway
    from driver.gateway.http_session import open_session
    from driver.gateway.transport import Transport
    from driver.ports.gateway import GatewayError
    from driver.runtime.clock import SystemClock
    from driver.runtime.idle import IdleTracker
    from driver.services.account_checks import account_findings
    from driver.services.asset_catalog import asset_catalog
    from driver.services.rate_limits import RateLimits
    from driver.services.webhook_checks import address_findings
    from driver.webhooks.server import inbound_address

    clock, twilio, states, receive = SystemClock(), config.twilio, config.states, config.receive
    activity = IdleTracker(clock)
    catalog = asset_catalog(config.system, config.phones, lambda _asset_id: AlarmRules())
    async with open_session(twilio.base_url) as session:
        transport = Transport(
            session, clock, activity, timeout_s=twilio.timeout_s, connect_timeout_s=twilio.connect_timeout_s
        )
        gateway = TwilioGateway(twilio, transport, clock, RateLimits(clock, activity, twilio.concurrency))
        try:
            with activity.work():
                account = await gateway.account(services=catalog.messaging_services, pools=receive.mode != "poll")
        except GatewayError as exc:
            if exc.reason is CommReason.AUTH_FAILED:
                raise NotReachableError(f"Twilio does not accept the credentials: {exc.detail}") from exc
            raise NotReachableError(f"Twilio at {twilio.base_url} cannot be asked: {exc.detail}") from exc
    findings = account_findings(account, catalog, states, receive, inbound_address(receive), clock.now())
    return [*findings, *address_findings(receive, twilio.base_url)]

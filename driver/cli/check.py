"""``sms-driver check``: says whether a configuration can work, and with ``--live`` whether Twilio agrees."""

import asyncio
import json
import sys
from dataclasses import asdict, dataclass

import click

from driver.cli.endings import FAILED, NotReachableError
from driver.config import DriverConfig, load


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: ``ok``, ``warning`` or ``problem``, in words, and what to do."""

    verdict: str
    about: str
    words: str
    remedy: str = ""


@click.command()
@click.option("--config", "path", type=click.Path(dir_okay=False), help="Default: driver.toml here, if there is one.")
@click.option("--live", is_flag=True, help="Ask Twilio about the credentials, the numbers and the webhook.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(path: str | None, live: bool, as_json: bool) -> None:
    """Validate a configuration; with --live also against the account."""
    config = load(path)
    findings = _static(config)
    if live:
        findings += asyncio.run(_live(config))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            remedy = f" ({finding.remedy})" if finding.remedy else ""
            click.echo(f"{finding.verdict:<8} {finding.about}: {finding.words}{remedy}")
    if any(finding.verdict == "problem" for finding in findings):
        sys.exit(FAILED)


def _static(config: DriverConfig) -> list[Finding]:
    findings = [Finding("ok", "configuration", f"valid, {len(config.phones)} phones")]
    if config.dataserver.open_to_all:
        words = "no users and tokens: programs on this machine need no login"
        findings.append(Finding("warning", "dataserver", words, "sms-driver access user NAME --role operator"))
    pairs: dict[tuple[str, str], str] = {}
    for phone in config.phones:
        numbers = (phone.external_phone_number or "", phone.twilio_phone_number or "")
        if not all(numbers):
            findings.append(Finding("warning", phone.id, "a number is missing: it will show No Communication"))
        elif numbers in pairs:
            words = f"the same two numbers as {pairs[numbers]}: both get every message's event"
            findings.append(Finding("warning", phone.id, words))
        pairs.setdefault(numbers, phone.id)
    return findings


async def _live(config: DriverConfig) -> list[Finding]:
    import aiohttp

    from driver.clock import SystemClock
    from driver.debugtools.setup import warnings_to_stderr
    from driver.domain.asset import AlarmRules
    from driver.domain.facts import CommReason
    from driver.gateway import TwilioGateway
    from driver.gateway.transport import Transport
    from driver.ports.gateway import GatewayError
    from driver.services.activity import Activity
    from driver.services.catalogue import catalogue_of
    from driver.services.conditions import conditions
    from driver.webhooks.app import INBOUND_PATH

    warnings_to_stderr()
    clock, twilio = SystemClock(), config.twilio
    activity = Activity(clock)
    limits = {"timeout_s": twilio.timeout_s, "connect_timeout_s": twilio.connect_timeout_s}
    async with aiohttp.ClientSession(trust_env=True) as session:
        gateway = TwilioGateway(twilio, Transport(session, clock, activity, **limits))
        try:
            with activity.work():
                account = await gateway.account()
        except GatewayError as trouble:
            if trouble.reason is CommReason.AUTH_FAILED:
                raise NotReachableError(f"Twilio does not accept the credentials: {trouble.detail}") from trouble
            raise NotReachableError(f"Twilio at {twilio.base_url} cannot be asked: {trouble.detail}") from trouble
    findings = [Finding("ok", "account", f"credentials accepted, {account.kind or 'type unknown (API key)'}")]
    if account.status != "active":
        findings.append(Finding("problem", "account", f"it is {account.status}", "reactivate it in the Twilio console"))
    catalogue = catalogue_of(config.system, config.phones, lambda _asset_id: AlarmRules())
    for asset_id, found in conditions(account, catalogue, clock.now()).items():
        about = "account" if asset_id == config.system.id else asset_id
        for each in found:
            verdict = "problem" if each.cause.value in config.states.fault_on else "warning"
            findings.append(Finding(verdict, about, each.detail, each.hint))
    owned = {number.phone_number: number for number in account.numbers}
    for name in dict.fromkeys(phone.twilio_phone_number for phone in config.phones if phone.twilio_phone_number):
        if not name.startswith("+"):
            continue
        number = owned.get(name)
        if number is None:
            have = ", ".join(owned) or "none"
            findings.append(Finding("problem", name, "the account does not own it", f"owned: {have}"))
        elif not number.sms_capable:
            findings.append(Finding("problem", name, "it cannot send texts", "take an SMS-capable number"))
        else:
            findings.append(Finding("ok", name, "owned, can text"))
            if config.receive.mode != "poll" and number.sms_url != f"{config.receive.public_url}{INBOUND_PATH}":
                words = f"Twilio calls {number.sms_url or 'nothing'} when somebody texts it"
                remedy = f"set 'A message comes in' to {config.receive.public_url}{INBOUND_PATH}"
                findings.append(
                    Finding("problem" if config.receive.mode == "webhook" else "warning", name, words, remedy)
                )
    return findings

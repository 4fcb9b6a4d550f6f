"""Checks of the Twilio account against this driver's configuration: findings, each with a remedy."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime

from driver.config.models import ReceiveConfig, StatesConfig
from driver.domain.facts import FaultCause
from driver.ports.gateway import RemoteAccount
from driver.services.account_conditions import MAX_SKEW_S, conditions, skew
from driver.services.asset_catalog import AssetCatalog
from driver.services.finding import CheckFinding, CheckLevel
from driver.services.poller import AT_ONCE, LAGGING_ROUNDS
from driver.services.webhook_checks import number_findings, service_findings

__all__ = ["CheckFinding", "CheckLevel", "account_findings"]


def account_findings(
    account: RemoteAccount,
    catalog: AssetCatalog,
    states: StatesConfig,
    *,
    receive: ReceiveConfig,
    inbound_address: str,
    now: datetime,
) -> Sequence[CheckFinding]:
    """Return the findings about the account, its conditions and the numbers that phones use.

    ``inbound_address`` is the URL that Twilio must call for incoming messages to them; empty if webhooks are off.
    """
    return [
        CheckFinding(CheckLevel.OK, "account", f"credentials accepted, {account.kind or 'type unknown (API key)'}"),
        *_clock(account),
        *_pace(account, catalog, receive),
        *_account(account),
        *_conditions(account, catalog, states, now=now),
        *_numbers(account, catalog, receive, inbound_address=inbound_address),
        *_services(account, catalog, receive, inbound_address=inbound_address),
    ]


def _clock(account: RemoteAccount) -> Iterator[CheckFinding]:
    """Yield whether the clocks agree; a difference is also a condition of the account."""
    if account.clock_ahead_s is None:
        yield CheckFinding(
            CheckLevel.WARNING, "clock", "Twilio's responses have no date to compare it with", "check the proxy, if any"
        )
    elif abs(account.clock_ahead_s) <= MAX_SKEW_S:
        yield CheckFinding(CheckLevel.OK, "clock", "agrees with Twilio's")
    else:
        words, remedy = skew(account.clock_ahead_s), "synchronize this machine's clock with a time server"
        yield CheckFinding(CheckLevel.PROBLEM, "clock", words, remedy)


def _pace(account: RemoteAccount, catalog: AssetCatalog, receive: ReceiveConfig) -> Iterator[CheckFinding]:
    """Warn in advance if polling the numbers will take longer than messages may be late."""
    own = len(catalog.twilio_numbers)
    can_text = {number.phone_number for number in account.numbers if number.sms_capable}
    limit = LAGGING_ROUNDS * receive.poll_interval_s
    others = len(can_text - set(catalog.twilio_numbers))
    for count, whose in ((own, "phones"), (others, "account beyond those of the phones")):
        takes = math.ceil(count / AT_ONCE) * account.answer_s
        if takes > limit:
            numbers = f"{count} number{'' if count == 1 else 's'} of the {whose}"
            words = f"polling the {numbers} takes about {takes:.0f} s, longer than {limit:.0f} s"
            yield CheckFinding(CheckLevel.WARNING, "polling", words, "a longer receive.poll_interval_s, or webhooks")


def _account(account: RemoteAccount) -> Iterator[CheckFinding]:
    if account.by_secondary:
        words = "Twilio rejects auth_token and accepts auth_token_secondary"
        yield CheckFinding(CheckLevel.WARNING, "account", words, "put that token into auth_token")
    if account.status != "active":
        yield CheckFinding(
            CheckLevel.PROBLEM, "account", f"it is {account.status}", "reactivate it in the Twilio console"
        )


def _conditions(
    account: RemoteAccount, catalog: AssetCatalog, states: StatesConfig, *, now: datetime
) -> Iterator[CheckFinding]:
    for asset_id, found in conditions(account, catalog, now).items():
        about = "account" if asset_id == catalog.system.asset_id else asset_id
        for condition in (condition for condition in found if condition.cause is not FaultCause.CLOCK_SKEW):
            verdict = CheckLevel.PROBLEM if condition.cause.value in states.fault_on else CheckLevel.WARNING
            yield CheckFinding(verdict, about, condition.detail, condition.hint)


def _numbers(
    account: RemoteAccount, catalog: AssetCatalog, receive: ReceiveConfig, *, inbound_address: str
) -> Iterator[CheckFinding]:
    owned = {number.phone_number: number for number in account.numbers}
    for name in catalog.twilio_numbers:
        number = owned.get(name)
        if number is None:
            have = ", ".join(owned) or "none"
            yield CheckFinding(CheckLevel.PROBLEM, name, "the account does not own it", f"owned: {have}")
        elif not number.sms_capable:
            yield CheckFinding(CheckLevel.PROBLEM, name, "it cannot send messages", "use an SMS-capable number")
        else:
            yield CheckFinding(CheckLevel.OK, name, "owned, SMS-capable")
            yield from number_findings(number, account.services or (), receive, address=inbound_address)


def _services(
    account: RemoteAccount, catalog: AssetCatalog, receive: ReceiveConfig, *, inbound_address: str
) -> Iterator[CheckFinding]:
    for name in catalog.messaging_services:
        known = {service.sid: service for service in account.services or ()}
        if account.services is None:
            yield CheckFinding(
                CheckLevel.WARNING, name, "the credentials may not read Messaging Services", "check them in the console"
            )
        elif name not in known:
            have = ", ".join(known) or "none"
            yield CheckFinding(
                CheckLevel.PROBLEM, name, "the account has no such Messaging Service", f"available: {have}"
            )
        elif not known[name].can_text:
            yield CheckFinding(
                CheckLevel.PROBLEM, name, "it has no SMS-capable sender", "add an SMS-capable number to it"
            )
        else:
            yield CheckFinding(CheckLevel.OK, name, "a Messaging Service of the account")
            yield from service_findings(known[name], receive, inbound_address)

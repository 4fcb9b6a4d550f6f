"""Checks of a configuration that need no Twilio: what would prevent the start, and what can never work."""

import os
from collections.abc import Iterator, Sequence

from driver.app.sockets import tls_context
from driver.config.models import DriverConfig
from driver.config.phones import PhoneConfig, same_numbers
from driver.config.types import is_loopback
from driver.domain.phone_numbers import is_messaging_service
from driver.domain.rules import THIS_PHONE
from driver.errors import StartError
from driver.gateway.http_session import way_to
from driver.services.account_checks import CheckFinding, CheckLevel
from driver.services.tables import Tables
from driver.store.engines import database_file
from driver.store.integrity_check import check_store
from driver.store.migration import HEAD

#: Reported as the schema of a database that cannot be read.
DAMAGED = "unknown"
PROBLEM, WARNING, OK = CheckLevel.PROBLEM, CheckLevel.WARNING, CheckLevel.OK


async def offline_findings(config: DriverConfig) -> Sequence[CheckFinding]:
    """Return the findings; the database is only read."""
    phones, store = await _phones_and_store(config)
    count = "1 phone" if len(config.phones) == 1 else f"{len(config.phones)} phones"
    return [
        CheckFinding(OK, "configuration", f"valid, {count}"),
        *_access(config),
        *_files(config),
        *_ports(config),
        *store,
        *_numbers(phones),
        *_rules(config, {phone.id for phone in phones}),
    ]


async def _phones_and_store(config: DriverConfig) -> tuple[Sequence[PhoneConfig], Sequence[CheckFinding]]:
    """Return the phones, including imported ones, and the problems of the database."""
    url = config.store.url
    is_file = not url.startswith("postgresql://")
    if is_file and not database_file(url).exists():
        folder = database_file(url).parent
        if folder.is_dir() and os.access(folder, os.W_OK):
            return config.phones, []
        words = f"the folder {folder} {'is not writable' if folder.is_dir() else 'does not exist'}"
        return config.phones, [CheckFinding(PROBLEM, "store", words, "create it, or change store.url")]
    try:
        report = await check_store(url)
        marks = report.remembered.marks if report.remembered is not None else {}
        problems = report.problems if report.schema in (DAMAGED, HEAD) else ()  # the start upgrades an older schema
        findings = [
            CheckFinding(PROBLEM, "store", words, "for details, run sms-driver store check") for words in problems
        ]
        return Tables(config, marks).phones, findings
    except ImportError:
        words = "the package for PostgreSQL is not installed"
        return config.phones, [CheckFinding(PROBLEM, "store", words, "pip install 'twilio-sms-driver[postgresql]'")]
    except StartError as exc:
        return config.phones, [CheckFinding(PROBLEM, "store", str(exc), "see store.url")]


def _access(config: DriverConfig) -> Iterator[CheckFinding]:
    if config.dataserver.open_to_all:
        words = "no users or tokens are configured: programs on this machine need no login"
        yield CheckFinding(WARNING, "dataserver", words, "sms-driver access user NAME --role operator")


def _files(config: DriverConfig) -> Iterator[CheckFinding]:
    """Check files that are only read at the start: our own certificates, and those trusted on the way to Twilio."""
    server = config.dataserver
    try:
        tls_context(server.tls_certificate, server.tls_key)
    except StartError as exc:
        yield CheckFinding(PROBLEM, "dataserver", str(exc), "see tls_certificate and tls_key")
    try:
        way_to(config.twilio.base_url)
    except StartError as exc:
        yield CheckFinding(PROBLEM, "twilio", str(exc), "correct or unset the variable")


def _ports(config: DriverConfig) -> Iterator[CheckFinding]:
    receive, server = config.receive, config.dataserver
    taken = [
        ("dataserver.port", server.host, server.port),
        ("the debug tools", config.debugtools.host, config.internal.debug_port),
    ]
    if receive.mode != "poll":
        taken.append(("receive.webhook_port", receive.webhook_host, receive.webhook_port))
    for place, (name, host, port) in enumerate(taken):
        for other, other_host, other_port in taken[:place]:
            if port and port == other_port and _overlap(host, other_host):
                yield CheckFinding(PROBLEM, name, f"port {port} is also the port of {other}", "give each its own port")


def _overlap(host: str, other: str) -> bool:
    wide = {"0.0.0.0", "::", ""}
    return host == other or bool({host, other} & wide) or (is_loopback(host) and is_loopback(other))


def _numbers(phones: Sequence[PhoneConfig]) -> Iterator[CheckFinding]:
    for phone in phones:
        if not phone.external_phone_number or not phone.twilio_phone_number:
            yield CheckFinding(WARNING, phone.id, "a number is missing: the phone will show No Communication")
    for twin, other in same_numbers(phones):
        words = f"the same two numbers as {other}: every message is an event of both"
        yield CheckFinding(WARNING, twin, words, 'set receive.same_numbers = "reject" to forbid this')
    ours = {phone.twilio_phone_number: phone.id for phone in phones if phone.twilio_phone_number}
    for phone in phones:
        number = phone.external_phone_number
        if number and not is_messaging_service(number) and number in ours:
            words = f"its external_phone_number is the twilio_phone_number of {ours[number]}"
            yield CheckFinding(WARNING, phone.id, words, "expected a person's number")


def _rules(config: DriverConfig, known: set[str]) -> Iterator[CheckFinding]:
    remedy = f"known: {', '.join(sorted(known)[:20]) or 'none'}; correct the name, or add or import the phone"
    for number, rule in enumerate(config.workflows, 1):
        name = rule.name or f"workflow {number}"
        named = dict.fromkeys(phone for step in rule.do for phone in step.to)
        for phone in named:
            if phone not in known and phone != THIS_PHONE:
                yield CheckFinding(PROBLEM, name, f"the rule references an unknown phone: {phone!r}", remedy)
    notify = config.notify
    for key, phones in (
        ("notify.acknowledgers", notify.acknowledgers),
        ("notify.proofs", [proof.phone for proof in notify.proofs]),
        ("notify.pins", [pin.phone for pin in notify.pins]),
    ):
        for phone in phones:
            if phone not in known:
                yield CheckFinding(PROBLEM, key, f"there is no phone {phone!r}", remedy)

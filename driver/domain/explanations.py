"""Explanations for operators: why an asset shows its status, and what it is waiting for."""

from collections.abc import Iterator

from driver.domain.asset import ALARMING, AlarmRules, Asset, active_states, true_states
from driver.domain.facts import CommLoss, CommReason, Fault
from driver.domain.status_table import State

COMM_WORDS: dict[CommReason, str] = {
    CommReason.INITIALIZING: "Waiting for the first response from Twilio",
    CommReason.CONFIG_INVALID: "The configuration of this asset is invalid",
    CommReason.AUTH_FAILED: "Twilio does not accept the account's credentials",
    CommReason.UNREACHABLE: "Twilio cannot be reached",
    CommReason.TIMEOUT: "Twilio does not respond in time",
    CommReason.PARENT_DOWN: "The Twilio SMS system has no communication",
    CommReason.DRIVER_STOPPED: "The driver is not running",
}

_COMM_HINTS: dict[CommReason, str] = {
    CommReason.AUTH_FAILED: "the Account SID and token that the Twilio console shows, in the configuration",
    CommReason.UNREACHABLE: "communication with Twilio (check network, proxy, firewall)",
    CommReason.TIMEOUT: "communication with Twilio (check network, proxy, firewall)",
}


def remedy(loss: CommLoss) -> str:
    """Return what a person can do about a loss of communication; empty if they can only wait."""
    return loss.hint or _COMM_HINTS.get(loss.reason, "")


def reason(asset: Asset) -> str:
    """Return the facts behind the shown status as one sentence; for a healthy asset, that it is working."""
    parts = []
    facts = asset.facts
    if facts.mask is not None:
        until = f" until {facts.mask.until:%Y-%m-%d %H:%M:%S} UTC" if facts.mask.until else ""
        parts.append(f"masked by {facts.mask.by}{until}")
    if facts.comm is not None:
        parts.append(_comm_words(facts.comm))
    parts.extend(_fault_words(fault) for fault in facts.faults)
    true = true_states(facts)
    parts.extend(
        f"{record.status.value} is over, but its alarm is latched"
        for record in asset.records
        if record.status not in true
    )
    text = "; ".join(parts) or "working"
    return text[0].upper() + text[1:]


def why_shown(asset: Asset, rules: AlarmRules, caption: str) -> Iterator[str]:
    """Explain, sentence by sentence, how the facts of an asset lead to the status it shows."""
    yield f"{caption} shows {asset.status} since {asset.since:%Y-%m-%d %H:%M:%S} UTC."
    yield f"{reason(asset)}."
    if steps := awaiting(asset, rules):
        yield f"To return to Normal, it needs: {steps}."
    for record in asset.records:
        seen = "acknowledged" if record.state.acked else "unacknowledged"
        silent = "" if record.annunciated_at else ", silent"
        yield f"Its alarm {record.alarm_type} is {seen}{'' if record.state.active else ', over but latched'}{silent}."
    active = active_states(asset)
    yield f"The active states are therefore: {', '.join(sorted(active))}."
    fitting = [row for row in sorted(rules.table.rows, key=lambda row: row.priority) if row.states <= active]
    table = rules.table.description
    for row in fitting:
        needs = " and ".join(sorted(row.states))
        yield f"In status table {table!r} the row {row.status!r} (priority {row.priority}) matches: it needs {needs}."
    if fitting:
        yield f"The first match is shown: {asset.status}."


def awaiting(asset: Asset, rules: AlarmRules) -> str:
    """Return what has to happen before the asset can be Normal; empty if it is."""
    steps = []
    true = true_states(asset.facts)
    if asset.facts.mask is not None:
        steps.append("Reset, to unmask")
    latched = [record for record in asset.records if rules.latches(record.status)]
    if any(not record.state.acked for record in latched):
        steps.append("Acknowledge")
    steps.extend(_REMEDY[state](asset) for state in ALARMING if state in true)
    if latched and "Reset, to unmask" not in steps:
        steps.append("Reset")
    return ", then ".join(dict.fromkeys(step for step in steps if step))


def _comm_words(loss: CommLoss) -> str:
    text = COMM_WORDS[loss.reason]
    detail = f" ({loss.detail})" if loss.detail else ""
    phones = "1 phone has" if loss.phones == 1 else f"{loss.phones:,} phones have"
    return f"{text}{detail}{f', so {phones} no communication' if loss.phones else ''}"


def _fault_words(fault: Fault) -> str:
    code = f" (Twilio error {fault.code})" if fault.code else ""
    times = f", {fault.count} times" if fault.count > 1 else ""
    return f"{fault.detail}{code}{times}"


def _fault_remedy(asset: Asset) -> str:
    hints = [fault.hint for fault in asset.facts.faults if fault.hint]
    return hints[0] if hints else "a successful message or Reset"


def _comm_remedy(asset: Asset) -> str:
    loss = asset.facts.comm
    return (remedy(loss) if loss is not None else "") or "communication with Twilio"


_REMEDY = {State.NO_COMMUNICATION: _comm_remedy, State.FAULT: _fault_remedy}

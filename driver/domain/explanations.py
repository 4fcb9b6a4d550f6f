"""Why an asset shows what it shows, and what it is waiting for, for an operator."""

from driver.domain.asset import ALARMING, AlarmRules, Asset, true_states
from driver.domain.facts import CommLoss, CommReason, Fault
from driver.domain.status_table import State

COMM_WORDS: dict[CommReason, str] = {
    CommReason.INITIALIZING: "Waiting for the first answer from Twilio",
    CommReason.CONFIG_INVALID: "The configuration of this asset cannot work",
    CommReason.AUTH_FAILED: "Twilio does not accept the account's credentials",
    CommReason.UNREACHABLE: "Twilio cannot be reached",
    CommReason.TIMEOUT: "Twilio does not answer in time",
    CommReason.PARENT_DOWN: "The Twilio SMS system has no communication",
    CommReason.DRIVER_STOPPED: "The driver is not running",
}


_COMM_HINTS: dict[CommReason, str] = {
    CommReason.AUTH_FAILED: "the Account SID and token that the Twilio console shows, in the configuration",
    CommReason.UNREACHABLE: "communication with Twilio (look at network, proxy, firewall)",
    CommReason.TIMEOUT: "communication with Twilio (look at network, proxy, firewall)",
}


def remedy(loss: CommLoss) -> str:
    """Return what a person can do about a loss of communication; empty if nothing but wait."""
    return loss.hint or _COMM_HINTS.get(loss.reason, "")


def reason(asset: Asset) -> str:
    """Return the facts behind the shown status as one sentence; for a healthy asset, that it is healthy."""
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
        f"{record.status.value} is over, its alarm is latched" for record in asset.records if record.status not in true
    )
    text = "; ".join(parts) or "working"
    return text[0].upper() + text[1:]


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

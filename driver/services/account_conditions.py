"""What a probe of the account shows about each asset: conditions, and phones that cannot work at all."""

from collections.abc import Mapping
from datetime import datetime

from driver.domain.asset_changes import CommLost
from driver.domain.facts import CommReason, Condition, FaultCause
from driver.domain.phone_numbers import is_messaging_service
from driver.ports.gateway import RemoteAccount
from driver.services.asset_catalog import AssetCatalog

#: The webhook host of a newly bought number; it replies to everybody who sends a message.
DEMO_REPLY = "demo.twilio.com"
#: Seconds by which this machine's clock and Twilio's may differ; dates that people read are off by as much.
MAX_SKEW_S = 30


def conditions(account: RemoteAccount, catalog: AssetCatalog, now: datetime) -> Mapping[str, tuple[Condition, ...]]:
    """Return the conditions by asset: the account's for the system, an external number's for its phones."""
    found: dict[str, tuple[Condition, ...]] = {}
    trial = account.kind == "Trial"
    of_account = []
    if trial:
        words = "this is a trial account: every message starts with Twilio's notice, and only verified numbers get one"
        of_account.append(Condition(FaultCause.TRIAL, words, "upgrade the account in the Twilio console", now))
    replying = [number.phone_number for number in account.numbers if DEMO_REPLY in number.sms_url]
    if replying:
        words = f"Twilio's automatic reply is still switched on for {', '.join(replying)}"
        hint = "in the Twilio console set 'A message comes in' to a TwiML Bin with an empty <Response/>"
        of_account.append(Condition(FaultCause.AUTOMATIC_REPLY, words, hint, now))
    if account.clock_ahead_s is not None and abs(account.clock_ahead_s) > MAX_SKEW_S:
        hint = "synchronize this machine's clock with a time server"
        of_account.append(Condition(FaultCause.CLOCK_SKEW, skew(account.clock_ahead_s), hint, now))
    found[catalog.system.asset_id] = tuple(of_account)
    dropping = {service.sid for service in account.services or () if service.drops_incoming}
    verified = frozenset(account.verified)
    for phone in catalog.phones:
        if phone.twilio_phone_number in dropping:
            words = "Twilio drops incoming messages to the Messaging Service"
            hint = "in the Twilio console let the service defer to the sender's webhook, or give it a webhook URL"
            found[phone.asset_id] = (Condition(FaultCause.INBOUND_DROPPED, words, hint, now),)
        if trial and phone.external_phone_number and phone.external_phone_number not in verified:
            words = f"{phone.external_phone_number} is not verified, so this trial account cannot send to it"
            hint = "verify the number in the Twilio console, or upgrade the account"
            unverified = Condition(FaultCause.UNVERIFIED, words, hint, now)
            found[phone.asset_id] = (*found.get(phone.asset_id, ()), unverified)
    return found


def skew(ahead_s: float) -> str:
    """Return how far the clocks differ, in a unit coarse enough for the text not to change from probe to probe."""
    size = abs(ahead_s)
    unit, seconds = next(((name, s) for name, s in (("h", 3600), ("min", 60)) if size >= 2 * s), ("s", 1))
    return f"Twilio's clock is {size / seconds:.0f} {unit} {'ahead of' if ahead_s > 0 else 'behind'} this machine's"


def number_problems(account: RemoteAccount, catalog: AssetCatalog) -> Mapping[str, CommLost]:
    """Return the phones that cannot work: their Twilio number or service is not the account's, or cannot send."""
    can_text = {number.phone_number: number.sms_capable for number in account.numbers}
    services = {service.sid: service.can_text for service in account.services or ()}
    problems = {}
    for phone in catalog.phones:
        number = phone.twilio_phone_number
        of_service = is_messaging_service(number)
        senders = services if of_service else can_text
        if not number or senders.get(number) or (of_service and account.services is None):
            continue
        have = ", ".join(senders) or "none"
        if of_service and number in services:
            words = f"the Messaging Service {number} has no SMS-capable sender"
            hint = "an SMS-capable number among the service's senders"
        elif of_service:
            words = f"the Twilio account has no Messaging Service {number}"
            hint = f"a Messaging Service of the account (it has {have}), or a number"
        elif number not in can_text:
            words = f"the Twilio account does not own {number}"
            hint = f"a number of the account as Twilio Phone Number (it has {have})"
        else:
            words = f"the Twilio number {number} cannot send texts"
            hint = "an SMS-capable number as Twilio Phone Number"
        problems[phone.asset_id] = CommLost(CommReason.CONFIG_INVALID, words, hint)
    return problems

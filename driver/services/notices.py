"""What a probe of the account shows that is no fault, but that keeps things from working as expected."""

from collections.abc import Mapping

from driver.domain.facts import Notice
from driver.ports.gateway import RemoteAccount
from driver.services.catalogue import Catalogue

#: Where Twilio points a number that was just bought; it answers everybody who texts.
DEMO_REPLY = "demo.twilio.com"


def notices(account: RemoteAccount, catalogue: Catalogue) -> Mapping[str, tuple[Notice, ...]]:
    """Return what is to be known, by asset: about the account at the system, about a number at its phones."""
    found: dict[str, list[Notice]] = {}
    system = catalogue.system.asset_id
    if account.kind == "Trial":
        words = "this is a trial account: every text starts with Twilio's notice and only verified numbers get one"
        found.setdefault(system, []).append(Notice("trial", words, "upgrade the account in the Twilio console"))
    replying = [number.phone_number for number in account.numbers if DEMO_REPLY in number.sms_url]
    if replying:
        words = f"Twilio's automatic reply is still switched on for {', '.join(replying)}"
        hint = "in the Twilio console set 'A message comes in' to a TwiML Bin with an empty <Response/>"
        found.setdefault(system, []).append(Notice("automatic_reply", words, hint))
    if account.kind == "Trial":
        verified = frozenset(account.verified)
        for phone in catalogue.phones:
            if phone.external_number and phone.external_number not in verified:
                words = f"{phone.external_number} is not verified, so this trial account cannot text it"
                hint = "verify the number in the Twilio console, or upgrade the account"
                found.setdefault(phone.asset_id, []).append(Notice("unverified", words, hint))
    return {asset_id: tuple(told) for asset_id, told in found.items()}

"""What Twilio checks before it takes a message: destination, sender, content, trial, country.

Each breach is its own error.
"""

from fake_twilio.errors import TwilioError
from fake_twilio.model.account import Account
from fake_twilio.model.addresses import (
    channel,
    channel_recipient,
    channel_sender,
    country,
    digits_of,
    e164,
    is_alphanumeric,
    is_premium,
    is_short_code,
    may_be_short_code,
    recipient,
    takes_alphanumeric,
)
from fake_twilio.model.channel_sender import SANDBOX, TWILIOS_OWN, Sender
from fake_twilio.model.short_code import ShortCode

TRIAL_PREFIX = "Sent from your Twilio trial account - "
"""What a trial account's texts begin with, 38 characters, all of them GSM-7."""

BODY_LIMIT = 1600
"""Characters a text may have."""


def destination(to: str) -> str:
    """Return the destination in the form in which it is stored.

    Raises:
        TwilioError: 21604 (none), 21268 (a premium number), 21265 (a short code), 21211 (cannot be a number).
    """
    if not to:
        raise TwilioError(21604)
    number = recipient(to)
    if number is not None:
        if not number.startswith("+1") and is_premium(number):
            raise TwilioError(21268, to=to)
        return number
    person = channel_recipient(to)
    if person is not None:
        return person
    if channel(to)[0]:
        # Other channels than SMS never took part in the masking of numbers; seen in 2026.
        raise TwilioError(21211, text=f"The 'To' number {to} is not a valid phone number.")
    if is_premium(digits_of(to) or "+1"):
        raise TwilioError(21268, to=to)
    raise TwilioError(21265 if may_be_short_code(to) else 21211, to=to)


def sender_form(sender: str) -> str:
    """Return the sender in the form in which it is stored.

    Raises:
        TwilioError: 21212 when it is neither a ``+`` with digits, a short code, an alphanumeric sender nor a channel
            address. Digits that can be no number belong to nobody, which is another error.
    """
    number = e164(sender) or digits_of(sender)
    if number is not None:
        return number
    address = channel_sender(sender)
    if address is not None:
        return address
    if is_short_code(sender) or is_alphanumeric(sender):
        return sender
    raise TwilioError(21212, sender=sender)


def may_send_from(sender: str, number: Sender | None, account: Account, *, to: str) -> None:
    """Check that an account may send from this sender to this destination.

    ``number`` is the Twilio number, short code or channel sender with this address, if there is one.

    Raises:
        TwilioError: 21266 (the same number), 21659 (nobody's, or a short code of another country), 21660 (another
            account's, or Twilio's own), 21661 (cannot send texts), 21267 (alphanumeric on trial), 21612 (alphanumeric
            to a country that takes none), 63007 (nobody's on another channel).
    """
    if sender == to:
        raise TwilioError(21266, to=to)
    if channel(sender)[0]:
        if sender != SANDBOX and (number is None or number.account_sid != account.sid):
            raise TwilioError(63007, sender=sender)
        return
    if number is None:
        if is_alphanumeric(sender):
            if account.trial:
                raise TwilioError(21267, sender=sender)
            if not takes_alphanumeric(to):
                raise TwilioError(21612, to=to, sender=sender)
            return
        if sender in TWILIOS_OWN:
            raise TwilioError(21660, sender=sender, account=account.sid)
        raise TwilioError(21659, sender=sender)
    if number.account_sid != account.sid:
        raise TwilioError(21660, sender=sender, account=account.sid)
    if not number.capabilities.sms:
        raise TwilioError(21661, sender=sender)
    if isinstance(number, ShortCode) and not channel(to)[0] and number.country != country(to):
        raise TwilioError(21659, sender=sender)


def may_reach(to: str, sender: str, account: Account, *, verified: set[str], given: str) -> None:
    """Check that an account may text this destination, which was ``given`` so, from this sender.

    Raises:
        TwilioError: 21910 (other channels), 21408 (country is off), 21608 (trial, not verified).
    """
    to_channel = channel(to)[0]
    if sender and to_channel != channel(sender)[0]:
        raise TwilioError(21910)
    if to_channel:
        return
    if country(to) not in account.geo_permissions:
        raise TwilioError(21408, to=given)
    if account.trial and to not in verified:
        raise TwilioError(21608, to=to)


def content(body: str, media: tuple[str, ...], *, has_template: bool, service: bool) -> None:
    """Check that there is something to send and not too much of it.

    Raises:
        TwilioError: 21602 or 21619 (nothing), 21617 (too long), 21623 (too many media).
    """
    if not body and not media and not has_template:
        raise TwilioError(21619 if service else 21602)
    if len(body) > BODY_LIMIT:
        raise TwilioError(21617)
    if len(media) > 10:
        raise TwilioError(21623)


def stored_body(body: str, account: Account) -> str:
    """Return the text as it is stored and sent: with the prefix for trial accounts."""
    return TRIAL_PREFIX + body if account.trial else body

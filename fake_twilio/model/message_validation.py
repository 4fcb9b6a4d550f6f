"""Twilio's checks on a new message: destination, sender, content, trial rules, country. Each has its own errors."""

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
"""The prefix of a trial account's messages: 38 characters, all of them GSM-7."""

BODY_LIMIT = 1600
"""The maximum number of characters in a message body."""


def destination(to: str) -> str:
    """Return the destination as it is stored.

    Raises:
        TwilioError: 21604 (missing), 21268 (premium-rate), 21265 (short code), 21211 (not a number).
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
        # Numbers on channels other than SMS were never masked in error texts; seen in 2026.
        raise TwilioError(21211, text=f"The 'To' number {to} is not a valid phone number.")
    if is_premium(digits_of(to) or "+1"):
        raise TwilioError(21268, to=to)
    raise TwilioError(21265 if may_be_short_code(to) else 21211, to=to)


def sender_form(sender: str) -> str:
    """Return the sender as it is stored.

    Raises:
        TwilioError: 21212 if it is neither ``+`` with digits, a short code, an alphanumeric sender nor a channel
            address. Digits that are not a valid number pass: they belong to nobody, which is a different error.
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

    ``number`` is the Twilio number, short code or channel sender with this address, or None.

    Raises:
        TwilioError: 21266 (same as the destination), 21659 (unassigned, or a short code of another country), 21660
            (another account's or Twilio's own), 21661 (not SMS-capable), 21267 (alphanumeric on a trial account), 21612
            (alphanumeric to a country without support for it), 63007 (unknown channel sender).
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
    """Check that an account may message this destination, written as ``given`` in the request, from this sender.

    Raises:
        TwilioError: 21910 (different channels), 21408 (country not enabled), 21608 (unverified on a trial account).
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
    """Check that a message has content, and not too much.

    Raises:
        TwilioError: 21602 or 21619 (no content), 21617 (body too long), 21623 (too many media).
    """
    if not body and not media and not has_template:
        raise TwilioError(21619 if service else 21602)
    if len(body) > BODY_LIMIT:
        raise TwilioError(21617)
    if len(media) > 10:
        raise TwilioError(21623)


def stored_body(body: str, account: Account) -> str:
    """Return the body as it is stored and sent; trial accounts get a prefix."""
    return TRIAL_PREFIX + body if account.trial else body

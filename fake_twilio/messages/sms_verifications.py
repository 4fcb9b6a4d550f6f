"""Verification of numbers by SMS: sending the codes and checking them.

The messages are Twilio's own: no account lists them, and they appear only on the handset.
"""

from dataclasses import replace

from fake_twilio.context import Context, describe
from fake_twilio.messages.verification_calls import VERIFIER
from fake_twilio.model.account import OutgoingCallerId
from fake_twilio.model.message import Direction, Message, Status
from fake_twilio.model.sms_verification import SendCodeAttempt, SmsVerification


def send(context: Context, account_sid: str, phone_number: str, *, friendly_name: str) -> SmsVerification:
    """Send a code to a number; while a verification is pending, the same code is sent again."""
    attempt = SendCodeAttempt(context.ids.sid("VL"), context.now(), context.state.next_message_number())
    row = waiting(context, account_sid, phone_number)
    if row is None:
        sid, code = context.ids.sid("VE"), context.ids.digits(6)
        row = SmsVerification(sid, account_sid, phone_number, friendly_name, code, (attempt,))
    else:
        row = replace(row, attempts=(*row.attempts, attempt))
    if context.events.wanted:
        context.events.publish("message", describe(_as_message(row, attempt)))
    return context.state.sms_verifications.put(row)


def waiting(context: Context, account_sid: str, phone_number: str) -> SmsVerification | None:
    """Return the pending verification of a number, or None."""
    now = context.now()
    rows = context.state.sms_verifications.of(account_sid)
    return next((row for row in rows if row.phone_number == phone_number and row.waits(now)), None)


def check(context: Context, row: SmsVerification, code: str, *, friendly_name: str) -> SmsVerification:
    """Check a submitted code; if it is right, the number becomes a verified caller."""
    now = context.now()
    if code != row.code:
        return context.state.sms_verifications.put(replace(row, mistakes=row.mistakes + 1))
    name = friendly_name or row.friendly_name
    caller = context.state.callers.put(
        OutgoingCallerId(context.ids.sid("PN"), row.account_sid, row.phone_number, name, now, now)
    )
    context.events.publish("account", {"sid": row.account_sid})
    return context.state.sms_verifications.put(replace(row, caller_sid=caller.sid))


def texts_to(context: Context, phone: str) -> list[Message]:
    """Return the verification messages that a phone shows."""
    rows = [row for row in context.state.sms_verifications if row.phone_number == phone]
    return [_as_message(row, attempt) for row in rows for attempt in row.attempts]


def _as_message(row: SmsVerification, attempt: SendCodeAttempt) -> Message:
    """Return a verification message as handsets show it."""
    return Message(
        sid=attempt.sid,
        account_sid=row.account_sid,
        direction=Direction.API,
        to=row.phone_number,
        sender=VERIFIER,
        body=f"Your Twilio verification code is: {row.code}",
        status=Status.DELIVERED,
        segments=1,
        media=0,
        created=attempt.sent,
        updated=attempt.sent,
        sent=attempt.sent,
        number=attempt.number,
        position=0,
    )

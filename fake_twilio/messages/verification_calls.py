"""Verification calls: when they ring, the codes entered, and the callback when they end.

Source: Twilio's API reference, ValidationRequests, and its announcement of status callbacks for verification calls.
"""

from dataclasses import replace

from fake_twilio.context import Context
from fake_twilio.model.account import OutgoingCallerId
from fake_twilio.model.message import Direction, Message, Status
from fake_twilio.model.verification_call import MAX_MISTAKES, VerificationCall
from fake_twilio.webhooks import debugger
from fake_twilio.webhooks.delivery import Webhooks
from fake_twilio.webhooks.request import Parameters

VERIFIER = "+14157234000"
"""The number that Twilio's verification calls come from."""


class NoCallError(ValueError):
    """No verification call is ringing at a phone."""


class WrongCodeError(ValueError):
    """The code entered is wrong."""


def parameters(row: VerificationCall) -> Parameters:
    """Return the parameters of the status callback that reports the end of a call."""
    return [
        ("Called", row.phone_number),
        ("CallStatus", row.call_status),
        ("VerificationStatus", row.outcome),
        *([("OutgoingCallerIdSid", row.caller_sid)] if row.caller_sid else []),
        ("Direction", "outbound-api"),
        ("To", row.phone_number),
        ("Caller", VERIFIER),
        ("CallSid", row.sid),
        ("AccountSid", row.account_sid),
        ("From", VERIFIER),
        ("ApiVersion", "2010-04-01"),
    ]


class VerificationCalls:
    """All verification calls of a fake."""

    def __init__(self, context: Context, webhooks: Webhooks) -> None:
        self._context = context
        self._webhooks = webhooks

    def call(self, row: VerificationCall) -> None:
        """Add a call, which rings once it is due."""
        self._context.state.validations.put(row)
        self.resume(row)

    def resume(self, row: VerificationCall) -> None:
        """Schedule a call restored from a snapshot."""
        if not row.over:
            self._context.scheduler.at(row.due, lambda: self._ring(row.sid))

    def calls_to(self, phone: str) -> list[VerificationCall]:
        """Return the calls that have reached a phone, oldest first, including those that are over."""
        now = self._context.now()
        return [row for row in self._context.state.validations if row.phone_number == phone and row.due <= now]

    def enter(self, phone: str, code: str) -> OutgoingCallerId:
        """Enter a code on a ringing phone, which makes the number a verified caller of the requesting account.

        Raises:
            NoCallError: if no call is ringing there.
            WrongCodeError: if no call there expects this code; the third mistake ends a call.
        """
        waiting = self._ringing(phone)
        fitting = next((row for row in waiting if row.code == code), None)
        if fitting is None:
            for row in waiting:
                mistaken = self._context.state.validations.put(replace(row, mistakes=row.mistakes + 1))
                if mistaken.mistakes == MAX_MISTAKES:
                    self._end(mistaken, "completed")
            raise WrongCodeError("wrong code; enter the one that the validation request returned")
        context, now = self._context, self._context.now()
        caller = context.state.callers.put(
            OutgoingCallerId(context.ids.sid("PN"), fitting.account_sid, phone, fitting.friendly_name, now, now)
        )
        self._end(replace(fitting, caller_sid=caller.sid), "completed")
        context.events.publish("account", {"sid": fitting.account_sid})
        return caller

    def end(self, phone: str, call_status: str) -> list[VerificationCall]:
        """End the calls that are ringing at a phone without success, and return them.

        Raises:
            NoCallError: if no call is ringing there.
        """
        return [self._end(row, call_status) for row in self._ringing(phone)]

    def _ringing(self, phone: str) -> list[VerificationCall]:
        now = self._context.now()
        rows = [row for row in self.calls_to(phone) if row.rings(now)]
        if not rows:
            raise NoCallError(f"no verification call is ringing at {phone}")
        return rows

    def _ring(self, sid: str) -> None:
        row = self._context.state.validations.rows.get(sid)
        if row is not None and not row.over:
            self._context.events.publish("validation_call", {"to": row.phone_number, "call_sid": row.sid})

    def _end(self, row: VerificationCall, call_status: str) -> VerificationCall:
        row = self._context.state.validations.put(replace(row, call_status=call_status))
        if row.status_callback:
            self._context.scheduler.start(self._announce(row))
        return row

    async def _announce(self, row: VerificationCall) -> None:
        """Send the status callback; a failure raises an alert, as with every webhook."""
        form, call = parameters(row), _as_message(row)
        method, url = row.status_callback_method, row.status_callback
        delivery = await self._webhooks.deliver("callback", call, method, url=url, parameters=form, event=row.outcome)
        debugger.about(self._context, delivery, call, method=method, parameters=form)


def _as_message(row: VerificationCall) -> Message:
    """Return a call as the message that webhooks, journal and debugger expect: from, to and account."""
    return Message(
        sid=row.sid,
        account_sid=row.account_sid,
        direction=Direction.CALL,
        to=row.phone_number,
        sender=VERIFIER,
        body="",
        status=Status.DELIVERED,
        segments=0,
        media=0,
        created=row.created,
        updated=row.created,
        number=0,
        position=0,
    )

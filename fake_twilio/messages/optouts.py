"""Opt-outs: who does not want messages from which number, or from which service for numbers in a pool.

Messages from a toll-free number are blocked by the carriers, not by Twilio: Twilio accepts them, and they are lost on
the way. Source: Twilio's documentation of opt-out keywords for toll-free numbers.
"""

from fake_twilio.context import Context
from fake_twilio.model.area_codes import is_toll_free
from fake_twilio.model.optout import Keyword


class OptOuts:
    """Keeps the list of people who sent STOP."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def blocks(self, sender: str, service_sid: str, person: str) -> bool:
        """Return whether Twilio refuses the message because the person opted out of the sender or its service."""
        opted_out = self._context.state.opted_out
        if not opted_out:
            return False
        scope = self._scope(sender, service_sid)
        return not is_toll_free(scope) and f"{scope} {person}" in opted_out

    def lost(self, sender: str, person: str) -> bool:
        """Return whether carriers drop the message because the person opted out of the toll-free sender."""
        opted_out = self._context.state.opted_out
        return bool(opted_out) and is_toll_free(sender) and f"{sender} {person}" in opted_out

    def advanced(self, service_sid: str | None) -> bool:
        """Return whether a service has Advanced Opt-Out."""
        service = self._context.state.services.rows.get(service_sid) if service_sid else None
        return service is not None and service.advanced_opt_out

    def note(self, keyword: Keyword, number: str, person: str) -> None:
        """Record a person's keyword to a number."""
        pair = f"{self._scope(number, '')} {person}"
        if keyword is Keyword.STOP:
            self._context.state.opted_out.add(pair)
        elif keyword is Keyword.START:
            self._context.state.opted_out.discard(pair)

    def _scope(self, number: str, service_sid: str) -> str:
        if service_sid:
            return service_sid
        state = self._context.state
        row = state.number(number)
        return (state.service_of_number.get(row.sid) if row else None) or number

"""Opt-outs: who does not want messages from which number, or from which service for numbers in a pool.

Messages from a toll-free number are blocked by the carriers, not by Twilio: Twilio accepts them, and they are lost on
the way. Source: Twilio's documentation of opt-out keywords for toll-free numbers.
"""

from fake_twilio.model.area_codes import is_toll_free
from fake_twilio.model.optout import Keyword
from fake_twilio.state import State


def blocks(state: State, sender: str, service_sid: str, *, person: str) -> bool:
    """Return whether Twilio refuses the message because the person opted out of the sender or its service."""
    if not state.opted_out:
        return False
    scope = _scope(state, sender, service_sid)
    return not is_toll_free(scope) and f"{scope} {person}" in state.opted_out


def lost(state: State, sender: str, person: str) -> bool:
    """Return whether carriers drop the message because the person opted out of the toll-free sender."""
    return bool(state.opted_out) and is_toll_free(sender) and f"{sender} {person}" in state.opted_out


def advanced(state: State, service_sid: str | None) -> bool:
    """Return whether a service has Advanced Opt-Out."""
    service = state.services.rows.get(service_sid) if service_sid else None
    return service is not None and service.advanced_opt_out


def note(state: State, keyword: Keyword, number: str, *, person: str) -> None:
    """Record a person's keyword to a number."""
    pair = f"{_scope(state, number, '')} {person}"
    if keyword is Keyword.STOP:
        state.opted_out.add(pair)
    elif keyword is Keyword.START:
        state.opted_out.discard(pair)


def _scope(state: State, number: str, service_sid: str) -> str:
    if service_sid:
        return service_sid
    row = state.number(number)
    return (state.service_of_number.get(row.sid) if row else None) or number

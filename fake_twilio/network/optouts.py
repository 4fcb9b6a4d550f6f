"""Who does not want to be texted by whom: by number, or by service for numbers in a pool."""

from fake_twilio.model.optout import Keyword
from fake_twilio.network.world import World


class OptOuts:
    """Keeps the list of people who texted STOP."""

    def __init__(self, world: World) -> None:
        self._world = world

    def blocks(self, sender: str, service_sid: str, person: str) -> bool:
        """Tell whether a person opted out of a sender, or of the service that the sender belongs to."""
        opted_out = self._world.state.opted_out
        if not opted_out:
            return False
        return f"{self._scope(sender, service_sid)} {person}" in opted_out

    def note(self, keyword: Keyword, number: str, person: str) -> None:
        """Take down what a person texted to a number."""
        pair = f"{self._scope(number, '')} {person}"
        if keyword is Keyword.STOP:
            self._world.state.opted_out.add(pair)
        elif keyword is Keyword.START:
            self._world.state.opted_out.discard(pair)

    def _scope(self, number: str, service_sid: str) -> str:
        if service_sid:
            return service_sid
        state = self._world.state
        row = state.number(number)
        return (state.service_of_number.get(row.sid) if row else None) or number

"""Choosing a sender out of a messaging service's pool, and remembering who was texted from where."""

from fake_twilio.errors import TwilioError
from fake_twilio.model.account import Account
from fake_twilio.model.number import IncomingNumber
from fake_twilio.model.phone import country
from fake_twilio.model.service import Service, choose, choose_alpha
from fake_twilio.network.world import World


class Senders:
    """Picks from pools: a name where the country takes one, the known number, one near by, or the first able one."""

    def __init__(self, world: World) -> None:
        self._world = world

    def service(self, account: Account, sid: str) -> Service:
        """Return an account's service, with a sender in its pool.

        Raises:
            TwilioError: 21701 (no such service), 21705 (another account's), 21704 (empty pool).
        """
        service = self._world.state.services.rows.get(sid)
        if service is None:
            raise TwilioError(21701)
        if service.account_sid != account.sid:
            raise TwilioError(21705, value=sid)
        state = self._world.state
        if not state.members(service) and not state.alpha_senders_of(service):
            raise TwilioError(21704)
        return service

    def numbers(self, service: Service) -> list[IncomingNumber]:
        """Return the numbers in a service's pool."""
        state = self._world.state
        return [state.numbers.rows[member.number_sid] for member in state.members(service)]

    def check(self, service: Service, sender: str, *, media: bool) -> None:
        """Check that a service can send: from this sender if one is given, else from any of its pool.

        Raises:
            TwilioError: 21711 (the sender is not in the pool), 21703 (no sender is able to).
        """
        numbers = self.numbers(service)
        alpha = {row.alpha_sender for row in self._world.state.alpha_senders_of(service)}
        if sender:
            if sender not in alpha and all(row.phone_number != sender for row in numbers):
                raise TwilioError(21711, sender=sender)
        elif not (alpha and not media) and choose(numbers, "", media=media, geomatch=False) is None:
            raise TwilioError(21703)

    def pick(self, service_sid: str, to: str, *, media: bool) -> str | None:
        """Return the sender, None when the pool has no able one: where it may, an alphanumeric one, else a number."""
        state = self._world.state
        service = state.services.rows.get(service_sid)
        if service is None:
            return None
        alpha = None if media else choose_alpha(state.alpha_senders_of(service), to, country(to))
        if alpha is not None:
            return alpha
        numbers = self.numbers(service)
        pair = f"{service.sid} {to}"
        known = state.sticky.get(pair) if service.sticky_sender else None
        if known is not None and any(row.phone_number == known for row in numbers):
            return known
        chosen = choose(numbers, to, media=media, geomatch=service.area_code_geomatch)
        if chosen is None:
            return None
        if service.sticky_sender:
            state.sticky[pair] = chosen.phone_number
        return chosen.phone_number

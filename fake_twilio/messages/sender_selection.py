"""Selecting a sender from a messaging service's pool, and storing which sender each recipient got."""

from fake_twilio.context import Context
from fake_twilio.errors import TwilioError
from fake_twilio.messages.throughput import Throughput
from fake_twilio.model.account import Account
from fake_twilio.model.addresses import channel, country
from fake_twilio.model.channel_sender import Sender
from fake_twilio.model.service import Service, able, choose, choose_alpha, choose_channel


class SenderSelection:
    """Selects senders from pools.

    On a channel other than SMS, this is the channel's sender. For SMS, the order is: RCS if the phone has it, the
    message's own fallback, an alphanumeric sender if the country allows it, the previous sender, the country's short
    code, a number nearby, the first able number. Among equals, the shortest queue wins: a service is as fast as all its
    numbers together.
    """

    def __init__(self, context: Context, throughput: Throughput) -> None:
        self._context = context
        self._throughput = throughput

    def service(self, account: Account, sid: str) -> Service:
        """Return an account's service, which must have a sender in its pool.

        Raises:
            TwilioError: 21701 (no such service), 21705 (another account's), 21704 (empty pool).
        """
        service = self._context.state.services.rows.get(sid)
        if service is None:
            raise TwilioError(21701)
        if service.account_sid != account.sid:
            raise TwilioError(21705, value=sid)
        state = self._context.state
        if not state.members(service) and not state.alpha_senders_of(service):
            raise TwilioError(21704)
        return service

    def pool(self, service: Service) -> list[Sender]:
        """Return the senders in a service's pool, without the alphanumeric ones."""
        state = self._context.state
        found = (state.sender(member.number_sid) for member in state.members(service))
        return [sender for sender in found if sender is not None]

    def check(self, service: Service, sender: str, to: str, *, media: bool) -> None:
        """Check that a service can send: from the given sender, or else from any in its pool.

        Raises:
            TwilioError: 21711 (the sender is not in the pool), 21703 (no able sender).
        """
        pool = self.pool(service)
        alpha = {row.alpha_sender for row in self._context.state.alpha_senders_of(service)}
        via = channel(to)[0]
        if sender:
            if sender not in alpha and all(row.phone_number != sender for row in pool):
                raise TwilioError(21711, sender=sender)
        elif via:
            if choose_channel(pool, via) is None:
                raise TwilioError(21703)
        elif not (alpha and not media) and not able(pool, media=media) and not self._by_rcs(pool, to):
            raise TwilioError(21703)

    def has_rcs(self, service: Service) -> bool:
        """Return whether a service has an RCS sender in its pool."""
        return choose_channel(self.pool(service), "rcs") is not None

    def pick(self, service_sid: str, to: str, *, media: bool, fallback: str = "") -> str | None:
        """Return the sender, or None if the pool has no able one; ``fallback`` is the message's, used without RCS."""
        state = self._context.state
        service = state.services.rows.get(service_sid)
        if service is None:
            return None
        pool = self.pool(service)
        via = channel(to)[0]
        if via:
            return choose_channel(pool, via)
        first = self._by_rcs(pool, to) or fallback
        if not first and not media:
            first = choose_alpha(state.alpha_senders_of(service), to, country(to)) or ""
        return first or self._number(service, able(pool, media=media), to)

    def _by_rcs(self, pool: list[Sender], to: str) -> str | None:
        """Return the pool's RCS sender if the phone has RCS, else None."""
        return choose_channel(pool, "rcs") if to in self._context.seed.rcs else None

    def _number(self, service: Service, pool: list[Sender], to: str) -> str | None:
        """Return the number or short code for a destination, preferably the one it got before."""
        sticky = self._context.state.sticky
        pair = f"{service.sid} {to}"
        known = sticky.get(pair) if service.sticky_sender else None
        if known is not None and any(row.phone_number == known for row in pool):
            return known
        pool.sort(key=lambda row: self._throughput.wait(row.phone_number))
        chosen = choose(pool, to, country(to), geomatch=service.area_code_geomatch)
        if chosen is not None and service.sticky_sender:
            sticky[pair] = chosen
        return chosen

"""Virtual handsets: what a phone shows, and a person typing into it."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from fake_twilio.context import Context
from fake_twilio.messages.carrier import Carrier
from fake_twilio.messages.inbound import Inbound
from fake_twilio.messages.sms_verifications import SmsVerifications
from fake_twilio.model.addresses import channel, channel_sender, e164
from fake_twilio.model.channel_sender import Sender
from fake_twilio.model.message import Message, Status

_ARRIVED = frozenset({Status.DELIVERED, Status.READ})


class UnknownNumberError(ValueError):
    """A text was sent to a number that no account of the fake has."""


@dataclass(eq=False)
class Handsets:
    """Every phone there is; each exists as soon as somebody names its number."""

    context: Context
    inbound: Inbound
    carrier: Carrier
    _: KW_ONLY
    verifications: SmsVerifications

    def conversation(self, phone: str) -> list[Message]:
        """Return what a phone shows, both directions, in the order of time: what arrived, and what was sent from it.

        WhatsApp and RCS are on the same phone, and so are Twilio's own texts with codes.
        """
        shown = self.verifications.texts_to(phone)
        for log in self.context.state.logs.values():
            for address in (phone, f"whatsapp:{phone}", f"rcs:{phone}"):
                shown += [
                    log.rows[sid]
                    for sid in log.by_to.get(address, ())
                    if log.rows[sid].outbound and log.rows[sid].status in _ARRIVED
                ]
                shown += [log.rows[sid] for sid in log.by_sender.get(address, ()) if not log.rows[sid].outbound]
        return sorted(shown, key=lambda message: message.number)

    def send(
        self, phone: str, to: str, body: str, *, media_urls: Sequence[str] = (), profile_name: str = ""
    ) -> Message:
        """Write to a Twilio number, a short code or a channel sender, and return the row of the incoming message.

        ``profile_name`` is what the person is called on WhatsApp from now on.

        Raises:
            UnknownNumberError: when no account has the number.
        """
        number = self.recipient(to)
        if profile_name:
            self.context.state.profile_names[phone] = profile_name
        via = channel(number.phone_number)[0]
        return self.inbound.receive(number, f"{via}:{phone}" if via else phone, body, media_urls=media_urls)

    def recipient(self, to: str) -> Sender:
        """Return what a person can write to under this address: a Twilio number, a short code or a channel sender.

        Raises:
            UnknownNumberError: when no account has the number.
        """
        state = self.context.state
        number = state.number(e164(to) or channel_sender(to) or to)
        if number is None:
            known = ", ".join(sorted(state.senders)) or "none"
            raise UnknownNumberError(f"{to!r} is not a number of this fake; known are {known}")
        return number

    def read(self, phone: str) -> list[Message]:
        """Open what arrived on a phone over WhatsApp or RCS and was not read yet; return those messages."""
        return [
            self.carrier.read(message)
            for message in self.conversation(phone)
            if message.status is Status.DELIVERED and channel(message.sender or "")[0]
        ]

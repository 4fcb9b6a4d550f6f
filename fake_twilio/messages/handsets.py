"""Virtual handsets: what a phone shows, and messages sent from it."""

from collections.abc import Sequence

from fake_twilio.context import Context
from fake_twilio.messages import sms_verifications
from fake_twilio.messages.carrier import Carrier
from fake_twilio.messages.inbound import Inbound
from fake_twilio.model.addresses import channel, channel_sender, e164
from fake_twilio.model.channel_sender import Sender
from fake_twilio.model.message import Message, Status
from fake_twilio.records import dataclass

_ARRIVED = frozenset({Status.DELIVERED, Status.READ})


class UnknownNumberError(ValueError):
    """A message was sent to a number that no account of the fake owns."""


@dataclass(eq=False)
class Handsets:
    """All handsets. A handset exists as soon as its number is used."""

    context: Context
    inbound: Inbound
    carrier: Carrier

    def conversation(self, phone: str) -> list[Message]:
        """Return what a phone shows in chronological order: the messages that it received, and those sent from it.

        This includes its WhatsApp and RCS messages and Twilio's own verification messages.
        """
        shown = sms_verifications.texts_to(self.context, phone)
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
        """Send to a Twilio number, a short code or a channel sender, and return the inbound message.

        ``profile_name`` sets the person's WhatsApp profile name from now on.

        Raises:
            UnknownNumberError: if no account owns the number.
        """
        number = self.recipient(to)
        if profile_name:
            self.context.state.profile_names[phone] = profile_name
        via = channel(number.phone_number)[0]
        return self.inbound.receive(number, f"{via}:{phone}" if via else phone, body, media_urls=media_urls)

    def recipient(self, to: str) -> Sender:
        """Return the sender at this address: a Twilio number, a short code or a channel sender.

        Raises:
            UnknownNumberError: if no account owns the number.
        """
        state = self.context.state
        number = state.number(e164(to) or channel_sender(to) or to)
        if number is None:
            known = ", ".join(sorted(state.senders)) or "none"
            raise UnknownNumberError(f"{to!r} is not a number of this fake; known numbers: {known}")
        return number

    def read(self, phone: str) -> list[Message]:
        """Mark a phone's unread WhatsApp and RCS messages as read, and return them."""
        return [
            self.carrier.read(message)
            for message in self.conversation(phone)
            if message.status is Status.DELIVERED and channel(message.sender or "")[0]
        ]

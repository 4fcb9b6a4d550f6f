"""Sessions on channels other than SMS: whom a WhatsApp or Messenger sender may write to without a template.

Source: Twilio's error catalogue, 63015 and 63016; its documentation of the WhatsApp sandbox.
"""

from datetime import timedelta

from fake_twilio.context import Context
from fake_twilio.model.addresses import channel
from fake_twilio.model.channel_sender import SANDBOX
from fake_twilio.model.message import Message

WINDOW = timedelta(hours=24)
"""How long after a person's last message a sender may write to them without a template."""

NOT_JOINED, OUTSIDE = 63015, 63016


def note(context: Context, message: Message) -> None:
    """Record that a person wrote, which allows the sender to answer."""
    if channel(message.to)[0]:
        context.state.last_written[f"{message.to} {message.sender}"] = context.now()


def not_joined(context: Context, message: Message) -> bool:
    """Return whether a message from the sandbox goes to somebody who has not joined it."""
    members = context.seed.sandbox_members
    return members is not None and message.sender == SANDBOX and channel(message.to)[1] not in members


def outside(context: Context, message: Message) -> bool:
    """Return whether a message without a template is sent more than 24 hours after the person's last message."""
    sender = message.sender or ""
    if not context.seed.session_window or channel(sender)[0] not in ("whatsapp", "messenger"):
        return False
    written = context.state.last_written.get(f"{sender} {message.to}")
    free = written is not None and context.now() - written <= WINDOW
    return not (free or message.options.content_sid)

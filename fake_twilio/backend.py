"""Wiring of the components behind the API."""

from functools import cached_property
from typing import TYPE_CHECKING

from fake_twilio.context import Context
from fake_twilio.messages.carrier import Carrier
from fake_twilio.messages.media import MediaStore
from fake_twilio.messages.outbound import Outbound
from fake_twilio.messages.quotas import Quotas
from fake_twilio.messages.sender_selection import SenderSelection
from fake_twilio.messages.status_callbacks import StatusCallbacks
from fake_twilio.messages.throughput import Throughput
from fake_twilio.messages.verification_calls import VerificationCalls
from fake_twilio.model.message import Message
from fake_twilio.webhooks.client import WebhookClient
from fake_twilio.webhooks.delivery import Webhooks

if TYPE_CHECKING:
    from fake_twilio.messages.handsets import Handsets
    from fake_twilio.messages.inbound import Inbound


class Backend:
    """Everything behind one fake's API: carrier, status callbacks, incoming and outgoing messages, handsets.

    What receives messages is loaded when it is first used: many fakes only send, and start faster without it.
    """

    def __init__(self, context: Context, webhook_allow: tuple[str, ...] = ()) -> None:
        self.context = context
        self.webhook_client = WebhookClient(webhook_allow)
        self.webhooks = Webhooks(context, self.webhook_client)
        self.receipts = StatusCallbacks(context, self.webhooks)
        self.throughput = Throughput(context)
        self.senders = SenderSelection(context, self.throughput)
        self.media = MediaStore(context, self.webhook_client)
        self.quotas = Quotas(context)
        self.carrier = Carrier(context, self.receipts, self.senders, throughput=self.throughput, quotas=self.quotas)
        self.outbound = Outbound(
            context, self.carrier, self.senders, throughput=self.throughput, quotas=self.quotas, media=self.media
        )
        self.verifications = VerificationCalls(context, self.webhooks)
        self.carrier.on_delivered.append(self._hand_over)

    @cached_property
    def inbound(self) -> "Inbound":
        """The reception of messages."""
        from fake_twilio.messages.inbound import Inbound
        from fake_twilio.messages.loop_guard import LoopGuard
        from fake_twilio.messages.twiml_replies import TwimlReplies

        context, loops = self.context, LoopGuard(self.context)
        replies = TwimlReplies(context, self.webhooks, self.outbound, loops)
        return Inbound(context, self.webhooks, self.outbound, media=self.media, twiml_replies=replies, loops=loops)

    @cached_property
    def handsets(self) -> "Handsets":
        """The virtual handsets."""
        from fake_twilio.messages.handsets import Handsets

        return Handsets(self.context, self.inbound, self.carrier)

    async def close(self) -> None:
        """Stop all work in progress."""
        await self.context.scheduler.close()
        await self.webhook_client.close()

    def _hand_over(self, message: Message) -> None:
        """Deliver a message that was sent to one of this fake's own Twilio numbers."""
        number = self.context.state.number(message.to)
        if number is not None:
            self.inbound.receive(number, message.sender or "", message.body)

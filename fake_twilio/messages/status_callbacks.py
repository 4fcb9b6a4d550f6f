"""Status callbacks: which ones a message triggers, their parameters, and their order."""

from collections import deque
from datetime import timedelta
from functools import partial

from fake_twilio.context import Context
from fake_twilio.errors import GENERATIONS, title
from fake_twilio.messages.channel_webhooks import announcement
from fake_twilio.model.addresses import channel
from fake_twilio.model.channel_sender import SANDBOX_SID, ChannelSender
from fake_twilio.model.incoming_phone_number import NOT_REGISTERED, NOT_VERIFIED, STILL_CONFIGURED
from fake_twilio.model.message import Message, Status
from fake_twilio.model.rate_centers import rate_center
from fake_twilio.webhooks import debugger
from fake_twilio.webhooks.delivery import Webhooks
from fake_twilio.webhooks.faults import PLAIN, WebhookFaults, WebhookTiming
from fake_twilio.webhooks.request import Parameters

ANNOUNCED = frozenset(
    {Status.QUEUED, Status.SENT, Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELED, Status.READ}
)
"""Statuses that are reported when a message moves to them; its initial status never is."""


_RECEIPTS = frozenset({Status.DELIVERED, Status.UNDELIVERED})
_WITHOUT_RECEIPT = frozenset({NOT_VERIFIED, NOT_REGISTERED, STILL_CONFIGURED})
"""Error codes of messages that no carrier accepted: no delivery receipt exists, hence no receipt date."""


def callback_parameters(message: Message, *, titles: bool = False) -> Parameters:
    """Return the parameters of the callback that reports a message's current status, in the order seen since 2025.

    ``titles`` adds the title of the error, which is missing from all recorded traffic.
    """
    code, status = message.error_code, message.status
    done = status in _RECEIPTS and code not in _WITHOUT_RECEIPT
    return [
        *([("MessagingServiceSid", message.service_sid)] if message.service_sid else []),
        ("ApiVersion", "2010-04-01"),
        ("MessageStatus", status.value),
        *([("RawDlrDoneDate", _local_time(message))] if done else []),
        *([("ErrorCode", str(code))] if code else []),
        *([("ErrorMessage", title(code))] if code and titles else []),
        ("SmsSid", message.sid),
        ("SmsStatus", status.value),
        ("To", message.to),
        ("From", message.sender or ""),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
    ]


def _local_time(message: Message) -> str:
    """Return the time of a delivery receipt on the recipient carrier's clock, by longitude, without DST."""
    place = rate_center(message.to)
    hours = round(place.longitude / 15) if place is not None else 0
    return (message.updated + timedelta(hours=hours)).strftime("%y%m%d%H%M")


def parameters_around_2019(message: Message, generation: str) -> Parameters:
    """Return the parameters of the callback as of around 2019, with that generation's error titles."""
    parameters = [
        ("ErrorCode", str(message.error_code)) if message.error_code else ("", ""),
        ("ErrorMessage", title(message.error_code, generation)) if message.error_code else ("", ""),
        ("RawDlrDoneDate", message.updated.strftime("%y%m%d%H%M")) if message.status in _RECEIPTS else ("", ""),
        ("SmsSid", message.sid),
        ("SmsStatus", message.status.value),
        ("MessageStatus", message.status.value),
        ("To", message.to),
        ("MessagingServiceSid", message.service_sid) if message.service_sid else ("", ""),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        ("From", message.sender or ""),
        ("ApiVersion", "2010-04-01"),
    ]
    return [pair for pair in parameters if pair[0]]


class StatusCallbacks:
    """Reports status changes to the URL that applies to a message, one callback per message at a time.

    A slow server delays only further callbacks of the same message, never the message's life cycle.
    """

    def __init__(self, context: Context, webhooks: Webhooks) -> None:
        self._context = context
        self._webhooks = webhooks
        self._queues: dict[str, deque[tuple[Message, str, WebhookTiming]]] = {}
        self._webhook_faults = WebhookFaults(context, "callback")
        context.on_reset.append(self._queues.clear)

    def announce(self, message: Message) -> None:
        """Send the callback for a message's current status, if that status is reported and a URL is set."""
        url = self.target(message)
        if not url or message.status not in ANNOUNCED:
            return
        if not self._context.faults:
            self._enqueue(message, url, PLAIN)
            return
        self._webhook_faults.send(
            message.sid, message, partial(self._call, message, url), on_drop=partial(self._dropped, message, url)
        )

    def target(self, message: Message) -> str:
        """Return the URL that a message's callbacks go to; empty if there is none."""
        options = message.options
        if options.status_callback:
            return options.status_callback
        state = self._context.state
        if options.application_sid:
            application = state.applications.get(options.application_sid, message.account_sid)
            if application is not None and application.announces_to:
                return application.announces_to
        service = state.services.rows.get(message.service_sid) if message.service_sid else None
        if service is not None and service.status_callback:
            return service.status_callback
        sender = message.sender or ""
        row = state.number(sender) if channel(sender)[0] else None
        return row.status_callback_url if isinstance(row, ChannelSender) else ""

    def _form(self, message: Message) -> Parameters:
        sender = message.sender or ""
        context = self._context
        if not channel(sender)[0]:
            if context.generation != GENERATIONS[0]:
                return parameters_around_2019(message, context.generation)
            return callback_parameters(message, titles=context.error_titles)
        row = context.state.number(sender)
        sid = row.sid if row is not None else SANDBOX_SID
        return announcement(message, sid, context.generation, titles=context.error_titles)

    def _dropped(self, message: Message, url: str, fault: str) -> None:
        parameters = self._form(message)
        self._webhooks.drop(
            "callback", message, "POST", url=url, parameters=parameters, fault=fault, event=message.status.value
        )

    async def _call(self, message: Message, url: str, order: WebhookTiming) -> None:
        self._enqueue(message, url, order)

    def _enqueue(self, message: Message, url: str, order: WebhookTiming) -> None:
        """Send a callback after the pending ones of the same message."""
        queue = self._queues.get(message.sid)
        if queue is not None:
            queue.append((message, url, order))
            return
        queue = self._queues[message.sid] = deque([(message, url, order)])
        self._context.scheduler.start(self._drain(message.sid, queue))

    async def _drain(self, sid: str, queue: deque[tuple[Message, str, WebhookTiming]]) -> None:
        try:
            while queue:
                message, url, order = queue.popleft()
                parameters = self._form(message)
                event = message.status.value
                delivery = await self._webhooks.deliver(
                    "callback", message, "POST", url=url, parameters=parameters, event=event, order=order
                )
                debugger.about(self._context, delivery, message, method="POST", parameters=parameters)
        finally:
            if self._queues.get(sid) is queue:
                del self._queues[sid]

"""Texts that come in: the row, the webhook with its form, and what the answering TwiML makes Twilio do."""

from functools import partial
from urllib.parse import urljoin

from fake_twilio.errors import TwilioError
from fake_twilio.model import segments
from fake_twilio.model.message import Direction, Message, Options, Status, position
from fake_twilio.model.number import IncomingNumber
from fake_twilio.model.phone import country, state
from fake_twilio.network.detours import PLAIN, Detours, Order
from fake_twilio.network.outbound import Draft, Outbound
from fake_twilio.network.twiml import Redirect, Say, Script, read_answer
from fake_twilio.network.webhooks import Parameters, Webhooks
from fake_twilio.network.world import World

MAX_REPLIES = 10
MAX_DOCUMENTS = 50


def inbound_parameters(message: Message) -> Parameters:
    """Return the form of the webhook for an incoming message, in the order in which Twilio sends it."""
    sender = message.sender or ""
    parameters = [
        ("ToCountry", country(message.to)),
        ("ToState", state(message.to)),
        ("SmsMessageSid", message.sid),
        ("NumMedia", str(message.media)),
        ("ToCity", ""),
        ("FromZip", ""),
        ("SmsSid", message.sid),
        ("FromState", state(sender)),
        ("SmsStatus", "received"),
        ("FromCity", ""),
        ("Body", message.body),
        ("FromCountry", country(sender)),
        ("To", message.to),
    ]
    if message.service_sid:
        parameters.append(("MessagingServiceSid", message.service_sid))
    parameters += [
        ("ToZip", ""),
        ("NumSegments", str(message.segments)),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        ("From", sender),
        ("ApiVersion", "2010-04-01"),
    ]
    return parameters


class Inbound:
    """Receives texts for Twilio numbers."""

    def __init__(self, world: World, webhooks: Webhooks, outbound: Outbound) -> None:
        self._world = world
        self._webhooks = webhooks
        self._outbound = outbound
        self._detours = Detours(world, "inbound_webhook")

    def receive(self, number: IncomingNumber, sender: str, body: str) -> Message:
        """Take in a text to one of the numbers and return its row; the webhook is called by itself afterwards."""
        world = self._world
        now = world.now()
        count = world.state.next_message_number()
        message = world.add_message(
            Message(
                sid=world.ids.sid("SM"),
                account_sid=number.account_sid,
                direction=Direction.INBOUND,
                to=number.phone_number,
                sender=sender,
                body=body,
                status=Status.RECEIVED,
                segments=segments.count(body),
                media=0,
                created=now,
                updated=now,
                sent=now,
                number=count,
                position=position(now, count),
            )
        )
        if number.sms_url and not world.faults:
            world.agenda.start(self._ask(number, message, PLAIN))
        elif number.sms_url:
            ask, dropped = partial(self._ask, number, message), partial(self._dropped, number, message)
            self._detours.send(number.phone_number, message, ask, dropped)
        return message

    def _dropped(self, number: IncomingNumber, message: Message, fault: str) -> None:
        parameters = inbound_parameters(message)
        self._webhooks.drop("inbound_webhook", message, number.sms_method, number.sms_url, parameters, fault)

    async def _ask(self, number: IncomingNumber, message: Message, order: Order) -> None:
        """Call the number's webhook and do what its answer says; on failure the fallback URL, once."""
        parameters = inbound_parameters(message)
        url, method = number.sms_url, number.sms_method
        failure = await self._run(message, url, method, parameters, order)
        if failure and number.sms_fallback_url:
            extra = [("ErrorCode", str(failure)), ("ErrorUrl", url)]
            await self._run(message, number.sms_fallback_url, number.sms_fallback_method, parameters + extra)

    async def _run(self, message: Message, url: str, method: str, parameters: Parameters, order: Order = PLAIN) -> int:
        """Follow documents from one URL on; return the code of the failure of the first one, 0 if it could be read."""
        replies = 0
        for documents in range(MAX_DOCUMENTS):
            delivery = await self._webhooks.deliver(
                "inbound_webhook", message, method, url, parameters, order=PLAIN if documents else order
            )
            if delivery.code or delivery.answer is None:
                return delivery.code if documents == 0 else 0
            answer = delivery.answer
            if answer.truncated:
                return 11750 if documents == 0 else 0
            script = read_answer(answer.content_type, answer.body)
            if script.failed:
                return script.alerts[0] if documents == 0 else 0
            replies, following = self._carry_out(message, script, replies)
            if following is None:
                return 0
            url, method = urljoin(delivery.url, following.url), following.method
        return 0

    def _carry_out(self, message: Message, script: Script, replies: int) -> tuple[int, Redirect | None]:
        """Send what a document says; return how many replies were sent so far, and where the session goes on."""
        for verb in script.verbs:
            if isinstance(verb, Redirect):
                return replies, verb
            if replies < MAX_REPLIES:
                replies += 1
                self._reply(message, verb)
        return replies, None

    def _reply(self, message: Message, say: Say) -> None:
        account = self._world.state.accounts[message.account_sid]
        draft = Draft(
            to=say.to or message.sender or "",
            sender=say.sender or message.to,
            body=say.body,
            direction=Direction.REPLY,
            options=Options(status_callback=say.status_callback or say.action, media_urls=say.media),
        )
        try:
            self._outbound.submit(account, draft)
        except TwilioError:
            return

"""Inbound messages: the record, the webhook with its parameters, and the actions of the TwiML response."""

from collections.abc import Sequence
from dataclasses import KW_ONLY
from functools import partial

from fake_twilio.context import Context
from fake_twilio.errors import GENERATIONS, code_in
from fake_twilio.messages import channel_sessions, optouts
from fake_twilio.messages.channel_webhooks import incoming
from fake_twilio.messages.inbound_webhook import Destination, destination
from fake_twilio.messages.loop_guard import LoopGuard
from fake_twilio.messages.media import MediaStore
from fake_twilio.messages.outbound import Outbound
from fake_twilio.messages.twiml_replies import TwimlReplies
from fake_twilio.model import prices, segments
from fake_twilio.model.addresses import channel, country, friendly, state
from fake_twilio.model.area_codes import is_toll_free
from fake_twilio.model.channel_sender import Sender
from fake_twilio.model.media import Media
from fake_twilio.model.message import Direction, Message, Status, changed, position
from fake_twilio.model.optout import REPLIES, Keyword, keyword
from fake_twilio.model.otp_filter import redacted
from fake_twilio.model.rate_centers import RateCenter, rate_center
from fake_twilio.records import dataclass
from fake_twilio.webhooks import debugger
from fake_twilio.webhooks.delivery import Webhooks
from fake_twilio.webhooks.faults import PLAIN, WebhookFaults, WebhookTiming
from fake_twilio.webhooks.request import Parameters

PASSCODE, MACHINE = 30038, 30039
"""Error codes of inbound messages that contain a one-time passcode or appear to be sent by a machine."""


def inbound_parameters(
    message: Message,
    media: Sequence[Media] = (),
    origin: str = "",
    *,
    profile_name: str = "",
    opt_out_type: str = "",
    generation: str = GENERATIONS[0],
) -> Parameters:
    """Return the parameters of the webhook for an inbound message, in Twilio's order.

    ``profile_name`` is the sender's WhatsApp profile name, ``opt_out_type`` the Advanced Opt-Out keyword.
    """
    first = media[0].content_type if media else ""
    parameters = (
        incoming(message, profile_name, first, generation=generation) if channel(message.to)[0] else _sms_form(message)
    )
    if opt_out_type:
        parameters.insert(parameters.index(("SmsSid", message.sid)) + 1, ("OptOutType", opt_out_type))
    base = f"{origin}/2010-04-01/Accounts/{message.account_sid}/Messages/{message.sid}/Media"
    types = [(f"MediaContentType{index}", medium.content_type) for index, medium in enumerate(media)]
    urls = [(f"MediaUrl{index}", f"{base}/{medium.sid}") for index, medium in enumerate(media)]
    if channel(message.to)[0]:
        return [*parameters, *(part for pair in zip(types, urls, strict=True) for part in pair)]
    return [parameters[0], *types, *parameters[1:-1], *urls, parameters[-1]]


def fallback_parameters(parameters: Parameters, code: str, url: str) -> Parameters:
    """Return the parameters of the fallback webhook: the original ones, plus the error and its URL, as seen in 2026."""
    behind = {"ToCountry": ("ErrorUrl", url), "SmsMessageSid": ("ErrorCode", code)}
    form = [part for pair in parameters for part in (pair, behind.pop(pair[0], None)) if part is not None]
    return [*form, *reversed(behind.values())]


_NOWHERE = RateCenter("", "", 0.0, 0.0)


def _sms_form(message: Message) -> Parameters:
    sender = message.sender or ""
    here, there = rate_center(message.to) or _NOWHERE, rate_center(sender) or _NOWHERE
    parameters = [
        ("ToCountry", country(message.to)),
        ("ToState", state(message.to)),
        ("SmsMessageSid", message.sid),
        ("NumMedia", str(message.media)),
        ("ToCity", here.locality.upper()),
        ("FromZip", there.postal_code),
        ("SmsSid", message.sid),
        ("FromState", state(sender)),
        ("SmsStatus", "received"),
        ("FromCity", there.locality.upper()),
        ("Body", message.body),
        ("FromCountry", country(sender)),
        ("To", message.to),
    ]
    if message.service_sid:
        parameters.append(("MessagingServiceSid", message.service_sid))
    parameters += [
        ("ToZip", here.postal_code),
        ("NumSegments", str(message.segments)),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        ("From", sender),
        ("ApiVersion", "2010-04-01"),
    ]
    return parameters


@dataclass(eq=False)
class Inbound:
    """Receives messages to Twilio numbers."""

    context: Context
    webhooks: Webhooks
    outbound: Outbound
    _: KW_ONLY
    media: MediaStore
    twiml_replies: TwimlReplies
    loops: LoopGuard

    def __post_init__(self) -> None:
        self._webhook_faults = WebhookFaults(self.context, "inbound_webhook")

    def receive(self, number: Sender, sender: str, body: str, *, media_urls: Sequence[str] = ()) -> Message:
        """Receive a message to a sender and return its record; the webhook is called in the background.

        A message with media is ``receiving`` until they have been fetched.

        If the number's service has no inbound URL, or its account is inactive or out of funds, the message is dropped:
        it is returned but not recorded. A message that Twilio filters is recorded as failed at no charge, and no
        webhook is called.
        """
        context = self.context
        state = context.state
        where = destination(state, number)
        message = self._message(number, sender, body, media=len(media_urls), service_sid=where.service_sid)
        channel_sessions.note(context, message)
        wanted = self._keyword(message)
        if wanted is not None:
            optouts.note(state, wanted, number.phone_number, person=sender)
        if where.dropped:
            return message
        filtered = self._filtered(message)
        if filtered is not None:
            return filtered
        context.add_message(message)
        price = prices.inbound(message.segments, media=bool(media_urls))
        state.charge(message.account_sid, price)
        if wanted is not None:
            self._confirm(message, wanted)
        if media_urls:
            context.scheduler.start(self._announce_with_media(where, message, media_urls))
        else:
            self._announce(where, message)
        return message

    def _keyword(self, message: Message) -> Keyword | None:
        """Return the opt-out keyword in a message, if Twilio acts on it.

        Channels other than SMS have their own ways to block a sender; there, only Advanced Opt-Out acts on keywords.
        """
        if channel(message.to)[0] and not optouts.advanced(self.context.state, message.service_sid):
            return None
        return keyword(message.body, toll_free=is_toll_free(message.to))

    def resume(self, message: Message) -> None:
        """Announce a message that was still ``receiving`` in a snapshot, with the media fetched by then."""
        number = self.context.state.number(message.to)
        message = self.context.change_message(message, Status.RECEIVED)
        if number is not None:
            self._announce(destination(self.context.state, number), message)

    def _filtered(self, message: Message) -> Message | None:
        """Record and return a message that Twilio filters; return None for all others."""
        body = redacted(message.body) if self.context.seed.filter_passcodes else None
        if body is not None:
            code = PASSCODE
        elif self.loops.circles(message.sender or "", message.to):
            code, body = MACHINE, message.body
        else:
            return None
        kept = changed(message, status=Status.FAILED, error_code=code, body=body, price=None)
        debugger.alert(self.context, code, self.context.add_message(kept))
        return kept

    def _message(self, number: Sender, sender: str, body: str, *, media: int, service_sid: str) -> Message:
        context = self.context
        now = context.now()
        count = context.state.next_message_number()
        size = segments.count(body)
        return Message(
            sid=context.ids.sid("MM" if media else "SM"),
            account_sid=number.account_sid,
            direction=Direction.INBOUND,
            to=number.phone_number,
            sender=sender,
            body=body,
            status=Status.RECEIVING if media else Status.RECEIVED,
            segments=1 if media or channel(sender)[0] else size,
            media=media,
            created=now,
            updated=now,
            sent=now,
            number=count,
            position=position(now, count),
            service_sid=service_sid or None,
            price=prices.shown(prices.inbound(size, media=bool(media))),
        )

    def _confirm(self, message: Message, wanted: Keyword) -> None:
        """Reply to a keyword as Twilio does automatically.

        The confirmation of STOP is the last message that still gets through. STOP and START to a toll-free number are
        answered by the carriers, which no account can see.
        """
        by_carrier = is_toll_free(message.to) and wanted is not Keyword.HELP
        if by_carrier or optouts.lost(self.context.state, message.to, message.sender or ""):
            return
        account = self.context.state.accounts[message.account_sid]
        self.outbound.confirm(account, message.to, message.sender or "", text=REPLIES[wanted])

    async def _announce_with_media(self, where: Destination, message: Message, urls: Sequence[str]) -> None:
        """Fetch a message's media before announcing it; media that cannot be fetched are left out."""
        await self.media.fetch_all(message, tuple(urls))
        self._announce(where, self.context.change_message(message, Status.RECEIVED))

    def _announce(self, where: Destination, message: Message) -> None:
        if not where.url:
            return
        if not self.context.faults:
            self.context.scheduler.start(self._ask(where, message, PLAIN))
            return
        ask, dropped = partial(self._ask, where, message), partial(self._dropped, where, message)
        self._webhook_faults.send(message.to, message, ask, on_drop=dropped)

    def _dropped(self, where: Destination, message: Message, fault: str) -> None:
        self.webhooks.drop(
            "inbound_webhook", message, where.method, url=where.url, parameters=self._parameters(message), fault=fault
        )

    async def _ask(self, where: Destination, message: Message, order: WebhookTiming) -> None:
        """Call the webhook and carry out its response; on failure, call the fallback URL once."""
        parameters = self._parameters(message)
        failure = await self.twiml_replies.run(message, where.url, where.method, parameters=parameters, order=order)
        if failure and where.fallback_url:
            code = str(code_in(failure, self.context.generation))
            parameters = fallback_parameters(parameters, code, where.url)
            await self.twiml_replies.run(message, where.fallback_url, where.fallback_method, parameters=parameters)

    def _parameters(self, message: Message) -> Parameters:
        state = self.context.state
        media = [state.media.rows[sid] for sid in state.media_of.get(message.sid, ())]
        person = channel(message.sender or "")[1]
        profile_name = state.profile_names.get(person) or friendly(person)
        kind = self._keyword(message) if optouts.advanced(self.context.state, message.service_sid) else None
        return inbound_parameters(
            message,
            media,
            self.context.origin,
            profile_name=profile_name,
            opt_out_type=kind or "",
            generation=self.context.generation,
        )

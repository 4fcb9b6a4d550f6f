"""Accepting outbound messages from the API and from TwiML, by the same rules."""

import re
from dataclasses import KW_ONLY

from fake_twilio.context import Context
from fake_twilio.errors import CATALOGUE, TwilioError
from fake_twilio.messages import optouts
from fake_twilio.messages.carrier import Carrier
from fake_twilio.messages.media import MediaStore
from fake_twilio.messages.quotas import Quotas
from fake_twilio.messages.sender_selection import SenderSelection
from fake_twilio.messages.throughput import Throughput
from fake_twilio.model import free_trial, message_validation, mms, prices, segments
from fake_twilio.model.account import Account
from fake_twilio.model.addresses import channel, country, e164
from fake_twilio.model.message import NO_OPTIONS, Direction, Message, Options, Status, changed, position
from fake_twilio.model.service import Service
from fake_twilio.model.smart_encoding import smart
from fake_twilio.records import dataclass
from fake_twilio.webhooks import debugger

_VARIABLE = r"\{\{\s*([^{}\s]+)\s*\}\}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to send, with addresses as given. Without a ``sender``, the service selects one."""

    to: str
    sender: str
    body: str
    service_sid: str = ""
    direction: Direction = Direction.API
    options: Options = NO_OPTIONS


@dataclass(eq=False)
class Outbound:
    """Validates drafts, turns them into messages and hands them to the carrier."""

    context: Context
    carrier: Carrier
    senders: SenderSelection
    _: KW_ONLY
    throughput: Throughput
    quotas: Quotas
    media: MediaStore

    def submit(self, account: Account, draft: Draft, failure: int = 0) -> Message:
        """Return the new message. Its life cycle runs in the background; a ``failure`` code ends it at once.

        Raises:
            TwilioError: if a rule forbids the message; nothing is created then.
        """
        context = self.context
        options = draft.options
        limited = account.trial and account.profile == "free-units" and draft.direction is Direction.API
        body = self._text(account, draft, limited=limited)
        message_validation.content(body, options.media_urls, has_template=False, service=bool(draft.service_sid))
        to = message_validation.destination(draft.to)
        service = self.senders.service(account, draft.service_sid) if draft.service_sid else None
        if limited:
            self._check_verified(account, to)
            self._check_assigned(account, draft.sender, to)
        sender = self._sender(account, draft, service, to=to)
        message_validation.may_reach(to, sender, account, verified=context.state.verified[account.sid], given=draft.to)
        self._check_route(to, sender, forced=options.force_delivery)
        if options.media_urls and service is not None and not service.mms_converter and not mms.reaches(to):
            raise TwilioError(21612, to=to, sender=sender)
        if sender:
            # With a service, such a message is accepted and then fails, even if it names the sender.
            if not draft.service_sid and optouts.blocks(context.state, sender, "", person=to):
                raise TwilioError(21610)
            self.throughput.check(sender)
        later = options.send_at is not None
        if account.trial and draft.direction is not Direction.API:
            self.quotas.count_request(account, later=later)
        self.quotas.check(account, to, later=later)
        if later:
            self._check_schedule(account)
        if (options.smart_encoded or (service is not None and service.smart_encoding)) and not channel(to)[0]:
            body = smart(body)
        message = self._message(account, draft, message_validation.stored_body(body, account), to=to, sender=sender)
        context.add_message(message)
        if failure:
            self.carrier.fail(message, failure)
            return message
        if not later:
            self.quotas.take(account, to, counted=True)
        if options.media_urls:
            context.scheduler.start(self._send_with_media(message))
        else:
            self.carrier.accept(message)
        return message

    def record_refused(self, account: Account, draft: Draft, error_code: int) -> None:
        """Record a refused request as Twilio does: as a message with status ``failed`` and the error's code.

        Source: Twilio's support articles 21923437804315 and 223181868 (since April 2024).
        """
        to, sender = e164(draft.to) or draft.to, e164(draft.sender) or draft.sender
        row = self._message(account, draft, draft.body, to=to, sender=sender)
        self.context.add_message(changed(row, status=Status.FAILED, error_code=error_code, refused=True))

    def confirm(self, account: Account, sender: str, to: str, *, text: str) -> Message:
        """Send an automatic reply of Twilio's own, such as the confirmation of STOP.

        Opt-outs and trial limits do not apply, and there is no charge. Source: Twilio's help page about its support for
        opt-out keywords.
        """
        draft = Draft(to, sender, text, direction=Direction.REPLY)
        message = self._message(account, draft, message_validation.stored_body(text, account), to=to, sender=sender)
        message = self.context.add_message(changed(message, price=prices.shown(0)))
        self.carrier.accept(message)
        return message

    def _message(self, account: Account, draft: Draft, body: str, *, to: str, sender: str) -> Message:
        context = self.context
        options = draft.options
        now = context.now()
        number = context.state.next_message_number()
        media = len(options.media_urls)
        meant = bool(media) or options.send_as_mms
        whole = meant and mms.reaches(to)
        status = Status.SCHEDULED if options.send_at else Status.ACCEPTED if draft.service_sid else Status.QUEUED
        return Message(
            sid=context.ids.sid("MM" if meant else "SM"),
            account_sid=account.sid,
            direction=draft.direction,
            to=to,
            sender=sender or None,
            body=body,
            status=status,
            segments=1 if whole or channel(sender)[0] else segments.count(body) if sender else 0,
            media=media,
            created=now,
            updated=now,
            number=number,
            position=position(now, number),
            service_sid=draft.service_sid or None,
            options=options,
        )

    def _text(self, account: Account, draft: Draft, *, limited: bool) -> str:
        """Return the text to send: the body or the named template; a ``limited`` trial must name one.

        Raises:
            TwilioError: 21655 (no such template), 21656 (its variables differ from those given), 21654 (a limited trial
                sends free text on WhatsApp), 572006 (free text elsewhere).
        """
        if draft.options.content_sid:
            template = self.context.state.templates.get(f"{account.sid} {draft.options.content_sid}")
            if template is None:
                raise TwilioError(21655)
            if not draft.options.content_variables:
                return template
            import json

            values = json.loads(draft.options.content_variables)
            if values.keys() != set(re.findall(_VARIABLE, template)):
                raise TwilioError(21656)
            return re.sub(_VARIABLE, lambda found: values[found[1]], template)
        if not limited:
            return draft.body
        if channel(draft.to)[0] == "whatsapp":
            raise TwilioError(21654)
        return free_trial.text_for(draft.body)

    def _sender(self, account: Account, draft: Draft, service: Service | None, *, to: str) -> str:
        """Return the sender as it is stored; empty if the service is to select one."""
        media = bool(draft.options.media_urls) or draft.options.send_as_mms
        if not draft.sender:
            if service is not None:
                self.senders.check(service, "", to, media=media)
            return ""
        sender = message_validation.sender_form(draft.sender)
        if service is not None:
            self.senders.check(service, sender, to, media=media)
        number = self.context.state.number(sender)
        if sender not in free_trial.SENDERS or account.profile != "free-units":
            message_validation.may_send_from(sender, number, account, to=to)
        if media and number is not None and not number.capabilities.mms:
            raise TwilioError(21621, sender=sender)
        return sender

    def _check_verified(self, account: Account, to: str) -> None:
        """Check that a free-units trial has verified the recipient, whatever the channel.

        Raises:
            TwilioError: 572005 while a verification is pending, else 572002.
        """
        state, number = self.context.state, channel(to)[1]
        if number not in state.verified[account.sid]:
            waiting = any(row.phone_number == number and not row.over for row in state.validations.of(account.sid))
            raise TwilioError(572005 if waiting else 572002)

    def _check_assigned(self, account: Account, given: str, to: str) -> None:
        """Check that a free-units trial sends from one of its numbers, and within its own country.

        Raises:
            TwilioError: 572002 if the sender is neither a shared number nor the account's first one, 21408 if the
                destination is abroad.
        """
        if channel(to)[0]:
            return
        able = (row.phone_number for row in self.context.state.numbers.of(account.sid) if row.capabilities.sms)
        sender = e164(given)
        if sender is None or sender not in (*free_trial.SENDERS, next(able, "")):
            raise TwilioError(572002)
        if country(to) != country(sender):
            raise TwilioError(21408, to=to)

    def _check_route(self, to: str, sender: str, *, forced: bool) -> None:
        """Check that the recipient can be reached by SMS; ``forced`` tries a landline anyway.

        Raises:
            TwilioError: 21612 (no route), 21635 (a landline in North America), 21614 (a landline elsewhere).
        """
        seed = self.context.seed
        if to in seed.unreachable:
            raise TwilioError(21612, to=to, sender=sender)
        if to in seed.landlines and not forced:
            raise TwilioError(21635 if to.startswith("+1") else 21614, to=to)

    def _check_schedule(self, account: Account) -> None:
        """Check that another message may be scheduled.

        Raises:
            TwilioError: 35125 if the limit is reached.
        """
        state, limit = self.context.state, self.context.seed.scheduled_limit
        if len(state.lifecycles) < limit:
            return
        rows = state.logs[account.sid].rows
        waiting = (rows.get(sid) for sid in state.lifecycles)
        if sum(row is not None and row.status is Status.SCHEDULED for row in waiting) >= limit:
            raise TwilioError(35125)

    async def _send_with_media(self, message: Message) -> None:
        """Fetch the media first; a message fails if its media cannot be fetched."""
        failure = await self.media.fetch_all(message, message.options.media_urls)
        if failure is None:
            self.carrier.accept(message if mms.reaches(message.to) else self._as_text(message))
            return
        if CATALOGUE[failure.code].level:
            debugger.alert(self.context, failure.code, message, method="GET", url=failure.url, reason=failure.reason)
        self.carrier.fail(message, failure.code)

    def _as_text(self, message: Message) -> Message:
        """Return a message for a country without MMS, with links in place of its media."""
        context = self.context
        links = [f"{context.origin}/media/{message.account_sid}/{sid}" for sid in context.state.media_of[message.sid]]
        body = "\n".join(part for part in (message.body, *links) if part)
        size = segments.count(body) if message.sender else message.segments
        return context.change_message(message, message.status, body=body, segments=size)

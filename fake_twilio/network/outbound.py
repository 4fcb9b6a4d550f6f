"""Taking a message for sending: from the API and from TwiML alike, by the same rules."""

from dataclasses import dataclass

from fake_twilio.model import rules, segments
from fake_twilio.model.account import Account
from fake_twilio.model.message import NO_OPTIONS, Direction, Message, Options, Status, position
from fake_twilio.network.carrier import Carrier
from fake_twilio.network.world import World


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to send; addresses as they were given."""

    to: str
    sender: str
    body: str
    direction: Direction = Direction.API
    options: Options = NO_OPTIONS


class Outbound:
    """Checks drafts, turns them into messages and hands them to the carrier."""

    def __init__(self, world: World, carrier: Carrier) -> None:
        self._world = world
        self._carrier = carrier

    def submit(self, account: Account, draft: Draft) -> Message:
        """Return the message as it is first seen, `queued`; its life goes on by itself.

        Raises:
            TwilioError: when a rule forbids the message; then nothing was created.
        """
        world = self._world
        options = draft.options
        rules.content(draft.body, options.media_urls, has_template=bool(options.content_sid), service=False)
        to = rules.destination(draft.to)
        sender = rules.sender_form(draft.sender)
        rules.may_send_from(sender, world.state.number(sender), account)
        rules.may_reach(to, sender, account, world.state.verified[account.sid])
        body = rules.stored_body(draft.body, account)
        now = world.now()
        number = world.state.next_message_number()
        media = len(options.media_urls)
        message = Message(
            sid=world.ids.sid("MM" if media else "SM"),
            account_sid=account.sid,
            direction=draft.direction,
            to=to,
            sender=sender,
            body=body,
            status=Status.QUEUED,
            segments=1 if media else segments.count(body),
            media=media,
            created=now,
            updated=now,
            number=number,
            position=position(now, number),
            options=options,
        )
        world.add_message(message)
        self._carrier.accept(message)
        return message

"""The parts of the world behind the API, put together."""

from fake_twilio.model.message import Message
from fake_twilio.network.allowance import Allowance
from fake_twilio.network.caller import Caller
from fake_twilio.network.carrier import Carrier
from fake_twilio.network.debugger import Debugger
from fake_twilio.network.handsets import Handsets
from fake_twilio.network.inbound import Inbound
from fake_twilio.network.loops import LoopGuard
from fake_twilio.network.media import MediaStore
from fake_twilio.network.optouts import OptOuts
from fake_twilio.network.outbound import Outbound
from fake_twilio.network.receipts import Receipts
from fake_twilio.network.replies import Replies
from fake_twilio.network.senders import Senders
from fake_twilio.network.sessions import Sessions
from fake_twilio.network.throughput import Throughput
from fake_twilio.network.verifications import Verifications
from fake_twilio.network.webhooks import Webhooks
from fake_twilio.network.world import World


class Network:
    """Carrier, receipts, incoming and outgoing messages, handsets: all of one world."""

    def __init__(self, world: World, webhook_allow: tuple[str, ...] = ()) -> None:
        self.world = world
        self.caller = Caller(webhook_allow)
        self.webhooks = Webhooks(world, self.caller)
        self.debugger = Debugger(world)
        self.receipts = Receipts(world, self.webhooks, self.debugger)
        self.throughput = Throughput(world)
        self.senders = Senders(world, self.throughput)
        self.optouts = OptOuts(world)
        self.media = MediaStore(world, self.caller)
        allowance, loops, sessions = Allowance(world), LoopGuard(world), Sessions(world)
        self.carrier = Carrier(world, self.receipts, self.senders, self.optouts, self.throughput, allowance, sessions)
        self.outbound = Outbound(
            world, self.carrier, self.senders, self.optouts, self.throughput, allowance, self.media, self.debugger
        )
        self.replies = Replies(world, self.webhooks, self.outbound, self.debugger, loops)
        self.inbound = Inbound(
            world, self.webhooks, self.outbound, self.optouts, self.media, self.replies, loops, self.debugger, sessions
        )
        self.handsets = Handsets(world, self.inbound, self.carrier)
        self.verifications = Verifications(world, self.webhooks, self.debugger)
        self.carrier.on_delivered.append(self._hand_over)

    async def close(self) -> None:
        """Stop whatever is under way."""
        await self.world.agenda.close()
        await self.caller.close()

    def _hand_over(self, message: Message) -> None:
        """Let a text that was sent to a Twilio number of this fake come in there."""
        number = self.world.state.number(message.to)
        if number is not None:
            self.inbound.receive(number, message.sender or "", message.body)

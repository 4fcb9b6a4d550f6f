"""A virtual phone: what a person types on it, and what it shows."""

from collections.abc import Sequence

from fake_twilio.backend import Backend
from fake_twilio.model.addresses import e164
from fake_twilio.model.message import Message
from fake_twilio.model.otp_filter import passcode
from fake_twilio.model.verification_call import VerificationCall
from fake_twilio.waiting import wait_for_message


class Handset:
    """A virtual phone. It exists by naming its number."""

    def __init__(self, backend: Backend, number: str) -> None:
        normalised = e164(number)
        if normalised is None:
            raise ValueError(f"{number!r} is not a phone number such as '+12015550101'")
        self.number = normalised
        self._backend = backend
        self._code_in = 0

    async def send(self, to: str, body: str = "", media_urls: Sequence[str] = (), *, profile_name: str = "") -> Message:
        """Write to a Twilio number, a short code or a channel sender, and return the incoming message's row.

        ``profile_name`` is what the person is called on WhatsApp from now on.

        Raises:
            UnknownNumberError: when no account of the fake has the number.
        """
        return self._backend.handsets.send(self.number, to, body, media_urls=media_urls, profile_name=profile_name)

    async def read(self) -> list[Message]:
        """Open what arrived over WhatsApp or RCS: those messages are ``read`` from now on, and returned."""
        return self._backend.handsets.read(self.number)

    async def enter(self, code: str) -> None:
        """Enter a code while a verification call rings: the number is a verified caller from now on.

        Raises:
            NoCallError: when nothing rings.
            WrongCodeError: when no call asks for this code; the third mistake ends a call.
        """
        self._backend.verifications.enter(self.number, code)

    async def wait_for_code(self, timeout: float = 5.0) -> str:
        """Return the passcode of the newest text on the phone, as soon as there is one that was not returned before.

        Args:
            timeout: seconds to wait at most, in real time.

        Raises:
            AssertionError: when no code comes in time; it lists what the phone shows.
        """
        __tracebackhide__ = True

        def brings_one(row: Message) -> bool:
            return row.number > self._code_in and row.to == self.number and row.outbound and bool(passcode(row.body))

        message = await wait_for_message(self._backend.context, brings_one, timeout)
        if message is None:
            shown = [f"  {row.body!r:.80} from {row.sender}" for row in self.messages if row.outbound]
            head = f"expected a code on {self.number} within {timeout:g} s; it shows:"
            raise AssertionError("\n".join([head, *(shown or ["  nothing"])]))
        self._code_in = message.number
        return passcode(message.body) or ""

    @property
    def calls(self) -> list[VerificationCall]:
        """The verification calls that reached the phone, oldest first, each with its ``code`` and its ``outcome``."""
        return self._backend.verifications.calls_to(self.number)

    @property
    def messages(self) -> list[Message]:
        """What the phone shows, both directions, in order."""
        return self._backend.handsets.conversation(self.number)

"""A virtual phone that sends and shows messages."""

from collections.abc import Sequence

from fake_twilio.backend import Backend
from fake_twilio.model.addresses import e164
from fake_twilio.model.message import Message
from fake_twilio.model.otp_filter import passcode
from fake_twilio.model.verification_call import VerificationCall
from fake_twilio.waiting import wait_for_message


class Handset:
    """A virtual phone, created by using its number."""

    def __init__(self, backend: Backend, number: str) -> None:
        normalised = e164(number)
        if normalised is None:
            raise ValueError(f"{number!r} is not a phone number such as '+12015550101'")
        self.number = normalised
        self._backend = backend
        self._code_in = 0

    async def send(self, to: str, body: str = "", media_urls: Sequence[str] = (), *, profile_name: str = "") -> Message:
        """Send a message to a Twilio number, a short code or a channel sender, and return the incoming message.

        ``profile_name`` is the person's WhatsApp profile name from then on.

        Raises:
            UnknownNumberError: if no account of the fake has the number.
        """
        return self._backend.handsets.send(self.number, to, body, media_urls=media_urls, profile_name=profile_name)

    async def read(self) -> list[Message]:
        """Open the messages received over WhatsApp or RCS, which makes them ``read``, and return them."""
        return self._backend.handsets.read(self.number)

    async def enter(self, code: str) -> None:
        """Enter the code of a ringing verification call, which makes the number a verified caller.

        Raises:
            NoCallError: if no call is ringing.
            WrongCodeError: if no call expects this code; the third wrong code ends a call.
        """
        self._backend.verifications.enter(self.number, code)

    async def wait_for_code(self, timeout: float = 5.0) -> str:
        """Return the passcode in the newest message on the phone, once there is one that was not returned before.

        Args:
            timeout: maximum seconds to wait, in real time.

        Raises:
            AssertionError: if no code arrives in time; it lists the messages on the phone.
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
        """The verification calls that this phone received, oldest first, each with its ``code`` and ``outcome``."""
        return self._backend.verifications.calls_to(self.number)

    @property
    def messages(self) -> list[Message]:
        """The messages on the phone, in both directions, in order."""
        return self._backend.handsets.conversation(self.number)

"""Carrying out TwiML responses: fetch documents, follow redirects, send replies, raise alerts.

Source: Twilio's documentation of TwiML for messaging and of messaging webhooks.
"""

from fake_twilio.context import Context
from fake_twilio.errors import TwilioError
from fake_twilio.messages.loop_guard import LoopGuard
from fake_twilio.messages.outbound import Draft, Outbound
from fake_twilio.messages.twiml import Redirect, Say, Script, read_answer, read_document
from fake_twilio.model.account import Account
from fake_twilio.model.addresses import country, is_short_code, local
from fake_twilio.model.incoming_phone_number import DEFAULT_SMS_URL
from fake_twilio.model.message import Direction, Message, Options
from fake_twilio.model.twiml_bin import bin_sid
from fake_twilio.records import dataclass
from fake_twilio.webhooks import debugger
from fake_twilio.webhooks.delivery import Webhooks
from fake_twilio.webhooks.faults import PLAIN, WebhookTiming
from fake_twilio.webhooks.request import Parameters, WebhookOutcome, WebhookResponse, callable_url, encode, joined

MAX_REPLIES = 10
MAX_DOCUMENTS = 50

DEFAULT_REPLY = (
    "Thanks for the message. Configure your number's SMS URL to change this message.Reply HELP for help."
    "Reply STOP to unsubscribe.Msg&Data rates may apply."
)
"""The reply of a number that still has its original webhook; Twilio's text lacks these spaces too."""

LOOPED, UNSUBSCRIBED, MISCONFIGURED_URL = 14107, 21610, 11321

_ALERT_OF_REFUSAL = {
    **dict.fromkeys((21211, 21604, 21265, 21266, 21268), 14101),
    21212: 14102,
    **dict.fromkeys((21602, 21617), 14103),
    **dict.fromkeys((21659, 21660, 21661, 21267), 14108),
    21608: 14111,
}
"""Alert codes for errors that concern a reply; all other errors keep their code."""


@dataclass(eq=False)
class ReplySession:
    """The messages sent and documents fetched so far, and the request whose response is being handled."""

    message: Message
    parameters: Parameters
    order: WebhookTiming
    replies: int = 0
    documents: int = 0
    method: str = ""
    delivery: WebhookOutcome | None = None


@dataclass(eq=False)
class TwimlReplies:
    """Runs reply sessions."""

    context: Context
    webhooks: Webhooks
    outbound: Outbound
    loops: LoopGuard

    async def run(
        self, message: Message, url: str, method: str, *, parameters: Parameters, order: WebhookTiming = PLAIN
    ) -> int:
        """Follow documents from a URL on; return the error code if the first one fails, else 0."""
        session = ReplySession(message, parameters, order)
        while True:
            session.method = method
            if session.documents == MAX_DOCUMENTS:
                self._alert(session, 14106, url)
                return 0
            if not session.documents and not callable_url(url):
                self._alert(session, MISCONFIGURED_URL, url)
                return MISCONFIGURED_URL
            script, here = await self._fetch(session, url, method)
            session.documents += 1
            session.order = PLAIN
            for code in script.alerts:
                self._alert(session, code, here)
            if script.failed:
                return script.failure or script.alerts[0] if session.documents == 1 else 0
            following = self._carry_out(session, script, here)
            if following is None:
                return 0
            url, method = joined(here, following.url), following.method

    async def _fetch(self, session: ReplySession, url: str, method: str) -> tuple[Script, str]:
        """Return the actions of the document at a URL, and the final URL after redirects."""
        message = session.message
        own = self._own_document(message, url)
        session.delivery = None
        if own is not None:
            return own, url
        delivery = await self.webhooks.deliver(
            "inbound_webhook", message, method, url=url, parameters=session.parameters, order=session.order
        )
        session.delivery, answer = delivery, delivery.answer
        debugger.about(self.context, delivery, message, method=method, parameters=session.parameters)
        if delivery.code or answer is None:
            return Script(failed=True, failure=delivery.code), delivery.url
        if answer.truncated:
            return Script(alerts=(11750,), failed=True), delivery.url
        if not answer.body and _chunked(answer):
            return Script(alerts=(11770,), failed=True), delivery.url
        return read_answer(answer.content_type, answer.body), delivery.url

    def _own_document(self, message: Message, url: str) -> Script | None:
        """Return the document of a URL that Twilio itself hosts: the demo reply, or one of the account's TwiML Bins."""
        if url.rstrip("/") == DEFAULT_SMS_URL:
            return Script((Say(DEFAULT_REPLY),))
        sid = bin_sid(url)
        twiml_bin = self.context.state.bins.get(sid, message.account_sid) if sid else None
        return read_document(twiml_bin.twiml.encode()) if twiml_bin is not None else None

    def _carry_out(self, session: ReplySession, script: Script, here: str) -> Redirect | None:
        """Send a document's messages; return where the session continues, or None at its end."""
        for verb in script.verbs:
            if isinstance(verb, Redirect):
                return verb
            if session.replies == MAX_REPLIES:
                self._alert(session, 14109, here)
                return None
            session.replies += 1
            self._reply(session, verb, here)
            if verb.action:
                return Redirect(verb.action, verb.method)
        return None

    def _reply(self, session: ReplySession, say: Say, here: str) -> None:
        message = session.message
        account = self.context.state.accounts[message.account_sid]
        callback = joined(here, say.status_callback) if say.status_callback else ""
        if callback and not callable_url(callback):
            self._alert(session, 14105, here)
            callback = ""
        media = tuple(joined(here, url) for url in say.media)
        draft = Draft(
            to=_address(say.to, message.to) or message.sender or "",
            sender=say.sender or message.to,
            body=say.body,
            direction=Direction.REPLY,
            options=Options(status_callback=callback, media_urls=media),
        )
        self._send(session, account, draft, here=here)

    def _send(self, session: ReplySession, account: Account, draft: Draft, *, here: str) -> None:
        failure = 0 if self.loops.admits(draft.sender, draft.to) else LOOPED
        try:
            self.outbound.submit(account, draft, failure)
        except TwilioError as exc:
            if exc.code == UNSUBSCRIBED:
                # A reply to somebody who opted out is refused like any other message to them, without an alert.
                return
            code = _ALERT_OF_REFUSAL.get(exc.code, exc.code)
            self._alert(session, code, here, reason=str(exc.message(self.context.generation)))
        else:
            if failure:
                self._alert(session, failure, here)

    def _alert(self, session: ReplySession, code: int, url: str, *, reason: str = "") -> None:
        debugger.alert(
            self.context,
            code,
            session.message,
            method=session.method,
            url=url,
            variables=encode(session.parameters).decode(),
            delivery=session.delivery,
            reason=reason,
        )


def _address(text: str, sender: str) -> str:
    """Return a document's destination; without a ``+``, it is read as a local number in the sender's country."""
    if not text or text.startswith("+") or is_short_code(text):
        return text
    return local(text, country(sender)) or text


def _chunked(answer: WebhookResponse) -> bool:
    return any(name.lower() == "transfer-encoding" for name, _ in answer.headers)

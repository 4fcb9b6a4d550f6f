"""Converting the whole state of a fake to plain values and back, for the control API, tests and the state file.

Logs are not state: they record what happened, and start empty when a snapshot is restored.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple, get_origin

from fake_twilio.backend import Backend
from fake_twilio.clock import ManualClock
from fake_twilio.context import Context
from fake_twilio.faults import FaultError
from fake_twilio.ids import Ids
from fake_twilio.model.account import Account, ApiKey, OutgoingCallerId
from fake_twilio.model.alert import Alert
from fake_twilio.model.application import Application
from fake_twilio.model.channel_sender import ChannelSender
from fake_twilio.model.incoming_phone_number import IncomingPhoneNumber
from fake_twilio.model.lifecycle import Lifecycle
from fake_twilio.model.media import Feedback, Media
from fake_twilio.model.message import Message, Status, changed, position
from fake_twilio.model.oauth_app import OAuthApp
from fake_twilio.model.service import AlphaSender, PoolMember, Service
from fake_twilio.model.short_code import ShortCode
from fake_twilio.model.sms_verification import SmsVerification
from fake_twilio.model.twiml_bin import TwimlBin
from fake_twilio.model.verification_call import VerificationCall
from fake_twilio.model.webhook_rule import DeliverySetting, RuleOperation, SharedKey, WebhookRule
from fake_twilio.state import State
from fake_twilio.typed_json import from_json, to_json

VERSION = 4
"""The snapshot version since ``oauth_apps`` and ``webhook_rules`` were added. Each part names the version that added
it: older snapshots lack it, and it starts empty."""

_MISTAKES_SHOWN = 20


class SnapshotError(ValueError):
    """The document is not a snapshot; ``problems`` has one line per problem, with its path."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Part(NamedTuple):
    """One kind of row: its type, where the rows are, and how to restore them with their indexes."""

    name: str
    type: Any
    rows: Callable[[State], Iterable[Any]]
    put: Callable[[State, Any], object]
    since: int = 1


class Plain(NamedTuple):
    """A value in ``State`` that is not a table, stored as is: its type, and the snapshot version that added it."""

    type: Any
    since: int = 1


def _messages(state: State) -> Iterable[Message]:
    return sorted((row for log in state.logs.values() for row in log.rows.values()), key=lambda row: row.number)


def _put_lifecycle(state: State, row: Lifecycle) -> None:
    state.lifecycles[row.sid] = row


def _put_message(state: State, row: Message) -> None:
    state.put_message(changed(row, position=position(row.sent or row.created, row.number)))


def _table(name: str, row: Any, since: int = 1) -> Part:
    """Return the part for a table of ``State``."""
    table = attrgetter(name)
    return Part(name, row, table, lambda state, found: table(state).put(found), since)


PARTS = (
    Part("accounts", Account, lambda state: state.accounts.values(), State.put_account),
    _table("keys", ApiKey),
    _table("oauth_apps", OAuthApp, since=4),
    _table("callers", OutgoingCallerId),
    _table("numbers", IncomingPhoneNumber),
    _table("short_codes", ShortCode),
    _table("channel_senders", ChannelSender),
    _table("applications", Application),
    _table("services", Service),
    _table("pool", PoolMember),
    _table("alpha_senders", AlphaSender),
    Part("messages", Message, _messages, _put_message),
    _table("media", Media),
    _table("feedback", Feedback),
    _table("alerts", Alert),
    _table("bins", TwimlBin),
    _table("validations", VerificationCall),
    _table("sms_verifications", SmsVerification, since=3),
    _table("shared_keys", SharedKey, since=4),
    _table("delivery_settings", DeliverySetting, since=4),
    _table("webhook_rules", WebhookRule, since=4),
    _table("rule_operations", RuleOperation, since=4),
    Part("lifecycles", Lifecycle, lambda state: state.lifecycles.values(), _put_lifecycle),
)
"""Every table of ``State``. A new table needs a line here; otherwise the test that counts them fails."""

PLAIN: dict[str, Plain] = {
    "message_count": Plain(int),
    "held": Plain(dict[str, str]),
    "opted_out": Plain(set[str]),
    "sticky": Plain(dict[str, str]),
    "sent_lately": Plain(dict[str, list[datetime]], since=2),
    "units_used": Plain(dict[str, int], since=2),
    "last_written": Plain(dict[str, datetime], since=2),
    "spent": Plain(dict[str, int]),
    "templates": Plain(dict[str, str]),
    "profile_names": Plain(dict[str, str]),
}
"""The values of ``State`` that are not tables. As with tables, a test counts them."""


def take(context: Context) -> dict[str, Any]:
    """Return the whole state; call this only while nothing is in flight."""
    state = context.state
    document: dict[str, Any] = {
        "version": VERSION,
        "now": to_json(datetime, context.now()),
        "faults": context.faults.documents(),
        "ids": context.ids.mark(),
    }
    for name, plain in PLAIN.items():
        document[name] = to_json(plain.type, getattr(state, name))
    for part in PARTS:
        document[part.name] = to_json(list[part.type], list(part.rows(state)))  # type: ignore[name-defined]
    for row in document["messages"]:
        del row["position"]  # derived again from date and number
    return document


def restore(backend: Backend, document: Any) -> None:
    """Replace the whole state with a snapshot; work in progress continues from where it was.

    Raises:
        SnapshotError: with every problem found; nothing has changed.
    """
    context = backend.context
    rows, now = _read(document)
    ids = Ids(context.seed.random_seed)
    state = State()
    for part in PARTS:
        for row in rows[part.name]:
            part.put(state, row)
    for name in PLAIN:
        setattr(state, name, rows[name])
    try:
        ids.recall(document["ids"])
        faults = context.faults.read(document["faults"])
    except (FaultError, ValueError, TypeError, KeyError) as exc:
        raise SnapshotError([f"faults or ids: {exc}"]) from None
    context.begin(state, ids)
    context.faults.replace(faults)
    if isinstance(context.clock, ManualClock):
        context.clock.restart(now)
    for lifecycle in state.lifecycles.values():
        backend.carrier.resume(lifecycle)
    for validation in state.validations:
        backend.verifications.resume(validation)
    for message in [row for row in _messages(state) if row.status is Status.RECEIVING]:
        backend.inbound.resume(message)
    context.events.publish("reset", {})


def _read(document: Any) -> tuple[dict[str, Any], datetime]:
    """Return the validated parts and the time."""
    if not isinstance(document, Mapping):
        raise SnapshotError([f"a snapshot must be an object, not {type(document).__name__}"])
    version = document.get("version")
    if type(version) is not int or not 1 <= version <= VERSION:
        raise SnapshotError([f"version: {version!r} is not supported; this fake reads versions 1 to {VERSION}"])
    problems = []
    found: dict[str, Any] = {}
    kinds: dict[str, Plain] = {part.name: Plain(list[part.type], part.since) for part in PARTS}  # type: ignore[name-defined]
    kinds |= PLAIN | {"now": Plain(datetime), "faults": Plain(list[Any]), "ids": Plain(list[Any])}
    for name, (kind, since) in kinds.items():
        if name not in document and since > version:
            found[name] = (get_origin(kind) or kind)()
            continue
        if name not in document:
            problems.append(f"{name}: is missing")
            continue
        value = document[name]
        if name == "messages" and isinstance(value, list):
            value = [{**row, "position": 0} if isinstance(row, dict) else row for row in value]
        mistakes: list[str] = []
        found[name] = from_json(kind, value, name, problems=mistakes)
        problems += mistakes[:_MISTAKES_SHOWN]
    if problems:
        raise SnapshotError(problems)
    return found, found["now"]

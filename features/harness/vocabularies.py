"""The closed word lists of feature files, taken from the product's own code, and the names that scenarios introduce."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from driver.domain.commands import (
    ASSET_COMMANDS,
    SYSTEM_COMMANDS,
    AssetType,
    Command,
    CommandForm,
    CommandResult,
    ExecutionState,
)
from driver.domain.delivery import ACCEPTED, ADOPTED
from driver.domain.facts import FaultCause
from driver.domain.message_status import MessageStatus
from driver.domain.rules import EVENT_FIELDS
from driver.domain.send_result import FailureKind
from driver.domain.status_table import State, default_table
from driver.runtime.log_topics import LogTopic
from gherkin_tools.vocabulary import NUMBER, Vocabulary
from harness.asset_actions import ASSET_ACTIONS
from harness.personas import OPERATOR
from harness.twilio.faults import ACCOUNT_STATES, FAILURES, WEBHOOK_FAULTS

# Imports inside functions take longer than all others together and are rarely needed.


def _twilio_codes() -> Iterable[str]:
    from fake_twilio.errors import CATALOGUE

    return map(str, CATALOGUE)


def _refusal_codes() -> Iterable[str]:
    """Yield codes that can answer a request."""
    from fake_twilio.errors import CATALOGUE

    return (str(entry.code) for entry in CATALOGUE.values() if entry.status)


def _delivery_codes() -> Iterable[str]:
    """Yield codes that a message can end with."""
    from fake_twilio.errors import CATALOGUE

    return (str(entry.code) for entry in CATALOGUE.values() if entry.ends_messages)


def _answers() -> Iterable[str]:
    yield from ("too many requests", "the wrong credentials", "an unknown code")
    yield from (f"HTTP {status.value}" for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST)
    yield from (f"code {code}" for code in _refusal_codes())


def _endings(*, with_code: bool) -> Iterable[str]:
    from fake_twilio.faults.final_statuses import FINAL_STATUSES

    return [status for status, code in FINAL_STATUSES.items() if (code is not None) is with_code]


def _webhook_calls() -> Iterable[str]:
    from fake_twilio.faults.base import effects

    return sorted({effect.phase for effect in effects().values()} - {"request", "response", "delivery"})


def _settings() -> Iterable[str]:
    from driver.config.loading import SECRETS
    from driver.config.models import DriverConfig

    yield from _paths(DriverConfig, "")
    yield from (f"{section}.{key}_file" for section, keys in SECRETS.items() for key in keys)


def _paths(model: Any, prefix: str) -> Iterator[str]:
    """Yield the dotted paths of a configuration model's keys; ``*`` stands for a name that a site chooses."""
    for name, info in model.model_fields.items():
        path = f"{prefix}{name}"
        yield path
        for part in _parts(info.annotation):
            if hasattr(part, "model_fields"):
                yield from _paths(part, f"{path}.")
            elif part is dict:
                yield f"{path}.*"


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield the types that an annotation consists of."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType, tuple, Annotated):
        for part in get_args(annotation):
            yield from _parts(part)
    else:
        yield origin or annotation


def _log_levels() -> Iterable[str]:
    from driver.config.models import LogConfig

    return get_args(LogConfig.model_fields["level"].annotation)


def _roles() -> Iterable[str]:
    from driver.domain.roles import Role

    return Role


def _table_kinds() -> Iterable[str]:
    from driver.tables.models import TableKind

    return TableKind


def _columns_of_tables(*kinds: str) -> Iterable[str]:
    from driver.tables.column_types import TABLE_ID
    from driver.tables.schemas import SCHEMAS

    chosen = [schema for kind, schema in SCHEMAS.items() if not kinds or kind in kinds]
    names = [column.name for schema in chosen for column in schema.columns]
    return dict.fromkeys([*([TABLE_ID] if any(schema.has_table_ids for schema in chosen) else []), *names])


def _schema(name: str) -> Any:
    from driver.api.openapi import document
    from driver.dataserver.routes import ROUTES

    return document("", "", ROUTES)["components"]["schemas"][name]["properties"]


def _parameters(forms: Iterable[CommandForm]) -> Callable[[], Iterable[str]]:
    names = list(dict.fromkeys(name for form in forms for name in (*form.required, *form.optional)))
    return lambda: names


def toml_problems(text: str) -> Iterator[str]:
    """Yield errors in sections of ``driver.toml``: invalid TOML, or unknown keys."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        yield f"the text under the step is invalid TOML: {exc}"
        return
    known = set(_settings())
    for path in _keys(tree, ""):
        section = path.rpartition(".")[0]
        if path not in known and f"{section}.*" not in known and (problem := SETTING.problem(path, {})):
            yield problem


def _keys(tree: Mapping[str, Any], prefix: str) -> Iterator[str]:
    """Yield the dotted paths of all keys of a TOML document; tables in lists have no index."""
    for name, value in tree.items():
        path = f"{prefix}{name}"
        yield path
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _keys(inner, f"{path}.")


OWN_NUMBERS = ("Twilio", "Twilio 2", "Service")
"""The account's numbers, and its messaging service."""

RESERVED = (*OWN_NUMBERS, AssetType.SYSTEM.value)
"""Names that no phone and no person may have."""

PHONE = Vocabulary("phone", introduced=("phone",))
ASSET = Vocabulary("asset", lambda: [AssetType.SYSTEM], introduced=("phone",))
PERSON = Vocabulary("phone or person", introduced=("phone", "person"), other=rf"{NUMBER}|Twilio(?: 2)?")
HANDSET = Vocabulary("phone or person with a handset", introduced=("phone", "person"), other=NUMBER)
SENDER = Vocabulary("Twilio number", lambda: OWN_NUMBERS, introduced=("sender",), other=NUMBER)
ANYBODY = Vocabulary("number", lambda: OWN_NUMBERS, introduced=("phone", "person", "sender"), other=NUMBER)
OPERATORS = Vocabulary("name of an actor", lambda: [OPERATOR["user"], "driver"], introduced=("phone", "rule"))

STATUS = Vocabulary("status", lambda: State, introduced=("status",))
STATES = Vocabulary("state", lambda: State, several=True)
ALARM = Vocabulary("alarm state", lambda: [state.lower() for state in _schema("Alarm")["state"]["enum"]])
ALARM_STATE = Vocabulary("alarm state", lambda: _schema("Alarm")["state"]["enum"])
ALARM_TYPE = Vocabulary(
    "alarm type",
    lambda: dict.fromkeys(row.alarm_type for row in default_table().rows if row.alarm_type),
    introduced=("alarm type",),
)
CONDITIONS = Vocabulary("condition", lambda: FaultCause, several=True)
ACTIONS = Vocabulary("action", lambda: [*ASSET_ACTIONS, "-"], several=True)
HAPPENS = Vocabulary("action", lambda: ASSET_ACTIONS, several=True)

COMMAND = Vocabulary("command", lambda: Command)
COMMAND_PARAMETER = Vocabulary(
    "parameter", _parameters(form for forms in ASSET_COMMANDS.values() for form in forms.values())
)
SYSTEM_PARAMETER = Vocabulary("parameter", _parameters(SYSTEM_COMMANDS.values()))
EXECUTION_STATE = Vocabulary("command state", lambda: ExecutionState)
ENDING = Vocabulary("final command state", lambda: [ExecutionState.SUCCEEDED, ExecutionState.TERMINATED])
RESULT = Vocabulary("command result", lambda: CommandResult)
OUTCOME = Vocabulary("attempt outcome", lambda: [ACCEPTED, ADOPTED, *FailureKind])

EVENT = Vocabulary("event", lambda: EVENT_FIELDS)
EVENT_PARAMETERS = tuple(dict.fromkeys(name for names in EVENT_FIELDS.values() for name in names))
EVENT_PARAMETER = Vocabulary("event parameter", lambda: EVENT_PARAMETERS)

UNREPORTED = Vocabulary("final message status without an error code", lambda: _endings(with_code=False))
REPORTED = Vocabulary("final message status with an error code", lambda: _endings(with_code=True))
WAY = Vocabulary("way", lambda: ("in", "out"))
MESSAGE_STATUS = Vocabulary("message status", lambda: MessageStatus)
CODE = Vocabulary("Twilio error code", _twilio_codes, examples=("21610", "21614", "30003"))
DELIVERY_CODE = Vocabulary("delivery error code", _delivery_codes, examples=("30003", "30005", "30008"))
ANSWER = Vocabulary(
    "Twilio response",
    _answers,
    examples=("HTTP 503", "code 21610", "too many requests", "the wrong credentials", "an unknown code"),
)
FAILURE = Vocabulary("way to lose a response", lambda: FAILURES)
ACCOUNT_STATE = Vocabulary("account state", lambda: ACCOUNT_STATES)
WEBHOOK_FAULT = Vocabulary("webhook fault", lambda: WEBHOOK_FAULTS)
WEBHOOK_CALL = Vocabulary("webhook kind", _webhook_calls)
ACCOUNT_TYPE = Vocabulary("account type", lambda: ("Full", "Trial"))
REACHABILITY = Vocabulary("reachability", lambda: ("unreachable", "reachable again"))
ROOM = Vocabulary("database state", lambda: ("is full", "has room again"))
STOP = Vocabulary("way to stop", lambda: ("stopped", "restarted"))

SETTING = Vocabulary("setting", _settings, examples=("receive.poll_interval_s", "states.latch", "twilio.auth_token"))
TABLE_KIND = Vocabulary("table kind", _table_kinds)
TABLE_COLUMN = Vocabulary("table column", _columns_of_tables, examples=("TableId", "Status.Priority", "AssetId"))


@functools.cache
def columns_of(kind: str) -> Vocabulary | None:
    """Return the columns of one kind of table; None if the kind is unknown."""
    if kind not in TABLE_KIND.known({}):
        return None
    return Vocabulary(f"column of the {kind} table", lambda: _columns_of_tables(kind))


@functools.cache
def parameters_of(command: str, name: str) -> Vocabulary | None:
    """Return the parameters of one command to the asset of that name; None if it does not accept the command."""
    forms = ASSET_COMMANDS[AssetType.SYSTEM if name == AssetType.SYSTEM else AssetType.PHONE]
    if command not in forms:
        return None
    return Vocabulary(f"parameter of {command}", _parameters([forms[Command(command)]]))


@functools.cache
def parameters_of_event(name: str) -> Vocabulary | None:
    """Return the parameters of one event; None if the event is unknown."""
    if name not in EVENT_FIELDS:
        return None
    return Vocabulary(f"parameter of {name}", lambda: EVENT_FIELDS[name])


FIELDS_OF_EVENTS = {
    "Item Type": Vocabulary("asset type", lambda: AssetType),
    "Status": STATUS,
    "Previous Status": STATUS,
    "Alarm Type": ALARM_TYPE,
    "Alarm Status": STATES,
    "Condition": CONDITIONS,
    "Error Code": CODE,
    "Table": TABLE_KIND,
    "Severity": Vocabulary("severity", lambda: map(str, range(1, 100))),
}
"""Event fields whose values are words of a closed list."""
AUDIT_COLUMN = Vocabulary("audit column", lambda: _schema("AuditLine"))
LOG_LEVEL = Vocabulary("level", _log_levels)
ACCESS_ROLE = Vocabulary("role", _roles)
YES_NO = Vocabulary("answer", lambda: ("yes", "no"))
NUMERAL = Vocabulary("whole number", other=r"\d+", examples=("1", "2"))
HTTP_STATUS = Vocabulary("HTTP status", other=r"[1-5]\d\d", examples=("201", "400", "503"))
SECONDS = Vocabulary("time in seconds", other=r"\d+(?:\.\d+)? s", examples=("0 s", "4.9 s"))
DIRECTION = Vocabulary("direction", lambda: _schema("Message")["direction"]["enum"])
CHANNEL = Vocabulary("acknowledgement channel", lambda: ("workstation", "api", "workflow", "sms"))
TOPIC = Vocabulary("topic", lambda: LogTopic)

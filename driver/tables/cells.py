"""What may stand in a cell: one kind for each sort of value, with its reading, its writing and its words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from driver.config.phone_numbers import meant_by, normalized
from driver.domain.commands import AssetType, Command
from driver.domain.phone_numbers import is_messaging_service, tidied
from driver.domain.status_table import STATE_NUMBERS, State
from driver.tables.colours import colour
from driver.tables.excel import SCIENTIFIC


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of value. ``read`` takes a cell that is not empty and raises ``ValueError`` with what it expected.

    ``words`` says in the documentation what may stand there.
    """

    words: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


#: Numbers of the actions in command tables; the platform's documentation leaves them to each system.
ACTION_NUMBERS: dict[Command, int] = {
    Command.SEND_MESSAGE: 1,
    Command.MASK: 2,
    Command.ACKNOWLEDGE: 3,
    Command.RESET: 4,
    Command.CANCEL: 5,
}

#: A spreadsheet writes TRUE and FALSE in its user's language.
_FLAGS = {
    **dict.fromkeys(("TRUE", "WAHR", "VRAI", "VERDADERO", "VERO", "VERDADEIRO", "WAAR", "SANT", "SAND"), True),
    **dict.fromkeys(("FALSE", "FALSCH", "FAUX", "FALSO", "ONWAAR", "FALSKT", "FALSK"), False),
}
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_DIGITS = re.compile(r"[0-9][0-9 .\-()]{6,18}")
_LONGEST = 500


def _text(cell: str) -> str:
    if len(cell) > _LONGEST:
        raise ValueError(f"expected at most {_LONGEST} characters; there are {len(cell)}")
    if _CONTROL.search(cell):
        raise ValueError("expected text without control characters")
    return cell


def _flag(cell: str) -> bool:
    try:
        return _FLAGS[cell.upper()]
    except KeyError:
        raise ValueError("expected TRUE or FALSE") from None


def _number(smallest: int, largest: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", cell) or not smallest <= int(cell) <= largest:
            raise ValueError(f"expected a whole number from {smallest} to {largest}")
        return int(cell)

    return read


def _identifier(cell: str) -> str:
    if not _IDENTIFIER.fullmatch(cell):
        raise ValueError(
            "expected at most 100 letters, digits, dots, hyphens or underscores, starting with one of the first two"
        )
    return cell


_BY_NAME = {state.value.lower(): state for state in State}
_BY_NUMBER = {number: state for state, number in STATE_NUMBERS.items()}
_STATE_NAMES = ", ".join(state.value for state in STATE_NUMBERS)
_STATE_NUMBERS = ", ".join(f"{number} {state.value}" for state, number in STATE_NUMBERS.items())


def _state_named(cell: str) -> State:
    try:
        return _BY_NAME[cell.lower()]
    except KeyError:
        raise ValueError(f"there is no state {cell!r}; the states are {_STATE_NAMES}") from None


def _state_numbered(cell: str) -> State:
    try:
        return _BY_NUMBER[int(cell)]
    except (KeyError, ValueError):
        raise ValueError(f"there is no state {cell!r}; the states are {_STATE_NUMBERS}") from None


def _several(read: Callable[[str], State]) -> Callable[[str], frozenset[State]]:
    def read_several(cell: str) -> frozenset[State]:
        return frozenset(read(part.strip()) for part in cell.split(";") if part.strip())

    return read_several


def _by_number(states: frozenset[State]) -> list[State]:
    return sorted(states, key=STATE_NUMBERS.__getitem__)


_COMMANDS = {command.value.lower(): command for command in Command}
_ACTIONS = {number: command for command, number in ACTION_NUMBERS.items()}


def _action_named(cell: str) -> Command:
    try:
        return _COMMANDS[cell.lower()]
    except KeyError:
        raise ValueError(f"expected one of {', '.join(ACTION_NUMBERS)}") from None


def _action_numbered(cell: str) -> Command:
    try:
        return _ACTIONS[int(cell)]
    except (KeyError, ValueError):
        known = ", ".join(f"{number} {command}" for command, number in ACTION_NUMBERS.items())
        raise ValueError(f"expected the number of an action: {known}") from None


def _asset_type(cell: str) -> AssetType:
    for known in AssetType:
        if known.value.lower() == cell.lower():
            return known
    raise ValueError(f"expected {' or '.join(known.value for known in AssetType)}")


def phone_number(cell: str) -> str:
    """Read a phone number, and tell what a spreadsheet did to it where that is plain to see.

    Raises:
        ValueError: it is none; the message says how to keep the plus sign.
    """
    if SCIENTIFIC.fullmatch(cell):
        raise ValueError(
            "the spreadsheet turned this phone number into a power of ten and its digits are lost; format the column "
            "as Text, or type an apostrophe in front: '+12015550101"
        )
    if _DIGITS.fullmatch(cell):
        meant = meant_by(cell)
        you = f"if you mean {meant}, format" if meant else "format"
        raise ValueError(
            f"the plus sign is missing, spreadsheets drop it; {you} the column as Text, or type an apostrophe in "
            f"front: '{meant or '+12015550101'}"
        )
    return normalized(cell)


def _sender(cell: str) -> str:
    tidy = tidied(cell)
    return tidy if is_messaging_service(tidy) else phone_number(cell)


TEXT = Kind("text, at most 500 characters", _text)
FLAG = Kind("`TRUE` or `FALSE`", _flag, lambda value: "TRUE" if value else "FALSE")
PRIORITY = Kind("a whole number, the smallest wins", _number(-9999, 9999))
COMMAND_ID = Kind("a whole number", _number(0, 999_999))
COLOUR = Kind(
    "`#RRGGBB`, `#AARRGGBB` (AA: opacity) or a .NET name such as `DarkOrange`; written as `#AARRGGBB`", colour
)
IDENTIFIER = Kind("letters, digits, dots, hyphens, underscores", _identifier)
STATE_NAMES = Kind(
    f"names, several separated by `;`: {_STATE_NAMES}",
    _several(_state_named),
    lambda value: ";".join(state.value for state in _by_number(value)),
)
STATES = Kind(
    f"numbers, several separated by `;`: {_STATE_NUMBERS}",
    _several(_state_numbered),
    lambda value: ";".join(str(STATE_NUMBERS[state]) for state in _by_number(value)),
)
STATE = Kind(f"a number: {_STATE_NUMBERS}", _state_numbered, lambda value: str(STATE_NUMBERS[value]))
ACTION_NAME = Kind(", ".join(ACTION_NUMBERS), _action_named, lambda value: str(value.value))
ACTION = Kind(
    ", ".join(f"{number} {command}" for command, number in ACTION_NUMBERS.items()),
    _action_numbered,
    lambda value: str(ACTION_NUMBERS[value]),
)
ASSET_TYPE = Kind(" or ".join(known.value for known in AssetType), _asset_type, lambda value: str(value.value))
PHONE = Kind(
    "a phone number in E.164 form, for example `+12015550101` or, in spreadsheets, `'+12015550101`", phone_number
)
SENDER = Kind("a Twilio number in E.164 form, or the SID of a Messaging Service (`MG…`)", _sender)

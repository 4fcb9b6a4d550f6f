"""Columns of table files and their types, each of which parses, writes and describes one kind of cell value."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import webcolors
from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from driver.config.phone_numbers import meant_by, normalized
from driver.domain.commands import AssetType, Command
from driver.domain.phone_numbers import is_messaging_service, tidied
from driver.domain.status_table import STATE_NUMBERS, State

TABLE_ID = "TableId"

Key = TypeVar("Key")
Name = TypeVar("Name", bound=StrEnum)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ColumnType:
    """The type of a column, and the annotation with which a row's field parses the text of a cell.

    ``description`` documents what a cell may contain. ``read`` parses a non-empty cell, or raises ``ValueError`` with
    what it expected.
    """

    description: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic parse cells; already parsed values pass through."""
        return core_schema.no_info_before_validator_function(
            lambda value: self.read(value) if type(value) is str and value else value, handler(source)
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, and the row's ``field`` that it shows.

    ``meaning`` documents a second column of the same field; the docstring below the field documents the first.
    ``documented`` columns are in the platform's documentation, the others are specific to this driver. ``misspelled``
    is an alternative spelling in that documentation.
    """

    name: str
    field: str
    type: ColumnType
    meaning: str = ""
    documented: bool = False
    misspelled: str = ""

    def cell(self, value: Any) -> str:
        """Return a value of this column as text; an empty value is an empty cell."""
        return "" if value in ("", None) else self.type.write(value)


def column(name: str, default: Any = "", *, documented: bool = True) -> Any:
    """Declare a row's field as a column; ``default`` is the value of an empty cell or a missing column."""
    return Field(default, alias=name, json_schema_extra={"documented": documented})


def own_column(name: str, default: Any = "") -> Any:
    """Declare a column that is specific to this driver, that is, not in the platform's documentation."""
    return column(name, default, documented=False)


#: Numbers of the actions in command tables; the platform's documentation leaves them to each system.
ACTION_NUMBERS: dict[Command, int] = {
    Command.SEND_MESSAGE: 1,
    Command.MASK: 2,
    Command.ACKNOWLEDGE: 3,
    Command.RESET: 4,
    Command.CANCEL: 5,
}

#: Spreadsheets write TRUE and FALSE in the user's language.
_FLAGS = {
    **dict.fromkeys(("TRUE", "WAHR", "VRAI", "VERDADERO", "VERO", "VERDADEIRO", "WAAR", "SANT", "SAND"), True),
    **dict.fromkeys(("FALSE", "FALSCH", "FAUX", "FALSO", "ONWAAR", "FALSKT", "FALSK"), False),
}
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_DIGITS = re.compile(r"[0-9][0-9 .\-()]{6,18}")
#: How spreadsheets save a long number in a column that is not formatted as text. Includes decimal commas.
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_MAX_TEXT = 500


def is_identifier(text: str) -> bool:
    """Return whether a text can be the id of an asset or table."""
    return _IDENTIFIER.fullmatch(text) is not None


def _text(cell: str) -> str:
    if len(cell) > _MAX_TEXT:
        raise ValueError(f"expected at most {_MAX_TEXT} characters, not {len(cell)}")
    if _CONTROL.search(cell):
        raise ValueError("expected text without control characters")
    return cell


def _identifier(cell: str) -> str:
    if not is_identifier(cell):
        raise ValueError(
            "expected at most 100 letters, digits, dots, hyphens or underscores, starting with a letter or digit"
        )
    return cell


def _number(smallest: int, largest: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", cell) or not smallest <= int(cell) <= largest:
            raise ValueError(f"expected a whole number from {smallest} to {largest}")
        return int(cell)

    return read


_HEX = re.compile(r"#(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}")


def color(text: str) -> str:
    """Return a color as ``#AARRGGBB`` (AA: opacity, FF: opaque), from ``#RRGGBB``, ``#AARRGGBB`` or a .NET color name.

    The .NET names are those of CSS 3 and ``Transparent``.

    Raises:
        ValueError: it is not a color.
    """
    name = text.replace(" ", "").lower()
    if name == "transparent":
        return "#00FFFFFF"
    if not _HEX.fullmatch(text):
        try:
            text = webcolors.name_to_hex(name)
        except ValueError:
            raise ValueError("expected a color: #RRGGBB, #AARRGGBB, or a name such as Red") from None
    return f"#{text.removeprefix('#').upper():F>8}"


def _one_of(known: Mapping[Key, Value], key: Callable[[str], Key], expected: str) -> Callable[[str], Value]:
    """Return a parser of one of the known values; ``expected`` may contain ``{cell}``."""

    def read(cell: str) -> Value:
        try:
            return known[key(cell)]
        except (KeyError, ValueError):
            raise ValueError(expected.format(cell=cell)) from None

    return read


def _named(names: Iterable[Name], expected: str) -> Callable[[str], Name]:
    return _one_of({name.lower(): name for name in names}, str.lower, expected)


def _numbered(numbers: Mapping[Name, int], expected: str) -> Callable[[str], Name]:
    return _one_of({number: name for name, number in numbers.items()}, int, expected)


def _several(read: Callable[[str], State]) -> Callable[[str], frozenset[State]]:
    return lambda cell: frozenset(read(part.strip()) for part in cell.split(";") if part.strip())


def _listed(numbers: Mapping[Name, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items())


def in_order(states: Iterable[State]) -> list[State]:
    """Return states sorted by their numbers."""
    return sorted(states, key=STATE_NUMBERS.__getitem__)


def _phone_number(cell: str) -> str:
    """Parse a phone number, and recognize the typical damage done by spreadsheets.

    Raises:
        ValueError: it is not a phone number; the message says how to keep the plus sign.
    """
    if _SCIENTIFIC.fullmatch(cell):
        raise ValueError(
            "the spreadsheet turned this phone number into scientific notation and lost digits; format the column "
            "as Text, or type an apostrophe in front: '+12015550101"
        )
    if _DIGITS.fullmatch(cell):
        meant = meant_by(cell)
        you = f"if you mean {meant}, format" if meant else "format"
        raise ValueError(
            f"the plus sign is missing (spreadsheets drop it); {you} the column as Text, or type an apostrophe in "
            f"front: '{meant or '+12015550101'}"
        )
    return normalized(cell)


def _sender(cell: str) -> str:
    tidy = tidied(cell)
    return tidy if is_messaging_service(tidy) else _phone_number(cell)


_STATE_NAMES, _STATES = ", ".join(STATE_NUMBERS), _listed(STATE_NUMBERS)
_ACTION_NAMES, _ACTIONS = ", ".join(ACTION_NUMBERS), _listed(ACTION_NUMBERS)
_ASSET_TYPES = " or ".join(AssetType)
_COLORS = "`#RRGGBB`, `#AARRGGBB` (AA: opacity) or a .NET name such as `DarkOrange`; written as `#AARRGGBB`"
_PHONES = "a phone number in E.164 form, for example `+12015550101` or, in spreadsheets, `'+12015550101`"

_flag = _one_of(_FLAGS, str.upper, "expected TRUE or FALSE")
_state_name = _named(State, f"unknown state {{cell!r}}; the states are {_STATE_NAMES}")
_state = _numbered(STATE_NUMBERS, f"unknown state {{cell!r}}; the states are {_STATES}")
_action_name = _named(Command, f"expected one of {_ACTION_NAMES}")
_action = _numbered(ACTION_NUMBERS, f"expected the number of an action: {_ACTIONS}")
_asset_type = ColumnType(_ASSET_TYPES, _named(AssetType, f"expected {_ASSET_TYPES}"))

Text = Annotated[str, ColumnType("text, at most 500 characters", _text)]
Identifier = Annotated[str, ColumnType("letters, digits, dots, hyphens, underscores", _identifier)]
Flag = Annotated[bool, ColumnType("`TRUE` or `FALSE`", _flag, lambda value: str(value).upper())]
Priority = Annotated[int | None, ColumnType("a whole number; the smallest wins", _number(-9999, 9999))]
CommandId = Annotated[int | None, ColumnType("a whole number", _number(0, 999_999))]
Color = Annotated[str, ColumnType(_COLORS, color)]
States = Annotated[
    frozenset[State],
    ColumnType(
        f"one or more names, separated by `;`: {_STATE_NAMES}", _several(_state_name), lambda v: ";".join(in_order(v))
    ),
]
BY_STATE_NUMBERS = ColumnType(
    f"one or more numbers, separated by `;`: {_STATES}",
    _several(_state),
    lambda states: ";".join(str(STATE_NUMBERS[state]) for state in in_order(states)),
)
StateNumber = Annotated[State | None, ColumnType(f"a number: {_STATES}", _state, lambda v: str(STATE_NUMBERS[v]))]
Action = Annotated[Command | None, ColumnType(_ACTION_NAMES, _action_name)]
BY_ACTION_NUMBER = ColumnType(_ACTIONS, _action, lambda action: str(ACTION_NUMBERS[action]))
OneAssetType = Annotated[AssetType, _asset_type]
AnyAssetType = Annotated[AssetType | None, _asset_type]
Phone = Annotated[str, ColumnType(_PHONES, _phone_number)]
Sender = Annotated[str, ColumnType("a Twilio number in E.164 form, or the SID of a Messaging Service (`MG…`)", _sender)]

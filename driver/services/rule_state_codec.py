"""Writes the agenda of the workflow rules as text for the store, and reads it again."""

import json
from typing import Final

from pydantic import TypeAdapter

from driver.domain.rule_state import RuleState

_FORMAT = 2
_AGENDA: Final = TypeAdapter(RuleState)


def dump(rule_state: RuleState) -> str:
    """Return an agenda as JSON."""
    return json.dumps({"format": _FORMAT, "agenda": _AGENDA.dump_python(rule_state, mode="json")}, ensure_ascii=False)


def load(text: str) -> RuleState:
    """Return the agenda that ``dump`` wrote.

    Raises:
        ValueError: the text is something else.
    """
    try:
        stored = json.loads(text)
        if stored["format"] != _FORMAT:
            raise ValueError(f"written by another version of the driver (format {stored['format']!r})")
        return _AGENDA.validate_python(stored["agenda"])
    except (KeyError, TypeError) as exc:
        raise ValueError(f"not an agenda: {exc!r}") from None

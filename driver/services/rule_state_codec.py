"""Serializes the rule state of the workflow rules for the store, and reads it back."""

import json
from typing import Any, Final

from pydantic import TypeAdapter

from driver.domain.rule_state import RuleState

_FORMAT = 2
_RULE_STATE: Final = TypeAdapter(RuleState)


def dump(rule_state: RuleState) -> str:
    """Return a rule state as JSON."""
    return json.dumps(
        {"format": _FORMAT, "agenda": _RULE_STATE.dump_python(rule_state, mode="json")}, ensure_ascii=False
    )


def load(text: str) -> RuleState:
    """Return the rule state that ``dump`` wrote.

    Raises:
        ValueError: the text is something else.
    """
    try:
        stored = json.loads(text)
        if stored["format"] != _FORMAT:
            raise ValueError(f"written by another version of the driver (format {stored['format']!r})")
        return _RULE_STATE.validate_python(_renamed(stored["agenda"]))
    except (KeyError, TypeError) as exc:
        raise ValueError(f"not a rule state: {exc!r}") from None


def _renamed(stored: Any) -> Any:
    """Return the content of older databases under today's names."""
    for message in stored.get("waiting", ()) if isinstance(stored, dict) else ():
        if isinstance(message, dict) and "held" in message:
            message["in_quiet_hours"] = message.pop("held")
    return stored

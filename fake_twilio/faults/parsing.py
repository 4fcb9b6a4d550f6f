"""Parsing of faults from control API documents, reporting all mistakes at once."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from fake_twilio.faults.base import Effect, effects
from fake_twilio.faults.fault import Fault, FaultError, Match
from fake_twilio.model.patterns import PatternError, compiled


def read_fault(document: Mapping[str, Any], problems: list[str]) -> Fault:
    """Parse a control API document into a fault, without validating its parts.

    Unknown and missing keys are added to ``problems``.

    Raises:
        FaultError: if the document is not an object.
    """
    if not isinstance(document, Mapping):
        raise FaultError([f"{document!r} is not an object"])
    known = {item.name for item in fields(Fault)}
    problems.extend(
        f"{name}: unknown key; known keys: {', '.join(sorted(known))}" for name in document if name not in known
    )
    if "effect" not in document:
        problems.append("effect: is missing")
    return Fault(**{"effect": None, **{name: value for name, value in document.items() if name in known}})


def limit_problems(fault: Fault) -> Iterator[str]:
    """Yield what is wrong with a fault's ``times``, ``after`` and ``probability``."""
    if fault.times is not None and (not _is(fault.times, int) or fault.times < 1):
        yield f"times: {fault.times!r} is neither null (always) nor a whole number of 1 or more"
    if not _is(fault.after, int) or fault.after < 0:
        yield f"after: {fault.after!r} is not a whole number of zero or more"
    if not _is(fault.probability, float) or not 0 <= fault.probability <= 1:
        yield f"probability: {fault.probability!r} is not between 0 and 1"


def read_match(document: Any, problems: list[str]) -> Match:
    """Parse the ``match`` of a fault; mistakes are added to ``problems``."""
    if not isinstance(document, Mapping):
        problems.append(f"match: {document!r} is not an object")
        return Match()
    values = {}
    for name, value in document.items():
        field_name = "sender" if name == "from" else name
        if field_name not in Match.__dataclass_fields__ or name == "sender":
            problems.append(f"match.{name}: unknown key; known keys: account_sid, body, from, operation, to")
        elif not isinstance(value, str):
            problems.append(f"match.{name}: {value!r} is not a string")
        else:
            values[field_name] = value
    try:
        compiled(values.get("body", ""))
    except PatternError as exc:
        problems.append(f"match.body: {values['body']!r} {exc}")
    return Match(**values)


def read_effect(document: Any, problems: list[str]) -> Effect | None:
    """Parse the ``effect`` of a fault, or return None if it is invalid; mistakes are added to ``problems``."""
    if document is None:  # already reported as missing
        return None
    if not isinstance(document, Mapping):
        problems.append(f"effect: {document!r} is not an object")
        return None
    # ``inbound_callback_…`` is accepted as a longer form of ``inbound_…``.
    cls = effects().get(str(document.get("type")).replace("inbound_callback_", "inbound_"))
    if cls is None:
        problems.append(_unknown_type(str(document.get("type"))))
        return None
    types = get_type_hints(cls)
    known = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]
    values = {}
    for name, value in document.items():
        if name == "type":
            continue
        if name not in known:
            expected = ", ".join(sorted(known)) or "none"
            problems.append(f"effect.{name}: unknown key for {cls.name}; known keys: {expected}")
        elif not _is(value, types[name]):
            problems.append(f"effect.{name}: {value!r} is not {_NAMES.get(types[name], types[name])}")
        else:
            values[name] = value
    needed = [name for name, item in known.items() if item.default is MISSING and item.default_factory is MISSING]
    problems.extend(f"effect.{name}: is missing" for name in needed if name not in document)
    if not values.keys() >= {*needed}:
        return None
    built = cls(**values)
    problems.extend(f"effect.{problem}" for problem in built.problems())
    return built


def _unknown_type(name: str) -> str:
    """Return the problem with an unknown effect type, with a suggestion."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower().replace("-", "_"), effects(), n=1, cutoff=0.5)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"effect.type: {name!r} is not one of {', '.join(sorted(effects()))}{meant}"


_NAMES: dict[Any, str] = {int: "a whole number", float: "a number", str: "a string", bool: "true or false"}


def _is(value: Any, kind: Any) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == dict[str, str]:
        return isinstance(value, dict) and all(isinstance(item, str) for pair in value.items() for item in pair)
    if kind == int | None:
        return value is None or _is(value, int)
    return isinstance(value, kind)

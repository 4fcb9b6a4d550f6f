"""Reads faults in the control API's form, and says everything that is wrong with them at once."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from fake_twilio.faults.base import Effect, effects
from fake_twilio.faults.fault import Fault, FaultError, Match
from fake_twilio.model.patterns import PatternError, compiled


def read_fault(document: Mapping[str, Any], problems: list[str]) -> Fault:
    """Return the fault that a document in the control API's form describes; its parts are not looked at yet.

    Keys that are unknown or missing are added to ``problems``.

    Raises:
        FaultError: the document is not an object.
    """
    if not isinstance(document, Mapping):
        raise FaultError([f"{document!r} is not an object"])
    known = {item.name for item in fields(Fault)}
    problems.extend(
        f"{name}: is not known here; known are {', '.join(sorted(known))}" for name in document if name not in known
    )
    if "effect" not in document:
        problems.append("effect: is missing")
    return Fault(**{"effect": None, **{name: value for name, value in document.items() if name in known}})


def limit_problems(fault: Fault) -> Iterator[str]:
    """Say what is wrong with how often and by which chance a fault applies."""
    if fault.times is not None and (not _is(fault.times, int) or fault.times < 1):
        yield f"times: {fault.times!r} is neither null (always) nor a whole number of 1 or more"
    if not _is(fault.after, int) or fault.after < 0:
        yield f"after: {fault.after!r} is not a whole number of zero or more"
    if not _is(fault.probability, float) or not 0 <= fault.probability <= 1:
        yield f"probability: {fault.probability!r} is not between 0 and 1"


def read_match(document: Any, problems: list[str]) -> Match:
    """Return the occasions that a document describes; what is wrong with it is added to ``problems``."""
    if not isinstance(document, Mapping):
        problems.append(f"match: {document!r} is not an object")
        return Match()
    values = {}
    for name, value in document.items():
        field_name = "sender" if name == "from" else name
        if field_name not in Match.__dataclass_fields__ or name == "sender":
            problems.append(f"match.{name}: is not known here; known are account_sid, body, from, operation, to")
        elif not isinstance(value, str):
            problems.append(f"match.{name}: {value!r} is not a text")
        else:
            values[field_name] = value
    try:
        compiled(values.get("body", ""))
    except PatternError as exc:
        problems.append(f"match.body: {values['body']!r} {exc}")
    return Match(**values)


def read_effect(document: Any, problems: list[str]) -> Effect | None:
    """Return the effect that a document describes, None if it describes none; mistakes are added to ``problems``."""
    if document is None:  # reported as missing already
        return None
    if not isinstance(document, Mapping):
        problems.append(f"effect: {document!r} is not an object")
        return None
    # The family of receipts may be named in full behind the prefix of incoming webhooks.
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
            expected = ", ".join(sorted(known)) or "nothing else"
            problems.append(f"effect.{name}: is not known for {cls.name}; known are {expected}")
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
    """Return what is wrong with an effect's type, and which one was probably meant."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower().replace("-", "_"), effects(), n=1, cutoff=0.5)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"effect.type: {name!r} is not one of {', '.join(sorted(effects()))}{meant}"


_NAMES: dict[Any, str] = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


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

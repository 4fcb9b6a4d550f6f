"""The register of faults: matching, counting, chance; and the register of effects that families add to."""

import itertools
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any, ClassVar, NamedTuple, TypeVar, get_type_hints


class FaultError(ValueError):
    """A fault cannot be understood; `problems` holds one line for each mistake, with its path."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Facts(NamedTuple):
    """What a fault is matched against at one stage."""

    operation: str
    to: str = ""
    sender: str = ""
    account_sid: str = ""
    body: str = ""


class Effect:
    """What a fault does. Subclasses are frozen dataclasses whose fields are the effect's further keys.

    `stage` says when it is asked: `request` (before anything is processed), `reply` (after), `delivery`, `callback`,
    `inbound_webhook`. `where` says at which operations it can strike at all, as patterns; a fault that is matched
    against others would never strike and is refused.
    """

    name: ClassVar[str] = ""
    stage: ClassVar[str] = ""
    where: ClassVar[tuple[str, ...]] = ("*.*",)

    def problems(self) -> list[str]:
        """Say what is wrong with the values, beyond their types."""
        return []

    @property
    def strikes(self) -> int | None:
        """How often a fault with this effect strikes, where the effect itself says so."""
        return None

    def verdict(self, facts: Facts, chance: random.Random, reply: bytes = b"") -> Any:
        """Return what to do, a value of `fake_twilio.faults.verdicts`; `reply` is the answer at stage `reply`."""
        raise NotImplementedError


EFFECTS: dict[str, type[Effect]] = {}
"""Every effect by its `type`."""

ORIGINS = {"delivery": "messages.create", "callback": "messages.create"}
"""The operation that sets others off: what is matched against it means those too."""

C = TypeVar("C", bound=type[Effect])


def effect(name: str, stage: str, *where: str) -> Callable[[C], C]:
    """Register a class as the effect with this `type`, asked at this stage, at these operations only."""

    def register(cls: C) -> C:
        cls.name = name
        cls.stage = stage
        cls.where = where or cls.where
        EFFECTS[name] = cls
        return cls

    return register


@dataclass(frozen=True, slots=True)
class Match:
    """Which occasions a fault is meant for; an empty field fits everything. `operation` may hold `*`.

    `body` is a regular expression.
    """

    operation: str = "*"
    to: str = ""
    sender: str = ""
    account_sid: str = ""
    body: str = ""

    def fits(self, facts: Facts) -> bool:
        """Tell whether an occasion is meant."""
        return (
            (
                self.operation == "*"
                or fnmatchcase(facts.operation, self.operation)
                or fnmatchcase(ORIGINS.get(facts.operation, ""), self.operation)
            )
            and (not self.to or self.to == facts.to)
            and (not self.sender or self.sender == facts.sender)
            and (not self.account_sid or self.account_sid == facts.account_sid)
            and (not self.body or re.search(self.body, facts.body) is not None)
        )


@dataclass(frozen=True)
class Fault:
    """A failure to plant.

    Args:
        effect: `{"type": …}` and the effect's further keys, as in the control API.
        match: `operation`, `to`, `from`, `account_sid`, `body` (regular expression); all optional.
        times: how often it strikes; None for always.
        after: how many fitting occasions it lets pass first.
        probability: the chance that it strikes on a fitting occasion, 0 to 1.
    """

    effect: Mapping[str, Any]
    match: Mapping[str, Any] = field(default_factory=dict)
    times: int | None = 1
    after: int = 0
    probability: float = 1.0


@dataclass(slots=True)
class Planted:
    """A fault at work: what it is, and what became of it so far."""

    id: str
    fault: Fault
    match: Match
    effect: Effect
    matched: int = 0
    applied: int = 0

    @property
    def spent(self) -> bool:
        """Whether it has struck as often as it may."""
        times = self.effect.strikes or self.fault.times
        return times is not None and self.applied >= times

    def document(self) -> dict[str, Any]:
        """Return the fault as the control API shows it."""
        return {
            "id": self.id,
            "match": {
                ("from" if name == "sender" else name): value for name, value in asdict(self.match).items() if value
            },
            "effect": {"type": self.effect.name, **asdict(self.effect)},  # type: ignore[call-overload]
            "times": self.fault.times,
            "after": self.fault.after,
            "probability": self.fault.probability,
            "matched": self.matched,
            "applied": self.applied,
        }


class Faults:
    """The faults of one fake, in the order in which they were added; the earlier one is asked first.

    `operations` are the names of the API's operations, once the API is there to say them; misspelt ones are refused
    then.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.operations: frozenset[str] = frozenset()
        self._seed = seed
        self._planted: dict[str, Planted] = {}
        self._numbers = itertools.count(1)
        self._chance = random.Random(seed)  # noqa: S311 - chance, not secrets

    def __bool__(self) -> bool:
        return bool(self._planted)

    def __iter__(self) -> Iterator[Planted]:
        return iter(list(self._planted.values()))

    def get(self, fault_id: str) -> Planted | None:
        """Return the fault with this id, None when there is none."""
        return self._planted.get(fault_id)

    def add(self, fault: Fault | Mapping[str, Any] | None = None, /, **given: Any) -> Planted:
        """Plant a fault, given as `Fault`, in the form of the control API, or by its keys: `add(effect={…}, times=2)`.

        Raises:
            FaultError: with every mistake in it.
        """
        planted = self._build("", given if fault is None else fault)
        planted.id = f"fault-{next(self._numbers)}"
        self._planted[planted.id] = planted
        return planted

    def documents(self) -> list[dict[str, Any]]:
        """Return every fault as the control API shows it."""
        return [planted.document() for planted in self]

    def read(self, documents: Iterable[Mapping[str, Any]]) -> list[Planted]:
        """Return the faults that such documents describe, not planted yet.

        Raises:
            FaultError: with the mistakes in the first that cannot be understood.
        """
        found = []
        for document in documents:
            known = {name: value for name, value in document.items() if name in Fault.__dataclass_fields__}
            planted = self._build(str(document["id"]), known)
            planted.matched, planted.applied = int(document["matched"]), int(document["applied"])
            found.append(planted)
        return found

    def replace(self, planted: Iterable[Planted]) -> None:
        """Put these faults in the place of all others."""
        self.clear()
        for each in planted:
            self._planted[each.id] = each
            number = each.id.removeprefix("fault-")
            if number.isdigit():
                self._numbers = itertools.count(int(number) + 1)

    def _build(self, fault_id: str, fault: Fault | Mapping[str, Any]) -> Planted:
        made = fault if isinstance(fault, Fault) else _fault(fault)
        problems: list[str] = []
        match = _match(made.match, problems)
        built = _effect(made.effect, problems)
        problems.extend(_limits(made))
        if built is not None and not self._can_strike(match.operation, built):
            problems.append(
                f"match.operation: {match.operation!r} is not where {built.name} strikes; it strikes at "
                f"{', '.join(built.where if built.where != Effect.where else sorted(self.operations))}"
            )
        if problems or built is None:
            raise FaultError(problems)
        return Planted(fault_id, made, match, built)

    def _can_strike(self, pattern: str, built: Effect) -> bool:
        """Tell whether an effect can ever strike at operations of this pattern."""
        if pattern == "*":
            return True
        if built.stage in ("request", "reply"):
            # Nobody may have said which operations exist; then every name is believed.
            known = [name for name in self.operations if any(fnmatchcase(name, where) for where in built.where)]
            return not self.operations or any(fnmatchcase(name, pattern) for name in known)
        names = [*built.where, *(ORIGINS.get(name, "") for name in built.where)]
        return any(fnmatchcase(name, pattern) for name in names)

    def remove(self, fault_id: str) -> bool:
        """Take a fault away; False when there is none with this id."""
        return self._planted.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Take every fault away and begin chance anew."""
        self._planted.clear()
        self._numbers = itertools.count(1)
        self._chance.seed(self._seed)

    def strike(self, stage: str, facts: Facts, reply: bytes = b"") -> Iterator[tuple[str, Any]]:
        """Yield `(fault id, verdict)` of each fault that strikes on this occasion, in order of adding.

        A fault is only counted once the one before has been asked and the caller still wants to go on.
        """
        for planted in list(self._planted.values()):
            built = planted.effect
            if built.stage != stage or planted.spent or not planted.match.fits(facts):
                continue
            if not any(fnmatchcase(facts.operation, where) for where in built.where):
                continue
            planted.matched += 1
            if planted.matched <= planted.fault.after:
                continue
            if planted.fault.probability < 1 and self._chance.random() >= planted.fault.probability:
                continue
            planted.applied += 1
            yield planted.id, planted.effect.verdict(facts, self._chance, reply)


def _fault(document: Mapping[str, Any]) -> Fault:
    if not isinstance(document, Mapping):
        raise FaultError([f"{document!r} is not an object"])
    known = {item.name for item in fields(Fault)}
    problems = [
        f"{name}: is not known here; known are {', '.join(sorted(known))}" for name in document if name not in known
    ]
    if "effect" not in document:
        problems.append("effect: is missing")
    if problems:
        raise FaultError(problems)
    return Fault(**document)


def _limits(fault: Fault) -> Iterator[str]:
    if fault.times is not None and (not _is(fault.times, int) or fault.times < 1):
        yield f"times: {fault.times!r} is neither null (always) nor a whole number of 1 or more"
    if not _is(fault.after, int) or fault.after < 0:
        yield f"after: {fault.after!r} is not a whole number of zero or more"
    if not _is(fault.probability, float) or not 0 <= fault.probability <= 1:
        yield f"probability: {fault.probability!r} is not between 0 and 1"


def _match(document: Any, problems: list[str]) -> Match:
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
        re.compile(values.get("body", ""))
    except re.error as error:
        problems.append(f"match.body: {values['body']!r} is not a regular expression: {error}")
    return Match(**values)


def _effect(document: Any, problems: list[str]) -> Effect | None:
    if not isinstance(document, Mapping):
        problems.append(f"effect: {document!r} is not an object")
        return None
    # The family of receipts may be named in full behind the prefix of incoming webhooks.
    cls = EFFECTS.get(str(document.get("type")).replace("inbound_callback_", "inbound_"))
    if cls is None:
        problems.append(f"effect.type: {document.get('type')!r} is not one of {', '.join(sorted(EFFECTS))}")
        return None
    before = len(problems)
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
    problems.extend(
        f"effect.{name}: is missing"
        for name, item in known.items()
        if item.default is MISSING and item.default_factory is MISSING and name not in document
    )
    if len(problems) > before:
        return None
    built = cls(**values)
    problems.extend(f"effect.{problem}" for problem in built.problems())
    return built


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

"""The faults of a fake, which are matched, counted, and applied, some with a probability."""

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import Any

from fake_twilio.faults.base import Effect, Facts
from fake_twilio.faults.fault import ORIGINS, Fault, FaultError, Match
from fake_twilio.faults.parsing import limit_problems, read_effect, read_fault, read_match
from fake_twilio.records import dataclass


@dataclass(slots=True)
class PlantedFault:
    """An active fault, and how often it has matched and applied."""

    id: str
    fault: Fault
    match: Match
    effect: Effect
    matched: int = 0
    applied: int = 0

    @property
    def spent(self) -> bool:
        """Whether it has been applied as often as allowed."""
        times = self.effect.max_applied or self.fault.times
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


class FaultEngine:
    """The faults of a fake, evaluated in the order in which they were added.

    ``operations`` holds the names of the API's operations once the API exists; from then on, misspelled names are
    refused.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.operations: frozenset[str] = frozenset()
        self._seed = seed
        self._planted: dict[str, PlantedFault] = {}
        self._numbers = itertools.count(1)
        self._chance = random.Random(seed)  # noqa: S311 - chance, not secrets

    def __bool__(self) -> bool:
        return bool(self._planted)

    def __iter__(self) -> Iterator[PlantedFault]:
        return iter(list(self._planted.values()))

    def get(self, fault_id: str) -> PlantedFault | None:
        """Return the fault with this ID, or None."""
        return self._planted.get(fault_id)

    def add(self, fault: Fault | Mapping[str, Any] | None = None, /, **given: Any) -> PlantedFault:
        """Add a fault: a ``Fault``, its control API document, or its keys, as in ``add(effect={…}, times=2)``.

        The returned object keeps counting.

        Raises:
            FaultError: listing every mistake in it.
        """
        planted = self._build("", given if fault is None else fault)
        planted.id = f"fault-{next(self._numbers)}"
        self._planted[planted.id] = planted
        return planted

    def documents(self) -> list[dict[str, Any]]:
        """Return the control API documents of all faults."""
        return [planted.document() for planted in self]

    def read(self, documents: Iterable[Mapping[str, Any]]) -> list[PlantedFault]:
        """Return the faults that such documents describe, without adding them.

        Raises:
            FaultError: listing the mistakes in the first invalid one.
        """
        found = []
        for document in documents:
            known = {name: value for name, value in document.items() if name in Fault.__dataclass_fields__}
            planted = self._build(str(document["id"]), known)
            planted.matched, planted.applied = int(document["matched"]), int(document["applied"])
            found.append(planted)
        return found

    def replace(self, planted: Iterable[PlantedFault]) -> None:
        """Replace all faults with these."""
        self.clear()
        for each in planted:
            self._planted[each.id] = each
            number = each.id.removeprefix("fault-")
            if number.isascii() and number.isdigit():
                self._numbers = itertools.count(int(number) + 1)

    def _build(self, fault_id: str, fault: Fault | Mapping[str, Any]) -> PlantedFault:
        problems: list[str] = []
        made = fault if isinstance(fault, Fault) else read_fault(fault, problems)
        match = read_match(made.match, problems)
        built = read_effect(made.effect, problems)
        problems.extend(limit_problems(made))
        if built is not None and not self._can_apply(match.operation, built):
            problems.append(
                f"match.operation: {built.name} does not apply to {match.operation!r}, only to "
                f"{', '.join(built.where if built.where != Effect.where else sorted(self.operations))}"
            )
        if problems or built is None:
            raise FaultError(problems)
        return PlantedFault(fault_id, made, match, built)

    def _can_apply(self, pattern: str, built: Effect) -> bool:
        """Return whether an effect can ever apply to operations that match a pattern."""
        if pattern == "*":
            return True
        if built.phase in ("request", "response"):
            # Until the operations are registered, every name is accepted.
            known = [name for name in self.operations if any(fnmatchcase(name, where) for where in built.where)]
            return not self.operations or any(fnmatchcase(name, pattern) for name in known)
        names = [*built.where, *(ORIGINS.get(name, "") for name in built.where)]
        return any(fnmatchcase(name, pattern) for name in names)

    def remove(self, fault_id: str) -> bool:
        """Remove a fault; return False if there is none with this ID."""
        return self._planted.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Remove all faults and reset the random generator."""
        self._planted.clear()
        self._numbers = itertools.count(1)
        self._chance.seed(self._seed)

    def apply(self, phase: str, facts: Facts, body: bytes = b"") -> Iterator[tuple[str, Any]]:
        """Yield ``(fault id, action)`` for each fault that applies, in the order in which they were added.

        A fault is counted only when the iteration reaches it.
        """
        for planted in list(self._planted.values()):
            built = planted.effect
            if built.phase != phase or planted.spent or not planted.match.fits(facts):
                continue
            if not any(fnmatchcase(facts.operation, where) for where in built.where):
                continue
            planted.matched += 1
            if planted.matched <= planted.fault.after:
                continue
            if planted.fault.probability < 1 and self._chance.random() >= planted.fault.probability:
                continue
            planted.applied += 1
            yield planted.id, planted.effect.decide(self._chance, body)

"""``dataclass`` as in the standard library, but quick to define: the fake defines sixty at its start.

Type checkers see the original. At run time, all these classes share their methods for comparison and representation,
and only the type checker enforces ``frozen``, which also makes creating an instance three times as fast.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - exported
else:
    T = TypeVar("T")

    def dataclass(*, eq: bool = True, frozen: bool = False, **options: bool) -> Callable[[type[T]], type[T]]:
        """Return a decorator that makes a dataclass."""

        def build(cls: type[T]) -> type[T]:
            made = dataclasses.dataclass(eq=False, repr=False, **options)(cls)
            made.__repr__ = _repr
            if eq:
                made.__eq__ = _equal
                made.__hash__ = _hash if frozen else None
            return made

        return build


def _values(record: Any) -> tuple[Any, ...]:
    return tuple([getattr(record, field.name) for field in dataclasses.fields(record)])


def _equal(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    shown = ", ".join([f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self)])
    return f"{self.__class__.__qualname__}({shown})"

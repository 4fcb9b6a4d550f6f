"""Regular expressions that match in a bounded number of steps, for faults and for waiting clients.

Python's own engine backtracks: on ``(a+)+$`` even a text as short as a message takes it practically forever. This one
follows all alternatives at once, character by character, so a search takes at most as many steps as the length of the
text times that of the expression. Constructs that need backtracking (back-references, look-arounds) are refused.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MAX_STATES = 500
"""The maximum number of steps in an expression; repeated steps count each time."""

MAX_TEXT = 2000
"""Characters that are searched: more than a message can have."""

PlaceCheck = Callable[[str, int], bool]
"""Returns whether matching may continue at a position of a text."""


class PatternError(ValueError):
    """The text is not a supported regular expression. The reason ("is too large") leaves out the text itself."""


class Pattern:
    """A compiled regular expression: a nondeterministic automaton.

    Raises:
        PatternError: if the expression is invalid or not supported.
    """

    def __init__(self, text: str) -> None:
        try:
            tree = _parser.parse(text)
        except (re.error, RecursionError, OverflowError) as exc:
            raise PatternError(f"is not a regular expression: {exc}") from None
        self._flags = tree.state.flags & (re.IGNORECASE | re.MULTILINE | re.DOTALL | re.ASCII)
        self._takes: list[tuple[re.Pattern[str] | None, PlaceCheck | None, tuple[int, ...]]] = []
        self._end = self._state()
        try:
            self._start = self._sequence(tree, self._end, self._flags)
        except RecursionError:
            raise PatternError("is nested too deeply") from None

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self._takes)

    def search(self, text: str) -> bool:
        """Return whether the expression matches in the first ``MAX_TEXT`` characters of a text."""
        text = text[:MAX_TEXT]
        here: set[int] = set()
        for place in range(len(text) + 1):
            here.add(self._start)
            reached = self._reached(here, text, place)
            if self._end in reached:
                return True
            if place == len(text):
                break
            character = text[place]
            here = {
                following
                for state in reached
                if (taken := self._takes[state])[0] is not None and taken[0].match(character)
                for following in taken[2]
            }
        return False

    def _reached(self, states: Iterable[int], text: str, place: int) -> set[int]:
        """Return these states and all that are reachable from them without consuming a character."""
        found, waiting = set(states), list(states)
        while waiting:
            takes, check, following = self._takes[waiting.pop()]
            if takes is None and (check is None or check(text, place)):
                new = [state for state in following if state not in found]
                found.update(new)
                waiting += new
        return found

    def _state(
        self, takes: re.Pattern[str] | None = None, check: PlaceCheck | None = None, following: tuple[int, ...] = ()
    ) -> int:
        if len(self._takes) == MAX_STATES:
            raise PatternError(f"is too large: it has more than {MAX_STATES} steps")
        self._takes.append((takes, check, following))
        return len(self._takes) - 1

    def _sequence(self, nodes: Any, end: int, flags: int) -> int:
        """Return the initial state of a sequence that leads to ``end``."""
        for node in reversed(list(nodes)):
            end = self._node(node, end, flags)
        return end

    def _node(self, node: Any, end: int, flags: int) -> int:
        kind, value = node
        if kind in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            return self._state(_character(_source(kind, value), flags), None, (end,))
        if kind is op.AT:
            return self._state(None, _place(value, flags), (end,))
        if kind is op.BRANCH:
            return self._state(following=tuple(self._sequence(branch, end, flags) for branch in value[1]))
        if kind is op.SUBPATTERN:
            _, add, remove, inside = value
            return self._sequence(inside, end, (flags | add) & ~remove)
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            least, most, inside = value
            return self._repeat(least, most, inside, end=end, flags=flags)
        raise PatternError("refers back, looks around or is possessive, which is not supported here")

    def _repeat(self, least: int, most: int, inside: Any, *, end: int, flags: int) -> int:
        if most == op.MAXREPEAT:
            loop = self._state()
            self._takes[loop] = (None, None, (self._sequence(inside, loop, flags), end))
            start = loop
        else:
            start = end
            for _ in range(most - least):
                start = self._state(following=(self._sequence(inside, start, flags), end))
        for _ in range(least):
            start = self._sequence(inside, start, flags)
        return start


compiled = lru_cache(maxsize=256)(Pattern)
"""Returns a compiled expression, cached."""


def _source(kind: Any, value: Any) -> str:
    """Return the source text of the expression for a single character."""
    if kind is op.ANY:
        return "."
    if kind in (op.LITERAL, op.NOT_LITERAL):
        return f"[{'^' if kind is op.NOT_LITERAL else ''}{_escaped(value)}]"
    return f"[{''.join(map(_item, value))}]"


def _item(item: Any) -> str:
    kind, value = item
    if kind is op.NEGATE:
        return "^"
    if kind is op.RANGE:
        return f"{_escaped(value[0])}-{_escaped(value[1])}"
    return _CATEGORIES[value] if kind is op.CATEGORY else _escaped(value)


def _escaped(code: int) -> str:
    return f"\\U{code:08x}"


_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


@lru_cache(maxsize=1024)
def _character(source: str, flags: int) -> re.Pattern[str]:
    return re.compile(source, flags & ~re.MULTILINE)


def _place(kind: Any, flags: int) -> PlaceCheck:
    """Return the check for a position such as ``^`` or a word boundary."""
    source = {
        op.AT_BEGINNING: "^",
        op.AT_BEGINNING_STRING: r"\A",
        op.AT_BOUNDARY: r"\b",
        op.AT_NON_BOUNDARY: r"\B",
        op.AT_END: "$",
        op.AT_END_STRING: r"\Z",
    }[kind]
    expression = re.compile(source, flags & (re.MULTILINE | re.ASCII))
    return lambda text, place: expression.match(text, place) is not None

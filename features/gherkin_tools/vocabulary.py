"""Closed lists of words, so that misspellings are found before anything is started.

A word is either the product's own (a status, a command) or a name that the scenario has introduced (a phone, a person).
Step patterns name a vocabulary after the colon (``{status:Status}``); tables name one for a column.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import parse  # type: ignore[import-untyped]

Function = TypeVar("Function", bound=Callable[..., Any])
Names = Mapping[str, Iterable[str]]
"""The names that a scenario has introduced so far, by kind: ``phone``, ``person``, ``status``."""

NUMBER = r"\+?\d+"
"""A phone number, which may stand in place of its owner's name."""

MAX_SHOWN = 25
"""Number of words up to which a message lists them all."""


@dataclass(frozen=True)
class Vocabulary:
    """The words allowed in one place of a step or in one column of a table.

    Attributes:
        noun: The noun for one word: ``status``.
        words: The product's own words, loaded when first needed.
        introduced: Kinds of names that are allowed once a scenario has introduced them.
        other: Pattern of other allowed texts, such as phone numbers.
        several: Whether several words may be joined by commas.
        examples: Examples to show when the whole list would be too long.
    """

    noun: str
    words: Callable[[], Iterable[str]] = tuple
    introduced: tuple[str, ...] = ()
    other: str = ""
    several: bool = False
    examples: tuple[str, ...] = ()

    def known(self, names: Names) -> list[str]:
        """Return the known words, including the names introduced so far."""
        return [*_own(self.words), *(name for kind in self.introduced for name in names.get(kind, ()))]

    def problem(self, text: str, names: Names) -> str | None:
        """Return why a text is not allowed, with what is; None if it is allowed."""
        known = self.known(names)
        for word in re.split(r",\s*", text) if self.several else [text]:
            if word not in known and not (self.other and re.fullmatch(self.other, word)):
                return self._unknown(word, known)
        return None

    def cell_problem(self, text: str, names: Names) -> str | None:
        """Check a table cell: ``*`` is anything, ``-`` and an empty cell are nothing, and ``~`` means contains."""
        if text in ("*", "-", ""):
            return None
        if text.startswith("~"):
            part, known = text[1:].strip(), self.known(names)
            return None if self.other or any(part in word for word in known) else self._unknown(part, known)
        return self.problem(text, names)

    def described(self) -> str:
        """Return what is allowed, as a sentence for the catalog and for hints."""
        own, parts = _own(self.words), []
        if not (own or self.introduced):
            return f"{self._article.title()} {self.noun}, for example {', '.join(self.examples)}."
        if own:
            parts.append(self.listed(own))
        if self.introduced:
            kinds = " or ".join(self.introduced)
            parts.append(f"{'or ' if own else ''}any {kinds} introduced by an earlier step")
        if NUMBER in self.other:
            parts.append("or a phone number")
        joined = ", ".join(parts)
        several = "; several are joined by commas" if self.several else ""
        return f"{joined[0].upper()}{joined[1:]}{several}."

    def _unknown(self, word: str, known: Sequence[str]) -> str:
        nearest = difflib.get_close_matches(word, [one for one in known if "*" not in one], 1)
        meant = f' Did you mean "{nearest[0]}"?' if nearest else ""
        if self.introduced and not _own(self.words):
            how = f"unknown {self.noun} {word!r}; introduced by earlier steps: "
            return f"{how}{', '.join(known) or 'none'}.{meant}"
        return f"{word!r} is not {self._article} {self.noun}. {self.listed(known)}.{meant}"

    @property
    def _article(self) -> str:
        return "an" if self.noun.lower().startswith(("a", "e", "i", "o", "u", "http")) else "a"

    def listed(self, known: Sequence[str]) -> str:
        """Return the words as a sentence for hints and the catalog, without the final period."""
        if not known:
            return f"For example {', '.join(self.examples)}"
        if self.examples or len(known) > MAX_SHOWN:
            return f"One of {len(known)}, for example {', '.join(self.examples or known[:3])}"
        return f"One of: {', '.join(known)}"


@functools.cache
def _own(words: Callable[[], Iterable[str]]) -> tuple[str, ...]:
    """Return the product's own words of a vocabulary, read once."""
    return tuple(dict.fromkeys(map(str, words())))


def word(vocabulary: Vocabulary, pattern: str = r'[^"]+?') -> Callable[[str], str]:
    """Return the type of a placeholder that takes a word of a vocabulary.

    It matches other texts too, so that a misspelled word is reported as such and not as an unknown step.
    """

    def same(text: str) -> str:
        return text

    same.vocabulary = vocabulary  # type: ignore[attr-defined]
    typed: Callable[[str], str] = parse.with_pattern(pattern)(same)
    return typed


Rows = Sequence[Mapping[str, str]]
Introduction = Callable[[Mapping[str, Any], Rows], Iterable[tuple[str, str]]]
"""Takes a step's arguments and the rows of its table; yields the kind and name of each name it introduces."""

_INTRODUCES, _RESERVED = "__introduces__", "__reserved__"


def introduces(introduction: Introduction, *, reserved: Sequence[str] = ()) -> Callable[[Function], Function]:
    """Declare the names that a step introduces for later steps; none of them may be ``reserved``."""

    def declared(function: Function) -> Function:
        setattr(function, _INTRODUCES, introduction)
        setattr(function, _RESERVED, reserved)
        return function

    return declared


def introduced_by(
    function: Callable[..., object], arguments: Mapping[str, Any], rows: Rows
) -> Iterable[tuple[str, str]]:
    """Return the names that a step introduces when called with these arguments."""
    introduction: Introduction | None = getattr(function, _INTRODUCES, None)
    return introduction(arguments, rows) if introduction else ()


def reserved_names(function: Callable[..., object]) -> Sequence[str]:
    """Return the names that a step may not introduce because they are already in use."""
    reserved: Sequence[str] = getattr(function, _RESERVED, ())
    return reserved


TextCheck = Callable[[str], Iterable[str]]
"""Takes the doc string under a step; yields what is wrong with it."""

_TEXT = "__text_check__"


def text(check: TextCheck) -> Callable[[Function], Function]:
    """Declare how the doc string under a step is checked before anything is started."""

    def declared(function: Function) -> Function:
        setattr(function, _TEXT, check)
        return function

    return declared


def declared_text(function: Callable[..., object]) -> TextCheck | None:
    """Return how the doc string under a step is checked; None if any text is accepted."""
    found: TextCheck | None = getattr(function, _TEXT, None)
    return found

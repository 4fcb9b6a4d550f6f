"""One named way to break the driver or the fake, and the sentence that it violates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One broken behavior: ``name`` is the defect, ``sentence`` is what the platform's page promises instead.

    It replaces the text ``old``, which must occur exactly once in ``file``, with ``new``.
    """

    sentence: str
    name: str
    file: str
    old: str
    new: str

    def broken(self, text: str) -> str:
        """Return the file's text with the behavior broken.

        Raises:
            MisfitError: If the text to replace does not occur exactly once, or nothing would change.
        """
        if (count := text.count(self.old)) != 1:
            raise MisfitError(f"{self.file} contains {count} times: {self.old!r}")
        if self.old == self.new:
            raise MisfitError("the mutant changes nothing")
        return text.replace(self.old, self.new)


class MisfitError(Exception):
    """A mutant no longer fits the code: the code has changed, and the mutant has to be updated."""

"""One named way to break the driver or the fake, and the sentence that is not kept then."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One broken behaviour: ``name`` says what is wrong, ``sentence`` is what the platform's page promises instead.

    It replaces the text ``old``, which has to occur exactly once in ``file``, by ``new``.
    """

    sentence: str
    name: str
    file: str
    old: str
    new: str

    def broken(self, text: str) -> str:
        """The file's text with the behaviour broken.

        Raises:
            MisfitError: When the text to replace is not there exactly once, or nothing would change.
        """
        if (count := text.count(self.old)) != 1:
            raise MisfitError(f"{self.file} has {count} times: {self.old!r}")
        if self.old == self.new:
            raise MisfitError("the mutant changes nothing")
        return text.replace(self.old, self.new)


class MisfitError(Exception):
    """A mutant does not fit the code any more: the code has moved on, and the mutant has to follow."""

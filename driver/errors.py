"""The driver's exception hierarchy; each class has a stable code for clients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class DriverError(Exception):
    """Base class: a message for the person who can fix the cause, and a stable ``code`` for programs."""

    code = "driver_error"


@dataclass(frozen=True, slots=True)
class ConfigurationProblem:
    """One error in the configuration: where it is, the value found, and what was expected instead."""

    source: str
    path: str
    value: str
    expected: str

    def __str__(self) -> str:
        """Return the problem as one line for a terminal."""
        shown = f" = {self.value}" if self.value else ""
        return f"{self.source}: {self.path}{shown}: {self.expected}"


class ConfigurationError(DriverError):
    """The configuration cannot be used; contains every problem found, not just the first."""

    code = "configuration_invalid"

    def __init__(self, problems: Sequence[ConfigurationProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StartError(DriverError):
    """The driver cannot start although its configuration is valid: a port in use, a database out of reach."""

    code = "cannot_start"


class NotReachableError(DriverError):
    """A required service does not answer: a driver, or Twilio."""

    code = "unreachable"


class StoreUnavailableError(DriverError):
    """The database refused or failed a commit; nothing was stored, so nothing may be confirmed."""

    code = "store_unavailable"


class UnstorableError(StoreUnavailableError):
    """The data can never be stored, for example half a character; the database works, and a retry cannot help."""

    code = "cannot_be_stored"


class NotActiveError(StoreUnavailableError):
    """Another driver is active on this database; this one carries out and stores nothing."""

    code = "not_active"


class NotFoundError(DriverError):
    """The requested item does not exist."""

    code = "not_found"


class CommandRefusedError(DriverError):
    """A command cannot be carried out; the message says what is wrong, ``path`` where."""

    code = "command_refused"

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class IdempotencyConflictError(DriverError):
    """A ``commandId`` was already used for a different command."""

    code = "command_id_reused"


class OtherProjectError(DriverError):
    """A client uses a different project than the driver, which is configured to refuse such clients."""

    code = "other_project"


class RequestError(DriverError):
    """A request is invalid. ``errors`` lists every mistake with its path, ``status`` is the HTTP status."""

    code = "request_invalid"

    def __init__(self, detail: str, *, status: int = 400, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.errors = errors or []


class RefusedError(DriverError):
    """The driver answered with a ``problem`` and this HTTP ``status``."""

    code = "refused"

    def __init__(self, message: str, *, status: int = 0, problem: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem or {}

    @property
    def not_active(self) -> bool:
        """Whether the driver refused because another driver is active, or none is at the moment."""
        return self.problem.get("code") in ("standby", "not_active", "no_active_driver", "outcome_unknown")


class TableChangedError(DriverError):
    """The table has changed since the caller prepared the import."""

    code = "table_changed"

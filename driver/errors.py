"""Everything that can go wrong in the driver, as one tree; each class carries a stable code for clients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class DriverError(Exception):
    """The root: a message written for the person who can fix the cause, and a stable ``code`` for programs."""

    code = "driver_error"


@dataclass(frozen=True, slots=True)
class ConfigurationProblem:
    """One thing wrong in the configuration: where it stands, what stands there, and what was expected instead."""

    source: str
    path: str
    value: str
    expected: str

    def __str__(self) -> str:
        """Return the problem as one line for a terminal."""
        shown = f" = {self.value}" if self.value else ""
        return f"{self.source}: {self.path}{shown}: {self.expected}"


class ConfigurationError(DriverError):
    """The configuration cannot be used; holds every problem found, never only the first."""

    code = "configuration_invalid"

    def __init__(self, problems: Sequence[ConfigurationProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StartError(DriverError):
    """The driver cannot start although its configuration is valid: a port in use, a database out of reach."""

    code = "cannot_start"


class NotReachableError(DriverError):
    """What is needed does not answer: a driver, or Twilio."""

    code = "unreachable"


class StoreUnavailableError(DriverError):
    """The database refused or failed a commit; nothing of it was kept and nothing may be acknowledged."""

    code = "store_unavailable"


class UnstorableError(StoreUnavailableError):
    """What was to be stored never can be, such as half a character; the database is fine, and trying again is vain."""

    code = "cannot_be_stored"


class NotActiveError(StoreUnavailableError):
    """Another driver is the active one on this database; this one carries out nothing and stores nothing."""

    code = "not_active"


class NotFoundError(DriverError):
    """The thing asked for does not exist."""

    code = "not_found"


class CommandRefusedError(DriverError):
    """A command that cannot be carried out; the message says what is wrong with it, ``path`` where."""

    code = "command_refused"

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class IdempotencyConflictError(DriverError):
    """A ``commandId`` was used before for a different command."""

    code = "command_id_reused"


class OtherProjectError(DriverError):
    """A client works on another project than the driver, which is set to refuse such clients."""

    code = "other_project"


class RequestError(DriverError):
    """A request that cannot be understood. ``errors`` lists every mistake with its path, ``status`` is HTTP's."""

    code = "request_invalid"

    def __init__(self, detail: str, *, status: int = 400, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.errors = errors or []


class RefusedError(DriverError):
    """The driver answered with a ``problem``, under this HTTP ``status``."""

    code = "refused"

    def __init__(self, message: str, *, status: int = 0, problem: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem or {}

    @property
    def not_active(self) -> bool:
        """Whether the driver refused because another one is the active one, or none is right now."""
        return self.problem.get("code") in ("standby", "not_active", "no_active_driver", "outcome_unknown")


class TableChangedError(DriverError):
    """The table is not any more what the caller saw when preparing the import."""

    code = "table_changed"

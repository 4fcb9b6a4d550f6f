"""How urgent an alarm is: 1 is the most urgent, higher numbers are less so."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TOP_SEVERITY = 1
#: The severity of a message that forwards what a person wrote, or that an operator or a workflow sends.
PEOPLE_SEVERITY = 2


@dataclass(frozen=True, slots=True)
class Severities:
    """The severity of each alarm type that has its own, and of all others."""

    by_alarm_type: Mapping[str, int] = field(default_factory=dict)
    other: int = 3

    def of(self, alarm_type: str) -> int:
        """Return the severity of an alarm type."""
        return self.by_alarm_type.get(alarm_type, self.other)

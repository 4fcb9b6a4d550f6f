"""The audit as the driver remembers it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit, with the columns of the platform's operator activity report."""

    at: datetime
    device_type: str
    command_or_status: str
    action: str
    computer: str
    user_name: str
    location: str
    entry_id: int = 0

"""Everything that a fake knows, in tables with the indexes its lists need; reads and writes only, no rules."""

from fake_twilio.state.message_log import MessageLog
from fake_twilio.state.table import Owned, Table
from fake_twilio.state.tables import State

__all__ = ["MessageLog", "Owned", "State", "Table"]

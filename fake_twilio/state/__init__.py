"""The data of a fake, in tables with the indexes that its lists need; reads and writes only, no rules."""

from fake_twilio.state.database import State
from fake_twilio.state.message_log import MessageLog
from fake_twilio.state.seeding import seeded_state
from fake_twilio.state.table import Owned, Table

__all__ = ["MessageLog", "Owned", "State", "Table", "seeded_state"]

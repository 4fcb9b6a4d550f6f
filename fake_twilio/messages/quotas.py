"""What an account may still send: its money, the day's messages of a trial, the units of a free trial.

Source: Twilio's documentation of trials; its error catalogue, 20005, 30454 and 63038.
"""

from datetime import timedelta

from fake_twilio.context import Context
from fake_twilio.errors import TwilioError
from fake_twilio.model import free_trial
from fake_twilio.model.account import Account
from fake_twilio.model.addresses import channel

DAY = timedelta(hours=24)
"""A trial's day ends with the message that is that old, not at midnight."""


class Quotas:
    """Keeps count. Only messages of trial accounts are counted."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def check(self, account: Account, to: str, *, later: bool = False) -> None:
        """Check that an account has money and, unless the message is for later, messages left.

        Raises:
            TwilioError: 20005 (suspended or out of funds, or the free-units trial is over), 63038 (the messages are
                used up).
        """
        state = self._context.state
        if not state.works(account):
            raise TwilioError(20005)
        if _by_units(account) and self._context.now() - account.created >= free_trial.LASTS:
            raise TwilioError(20005)
        limit = 0 if later else self._reached(account, to)
        if limit:
            raise TwilioError(63038, account=account.sid, value=str(limit))

    def take(self, account: Account, to: str) -> bool:
        """Count a message; False when there was none left, and nothing is counted."""
        if not account.trial:
            return True
        if self._reached(account, to):
            return False
        state = self._context.state
        if _by_units(account):
            purse = _purse(account, to)
            state.units_used[purse] = state.units_used.get(purse, 0) + 1
        elif limit := self._context.seed.daily_trial_limit:
            state.sent_lately[account.sid] = [*state.sent_lately.get(account.sid, ()), self._context.now()][-limit:]
        return True

    def _reached(self, account: Account, to: str) -> int:
        """Return the limit that a trial account has reached, 0 while it may send."""
        if not account.trial:
            return 0
        state = self._context.state
        if _by_units(account):
            return free_trial.UNITS if state.units_used.get(_purse(account, to), 0) >= free_trial.UNITS else 0
        limit = self._context.seed.daily_trial_limit
        newest = state.sent_lately.get(account.sid, [])[-limit:] if limit else []
        return limit if limit and len(newest) == limit and self._context.now() - newest[0] < DAY else 0


def _by_units(account: Account) -> bool:
    return account.trial and account.profile == "free-units"


def _purse(account: Account, to: str) -> str:
    """Return what a message is paid from: WhatsApp has units of its own."""
    return f"{account.sid} {'whatsapp' if channel(to)[0] == 'whatsapp' else 'sms'}"

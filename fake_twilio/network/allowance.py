"""What an account may still send: its money, the day's messages of a trial, the units of a free trial.

Source: Twilio's documentation of trials; its error catalogue, 20005, 30454 and 63038.
"""

from fake_twilio.errors import TwilioError
from fake_twilio.model import free_units
from fake_twilio.model.account import Account
from fake_twilio.network.world import World


class Allowance:
    """Keeps count. Only messages of trial accounts are counted."""

    def __init__(self, world: World) -> None:
        self._world = world

    def check(self, account: Account, *, later: bool = False) -> None:
        """Check that an account has money and, unless the message is for later, messages left.

        Raises:
            TwilioError: 20005 (out of funds), 63038 (the day's messages are used up).
        """
        state = self._world.state
        payer = account if account.owner_sid == account.sid else state.accounts[account.owner_sid]
        if not payer.auto_recharge and state.balance(payer) <= 0:
            raise TwilioError(20005)
        limit = 0 if later else self._reached(account)
        if limit:
            raise TwilioError(63038, account=account.sid, value=str(limit))

    def take(self, account: Account) -> bool:
        """Count a message; False when there was none left, and nothing is counted."""
        if not account.trial:
            return True
        if self._reached(account):
            return False
        sent = self._world.state.sent_today
        for key in (self._day(account), f"{account.sid} all"):
            sent[key] = sent.get(key, 0) + 1
        return True

    def _reached(self, account: Account) -> int:
        """Return the limit that a trial account has reached, 0 while it may send."""
        if not account.trial:
            return 0
        sent = self._world.state.sent_today
        if account.profile == "free-units":
            return free_units.UNITS if sent.get(f"{account.sid} all", 0) >= free_units.UNITS else 0
        limit = self._world.seed.daily_trial_limit
        return limit if sent.get(self._day(account), 0) >= limit else 0

    def _day(self, account: Account) -> str:
        return f"{account.sid} {self._world.now():%Y-%m-%d}"

"""What an account may still send: its funds, a trial's messages per day, a free trial's units.

Source: Twilio's documentation of trials; its error catalogue, 20005, 30454 and 63038.
"""

import logging
from datetime import timedelta

from fake_twilio.context import Context
from fake_twilio.errors import GENERATIONS, TwilioError
from fake_twilio.model import free_trial
from fake_twilio.model.account import Account
from fake_twilio.model.addresses import channel

_logger = logging.getLogger(__name__)

DAY = timedelta(hours=24)
"""The window of a trial's daily limit; it slides, and does not end at midnight."""


DAILY_LIMIT = 5
"""The number of messages that a new trial account may create in a day; seen in 2026."""


class Quotas:
    """Counts messages of trial accounts; requests that the API refuses count toward the daily limit too."""

    def __init__(self, context: Context) -> None:
        self._context = context
        usual = DAILY_LIMIT if context.generation == GENERATIONS[0] else 0
        given = context.seed.daily_trial_limit
        self._limit = usual if given is None else given
        self._said: set[str] = set()
        """Accounts whose reached limit has been logged."""

    def count_request(self, account: Account, *, later: bool) -> None:
        """Count a trial account's request to create a message, whatever its outcome.

        A message that is scheduled for ``later`` counts when it is due.

        Raises:
            TwilioError: 63038 if the day's messages are used up.
        """
        if not later and not self._count_day(account):
            if account.sid not in self._said:
                self._said.add(account.sid)
                _logger.warning(
                    "trial_daily_limit_reached account_sid=%s limit=%d "
                    'hint="set daily_trial_limit = 0 in the seed or upgrade the account to lift the limit"',
                    account.sid,
                    self._limit,
                )
            raise TwilioError(63038, account=account.sid, value=str(self._limit))

    def check(self, account: Account, to: str, *, later: bool = False) -> None:
        """Check that an account has funds and, unless the message is for later, messages left.

        Raises:
            TwilioError: 20005 (suspended, out of funds, or the free-units trial has expired), 63038 (its units are used
                up).
        """
        state = self._context.state
        if not state.works(account):
            raise TwilioError(20005)
        if _by_units(account):
            if self._context.now() - account.created >= free_trial.LASTS:
                raise TwilioError(20005)
            if not later and self._units(account, to) >= free_trial.UNITS:
                raise TwilioError(63038, account=account.sid, value=str(free_trial.UNITS))

    def take(self, account: Account, to: str, *, counted: bool) -> bool:
        """Count a message; return False, without counting, if none is left.

        ``counted`` means that the request that created it has already been counted for the day.
        """
        if not account.trial:
            return True
        if not _by_units(account):
            return counted or self._count_day(account)
        used = self._units(account, to)
        if used >= free_trial.UNITS or not (counted or self._count_day(account)):
            return False
        self._context.state.units_used[_purse(account, to)] = used + 1
        return True

    def _count_day(self, account: Account) -> bool:
        """Count a message toward a trial account's day; return False if the day's messages are used up."""
        limit, now = self._limit, self._context.now()
        if not limit:
            return True
        lately = self._context.state.sent_lately
        newest = lately.get(account.sid, [])[-limit:]
        if len(newest) == limit and now - newest[0] < DAY:
            return False
        lately[account.sid] = [*newest, now][-limit:]
        return True

    def _units(self, account: Account, to: str) -> int:
        return self._context.state.units_used.get(_purse(account, to), 0)


def _by_units(account: Account) -> bool:
    return account.trial and account.profile == "free-units"


def _purse(account: Account, to: str) -> str:
    """Return the key of the unit balance that a message is charged to; WhatsApp has its own."""
    return f"{account.sid} {'whatsapp' if channel(to)[0] == 'whatsapp' else 'sms'}"

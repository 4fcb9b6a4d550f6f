"""Accounts, their credentials, and the numbers that trial accounts may message."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from fake_twilio.model.webhook_rule import WebhookSetting
from fake_twilio.records import dataclass


class AccountType(StrEnum):
    """Whether an account is a trial or a paid one."""

    TRIAL = "Trial"
    FULL = "Full"


_TRIAL = AccountType.TRIAL
"""An alias: looking up an enum member is slow in Python 3.11, and every message does so several times."""


class AccountStatus(StrEnum):
    """The state of an account."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Account:
    """An account or a subaccount (``owner_sid`` differs from ``sid``).

    ``balance`` is the initial balance in US dollars; ``auto_recharge`` tops it up before it runs out.
    ``messages_per_second`` is the rate of each of its senders; 0 means the default rate for that kind of sender. Unless
    ``message_redaction`` is set, the account may not limit what is retained of its messages. ``webhook_setting``
    overrides the URL fragments of its webhooks.
    """

    sid: str
    auth_token: str
    friendly_name: str
    type: AccountType
    created: datetime
    updated: datetime
    owner_sid: str
    status: AccountStatus = AccountStatus.ACTIVE
    balance: Decimal = Decimal("15.50")
    geo_permissions: frozenset[str] = frozenset({"US", "CA"})
    secondary_token: str = ""
    profile: str = ""
    test_credentials: bool = False
    auto_recharge: bool = False
    webhook_key: str = ""
    webhook_secret: str = ""
    messages_per_second: float = 0.0
    message_redaction: bool = True
    webhook_setting: WebhookSetting | None = None

    @property
    def active(self) -> bool:
        """Return whether it is neither suspended nor closed."""
        return self.status is AccountStatus.ACTIVE

    @property
    def trial(self) -> bool:
        """Return whether trial rules apply."""
        return self.type is _TRIAL


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key, usable in place of the auth token; its secret is shown once."""

    sid: str
    account_sid: str
    secret: str
    friendly_name: str
    created: datetime
    updated: datetime
    main: bool = False


@dataclass(frozen=True, slots=True)
class OutgoingCallerId:
    """A number that an account has verified; trial accounts may message only these."""

    sid: str
    account_sid: str
    phone_number: str
    friendly_name: str
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """The sender of a request: the account, and the API key if one was used instead of the auth token."""

    account_sid: str
    key_sid: str = ""
    main_key: bool = False

"""Accounts, what proves that a request is theirs, and the numbers they may text while on trial."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from fake_twilio.model.webhook_rule import WebhookSetting


class AccountType(StrEnum):
    """Whether an account pays."""

    TRIAL = "Trial"
    FULL = "Full"


_TRIAL = AccountType.TRIAL
"""Looking a member up in its class is slow in Python 3.11, and each message does so several times."""


class AccountStatus(StrEnum):
    """Whether an account works."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Account:
    """An account or a subaccount (``owner_sid`` differs from ``sid``).

    ``balance`` is what it began with, in US dollars; ``auto_recharge`` tops it up before it runs out.
    ``messages_per_second`` is how fast each of its senders sends, 0 for as fast as its kind does. Without
    ``message_redaction`` it may not ask for less to be kept of its messages. ``webhook_setting`` overrides what the
    fragments of its webhooks' URLs say.
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
    def trial(self) -> bool:
        """Return whether trial rules apply."""
        return self.type is _TRIAL


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that can stand in for the auth token; its secret is shown once."""

    sid: str
    account_sid: str
    secret: str
    friendly_name: str
    created: datetime
    updated: datetime
    main: bool = False


@dataclass(frozen=True, slots=True)
class OutgoingCallerId:
    """A number that its owner verified for an account; trial accounts may text only these."""

    sid: str
    account_sid: str
    phone_number: str
    friendly_name: str
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request comes from: the account, and the API key if one was used instead of the token."""

    account_sid: str
    key_sid: str = ""
    main_key: bool = False

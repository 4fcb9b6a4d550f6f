"""All tables of one fake."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from fake_twilio.model.account import Account, AccountStatus, ApiKey, OutgoingCallerId, Principal
from fake_twilio.model.alert import Alert
from fake_twilio.model.application import Application
from fake_twilio.model.channel_sender import ChannelSender, Sender
from fake_twilio.model.incoming_phone_number import IncomingPhoneNumber
from fake_twilio.model.lifecycle import Lifecycle
from fake_twilio.model.media import Feedback, Media
from fake_twilio.model.message import COMPLETE, Message
from fake_twilio.model.oauth_app import OAuthApp
from fake_twilio.model.prices import UNITS, dollars
from fake_twilio.model.service import AlphaSender, PoolMember, Service
from fake_twilio.model.short_code import ShortCode
from fake_twilio.model.sms_verification import SmsVerification
from fake_twilio.model.twiml_bin import TwimlBin
from fake_twilio.model.verification_call import VerificationCall
from fake_twilio.model.webhook_rule import DeliverySetting, RuleOperation, SharedKey, WebhookRule, matching
from fake_twilio.state.message_log import MessageLog
from fake_twilio.state.table import Table

RECHARGE = 10 * UNITS
"""The amount by which an auto-recharged account is topped up, once it has spent as much."""


class State:
    """The data of a fake. Pairs, such as those of opt-outs, are joined by a space: ``scope person``."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.keys: Table[ApiKey] = Table(
            put=lambda _: self.principals.clear(), removed=lambda _: self.principals.clear()
        )
        self.oauth_apps: Table[OAuthApp] = Table()
        self.callers: Table[OutgoingCallerId] = Table(
            put=lambda row: self.verified[row.account_sid].add(row.phone_number),
            removed=lambda row: self.verified[row.account_sid].discard(row.phone_number),
        )
        self.numbers: Table[IncomingPhoneNumber] = Table(put=self._index_sender, removed=self._release)
        self.short_codes: Table[ShortCode] = Table(put=self._index_sender)
        self.channel_senders: Table[ChannelSender] = Table(put=self._index_sender)
        self.applications: Table[Application] = Table()
        self.services: Table[Service] = Table(removed=self._dissolve_pool)
        self.pool: Table[PoolMember] = Table(
            put=lambda row: self.service_of_number.update({row.number_sid: row.service_sid}),
            removed=lambda row: self.service_of_number.pop(row.number_sid, None),
        )
        self.alpha_senders: Table[AlphaSender] = Table()
        self.media: Table[Media] = Table(
            put=self._attach, removed=lambda row: self.media_of[row.parent_sid].remove(row.sid)
        )
        self.feedback: Table[Feedback] = Table()
        self.alerts: Table[Alert] = Table()
        self.bins: Table[TwimlBin] = Table()
        self.validations: Table[VerificationCall] = Table()
        self.sms_verifications: Table[SmsVerification] = Table()
        self.shared_keys: Table[SharedKey] = Table()
        self.delivery_settings: Table[DeliverySetting] = Table()
        self.webhook_rules: Table[WebhookRule] = Table()
        self.rule_operations: Table[RuleOperation] = Table()
        self.logs: defaultdict[str, MessageLog] = defaultdict(MessageLog)
        self.lifecycles: dict[str, Lifecycle] = {}
        self.held: dict[str, str] = {}
        """Parked messages: message SID to account SID."""
        self.message_count = 0
        self.opted_out: set[str] = set()
        """``scope person``, where the scope is a Twilio number or a service's SID."""
        self.sticky: dict[str, str] = {}
        """``service recipient`` to the number that first messaged the recipient."""
        self.sent_lately: dict[str, list[datetime]] = {}
        """When each trial account sent its latest messages, up to its daily limit, oldest first."""
        self.units_used: dict[str, int] = {}
        """``account sms`` or ``account whatsapp`` to the number of units that a free-units trial has used."""
        self.last_written: dict[str, datetime] = {}
        """``sender person`` to the time of the person's last message to a channel sender."""
        self.spent: dict[str, int] = {}
        """What each account has spent of its initial balance, in units of ``prices``."""
        self.templates: dict[str, str] = {}
        """``account content`` (an HX SID) to the body of a content template."""
        self.profile_names: dict[str, str] = {}
        """WhatsApp profile names by phone number."""
        self.senders: dict[str, Sender] = {}
        """All numbers, short codes and channel senders by address."""
        self.service_of_number: dict[str, str] = {}
        self.verified: defaultdict[str, set[str]] = defaultdict(set)
        self.media_of: defaultdict[str, list[str]] = defaultdict(list)
        self.principals: dict[str, Principal] = {}
        """A cache of the principal that each Authorization header belongs to."""

    def put_account(self, account: Account) -> Account:
        """Add or replace an account, and clear the cache of principals."""
        self.accounts[account.sid] = account
        self.principals.clear()
        return account

    def set_status(self, account: Account, status: AccountStatus, now: datetime) -> Account:
        """Suspend, reactivate or close an account.

        Suspending it suspends its active subaccounts; closing it closes all of them. A closed account's numbers are
        released.

        Source: Twilio's documentation of subaccounts.
        """
        changed = self.put_account(replace(account, status=status, updated=now))
        if status is AccountStatus.CLOSED:
            for number in self.numbers.of(account.sid):
                self.numbers.remove(number.sid)
        if status is not AccountStatus.ACTIVE:
            for child in [row for row in self.accounts.values() if row.owner_sid == account.sid != row.sid]:
                closing = status is AccountStatus.CLOSED and child.status is not AccountStatus.CLOSED
                if closing or child.active:
                    self.set_status(child, status, now)
        return changed

    def works(self, account: Account) -> bool:
        """Return whether an account may send and receive: it is active, and the account that pays has funds left."""
        if not account.active:
            return False
        payer = account if account.owner_sid == account.sid else self.accounts[account.owner_sid]
        return payer.auto_recharge or self.balance(payer) > 0

    def charge(self, account_sid: str, price: int) -> None:
        """Charge an account; a subaccount's messages are charged to its owner."""
        payer = self.accounts[self.accounts[account_sid].owner_sid]
        spent = self.spent.get(payer.sid, 0) + price
        if payer.auto_recharge and spent > RECHARGE:
            spent -= RECHARGE
        self.spent[payer.sid] = spent

    def balance(self, account: Account) -> Decimal:
        """Return an account's remaining balance."""
        return account.balance - dollars(self.spent.get(account.sid, 0))

    def _index_sender(self, sender: Sender) -> None:
        self.senders[sender.phone_number] = sender

    def _release(self, number: IncomingPhoneNumber) -> None:
        """Remove a released number from its service's pool too."""
        del self.senders[number.phone_number]
        service_sid = self.service_of_number.get(number.sid)
        if service_sid is not None:
            self.pool.remove(f"{service_sid}/{number.sid}")

    def number(self, address: str) -> Sender | None:
        """Return the Twilio number, short code or channel sender with this address, whoever owns it."""
        return self.senders.get(address)

    def sender(self, sid: str) -> Sender | None:
        """Return the number, short code or channel sender with this SID, whoever owns it."""
        return self.numbers.rows.get(sid) or self.short_codes.rows.get(sid) or self.channel_senders.rows.get(sid)

    def members(self, service: Service) -> list[PoolMember]:
        """Return a service's pool without its alphanumeric senders, oldest first."""
        return [member for member in self.pool.of(service.account_sid) if member.service_sid == service.sid]

    def alpha_senders_of(self, service: Service) -> list[AlphaSender]:
        """Return the alphanumeric senders in a service's pool, oldest first."""
        return [row for row in self.alpha_senders.of(service.account_sid) if row.service_sid == service.sid]

    def _dissolve_pool(self, service: Service) -> None:
        """Delete the alphanumeric senders of a deleted service, and remove its other senders from the pool."""
        for sender in self.alpha_senders_of(service):
            self.alpha_senders.remove(sender.sid)
        for member in self.members(service):
            self.pool.remove(member.sid)

    def service_for(self, number: Sender) -> Service | None:
        """Return the service whose pool contains a sender, or None."""
        sid = self.service_of_number.get(number.sid)
        return self.services.rows.get(sid) if sid else None

    def _attach(self, media: Media) -> None:
        if media.sid not in self.media_of[media.parent_sid]:
            self.media_of[media.parent_sid].append(media.sid)

    def delivery_setting(self, account_sid: str, url: str, percent: int) -> DeliverySetting | None:
        """Return the setting that the account's rules apply to a URL; ``percent`` selects among a rule's settings."""
        rules = self.webhook_rules.of(account_sid)
        rule = matching(rules, url.partition("#")[0]) if rules else None
        return self.delivery_settings.rows.get(rule.share_for(percent)) if rule is not None else None

    def next_message_number(self) -> int:
        """Return the next number in the order of creation, starting at 1."""
        self.message_count += 1
        return self.message_count

    def messages(self) -> Iterator[Message]:
        """Iterate over all messages of all accounts, except the records of refused requests."""
        return (row for log in self.logs.values() for row in log.rows.values() if not row.refused)

    def put_message(self, message: Message) -> None:
        """Add or replace a message."""
        self.logs[message.account_sid].put(message)

    def forget_messages(self, account_sid: str, kept: int) -> int:
        """Delete an account's oldest finished messages beyond ``kept``, and return how many were deleted."""

        def finished(message: Message) -> bool:
            return message.status in COMPLETE and message.sid not in self.lifecycles and message.sid not in self.held

        log = self.logs[account_sid]
        old = log.forget(len(log.rows) - kept, finished)
        for message in old:
            self._remove_company(message)
        return len(old)

    def message(self, account_sid: str, sid: str) -> Message | None:
        """Return an account's message, or None."""
        log = self.logs.get(account_sid)
        return log.rows.get(sid) if log is not None else None

    def remove_message(self, message: Message) -> None:
        """Delete a message with its media and feedback."""
        self._remove_company(message)
        self.logs[message.account_sid].remove(message)

    def _remove_company(self, message: Message) -> None:
        for sid in list(self.media_of.get(message.sid, ())):
            self.media.remove(sid)
        self.media_of.pop(message.sid, None)
        if message.sid in self.feedback.rows:
            self.feedback.remove(message.sid)

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
"""What an account that tops itself up is given when it has spent as much."""


class State:
    """Everything that one fake knows. Pairs, such as those of opt-outs, are joined by a blank: ``scope person``."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.keys: Table[ApiKey] = Table(put=self._forget_principals, removed=self._forget_principals)
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
        """Messages that wait for somebody's decision: message SID to account SID."""
        self.message_count = 0
        self.opted_out: set[str] = set()
        """``scope person``, where the scope is a Twilio number or a service's SID."""
        self.sticky: dict[str, str] = {}
        """``service recipient`` to the number that the recipient was texted from first."""
        self.sent_lately: dict[str, list[datetime]] = {}
        """When each trial account sent its newest messages, as many as its day may have, oldest first."""
        self.units_used: dict[str, int] = {}
        """``account sms`` or ``account whatsapp`` to the number of units that a free-units trial has used."""
        self.last_written: dict[str, datetime] = {}
        """``sender person`` to when the person last wrote to a channel sender."""
        self.spent: dict[str, int] = {}
        """What each account has spent off the balance that it began with, in units of ``prices``."""
        self.templates: dict[str, str] = {}
        """``account content`` (an HX SID) to the text of a content template."""
        self.profile_names: dict[str, str] = {}
        """What people are called on WhatsApp, by their number."""
        self.senders: dict[str, Sender] = {}
        """Every number, short code and channel sender by its address."""
        self.service_of_number: dict[str, str] = {}
        self.verified: defaultdict[str, set[str]] = defaultdict(set)
        self.media_of: defaultdict[str, list[str]] = defaultdict(list)
        self.principals: dict[str, Principal] = {}
        """Who each Authorization header belongs to, as far as it has been looked up."""

    def put_account(self, account: Account) -> Account:
        """Add or replace an account; who a credential belongs to is looked up anew after that."""
        self.accounts[account.sid] = account
        self.principals.clear()
        return account

    def set_status(self, account: Account, status: AccountStatus, now: datetime) -> Account:
        """Suspend, wake or close an account.

        Its active subaccounts are suspended with it, all of them are closed with it, and who is closed gives the
        numbers back.

        Source: Twilio's documentation of subaccounts.
        """
        changed = self.put_account(replace(account, status=status, updated=now))
        if status is AccountStatus.CLOSED:
            for number in self.numbers.of(account.sid):
                self.numbers.remove(number.sid)
        if status is not AccountStatus.ACTIVE:
            for child in [row for row in self.accounts.values() if row.owner_sid == account.sid != row.sid]:
                closing = status is AccountStatus.CLOSED and child.status is not AccountStatus.CLOSED
                if closing or child.status is AccountStatus.ACTIVE:
                    self.set_status(child, status, now)
        return changed

    def works(self, account: Account) -> bool:
        """Return whether an account may send and receive: it is active, and whoever pays for it has money left."""
        if account.status is not AccountStatus.ACTIVE:
            return False
        payer = account if account.owner_sid == account.sid else self.accounts[account.owner_sid]
        return payer.auto_recharge or self.balance(payer) > 0

    def charge(self, account_sid: str, price: int) -> None:
        """Take money off an account; a subaccount's messages are paid by its owner."""
        payer = self.accounts[self.accounts[account_sid].owner_sid]
        spent = self.spent.get(payer.sid, 0) + price
        if payer.auto_recharge and spent > RECHARGE:
            spent -= RECHARGE
        self.spent[payer.sid] = spent

    def balance(self, account: Account) -> Decimal:
        """Return what is left of an account's money."""
        return account.balance - dollars(self.spent.get(account.sid, 0))

    def _forget_principals(self, _: ApiKey) -> None:
        """Look up anew who a credential belongs to, since a key has changed or opens nothing any more."""
        self.principals.clear()

    def _index_sender(self, sender: Sender) -> None:
        self.senders[sender.phone_number] = sender

    def _release(self, number: IncomingPhoneNumber) -> None:
        """Take a number that was released out of its service's pool too."""
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
        """Forget the alphanumeric senders of a service that is gone; its other senders belong to no pool then."""
        for sender in self.alpha_senders_of(service):
            self.alpha_senders.remove(sender.sid)
        for member in self.members(service):
            self.pool.remove(member.sid)

    def service_for(self, number: Sender) -> Service | None:
        """Return the service whose pool a sender is in, if it is in one."""
        sid = self.service_of_number.get(number.sid)
        return self.services.rows.get(sid) if sid else None

    def _attach(self, media: Media) -> None:
        if media.sid not in self.media_of[media.parent_sid]:
            self.media_of[media.parent_sid].append(media.sid)

    def delivery_setting(self, account_sid: str, url: str, percent: int) -> DeliverySetting | None:
        """Return the setting that the account's rules apply to a URL; ``percent`` chooses where a rule has two."""
        rules = self.webhook_rules.of(account_sid)
        rule = matching(rules, url.partition("#")[0]) if rules else None
        return self.delivery_settings.rows.get(rule.share_for(percent)) if rule is not None else None

    def next_message_number(self) -> int:
        """Return the next number in the order of making, beginning with 1."""
        self.message_count += 1
        return self.message_count

    def messages(self) -> Iterator[Message]:
        """Go through every message of every account, without what refused requests leave behind."""
        return (row for log in self.logs.values() for row in log.rows.values() if not row.refused)

    def put_message(self, message: Message) -> None:
        """Add or replace a message."""
        self.logs[message.account_sid].put(message)

    def forget_messages(self, account_sid: str, kept: int) -> int:
        """Drop an account's oldest messages, except those under way, and return how many there were."""

        def finished(message: Message) -> bool:
            return message.status in COMPLETE and message.sid not in self.lifecycles and message.sid not in self.held

        log = self.logs[account_sid]
        old = log.forget(len(log.rows) - kept, finished)
        for message in old:
            self._remove_company(message)
        return len(old)

    def message(self, account_sid: str, sid: str) -> Message | None:
        """Return an account's message, None when there is none."""
        log = self.logs.get(account_sid)
        return log.rows.get(sid) if log is not None else None

    def remove_message(self, message: Message) -> None:
        """Forget a message with its media and feedback."""
        self._remove_company(message)
        self.logs[message.account_sid].remove(message)

    def _remove_company(self, message: Message) -> None:
        for sid in list(self.media_of.get(message.sid, ())):
            self.media.remove(sid)
        self.media_of.pop(message.sid, None)
        if message.sid in self.feedback.rows:
            self.feedback.remove(message.sid)

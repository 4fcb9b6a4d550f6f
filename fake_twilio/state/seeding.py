"""Creation of the initial tables from a seed: accounts, their callers, keys and templates, and their senders."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from fake_twilio.ids import Ids
from fake_twilio.model.account import Account, AccountStatus, AccountType, ApiKey, OutgoingCallerId
from fake_twilio.model.addresses import friendly
from fake_twilio.model.channel_sender import ChannelSender
from fake_twilio.model.incoming_phone_number import Capabilities, IncomingPhoneNumber, type_of
from fake_twilio.model.oauth_app import OAuthApp
from fake_twilio.model.service import PoolMember, Service
from fake_twilio.model.short_code import ShortCode
from fake_twilio.model.twiml_bin import TwimlBin
from fake_twilio.seed.models import Seed, SeedAccount
from fake_twilio.seed.senders import SeedService
from fake_twilio.state.database import State

R = TypeVar("R")

DEFAULT_BALANCE = "15.50"
"""US dollars; about what Twilio gives a new trial account."""


def seeded_state(seed: Seed, ids: Ids, now: datetime) -> State:
    """Return the tables of a fake that starts with ``seed``."""
    state = State()
    for account in seed.accounts:
        _add_account(state, account, ids, now=now)
    return state


def _add_account(state: State, seed: SeedAccount, ids: Ids, *, now: datetime) -> None:
    """Add an account and its resources to the tables."""
    state.put_account(
        _made(
            Account,
            seed,
            friendly_name=seed.friendly_name or "My account",
            type=AccountType(seed.type),
            created=now,
            updated=now,
            owner_sid=seed.owner or seed.sid,
            status=AccountStatus(seed.status),
            balance=Decimal(seed.balance or DEFAULT_BALANCE),
            auto_recharge=not seed.balance,
            geo_permissions=frozenset(seed.geo_permissions),
        )
    )
    dated = {"account_sid": seed.sid, "created": now, "updated": now}
    for number in seed.verified:
        state.callers.put(OutgoingCallerId(ids.sid("PN"), seed.sid, number, friendly(number), now, now))
    for row in seed.numbers:
        given = {
            "sid": row.sid or ids.sid("PN"),
            "friendly_name": row.friendly_name or friendly(row.phone_number),
            "capabilities": _able(row.capabilities),
            "type": type_of(row.phone_number),
        }
        state.numbers.put(_made(IncomingPhoneNumber, row, **given, **dated))
    for code in seed.short_codes:
        given = {
            "sid": code.sid or ids.sid("SC"),
            "friendly_name": code.friendly_name or code.short_code,
            "capabilities": _able(code.capabilities),
        }
        state.short_codes.put(_made(ShortCode, code, **given, **dated))
    for sender in seed.channel_senders:
        state.channel_senders.put(_made(ChannelSender, sender, sid=sender.sid or ids.sid("XE"), **dated))
    for key in seed.api_keys:
        state.keys.put(_made(ApiKey, key, **dated))
    for app in seed.oauth_apps:
        renamed = {"sid": app.client_id, "secret": app.client_secret, "lifetime_s": app.token_lifetime}
        state.oauth_apps.put(_made(OAuthApp, app, **renamed, **dated))
    for twiml_bin in seed.twiml_bins:
        name = twiml_bin.friendly_name or twiml_bin.sid
        state.bins.put(_made(TwimlBin, twiml_bin, friendly_name=name, **dated))
    for template in seed.content_templates:
        state.templates[f"{seed.sid} {template.sid}"] = template.body
    for service in seed.messaging_services:
        name = service.friendly_name or service.sid
        state.services.put(_made(Service, service, friendly_name=name, **dated))
        _fill_pool(state, service, seed.sid, now=now)


def _made(kind: Callable[..., R], seed: Any, **more: Any) -> R:
    """Return a row of this kind with the seed row's fields of the same name; ``more`` overrides and adds to them."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type] # every kind of rows is a dataclass
    alike = {field.name: getattr(seed, field.name) for field in fields(seed) if field.name in names}
    return kind(**alike | more)


def _able(capabilities: tuple[str, ...]) -> Capabilities:
    return replace(Capabilities(voice=False, sms=False, mms=False), **dict.fromkeys(capabilities, True))


def _fill_pool(state: State, service: SeedService, account_sid: str, *, now: datetime) -> None:
    """Add a service's senders, which must already be in the tables, to its pool."""
    for address in (*service.numbers, *service.short_codes, *service.channel_senders):
        sender = state.number(address)
        if sender is not None and sender.account_sid == account_sid:
            state.pool.put(PoolMember(service.sid, sender.sid, account_sid, address, now, now))

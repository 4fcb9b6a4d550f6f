"""From the seed to the first rows of an account."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from fake_twilio.config import SeedAccount
from fake_twilio.ids import Ids
from fake_twilio.model.account import Account, AccountStatus, AccountType, ApiKey, CallerId
from fake_twilio.model.bin import TwimlBin
from fake_twilio.model.phone import friendly
from fake_twilio.state.sown_senders import sow_service, sown_channel_sender, sown_number, sown_short_code

if TYPE_CHECKING:
    from fake_twilio.state.tables import State


DEFAULT_BALANCE = "15.50"
"""US dollars; about what Twilio gives a new trial account."""


def sow(state: "State", seed: SeedAccount, ids: Ids, now: datetime) -> None:
    """Put an account and all that belongs to it into the tables."""
    state.put_account(
        Account(
            sid=seed.sid,
            auth_token=seed.auth_token,
            friendly_name=seed.friendly_name or "My account",
            type=AccountType(seed.type),
            created=now,
            updated=now,
            owner_sid=seed.owner or seed.sid,
            status=AccountStatus(seed.status),
            balance=Decimal(seed.balance or DEFAULT_BALANCE),
            auto_recharge=not seed.balance,
            geo_permissions=frozenset(seed.geo_permissions),
            profile=seed.profile,
            webhook_key=seed.webhook_key,
            webhook_secret=seed.webhook_secret,
            messages_per_second=seed.messages_per_second,
            message_redaction=seed.message_redaction,
            webhook_setting=seed.webhook_setting,
            test_credentials=seed.test_credentials,
        )
    )
    for number in seed.verified:
        state.put_caller(CallerId(ids.sid("PN"), seed.sid, number, friendly(number), now, now))
    for row in seed.numbers:
        state.put_number(sown_number(row, seed.sid, ids, now))
    for code in seed.short_codes:
        state.put_short_code(sown_short_code(code, seed.sid, ids, now))
    for sender in seed.channel_senders:
        state.put_channel_sender(sown_channel_sender(sender, seed.sid, ids, now))
    for key in seed.api_keys:
        state.put_key(ApiKey(key.sid, seed.sid, key.secret, key.friendly_name, now, now, key.main))
    for twiml_bin in seed.twiml_bins:
        name = twiml_bin.friendly_name or twiml_bin.sid
        state.bins.put(TwimlBin(twiml_bin.sid, seed.sid, name, twiml_bin.twiml, now, now))
    for template in seed.content_templates:
        state.templates[f"{seed.sid} {template.sid}"] = template.body
    for service in seed.messaging_services:
        sow_service(state, service, seed.sid, now)

"""Every resource of Twilio's that the fake has."""

from fake_twilio.api import (
    accounts,
    alerts,
    alpha_senders,
    applications,
    available,
    callers,
    calls,
    keys,
    media,
    messages,
    numbers,
    pool,
    services,
    short_codes,
    tokens,
    usage,
)

RESOURCES = (
    messages,
    media,
    accounts,
    numbers,
    available,
    callers,
    calls,
    applications,
    keys,
    usage,
    short_codes,
    services,
    pool,
    alpha_senders,
    alerts,
    tokens,
)
"""The modules whose `ROUTES` make up the surface."""

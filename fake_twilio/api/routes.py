"""Every resource of Twilio's that the fake has."""

from fake_twilio.api import (
    accounts,
    alerts,
    alpha_senders,
    applications,
    auth_tokens,
    available_phone_numbers,
    calls,
    geo_permissions,
    incoming_phone_numbers,
    keys,
    media,
    messages,
    outgoing_caller_ids,
    service_senders,
    services,
    short_codes,
    usage,
)

RESOURCES = (
    messages,
    media,
    accounts,
    incoming_phone_numbers,
    available_phone_numbers,
    outgoing_caller_ids,
    calls,
    applications,
    keys,
    usage,
    short_codes,
    services,
    service_senders,
    alpha_senders,
    alerts,
    auth_tokens,
    geo_permissions,
)
"""The modules whose `ROUTES` make up the surface."""

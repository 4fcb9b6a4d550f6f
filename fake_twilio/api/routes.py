"""Every Twilio resource that the fake implements."""

from fake_twilio.api import (
    accounts,
    alerts,
    alpha_senders,
    applications,
    auth_tokens,
    available_phone_numbers,
    calls,
    delivery_settings,
    empty_lists,
    geo_permissions,
    incoming_phone_numbers,
    keys,
    media,
    messages,
    oauth_tokens,
    outgoing_caller_ids,
    service_senders,
    services,
    shared_keys,
    short_codes,
    sms_verifications,
    usage,
    webhook_rules,
)

RESOURCES = (
    messages, media, accounts, incoming_phone_numbers, available_phone_numbers, outgoing_caller_ids, calls,
    sms_verifications, empty_lists, applications, keys, usage, short_codes, services, service_senders, alpha_senders,
    alerts, auth_tokens, oauth_tokens, geo_permissions, shared_keys, delivery_settings, webhook_rules,
)  # fmt: skip
"""The modules whose ``ROUTES`` make up the API."""

"""Consistency checks on a whole seed: no duplicates, no broken references."""

from collections.abc import Iterator

from fake_twilio.seed.models import SeedAccount


def reference_problems(accounts: tuple[SeedAccount, ...]) -> list[str]:
    """Return a problem for every duplicate SID or number and for every broken reference."""
    seen: dict[str, str] = {}
    problems = []
    known = {account.sid for account in accounts}
    for index, account in enumerate(accounts):
        for path, value in _names(account, f"accounts[{index}]"):
            if value in seen:
                problems.append(f"{path}: {value!r} is already used at {seen[value]}")
            seen[value] = path
        if account.owner and account.owner not in known:
            problems.append(f"accounts[{index}].owner: {account.owner!r} is not the sid of an account in this seed")
        if bool(account.webhook_key) != bool(account.webhook_secret):
            problems.append(f"accounts[{index}]: webhook_key and webhook_secret must be set together")
        problems += _foreign_senders(account, index)
    return problems


def _names(account: SeedAccount, path: str) -> Iterator[tuple[str, str]]:
    """Yield every SID and address of an account that must be unique, each with its path."""
    yield f"{path}.sid", account.sid
    for list_name, names in _UNIQUE.items():
        for n, row in enumerate(getattr(account, list_name)):
            for name in names:
                value = getattr(row, name)
                if value:
                    yield f"{path}.{list_name}[{n}].{name}", value


def _foreign_senders(account: SeedAccount, index: int) -> list[str]:
    """Return a problem for every sender in a service's pool that the account does not own."""
    own = {
        "numbers": ("number", {row.phone_number for row in account.numbers}),
        "short_codes": ("short code", {row.short_code for row in account.short_codes}),
        "channel_senders": ("channel sender", {row.sender for row in account.channel_senders}),
    }
    return [
        f"accounts[{index}].messaging_services[{n}].{pool}: {sender!r} is not a {kind} of this account"
        for n, service in enumerate(account.messaging_services)
        for pool, (kind, owned) in own.items()
        for sender in getattr(service, pool)
        if sender not in owned
    ]


_UNIQUE = {
    "numbers": ("phone_number", "sid"),
    "short_codes": ("short_code", "sid"),
    "channel_senders": ("sender", "sid"),
    "api_keys": ("sid",),
    "oauth_apps": ("client_id",),
    "messaging_services": ("sid",),
    "twiml_bins": ("sid",),
}
"""Fields that must be unique across all rows of a seed, whatever the account."""

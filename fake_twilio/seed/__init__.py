"""What a fake begins with: accounts, numbers, verified callers, keys, services.

Read from TOML or a mapping; every mistake is reported at once.
"""

from fake_twilio.seed.loading import (
    DEFAULT_ACCOUNT_SID,
    DEFAULT_AUTH_TOKEN,
    DEFAULT_NUMBER,
    DEFAULT_VERIFIED,
    default_seed,
    load_seed,
    parse_seed,
)
from fake_twilio.seed.models import (
    Seed,
    SeedAccount,
    SeedBin,
    SeedError,
    SeedKey,
    SeedOAuthApp,
    SeedTemplate,
)
from fake_twilio.seed.senders import SeedChannelSender, SeedNumber, SeedService, SeedShortCode

__all__ = [
    "DEFAULT_ACCOUNT_SID",
    "DEFAULT_AUTH_TOKEN",
    "DEFAULT_NUMBER",
    "DEFAULT_VERIFIED",
    "Seed",
    "SeedAccount",
    "SeedBin",
    "SeedChannelSender",
    "SeedError",
    "SeedKey",
    "SeedNumber",
    "SeedOAuthApp",
    "SeedService",
    "SeedShortCode",
    "SeedTemplate",
    "default_seed",
    "load_seed",
    "parse_seed",
]

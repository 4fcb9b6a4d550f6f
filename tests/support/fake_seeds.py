"""A seed with accounts, numbers and services of every kind, and their names."""

from typing import Any

from support.fake_wire import ACCOUNT, OURS, seed

CHILD, STRANGER, TEST, TRIAL, FREE = (f"AC{digit * 32}" for digit in "12345")
OTHERS, VOICE_ONLY, TEXT_ONLY, LANDLINE, NO_ROUTE = (f"+1201555011{digit}" for digit in "01234")
ABROAD = "+442071234567"
EMPTY_SERVICE, SERVICE, VOICE_SERVICE, STRANGERS_SERVICE = (f"MG{digit * 32}" for digit in "1234")
NUMBER_SIDS = {OURS: f"PN{'1' * 32}", VOICE_ONLY: f"PN{'2' * 32}", TEXT_ONLY: f"PN{'3' * 32}"}
STANDARD_KEY = f"SK{'1' * 32}"
TOKENS = {CHILD: "c", STRANGER: "s", TEST: "t", TRIAL: "r", FREE: "f"}


def whole_seed(more: dict[str, Any] | None = None, **account: Any) -> dict[str, Any]:
    """Return a seed with accounts, numbers and services of every kind; ``account`` changes the first one."""
    document = {
        **seed(
            **{
                "numbers": [
                    {"phone_number": OURS, "sid": NUMBER_SIDS[OURS]},
                    {"phone_number": VOICE_ONLY, "sid": NUMBER_SIDS[VOICE_ONLY], "capabilities": ["voice"]},
                    {"phone_number": TEXT_ONLY, "sid": NUMBER_SIDS[TEXT_ONLY], "capabilities": ["sms"]},
                ],
                "messaging_services": [
                    {"sid": EMPTY_SERVICE},
                    {"sid": SERVICE, "numbers": [TEXT_ONLY]},
                    {"sid": VOICE_SERVICE, "numbers": [VOICE_ONLY]},
                ],
                "api_keys": [{"sid": STANDARD_KEY, "secret": "secret"}],
                "geo_permissions": ["US", "CA"],
                **account,
            }
        ),
        "landlines": [LANDLINE, ABROAD],
        "unreachable": [NO_ROUTE],
        **(more or {}),
    }
    document["accounts"] += [
        {"sid": CHILD, "auth_token": TOKENS[CHILD], "owner": ACCOUNT},
        {
            "sid": STRANGER,
            "auth_token": TOKENS[STRANGER],
            "numbers": [{"phone_number": OTHERS}],
            "messaging_services": [{"sid": STRANGERS_SERVICE, "numbers": [OTHERS]}],
        },
        {"sid": TEST, "auth_token": TOKENS[TEST], "test_credentials": True},
        {"sid": TRIAL, "auth_token": TOKENS[TRIAL], "type": "Trial", "verified": ["+12015550103"]},
        {
            "sid": FREE,
            "auth_token": TOKENS[FREE],
            "type": "Trial",
            "profile": "free-units",
            "verified": [f"+1201555012{digit}" for digit in range(5)],
        },
    ]
    return document

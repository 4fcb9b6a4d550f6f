"""One-time passcodes in texts that come in: Twilio does not let its numbers be used to sign up elsewhere.

Source: Twilio's error catalogue, 30038.
"""

import re

_CODE = re.compile(r"\b\d{3}[- ]?\d{3}\b|\b\d{4,8}\b")
_TALKS_OF_IT = re.compile(
    r"\b(verification|passcode|password|one-time|otp|log ?in|sign ?in|security code)\b", re.IGNORECASE
)


def redacted(body: str) -> str | None:
    """Return a text without the passcode that it brings, None when it brings none."""
    if _TALKS_OF_IT.search(body) is None or _CODE.search(body) is None:
        return None
    return _CODE.sub("XXXX", body)


def passcode(body: str) -> str | None:
    """Return the digits of the passcode that a text brings, without what separates them; None when it brings none.

    Of several numbers that may be one, the first behind a word such as "code" is meant.
    """
    words = _TALKS_OF_IT.search(body) or re.search(r"\b(?:code|pin)\b", body, re.IGNORECASE)
    found = (_CODE.search(body, words.end()) if words else None) or _CODE.search(body)
    return re.sub(r"\D", "", found[0]) if found else None

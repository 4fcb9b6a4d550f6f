"""One-time passcodes in inbound messages: Twilio does not allow its numbers to be used for sign-ups elsewhere.

Source: Twilio's error catalogue, 30038.
"""

import re

_CODE = re.compile(r"\b\d{3}[- ]?\d{3}\b|\b\d{4,8}\b")
_TALKS_OF_IT = r"(?i)\b(verification|passcode|password|one-time|otp|log ?in|sign ?in|security code)\b"


def redacted(body: str) -> str | None:
    """Return a message with its passcode removed, or None if it contains none."""
    if re.search(_TALKS_OF_IT, body) is None or _CODE.search(body) is None:
        return None
    return _CODE.sub("XXXX", body)


def passcode(body: str) -> str | None:
    """Return the digits of a message's passcode, without separators, or None if it contains none.

    If several numbers qualify, the first one after a word such as "code" is returned.
    """
    words = re.search(_TALKS_OF_IT, body) or re.search(r"\b(?:code|pin)\b", body, re.IGNORECASE)
    found = (_CODE.search(body, words.end()) if words else None) or _CODE.search(body)
    return re.sub(r"\D", "", found[0]) if found else None

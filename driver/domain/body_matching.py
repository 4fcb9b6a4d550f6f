"""Matches a message found at Twilio with the one that was sent, although Twilio may have altered its text."""

import re
import unicodedata

#: The prefix that a trial account adds to every message.
TRIAL_PREFIX = "Sent from your Twilio trial account - "
_LINK = re.compile(r"https?://\S+")
#: Look-alikes that Twilio's smart encoding replaces and Unicode's compatibility normalization does not.
_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "–": "-", "—": "-", "―": "-", "−": "-", "‐": "-", "‑": "-", "‹": "<", "›": ">", "′": "'", "″": '"',
    }
)  # fmt: skip


def same_text(ours: str, found: str) -> bool:
    """Return whether ``found`` may be ``ours`` after a trial prefix, smart encoding and link shortening."""
    return ours == found or _folded(ours) == _folded(found.removeprefix(TRIAL_PREFIX))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(_PLAIN))
    return " ".join(_LINK.sub("<link>", plain).split())

"""Whether a message found at Twilio is the one that was sent, although Twilio may have changed its text on the way."""

import re
import unicodedata

#: What a trial account puts before every text it sends.
TRIAL_PREFIX = "Sent from your Twilio trial account - "
_LINK = re.compile(r"https?://\S+")
#: Look-alikes that Twilio's smart encoding replaces and Unicode's compatibility forms do not.
_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "–": "-", "—": "-", "―": "-", "−": "-", "‐": "-", "‑": "-", "‹": "<", "›": ">", "′": "'", "″": '"',
    }
)  # fmt: skip


def same_text(ours: str, found: str) -> bool:
    """Return whether ``found`` may be what became of ``ours``; trial prefix, smart encoding, short links allowed."""
    return ours == found or _folded(ours) == _folded(found.removeprefix(TRIAL_PREFIX))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(_PLAIN))
    return " ".join(_LINK.sub("<link>", plain).split())

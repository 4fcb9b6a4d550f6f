"""Verifies that a request comes from Twilio: an HMAC over the URL that Twilio called and the form it sent.

Source: Twilio documentation, "Webhooks security": the URL, then each form key in order followed by its sorted,
unique values; "Sign webhooks with shared keys": the same string, and a header that names the key and the algorithm.
Deliberately written without looking at the SDK's validator; a contract test compares the two.
"""

import base64
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

#: The header of a webhook that is signed with a shared key: ``key=webhooks_sharedkey_…,algorithm=HMAC_SHA256``.
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
_ALGORITHMS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """What Twilio signs with: the account's auth tokens, and the shared keys of its Webhook Settings."""

    tokens: Sequence[str] = ()
    shared_keys: Sequence[str] = ()

    def fit(self, given: str, settings: str | None, url: str, *, form: Sequence[tuple[str, str]]) -> bool:
        """Return whether a signature was made with one of the keys that the settings header, or its absence, calls for.

        A token never authenticates a request that names a shared key, nor a shared key one that names none.
        """
        if settings is None:
            return is_genuine(given, self.tokens, url, form=form)
        algorithm = _algorithm(settings)
        return algorithm is not None and is_genuine(given, self.shared_keys, url, form=form, algorithm=algorithm)


def signature(token: str, url: str, form: Iterable[tuple[str, str]], *, algorithm: str = "sha1") -> str:
    """Return the signature Twilio would send for a form posted to ``url``."""
    values: dict[str, set[str]] = {}
    for key, value in form:
        values.setdefault(key, set()).add(value)
    signed = url + "".join(key + value for key in sorted(values) for value in sorted(values[key]))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), algorithm)).decode()


def is_genuine(
    given: str, tokens: Sequence[str], url: str, *, form: Sequence[tuple[str, str]], algorithm: str = "sha1"
) -> bool:
    """Return whether a signature matches one of our tokens or shared keys.

    During a rotation two of them are valid; an empty one never is, because anybody could sign with it. The URL is
    tried with and without its port, since Twilio has signed both.
    """
    return any(
        hmac.compare_digest(
            signature(token, address, form, algorithm=algorithm).encode(), given.encode(errors="surrogatepass")
        )
        for token in filter(str.strip, tokens)
        for address in _addresses(url)
    )


def _algorithm(settings: str) -> str | None:
    """Return the algorithm that a settings header names, HMAC-SHA1 if it names none; None if it is unknown."""
    named = dict(part.strip().partition("=")[::2] for part in settings.split(","))
    return _ALGORITHMS.get(named.get("algorithm", "").strip().upper() or "HMAC_SHA1")


def _addresses(url: str) -> tuple[str, ...]:
    """Return a URL as written, without its port, and with the default port of its scheme."""
    parts = urlsplit(url)
    login, _, place = parts.netloc.rpartition("@")
    before = f"{login}@" if login else ""
    host = place if parts.port is None else place.rpartition(":")[0]
    written = [parts.netloc, before + host]
    if parts.port is None and parts.scheme in _DEFAULT_PORTS:
        written.append(f"{before}{host}:{_DEFAULT_PORTS[parts.scheme]}")
    return tuple(urlunsplit(parts._replace(netloc=netloc, fragment="")) for netloc in dict.fromkeys(written))

"""Checks that a request comes from Twilio: HMAC-SHA1 over the address Twilio called and the form it sent.

Source: Twilio documentation, "Webhooks security": the URL, then each form key in order followed by its sorted,
unique values. Written without looking at the SDK's validator on purpose; a contract test holds the two against each
other.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit, urlunsplit

_DEFAULT_PORTS = {"https": 443, "http": 80}


def signature(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """Return the signature Twilio would send for a form posted to ``url``."""
    values: dict[str, set[str]] = {}
    for key, value in form:
        values.setdefault(key, set()).add(value)
    signed = url + "".join(key + value for key in sorted(values) for value in sorted(values[key]))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def is_genuine(given: str, tokens: Sequence[str], url: str, form: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a signature fits one of our tokens.

    During a rotation two tokens are good; an empty one never is, for anybody can sign with it. The
    address is tried with and without its port, since Twilio has signed both.
    """
    return any(
        hmac.compare_digest(signature(token, address, form).encode(), given.encode(errors="surrogatepass"))
        for token in filter(str.strip, tokens)
        for address in _addresses(url)
    )


def _addresses(url: str) -> tuple[str, ...]:
    """Return an address as it is written, without its port, and with the default port of its scheme."""
    parts = urlsplit(url)
    login, _, place = parts.netloc.rpartition("@")
    before = f"{login}@" if login else ""
    host = place if parts.port is None else place.rpartition(":")[0]
    written = [parts.netloc, before + host]
    if parts.port is None and parts.scheme in _DEFAULT_PORTS:
        written.append(f"{before}{host}:{_DEFAULT_PORTS[parts.scheme]}")
    return tuple(urlunsplit(parts._replace(netloc=netloc, fragment="")) for netloc in dict.fromkeys(written))

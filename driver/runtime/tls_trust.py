"""Which certificates are trusted: the system's authorities, or those of the specified files."""

import os
import ssl
from pathlib import Path

from driver.errors import StartError

#: Variables that other programs read as well; as there, the first one that is set replaces the system's authorities.
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
#: Variables that OpenSSL reads by itself, silently ignoring a path that does not exist.
OPENSSL = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def trusting(*, authority: str | None = None) -> ssl.SSLContext:
    """Return a client's TLS settings; ``authority`` is a file with certificates to trust instead of any others.

    Raises:
        StartError: a specified file does not exist or contains no certificates; the message says what specified it.
    """
    if authority:
        return _only(authority, "--ca")
    for name in BUNDLES:
        if os.environ.get(name):
            return _only(os.environ[name], name)
    context = ssl.create_default_context()
    for name in OPENSSL:
        if os.environ.get(name):
            _load(context, os.environ[name], name)
    return context


def _only(path: str, named_by: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # trusts a certificate that only it itself has signed
    _load(context, path, named_by)
    return context


def _load(context: ssl.SSLContext, path: str, named_by: str) -> None:
    try:
        if Path(path).is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise StartError(f"{named_by} names {path}, which contains no PEM certificates") from None
    except OSError as exc:
        raise StartError(f"{named_by} names {path}, which cannot be read: {exc.strerror}") from None

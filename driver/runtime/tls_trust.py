"""Which certificates are trusted: the authorities that the system knows, or those of the files that somebody names."""

import os
import ssl
from pathlib import Path

from driver.errors import StartError

#: What programs of this and other kinds read; like them, the first that is set is used instead of the system's.
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
#: What OpenSSL reads by itself, and passes over in silence where it does not exist.
OPENSSL = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def trusting(*, authority: str | None = None) -> ssl.SSLContext:
    """Return a client's TLS settings; ``authority`` is a file with certificates to trust instead of any others.

    Raises:
        StartError: a file that is named does not exist or holds no certificates; the message says who names it.
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
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a certificate that nobody but itself has signed
    _load(context, path, named_by)
    return context


def _load(context: ssl.SSLContext, path: str, named_by: str) -> None:
    try:
        if Path(path).is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise StartError(f"{named_by} names {path}, which holds no certificates in PEM form") from None
    except OSError as exc:
        raise StartError(f"{named_by} names {path}, which cannot be read: {exc.strerror}") from None

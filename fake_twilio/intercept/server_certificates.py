"""Server certificates for TLS: for each requested host name, one issued by the fake's own authority."""

import ssl
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fake_twilio.intercept.certificate_authority import CertificateAuthority
from fake_twilio.intercept.hosts import TWILIO, is_twilio, normal

MAX_CONTEXTS = 256
"""Maximum number of cached names; clients can invent any number of them."""

_HOME = ("*." + TWILIO, TWILIO, "localhost", "127.0.0.1", "::1")


class Certificates:
    """Creates and caches one server context per domain.

    ``*.twilio.com`` covers the products' hosts, ``*.dublin.ie1.twilio.com`` those of an edge and region.
    """

    def __init__(self, authority: CertificateAuthority, now: Callable[[], datetime]) -> None:
        self._authority = authority
        self._now = now
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.context = self._make(_HOME)
        self.context.sni_callback = self._choose

    def _choose(self, connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        """Switch a connection to the certificate for the requested name."""
        host = normal(name or "")
        if not is_twilio(host) or host.count(".") <= TWILIO.count(".") + 1:
            return
        parent = host.partition(".")[2]
        context = self._contexts.get(parent)
        if context is None:
            if len(self._contexts) >= MAX_CONTEXTS:
                del self._contexts[next(iter(self._contexts))]
            context = self._contexts[parent] = self._make(("*." + parent,))
        connection.context = context

    def _make(self, names: tuple[str, ...]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        load_chain(context, self._authority.issue(names, self._now()))
        return context


def load_chain(context: ssl.SSLContext, chain: bytes) -> None:
    """Load a key and its certificates, in PEM, into a server context, which can read them only from files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(chain)
        context.load_cert_chain(path)

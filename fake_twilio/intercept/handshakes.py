"""Counting TLS handshakes, so that clients that do not trust the certificate can be reported."""

import ssl
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Handshakes:
    """Outcomes of the connections to the TLS listener."""

    seen: int = 0
    refused: int = 0
    """Clients that aborted the handshake because of the certificate."""
    unused: int = 0
    """Connections without a request: some clients that reject the certificate just disconnect."""

    def watch(self, context: ssl.SSLContext) -> None:
        """Count the connections made with a context."""
        counts = self

        class Watched(ssl.SSLObject):
            """A TLS connection that reports the outcome of its handshake and its first request."""

            _started = _unused = False

            def do_handshake(self) -> None:
                if not self._started:
                    self._started = self._unused = True
                    counts.seen += 1
                    counts.unused += 1
                try:
                    super().do_handshake()
                except ssl.SSLError as exc:
                    # OpenSSL's names of the peer's alerts: TLSV1_ALERT_UNKNOWN_CA, SSLV3_ALERT_BAD_CERTIFICATE.
                    if "ALERT" in (exc.reason or ""):
                        self._unused = False
                        counts.unused -= 1
                        counts.refused += 1
                    raise

            def read(self, *arguments: Any) -> Any:
                content = super().read(*arguments)
                if self._unused and content:
                    self._unused = False
                    counts.unused -= 1
                return content

        context.sslobject_class = Watched

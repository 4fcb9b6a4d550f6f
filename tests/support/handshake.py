"""A TLS handshake in memory, without sockets."""

import ssl
from typing import cast


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> list[str]:
    """Let a client meet a server under a host's name and return the names in the certificate that it was shown.

    Raises:
        ssl.SSLCertVerificationError: when the client does not accept the certificate.
    """
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(to_client, to_server, server_hostname=host)
    far = server.wrap_bio(to_server, to_client, server_side=True)
    waiting = [near, far]
    while waiting:
        for side in list(waiting):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(side)
    shown = near.getpeercert() or {}
    names = cast("tuple[tuple[str, str], ...]", shown.get("subjectAltName", ()))
    return [value for kind, value in names if kind == "DNS"]

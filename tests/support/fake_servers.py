"""Servers that respond to webhooks as no web framework would: raw bytes, and invalid certificates."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import trustme


@asynccontextmanager
async def raw_server(answer: bytes | None, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Open a server that answers everything with these bytes; yield its address without a scheme.

    With None it accepts every connection and never answers.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.read(65_536):
                if answer is not None:
                    writer.write(answer)
                    await writer.drain()
                    break
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


class Authority:
    """A certificate authority that webhooks trust once ``SSL_CERT_FILE`` names its ``file``."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self.file = folder / "authority.pem"
        self._ca.cert_pem.write_to_path(str(self.file))

    def context(self, name: str, *, expired: bool = False) -> ssl.SSLContext:
        """Return the TLS settings of a server with a certificate for this name."""
        begins, ends = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC)) if expired else (None, None)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(name, not_before=begins, not_after=ends).configure_cert(context)
        return context

"""Opens a listener for an application, or says in one line why it cannot."""

import errno
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from driver.errors import StartError


@asynccontextmanager
async def listening(
    app: web.Application, name: str, host: str, port: int, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Serve ``app`` while the context lasts; yields its address. Port 0 takes a free one.

    Raises:
        StartError: the address is in use or not this machine's.
    """
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, ssl_context=tls, reuse_address=True)
        try:
            await site.start()
        except OSError as trouble:
            why = "another program uses it" if trouble.errno == errno.EADDRINUSE else trouble.strerror or str(trouble)
            raise StartError(f"the {name} cannot listen on {host}:{port}: {why}") from trouble
        taken = runner.addresses[0][1]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)
        yield f"{'https' if tls else 'http'}://{shown}:{taken}"
    finally:
        await runner.cleanup()


def tls_context(certificate: str | None, key: str | None) -> ssl.SSLContext | None:
    """Return the TLS settings of a listener (1.2 or newer), or None for plain HTTP.

    Raises:
        StartError: certificate or key cannot be read.
    """
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load_certificate(context, certificate, key)
    return context


def load_certificate(context: ssl.SSLContext, certificate: str, key: str | None) -> None:
    """Show this certificate on connections from now on; those that are open keep theirs.

    Raises:
        StartError: certificate or key cannot be read.
    """
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as trouble:
        raise StartError(f"the TLS certificate {certificate} with key {key} cannot be used: {trouble}") from trouble

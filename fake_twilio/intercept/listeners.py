"""The fake's additional listeners: TLS for any of Twilio's hosts, and the proxy that redirects programs to it."""

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fake_twilio.clock import RealClock
from fake_twilio.intercept.ca_bundle import write_bundle
from fake_twilio.intercept.certificate_authority import CertificateAuthority
from fake_twilio.intercept.client_files import write_client_files
from fake_twilio.intercept.handshakes import Handshakes
from fake_twilio.intercept.proxy import Proxy
from fake_twilio.intercept.server_certificates import Certificates

ProtocolFactory = Callable[[], asyncio.BaseProtocol]


def default_folder() -> Path:
    """Return the default folder of the authority: the user's folder for application data."""
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA") or "~/.local/share"
    return Path(base).expanduser() / "fake-twilio"


@dataclass(slots=True)
class Listeners:
    """Opens a TLS listener, and a proxy if requested, with the same handler as the plain listener.

    Args:
        handler: protocol factory for ``loop.create_server``.
        plain: host and port of the plain listener.
        host: the address to listen on.
        tls_port: 0 for a free port.
        proxy_port: 0 for a free port, None for no proxy.
        folder: folder of the authority and the certificate files; by default ``default_folder()``.
        allow: hosts outside Twilio that the proxy may reach.
    """

    handler: ProtocolFactory
    plain: tuple[str, int]
    host: str = "127.0.0.1"
    tls_port: int = 0
    proxy_port: int | None = None
    folder: Path | None = None
    allow: tuple[str, ...] = ()
    tls_url: str = ""
    proxy_url: str = ""
    ca_file: str = ""
    bundle_file: str = ""
    proxy: Proxy | None = None
    handshakes: Handshakes = field(default_factory=Handshakes)
    _server: asyncio.Server | None = field(default=None, repr=False)
    _inside: list[asyncio.Server] = field(default_factory=list, repr=False)

    async def start(self) -> None:
        """Start listening; the URLs and files are known afterwards.

        Raises:
            CertificateAuthorityError: if the folder is unusable.
            OSError: if a port is unusable.
        """
        # Clients check certificates against the machine's clock, so it is used here, not the fake's.
        clock = RealClock()
        folder = self.folder or default_folder()
        authority = CertificateAuthority.open(folder, clock.now())
        self.ca_file = str(authority.certificate_file)
        self.bundle_file = str(write_bundle(folder, authority.certificate_pem, os.environ))
        write_client_files(folder, self.bundle_file, os.environ)
        context = Certificates(authority, clock.now).context
        self.handshakes.watch(context)
        self._server = await asyncio.get_running_loop().create_server(
            self.handler, self.host, self.tls_port, ssl=context
        )
        port = self._server.sockets[0].getsockname()[1]
        near = _near(self.host)
        self.tls_url = f"https://{_shown(near)}:{port}"
        if self.proxy_port is not None:
            self.proxy = Proxy((near, port), self.plain, self.allow)
            try:
                proxy_port = await self.proxy.start(self.host, self.proxy_port)
            except BaseException:
                await self.stop()
                raise
            self.proxy_url = f"http://{_shown(near)}:{proxy_port}"

    async def serve_inside(self, listener: socket.socket, *, plain: bool) -> None:
        """Serve a listener in another network, like the plain listener or like the proxy."""
        if plain:
            self._inside.append(await asyncio.get_running_loop().create_server(self.handler, sock=listener))
        elif self.proxy is not None:
            await self.proxy.listen_too(listener)

    async def stop(self) -> None:
        """Close the listeners; the handler closes the connections of the TLS listener."""
        if self.proxy is not None:
            await self.proxy.stop()
        for server in (self._server, *self._inside):
            if server is not None:
                server.close()


def _near(host: str) -> str:
    """Return an address at which this machine can reach a listener."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host

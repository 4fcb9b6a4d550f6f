"""A running fake: its data, backend and listeners."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from fake_twilio.api.app import ApiApp
from fake_twilio.assertions import Assertions
from fake_twilio.backend import Backend
from fake_twilio.clock import Clock, ManualClock, RealClock
from fake_twilio.context import Context, ListenerUrls
from fake_twilio.dispatcher import Dispatcher, http_logger
from fake_twilio.faults import FaultEngine
from fake_twilio.handset import Handset
from fake_twilio.intercept.upstream import DEFAULT_LIMIT, Upstream
from fake_twilio.model.account import Account
from fake_twilio.seed.loading import load_seed
from fake_twilio.seed.models import Seed

if TYPE_CHECKING:
    from fake_twilio.intercept.environment import RunningServer
    from fake_twilio.state_file import StateFile


class FakeServer(Assertions):
    """A fake that listens while its ``async with`` block runs; ``FakeTwilio`` documents its arguments."""

    def __init__(
        self,
        seed: Seed | Mapping[str, Any] | str | PathLike[str] | None = None,
        *,
        clock: Clock | None = None,
        port: int = 0,
        host: str = "127.0.0.1",
        trial: bool = False,
        pace: str = "instant",
        tls_port: int | None = None,
        proxy_port: int | None = None,
        proxy_allow: Sequence[str] = (),
        data_dir: str | PathLike[str] | None = None,
        state_file: str | PathLike[str] | None = None,
        incoming_texts: str | PathLike[str] | None = None,
        webhook_allow: Sequence[str] = (),
        upstream: str | None = None,
        upstream_limit: int = DEFAULT_LIMIT,
        keep_messages: int | None = None,
    ) -> None:
        self.seed = load_seed(seed, trial=trial)
        self.clock: Any = clock or RealClock()
        self._host = host
        self._port = port
        self._pace = pace
        self._keep_messages = keep_messages
        self._tls_port = tls_port
        self._proxy_port = proxy_port
        self._proxy_allow = tuple(proxy_allow)
        self._data_dir = Path(data_dir) if data_dir is not None else None
        self._listeners: Any = None
        self._webhook_allow = tuple(webhook_allow)
        self._upstream = Upstream(upstream, upstream_limit) if upstream else None
        self._state_path = Path(state_file) if state_file is not None else None
        self._state_file: StateFile | None = None
        self._incoming_texts = Path(incoming_texts) if incoming_texts is not None else None
        self._runner: web.ServerRunner | None = None
        self._opened: tuple[Backend, ApiApp, Dispatcher] | None = None
        self.base_url = ""

    async def __aenter__(self) -> Self:
        backend = Backend(
            Context(self.seed, self.clock, self._pace, keep_messages=self._keep_messages), self._webhook_allow
        )
        backend.context.upstream = self._upstream.url if self._upstream else None
        api = ApiApp(backend, self._upstream.forward if self._upstream else None)
        dispatcher = Dispatcher(api, backend, self._host)
        backend.context.faults.operations = frozenset(route.operation for route in api.routes.all)
        self._opened = (backend, api, dispatcher)
        handler = dispatcher.handle if self._state_path is None else self._handle
        server = web.Server(handler, access_log=None, handler_cancellation=True, logger=http_logger())
        self._runner = web.ServerRunner(server, shutdown_timeout=0.5)
        try:
            await self._runner.setup()
            site = web.TCPSite(self._runner, self._host, self._port, backlog=1024)
            await site.start()
            self._port = self._runner.addresses[0][1]
            shown = f"[{self._host}]" if ":" in self._host else self._host
            self.base_url = f"http://{'127.0.0.1' if shown == '0.0.0.0' else shown}:{self._port}"
            self.context.origin = self.base_url
            self._open_state_file()
            if self._incoming_texts is not None:
                from fake_twilio.messages.incoming_texts import plan_file

                plan_file(backend.handsets, self._incoming_texts)
            await self._open_listeners(server)
        except BaseException:
            await self._close()
            raise
        if isinstance(self.clock, ManualClock):
            self.clock.add_idle_waiter(self.context.scheduler.wait_idle)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._close()

    @property
    def backend(self) -> Backend:
        """The components behind the API, for tests that need to look inside."""
        return self._parts[0]

    @property
    def context(self) -> Context:
        """The fake's data, for tests that need to look inside."""
        return self.backend.context

    @property
    def account(self) -> Account:
        """The first account of the seed."""
        return self.context.state.accounts[self.seed.accounts[0].sid]

    @property
    def account_sid(self) -> str:
        """The SID of the first account."""
        return self.seed.accounts[0].sid

    @property
    def auth_token(self) -> str:
        """The auth token of the first account."""
        return self.account.auth_token

    @property
    def phone_number(self) -> str:
        """The first number of the first account; empty if it has none."""
        numbers = self.seed.accounts[0].numbers
        return numbers[0].phone_number if numbers else ""

    @property
    def faults(self) -> FaultEngine:
        """The active faults; ``add`` adds one."""
        return self.context.faults

    def handset(self, number: str) -> Handset:
        """Return the virtual phone with this number."""
        return Handset(self.backend, number)

    def client(self) -> Any:
        """Return a client of the official SDK, connected to this fake.

        Its calls block, so use it outside the event loop's thread.

        Raises:
            ModuleNotFoundError: if the SDK is not installed.
        """
        try:
            from twilio.rest import Client
        except ModuleNotFoundError:
            raise ModuleNotFoundError("client() needs the official SDK: pip install 'fake-twilio[sdk]'") from None

        # The SDK would insert a region or an edge from the environment into the fake's URL.
        nowhere = {"TWILIO_REGION": "", "TWILIO_EDGE": ""}
        client = Client(self.account_sid, self.auth_token, environment=nowhere)
        for domain in (client.api, client.messaging, client.accounts, client.monitor):
            domain.base_url = self.base_url
        return client

    async def wait_idle(self) -> bool:
        """Wait until nothing is in flight; return True if anything was."""
        return await self.context.scheduler.wait_idle()

    @property
    def reachable(self) -> "RunningServer":
        """How programs reach this fake."""
        from fake_twilio.intercept.environment import RunningServer

        return RunningServer.of(self.ready())

    def ready(self) -> dict[str, Any]:
        """Return how programs reach this fake, as ``serve --ready-file`` writes it."""
        return self.context.ready()

    @property
    def refused_hosts(self) -> dict[str, int]:
        """Hosts outside Twilio that the proxy rejected, and how often."""
        proxy = self._listeners.proxy if self._listeners is not None else None
        return dict(proxy.refused) if proxy is not None else {}

    @property
    def listeners(self) -> Any:
        """The TLS listener and the proxy, or ``None``; they count their connections."""
        return self._listeners

    async def snapshot(self) -> dict[str, Any]:
        """Return the whole state as plain values, once nothing is in flight; ``restore`` restores it."""
        from fake_twilio.snapshot import take

        await self.wait_idle()
        return take(self.context)

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Replace the whole state with a snapshot; the logs start empty.

        Raises:
            SnapshotError: with every problem found; nothing has changed.
        """
        from fake_twilio.snapshot import restore

        restore(self.backend, snapshot)

    def release(self, message_sid: str, status: str = "", error_code: int | None = None) -> None:
        """Release a message that a ``hold`` fault parked; without a status, it continues normally.

        Raises:
            KeyError: if no such message is parked.
            ValueError: if the message cannot end with this status.
        """
        self.backend.carrier.decide(message_sid, status, error_code)

    def reset(self) -> None:
        """Reset to the seed: tables, faults, logs, clock."""
        self.context.reset()

    @property
    def _parts(self) -> tuple[Backend, ApiApp, Dispatcher]:
        if self._opened is None:
            raise RuntimeError("the fake is not running: use it in `async with`")
        return self._opened

    def _open_state_file(self) -> None:
        """Load the state file, and keep it up to date from then on."""
        if self._state_path is None:
            return
        from fake_twilio.snapshot import SnapshotError, restore, take
        from fake_twilio.state_file import StateFile

        kept = self._state_file = StateFile(self._state_path, lambda: take(self.context))
        document = kept.read()
        if document is not None:
            try:
                restore(self.backend, document)
            except SnapshotError as exc:
                self._state_file = None
                raise kept.damaged(str(exc)) from None
        self.context.watchers.append(lambda _: kept.changed())
        kept.start()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Respond to a request, and mark the state file as possibly out of date."""
        if self._state_file is not None and request.method != "GET":
            self._state_file.changed()
        return await self._parts[2].handle(request)

    async def _open_listeners(self, handler: web.Server) -> None:
        """Open the TLS listener and the proxy, if requested."""
        if self._tls_port is None and self._proxy_port is None:
            return
        from fake_twilio.intercept.listeners import Listeners

        listeners = self._listeners = Listeners(
            handler,
            ("127.0.0.1" if self._host == "0.0.0.0" else self._host, self._port),
            host=self._host,
            tls_port=self._tls_port or 0,
            proxy_port=self._proxy_port,
            folder=self._data_dir,
            allow=self._proxy_allow,
        )
        await listeners.start()
        self.context.listener_urls = ListenerUrls(
            listeners.tls_url, listeners.proxy_url or None, listeners.ca_file, listeners.bundle_file
        )

    async def _close(self) -> None:
        if self._opened is None:
            return
        backend, api, _ = self._opened
        if self._listeners is not None:
            await self._listeners.stop()
            self._listeners = None
        if isinstance(self.clock, ManualClock):
            self.clock.remove_idle_waiter(backend.context.scheduler.wait_idle)
        api.release()
        if self._upstream is not None:
            await self._upstream.close()
        if self._state_file is not None:
            await self._state_file.stop()
            self._state_file = None
        await backend.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self._opened = None


@asynccontextmanager
async def serving(fake: FakeServer) -> AsyncIterator[asyncio.Event]:
    """Run a fake and yield the event that stops it, set by SIGTERM and SIGINT."""
    from fake_twilio.signals import ENDING, on_signal

    stop = asyncio.Event()
    for number in ENDING:
        on_signal(number, stop.set)
    async with fake:
        yield stop

"""The fake as programs and tests use it: with asyncio, or in its own thread."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from fake_twilio.server import FakeServer

if TYPE_CHECKING:
    from fake_twilio.blocking import BlockingFakeTwilio


class FakeTwilio(FakeServer):
    """A fake Twilio that listens while its ``async with`` block runs.

    Args:
        seed: a TOML file, a mapping of the same structure, or a ``Seed``; the default is one account with one number.
        clock: the real clock by default; with a ``ManualClock``, time passes only through ``clock.advance``.
        port: the port to listen on; 0 picks a free port.
        host: the address to listen on.
        trial: make the accounts trial accounts.
        pace: ``instant`` or ``realistic``.
        tls_port: also listen with TLS, for any host under twilio.com; 0 picks a free port.
        proxy_port: also run a proxy that redirects twilio.com here and rejects other hosts; 0 picks a free port.
        proxy_allow: other hosts that the proxy may reach.
        data_dir: folder of the fake's certificate authority; the user's data folder by default.
        state_file: file that preserves the whole state across restarts; it overrides the seed.
        incoming_texts: a CSV file of messages to receive, timed on the fake's clock from its start.
        webhook_allow: hosts that webhooks may call although they are link-local or a metadata service.
        upstream: another Twilio to forward requests to, such as ``https://api.twilio.com``.
        upstream_limit: maximum number of requests that cost money to forward.
        keep_messages: minimum number of messages to keep per account; beyond 10 % more, the oldest finished ones are
            dropped. All are kept by default.
    """

    @classmethod
    def running(cls, *arguments: Any, **options: Any) -> "AbstractContextManager[BlockingFakeTwilio]":
        """Run a fake in its own thread, for synchronous code; takes the same arguments as the class."""
        from fake_twilio.blocking import running

        return running(cls(*arguments, **options))

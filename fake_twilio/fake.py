"""The fake as programs and tests use it: with asyncio, or in a thread of its own."""

from contextlib import AbstractContextManager
from typing import Any

from fake_twilio.blocking import BlockingFakeTwilio, running
from fake_twilio.server import FakeServer


class FakeTwilio(FakeServer):
    """A fake Twilio that listens while its ``async with`` block runs.

    Args:
        seed: a TOML file, a mapping of the same form, or a ``Seed``; the default is one account with one number.
        clock: the real clock by default; pass a ``ManualClock`` to let time pass by ``clock.advance``.
        port: 0 picks a free one.
        host: the address to listen on.
        trial: makes the accounts trial accounts.
        pace: ``instant`` or ``realistic``.
        tls_port: also listen with TLS, for any host of twilio.com; 0 picks a free port.
        proxy_port: also run a proxy that leads twilio.com here and refuses other hosts; 0 picks a free port.
        proxy_allow: other hosts that the proxy may reach.
        data_dir: where the own certificate authority is kept; the user's data folder by default.
        state_file: where the whole state is kept over restarts; it overrides the seed.
        incoming_texts: a CSV file of texts that come in on the clock, from the start on.
        webhook_allow: hosts that webhooks may call although they are link-local or a metadata service.
        upstream: another Twilio that answers in this one's place, such as ``https://api.twilio.com``.
        upstream_limit: how many requests that cost money are passed on to it.
        keep_messages: how many messages an account keeps at least; with a tenth more, the oldest finished ones are
            dropped. All by default.
    """

    @classmethod
    def running(cls, *arguments: Any, **options: Any) -> AbstractContextManager[BlockingFakeTwilio]:
        """Run a fake in a thread of its own, for code that is not asynchronous; takes what the class takes."""
        return running(cls(*arguments, **options))

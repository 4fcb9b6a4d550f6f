"""Reads an account from Twilio, for commands that do not use a running driver."""

from collections.abc import Collection

from driver.config.models import TwilioConfig
from driver.errors import NotReachableError
from driver.ports.gateway import RemoteAccount


class CredentialsRefusedError(NotReachableError):
    """Twilio responded but does not accept the credentials."""


async def live_account(twilio: TwilioConfig, *, services: Collection[str] = (), pools: bool = False) -> RemoteAccount:
    """Return the account from Twilio with these Messaging Services and, with ``pools``, their senders.

    Raises:
        CredentialsRefusedError: Twilio does not accept the credentials.
        NotReachableError: Twilio cannot be reached.
        StartError: The proxy or the certificates cannot be used.
    """
    from driver.debugtools.logging_setup import warnings_to_stderr
    from driver.domain.facts import CommReason
    from driver.gateway import TwilioGateway
    from driver.gateway.http_session import open_session
    from driver.gateway.transport import Transport
    from driver.ports.gateway import GatewayError
    from driver.runtime.clock import SystemClock
    from driver.runtime.idle import IdleTracker
    from driver.services.rate_limits import RateLimits

    warnings_to_stderr()
    clock = SystemClock()
    activity = IdleTracker(clock)
    async with open_session(twilio.base_url) as session:
        transport = Transport(
            session, clock, activity, timeout_s=twilio.timeout_s, connect_timeout_s=twilio.connect_timeout_s
        )
        gateway = TwilioGateway(twilio, transport, clock, limits=RateLimits(clock, activity, twilio.concurrency))
        try:
            with activity.work():
                return await gateway.account(services=services, pools=pools)
        except GatewayError as exc:
            if exc.reason is CommReason.AUTH_FAILED:
                raise CredentialsRefusedError(f"Twilio does not accept the credentials: {exc.detail}") from exc
            raise NotReachableError(f"Twilio at {twilio.base_url} cannot be reached: {exc.detail}") from exc

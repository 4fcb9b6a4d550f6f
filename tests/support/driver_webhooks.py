"""A site whose driver receives webhooks: a free port for the listener, and requests with Twilio's signature."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from twilio.request_validator import RequestValidator

from driver.config.models import DriverConfig
from harness.driver.configuration import receiving
from harness.loopback import free_port
from support.driver_site import Site, settings, site


@asynccontextmanager
async def webhook_setup(
    folder: Path,
    mode: str = "both",
    *,
    sms_path: str = "/twilio/sms",
    account: Mapping[str, Any] | None = None,
    **sections: Any,
) -> AsyncIterator[tuple[Site, DriverConfig]]:
    """Open a site without a driver, and return it with a configuration for a series of drivers."""
    port = free_port()
    async with site(folder, start=False, sms_url=f"http://127.0.0.1:{port}{sms_path}", account=account) as here:
        receive = {**receiving(f"http://127.0.0.1:{port}", port, mode), "sweep_interval_s": 300}
        yield here, settings(here.fake, folder, receive=receive, **sections)


@asynccontextmanager
async def webhook_site(
    folder: Path, mode: str = "both", *, sms_path: str = "/twilio/sms", **sections: Any
) -> AsyncIterator[Site]:
    """Open a site that receives by ``mode``; the Twilio number calls the listener at ``sms_path``."""
    async with webhook_setup(folder, mode, sms_path=sms_path, **sections) as (here, config), here.running(config):
        yield here


async def post(
    here: Site,
    path: str,
    form: Mapping[str, str],
    *,
    token: str = "",
    signature: str | None = None,
    shared_key: str = "",
    algorithm: str = "HMAC_SHA256",
) -> int:
    """Call the listener as Twilio does, signed unless ``signature`` is given, and return the status."""
    url = f"{here.driver.webhook_url}{path}"
    validator = RequestValidator(shared_key or token or here.fake.auth_token)
    made = validator.compute_signature(url, dict(form), algorithm if shared_key else None)
    headers = {"X-Twilio-Signature": made if signature is None else signature}
    if shared_key:
        headers["X-Twilio-Webhooks-Signature-Settings"] = f"key=webhooks_sharedkey_1,algorithm={algorithm}"
    async with here.http.post(url, data=dict(form), headers=headers) as answer:
        await answer.read()
        return answer.status

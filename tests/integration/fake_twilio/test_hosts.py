"""Over TLS the host name selects the product, as at Twilio; on the plain origin all products share one host."""

import asyncio
import ssl
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from fake_twilio import FakeTwilio
from fake_twilio.model.hosts import serves
from support.fake_wire import ACCOUNT, TOKEN, seed


class _Everywhere(AbstractResolver):
    """Resolves every name to loopback, as a hosts file or a container network does."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=2, proto=0, flags=0)]

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("api.twilio.com", "/2010-04-01/Accounts.json", 200),
        ("api.dublin.ie1.twilio.com", "/2010-04-01/Accounts.json", 200),
        ("messaging.twilio.com", "/v1/Services", 200),
        ("messaging.ashburn.us1.twilio.com", "/v1/Services", 200),
        ("monitor.twilio.com", "/v1/Alerts", 200),
        ("api.twilio.com", "/v1/Services", 404),
        ("messaging.twilio.com", "/2010-04-01/Accounts.json", 404),
        ("lookups.twilio.com", "/v2/PhoneNumbers/+12015550101", 404),
        ("localhost", "/2010-04-01/Accounts.json", 200),
        ("localhost", "/v1/Services", 200),
    ],
)
async def test_each_host_serves_its_own_paths(tmp_path: Path, host: str, path: str, status: int) -> None:
    async with FakeTwilio(seed(), tls_port=0, data_dir=tmp_path) as fake:
        port = str(fake.ready()["tls_url"]).rpartition(":")[2]
        context = await asyncio.to_thread(ssl.create_default_context, cafile=str(tmp_path / "ca.pem"))
        connector = aiohttp.TCPConnector(resolver=_Everywhere(), ssl=context)
        headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
        async with (
            aiohttp.ClientSession(connector=connector, headers=headers) as session,
            session.get(f"https://{host}:{port}{path}") as answer,
        ):
            assert answer.status == status
            if status == 404:
                assert (await answer.json())["code"] == 20404


def test_names_that_only_look_like_twilio_s_are_any_other_host() -> None:
    assert serves("api.twilio.com.example.org", "/v1/Services")
    assert serves("fake-twilio:8945", "/v1/Services")
    assert not serves("API.Twilio.com.:443", "/v1/Services")

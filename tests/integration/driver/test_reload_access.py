"""Users, tokens and the certificate change with the configuration while the driver runs."""

import json
import ssl
from pathlib import Path

import aiohttp
import pytest
import trustme

from driver.api.passwords import hash_password, hash_token
from driver.errors import ConfigurationError, StartError
from support.driver_site import Site, site

ANN = {"username": "ann", "password_hash": hash_password("right horse"), "role": "operator"}
OLD, NEW = ({"name": name, "token_hash": hash_token(name), "role": "engineer"} for name in ("old", "new"))


async def status(here: Site, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    async with here.http.get(f"{here.driver.dataserver_url}/api/info", headers=headers) as answer:
        return answer.status


async def test_users_and_tokens(tmp_path: Path) -> None:
    async with site(tmp_path, dataserver={"users": [ANN], "tokens": [OLD]}) as here:
        session = (await here.client.login("ann", "right horse")).token
        url = f"{here.driver.dataserver_url}/api/events?access_token="
        logs = f"{here.driver.debugtools_url}/api/logs/stream?access_token=old"
        async with (
            here.http.ws_connect(url + "old") as revoked,
            here.http.ws_connect(url + session) as kept,
            here.http.ws_connect(logs) as watched,
        ):
            for stream in (revoked, kept):
                assert [json.loads((await stream.receive(5)).data)["type"] for _ in "12"] == ["hello", "snapshot"]
            await here.reload(tmp_path, dataserver={"users": [ANN], "tokens": [NEW]})
            assert [await status(here, token) for token in ("old", "new", session)] == [401, 200, 200]
            last = None
            while (frame := await watched.receive(5)).type is aiohttp.WSMsgType.TEXT:
                last = json.loads(frame.data)
            assert last == {"type": "goodbye", "reason": "access"}
            assert (frame.type, frame.data) == (aiohttp.WSMsgType.CLOSE, 1008)
            await here.clock.advance(15)
            assert json.loads((await revoked.receive(5)).data) == {"type": "goodbye", "reason": "access"}
            assert json.loads((await kept.receive(5)).data)["type"] == "heartbeat"
        viewer = ANN | {"role": "viewer"}
        await here.reload(tmp_path, dataserver={"users": [viewer], "tokens": [NEW]})
        assert await status(here, session) == 401, "a user whose role changed logs in again"


async def test_a_renewed_certificate_is_shown_on_new_connections(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"

    def issue() -> ssl.SSLContext:
        authority = trustme.CA()
        issued = authority.issue_cert("127.0.0.1")
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        return trusting

    first = issue()
    files = {"tls_certificate": str(certificate), "tls_key": str(key)}
    async with site(tmp_path, dataserver=files) as here:
        second = issue()
        url = f"{here.driver.dataserver_url}/healthz"
        for trusting, other in ((first, second), (second, first)):
            async with aiohttp.ClientSession() as fresh:
                async with fresh.get(url, ssl=trusting) as answer:
                    assert answer.status == 200
                with pytest.raises(aiohttp.ClientConnectorCertificateError):
                    await fresh.get(url, ssl=other)
            await here.reload(tmp_path, dataserver=files)
        certificate.write_text("nonsense")
        with pytest.raises(StartError, match=r"cert\.pem .* cannot be used"):
            await here.reload(tmp_path, dataserver=files, states={"latch": True})
        assert here.driver.config.states.latch is False


async def test_a_change_that_is_unsafe_before_the_restart_is_refused_as_a_whole(tmp_path: Path) -> None:
    async with site(tmp_path, dataserver={"host": "0.0.0.0", "tokens": [OLD]}) as here:
        with pytest.raises(ConfigurationError, match=r"restart the driver to apply dataserver\.host"):
            await here.reload(tmp_path, dataserver={"host": "127.0.0.1"}, states={"latch": True})
        assert [await status(here, token) for token in ("old", "")] == [200, 401]
        assert here.driver.config.states.latch is False

"""The data server over TLS."""

import ssl
from pathlib import Path

import aiohttp
import pytest
import trustme

from driver.errors import StartError
from support.driver_site import settings, site


async def test_the_data_server_speaks_tls_and_nothing_older_than_1_2(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    files = {"tls_certificate": str(certificate), "tls_key": str(key)}
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver=files)) as running,
    ):
        assert running.dataserver_url.startswith("https://")
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        async with here.http.get(f"{running.dataserver_url}/healthz", ssl=trusting) as answer:
            assert answer.status == 200
        with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
            trusting.maximum_version = ssl.TLSVersion.TLSv1_1
        async with aiohttp.ClientSession() as fresh:
            with pytest.raises(aiohttp.ClientConnectionError):
                await fresh.get(f"{running.dataserver_url}/healthz", ssl=trusting)


async def test_a_certificate_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        files = {"tls_certificate": str(tmp_path / "none.pem"), "tls_key": str(tmp_path / "none.key")}
        with pytest.raises(StartError, match=r"none\.pem .* cannot be used"):
            async with here.running(settings(here.fake, tmp_path, dataserver=files)):
                pass

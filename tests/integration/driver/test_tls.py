"""The data server over TLS."""

import ssl
from pathlib import Path

import aiohttp
import pytest
import trustme

from driver.errors import StartError
from support.commands import sms_driver
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


@pytest.mark.long
async def test_every_command_trusts_the_authority_that_it_is_given(tmp_path: Path) -> None:
    authority = trustme.CA()
    for name, host in (("good", "127.0.0.1"), ("other", "example.com")):
        issued = authority.issue_cert(host)
        issued.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
        issued.private_key_pem.write_to_path(tmp_path / f"{name}.key")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    ca = ("--ca", str(tmp_path / "ca.pem"))
    commands = (
        ("send", "--phone", "guard", "x"),
        ("tail",),
        ("tail", "--debug"),
        ("tables", "export", "asset"),
        ("tables", "import", "asset", __file__),
    )

    def files(name: str) -> dict[str, str]:
        return {"tls_certificate": str(tmp_path / f"{name}.pem"), "tls_key": str(tmp_path / f"{name}.key")}

    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path, dataserver=files("good"))) as running:
            for command in commands:
                url = running.debugtools_url if "--debug" in command else running.dataserver_url
                status, _, err = await sms_driver(*command, "--url", url)
                assert status == 3
                assert f"the certificate of {url} is not trusted" in err
                assert "use --ca FILE to trust its authority" in err
            there = ("--url", running.dataserver_url)
            status, out, err = await sms_driver("tables", "export", "asset", *there, *ca)
            assert (status, "guard" in out) == (0, True), err
            status, _, err = await sms_driver("send", "--phone", "guard", "--delivery-timeout", "0", "x", *there, *ca)
            assert status == 0, err
            (tmp_path / "ca.txt").write_text("none")
            for wrong in ("none.pem", "ca.txt"):
                status, _, err = await sms_driver("tail", *there, "--ca", str(tmp_path / wrong))
                assert (status, wrong in err) == (2, True)
        async with here.running(settings(here.fake, tmp_path, dataserver=files("other"))) as running:
            status, _, err = await sms_driver("tables", "export", "asset", "--url", running.dataserver_url, *ca)
            assert (status, "was issued for another name" in err) == (3, True)
        async with here.running(settings(here.fake, tmp_path)) as running:
            plain = running.dataserver_url.replace("http:", "https:")
            status, _, err = await sms_driver("tables", "export", "asset", "--url", plain)
            assert (status, "does not use TLS" in err) == (3, True)


async def test_a_certificate_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        files = {"tls_certificate": str(tmp_path / "none.pem"), "tls_key": str(tmp_path / "none.key")}
        with pytest.raises(StartError, match=r"none\.pem .* cannot be used"):
            async with here.running(settings(here.fake, tmp_path, dataserver=files)):
                pass

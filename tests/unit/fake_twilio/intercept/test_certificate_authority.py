"""The authority is created once, kept private, rejected if damaged, and limited to Twilio's names."""

import ssl
import stat
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from cryptography import x509

from fake_twilio.clock import RealClock
from fake_twilio.intercept.certificate_authority import (
    LIFETIME,
    PRIVATE_FILE,
    CertificateAuthority,
    CertificateAuthorityError,
)
from fake_twilio.intercept.server_certificates import MAX_CONTEXTS, Certificates, load_chain

NOW = RealClock().now


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> list[str]:
    """Connect a client to a server in memory, and return the names in the server's certificate."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(to_client, to_server, server_hostname=host)
    far = server.wrap_bio(to_server, to_client, server_side=True)
    waiting = [near, far]
    while waiting:
        for side in list(waiting):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(side)
    shown = near.getpeercert() or {}
    names = cast("tuple[tuple[str, str], ...]", shown.get("subjectAltName", ()))
    return [value for kind, value in names if kind == "DNS"]


@pytest.fixture
def authority(tmp_path: Path) -> CertificateAuthority:
    return CertificateAuthority.open(tmp_path / "data", NOW())


def _client(authority: CertificateAuthority) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=authority.certificate_pem)
    # Python 3.13 requires this of every certificate by default.
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def test_only_its_owner_can_read_the_key(authority: CertificateAuthority, tmp_path: Path) -> None:
    kept = tmp_path / "data" / PRIVATE_FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert b"PRIVATE KEY" not in authority.certificate_file.read_bytes()


def test_a_key_that_others_could_read_is_closed_to_them(authority: CertificateAuthority, tmp_path: Path) -> None:
    kept = tmp_path / "data" / PRIVATE_FILE
    kept.chmod(0o644)
    CertificateAuthority.open(tmp_path / "data", NOW())
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_same_authority_is_used_again(authority: CertificateAuthority, tmp_path: Path) -> None:
    again = CertificateAuthority.open(tmp_path / "data", NOW())
    assert again.certificate_pem == authority.certificate_pem


def test_an_expired_authority_is_replaced(authority: CertificateAuthority, tmp_path: Path) -> None:
    later = CertificateAuthority.open(tmp_path / "data", NOW() + LIFETIME + timedelta(days=1))
    assert later.certificate_pem != authority.certificate_pem
    assert later.certificate_file.read_text("ascii") == later.certificate_pem


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_damaged_authority_is_refused_and_kept(
    authority: CertificateAuthority, tmp_path: Path, content: bytes
) -> None:
    kept = tmp_path / "data" / PRIVATE_FILE
    kept.write_bytes(content)
    with pytest.raises(CertificateAuthorityError, match=f"{PRIVATE_FILE} is damaged.*delete it"):
        CertificateAuthority.open(tmp_path / "data", NOW())
    assert kept.read_bytes() == content


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CertificateAuthorityError, match=r"file.*--data-dir"):
        CertificateAuthority.open(tmp_path / "file" / "below", NOW())


@pytest.mark.parametrize(
    "host",
    [
        "api.twilio.com",
        "messaging.twilio.com",
        "api.dublin.ie1.twilio.com",
        "a.b.c.d.twilio.com",
        "twilio.com",
        "localhost",
    ],
)
def test_every_host_of_twilio_gets_a_certificate_that_clients_accept(
    authority: CertificateAuthority, host: str
) -> None:
    names = handshake(Certificates(authority, NOW).context, _client(authority), host)
    assert any(name in {host, "*." + host.partition(".")[2]} for name in names)


def test_a_host_of_somebody_else_does_not(authority: CertificateAuthority) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(Certificates(authority, NOW).context, _client(authority), "api.example.com")


def test_even_a_certificate_made_with_the_key_does_not_vouch_for_somebody_else(authority: CertificateAuthority) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    load_chain(server, authority.issue(("api.example.com",), NOW()))
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        handshake(server, _client(authority), "api.example.com")


def test_names_made_up_by_clients_do_not_fill_the_memory(authority: CertificateAuthority) -> None:
    certificates = Certificates(authority, NOW)
    for number in range(MAX_CONTEXTS + 5):
        handshake(certificates.context, _client(authority), f"api.e{number}.twilio.com")
    assert len(certificates._contexts) == MAX_CONTEXTS


def test_servers_certificates_live_no_longer_than_clients_accept(authority: CertificateAuthority) -> None:
    leaf, *_ = x509.load_pem_x509_certificates(authority.issue(("api.twilio.com",), NOW()))
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)

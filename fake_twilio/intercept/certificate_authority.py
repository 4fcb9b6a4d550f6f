"""The fake's own certificate authority: created once, kept private, limited to Twilio's names."""

import contextlib
import ipaddress
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fake_twilio.intercept.hosts import TWILIO

PRIVATE_FILE = "authority.pem"
"""Key and certificate, readable only by their owner."""

CERTIFICATE_FILE = "ca.pem"
"""The certificate alone, which clients must trust."""

LIFETIME = timedelta(days=3650)
LEAF_LIFETIME = timedelta(days=397)
"""Clients on some systems reject server certificates that are valid for more than 398 days."""

_EARLIER = timedelta(days=1)
_LOOPBACK = ("127.0.0.0/8", "::1/128")


class CertificateAuthorityError(Exception):
    """The authority's files cannot be read, written or parsed; the message names them and says what to do."""


class CertificateAuthority:
    """Issues certificates that verify against the file ``certificate_file``.

    A name constraint limits it to ``twilio.com``, its subdomains, and loopback, so that even a stolen key cannot be
    used to impersonate anyone else.
    """

    def __init__(self, certificate: bytes, private_key: bytes, certificate_file: Path) -> None:
        self.certificate_pem = certificate.decode("ascii")
        self.certificate_file = certificate_file
        self._certificate, self._key = _loaded(certificate, private_key)

    @classmethod
    def open(cls, folder: Path, now: datetime) -> "CertificateAuthority":
        """Read the authority in a folder, or create one if there is none or it has expired.

        Raises:
            CertificateAuthorityError: if the folder is unusable or its content is damaged.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            kept = folder / PRIVATE_FILE
            if not kept.exists():
                _keep(kept, _make(now))
            certificate, private_key = _read(kept)
            if x509.load_pem_x509_certificate(certificate).not_valid_after_utc <= now + _EARLIER:
                kept.unlink()
                _keep(kept, _make(now))
                certificate, private_key = _read(kept)
            public = folder / CERTIFICATE_FILE
            write_atomically(public, certificate, mode=0o644)
        except OSError as exc:
            raise CertificateAuthorityError(
                f"{exc.filename or folder}: {exc.strerror}; choose another folder with --data-dir"
            ) from None
        return cls(certificate, private_key, public)

    def issue(self, names: tuple[str, ...], now: datetime) -> bytes:
        """Return a server's key, its new certificate for names and addresses, and the authority's, in PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name("fake-twilio server"))
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _EARLIER)
            .not_valid_after(now + LEAF_LIFETIME)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return _pem(key) + certificate.public_bytes(Encoding.PEM) + self.certificate_pem.encode("ascii")


def write_atomically(path: Path, content: bytes, mode: int) -> None:
    """Write a file atomically: readers see the old or the new content, never a partial file."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _keep(path: Path, content: bytes) -> None:
    """Move the private file into place, unless another process was faster; then its file is used."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _read(path: Path) -> tuple[bytes, bytes]:
    """Return the certificate and the key."""
    path.chmod(0o600)
    content = path.read_bytes()
    mark = content.find(b"-----BEGIN CERTIFICATE-----")
    try:
        if mark < 0:
            raise ValueError("it contains no certificate")
        _loaded(content[mark:], content[:mark])
    except (ValueError, TypeError) as exc:
        raise CertificateAuthorityError(f"{path} is damaged: {exc}; delete it to create a new authority") from None
    return content[mark:], content[:mark]


def _make(now: datetime) -> bytes:
    """Return a new key and its self-signed certificate, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("fake-twilio local authority")
    permitted: list[x509.GeneralName] = [x509.DNSName(TWILIO), x509.DNSName("localhost")]
    permitted += [x509.IPAddress(ipaddress.ip_network(backend)) for backend in _LOOPBACK]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.NameConstraints(permitted, excluded_subtrees=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _pem(key) + certificate.public_bytes(Encoding.PEM)


def _loaded(certificate: bytes, private_key: bytes) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Return the certificate and the key as objects.

    Raises:
        ValueError: if they are damaged or do not belong together.
    """
    loaded, key = x509.load_pem_x509_certificate(certificate), load_pem_private_key(private_key, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or loaded.public_key() != key.public_key():
        raise ValueError("the key does not match the certificate")
    return loaded, key


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def _name(text: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "fake-twilio"), x509.NameAttribute(NameOID.COMMON_NAME, text)]
    )


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)

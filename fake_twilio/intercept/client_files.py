"""Files for clients that need more than variables: a trust store for Java, settings for wget and PHP."""

import base64
import hashlib
import re
import struct
from collections.abc import Mapping
from pathlib import Path

from fake_twilio.intercept.certificate_authority import write_atomically
from fake_twilio.intercept.environment import (
    PHP_FOLDER,
    STARTUP_FOLDER,
    TRUST_STORE_FILE,
    TRUST_STORE_PASSWORD,
    WGET_FILE,
)

_PHP_PREPENDED = STARTUP_FOLDER / "prepended.php"
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----")
_JKS_MAGIC, _JKS_VERSION, _JKS_TRUSTED = 0xFEEDFEED, 2, 2


def write_client_files(folder: Path, bundle_file: str, environment: Mapping[str, str]) -> None:
    """Write the files to the folder of the bundle."""
    bundle = Path(bundle_file).read_text("ascii")
    write_atomically(folder / TRUST_STORE_FILE, trust_store(bundle), mode=0o644)
    settings = f"{_wget_settings(folder, environment)}ca_certificate = {bundle_file}\n"
    write_atomically(folder / WGET_FILE, settings.encode("utf-8", "surrogateescape"), mode=0o600)
    php = folder / PHP_FOLDER
    php.mkdir(mode=0o755, exist_ok=True)
    lines = (
        f'curl.cainfo = "{bundle_file}"',
        f'openssl.cafile = "{bundle_file}"',
        f'auto_prepend_file = "{_PHP_PREPENDED}"',
    )
    write_atomically(php / "fake-twilio.ini", ("\n".join(lines) + "\n").encode(), mode=0o644)


def trust_store(bundle: str) -> bytes:
    """Return PEM certificates as a Java key store in ``JKS`` format, which every Java version can read."""
    found = [base64.b64decode(text) for text in _CERTIFICATE.findall(bundle)]
    content = struct.pack(">III", _JKS_MAGIC, _JKS_VERSION, len(found))
    for number, certificate in enumerate(found):
        content += struct.pack(">I", _JKS_TRUSTED) + _text(f"root-{number}") + struct.pack(">Q", 0)
        content += _text("X.509") + struct.pack(">I", len(certificate)) + certificate
    # The format's own checksum; see ``sun.security.provider.JavaKeyStore``.
    salted = TRUST_STORE_PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + content
    return content + hashlib.sha1(salted, usedforsecurity=False).digest()


def _text(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode("ascii")


def _wget_settings(folder: Path, environment: Mapping[str, str]) -> str:
    """Return the user's own settings, which the file would otherwise hide."""
    named = Path(environment.get("WGETRC") or "~/.wgetrc")
    try:
        path = named.expanduser()
        if path == folder / WGET_FILE:
            return ""
        return path.read_text("utf-8", "surrogateescape").rstrip("\n") + "\n"
    except (OSError, RuntimeError):
        return ""

"""The CA bundle for programs under test: everything that they trusted before, plus the fake's authority."""

import re
import ssl
from collections.abc import Mapping
from pathlib import Path

from fake_twilio.intercept.certificate_authority import write_atomically
from fake_twilio.intercept.environment import CERTIFICATE_VARIABLES

BUNDLE_FILE = "bundle.pem"

SYSTEM_ROOTS = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
)
"""Files with the root certificates of common systems."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")


def roots(environment: Mapping[str, str]) -> list[str]:
    """Return the certificates trusted so far, in PEM, each once: the system's and those named in the environment."""
    files = [environment[name] for name in CERTIFICATE_VARIABLES if environment.get(name)]
    default = ssl.get_default_verify_paths().cafile
    files += [default] if default else []
    files += SYSTEM_ROOTS
    found: dict[str, None] = {}
    for name in dict.fromkeys(files):
        found.update(dict.fromkeys(_certificates(Path(name))))
    if not found:
        # Systems that keep their root certificates in a separate store, not in files.
        context = ssl.create_default_context()
        found.update(
            dict.fromkeys(ssl.DER_cert_to_PEM_cert(each).strip() for each in context.get_ca_certs(binary_form=True))
        )
    return list(found)


def write_bundle(folder: Path, own: str, environment: Mapping[str, str]) -> Path:
    """Write the bundle into a folder and return its path."""
    path = folder / BUNDLE_FILE
    write_atomically(path, ("\n".join([own.strip(), *roots(environment)]) + "\n").encode("ascii"), mode=0o644)
    return path


def _certificates(path: Path) -> list[str]:
    try:
        return _CERTIFICATE.findall(path.read_text("ascii", "ignore"))
    except OSError:
        return []

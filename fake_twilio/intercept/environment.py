"""The environment variables that redirect a program in any language to a running fake, and their shell syntax."""

import json
import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fake_twilio.records import dataclass

REMOVED = ("TWILIO_REGION", "TWILIO_EDGE")
"""Variables that would send the official SDKs to other hosts."""

LOOPBACK = "localhost,127.0.0.1,::1"

STARTUP_FOLDER = Path(__file__).parent / "startup"
"""Prepended to PYTHONPATH: Python imports ``sitecustomize`` from there at startup."""

CERTIFICATE_VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "TWILIO_CA_BUNDLE",
    "PERL_LWP_SSL_CA_FILE",
)
"""Variables that programs in different languages read to find trusted certificates."""

TRUST_STORE_FILE = "truststore.jks"
WGET_FILE = "wgetrc"
PHP_FOLDER = "php"
TRUST_STORE_PASSWORD = "changeit"  # noqa: S105 - Java's own default, and the file holds public certificates
"""File next to the bundle, for clients that read no variable; see ``client_files``."""

_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@dataclass(frozen=True, slots=True)
class RunningServer:
    """How to reach a running fake. URLs have no trailing slash; they are empty if the fake has no such listener."""

    base_url: str
    account_sid: str
    auth_token: str
    phone_number: str
    proxy_url: str = ""
    bundle_file: str = ""

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "RunningServer":
        """Return an instance from the facts that a fake reports when ready."""
        return cls(**{row.name: facts[row.name] or "" for row in fields(cls)})


def variables(running: RunningServer, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to add to a program's environment; those in ``REMOVED`` must also be removed from it."""
    made = {
        "FAKE_TWILIO_URL": running.base_url,
        "TWILIO_ACCOUNT_SID": running.account_sid,
        "TWILIO_AUTH_TOKEN": running.auth_token,
        "TWILIO_PHONE_NUMBER": running.phone_number,
    }
    if not running.proxy_url:
        return made
    for name in _PROXY_VARIABLES:
        made[name] = made[name.lower()] = running.proxy_url
    made["NO_PROXY"] = made["no_proxy"] = LOOPBACK
    # For the hooks below, because programs change the well-known variables.
    made["FAKE_TWILIO_PROXY"] = running.proxy_url
    # Newer versions of Node.js read the proxy variables themselves, if allowed.
    made["NODE_USE_ENV_PROXY"] = "1"
    made["NODE_OPTIONS"] = _added(
        environment.get("NODE_OPTIONS", ""), f'--require "{STARTUP_FOLDER / "preloaded.cjs"}"'
    )
    made["PERL_LWP_ENV_PROXY"] = "1"
    before = [part for part in environment.get("PYTHONPATH", "").split(os.pathsep) if part != str(STARTUP_FOLDER)]
    made["PYTHONPATH"] = os.pathsep.join([str(STARTUP_FOLDER), *filter(None, before)])
    if running.bundle_file:
        made.update(dict.fromkeys(CERTIFICATE_VARIABLES, running.bundle_file))
        made.update(_client_files(running, Path(running.bundle_file).parent, environment))
    return made


def _client_files(running: RunningServer, folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that name the files that ``client_files`` writes next to the bundle."""
    proxy = urlsplit(running.proxy_url)
    properties = {
        "http.proxyHost": proxy.hostname,
        "http.proxyPort": proxy.port,
        "https.proxyHost": proxy.hostname,
        "https.proxyPort": proxy.port,
        "http.nonProxyHosts": "localhost|127.*|[::1]",
        "javax.net.ssl.trustStore": folder / TRUST_STORE_FILE,
        "javax.net.ssl.trustStoreType": "JKS",
        "javax.net.ssl.trustStorePassword": TRUST_STORE_PASSWORD,
    }
    java = " ".join(
        f'"-D{name}={value}"' if " " in str(value) else f"-D{name}={value}" for name, value in properties.items()
    )
    # An empty entry means the folder that PHP was built with.
    scanned = [part for part in environment.get("PHP_INI_SCAN_DIR", "").split(os.pathsep) if part]
    php = str(folder / PHP_FOLDER)
    return {
        "JAVA_TOOL_OPTIONS": _added(environment.get("JAVA_TOOL_OPTIONS", ""), java),
        "PHP_INI_SCAN_DIR": os.pathsep.join(["", *(part for part in scanned if part != php), php]),
        "WGETRC": str(folder / WGET_FILE),
    }


def _added(before: str, option: str) -> str:
    """Return a program's own options with one more appended, never twice."""
    return f"{before.replace(option, '').strip()} {option}".strip()


def applied(running: RunningServer, environment: Mapping[str, str]) -> dict[str, str]:
    """Return a program's whole environment."""
    kept = {name: value for name, value in environment.items() if name not in REMOVED}
    return kept | variables(running, environment)


def _sh(made: Mapping[str, str]) -> str:
    lines = [f"export {name}={shlex.quote(value)}" for name, value in made.items()]
    return "\n".join([*lines, f"unset {' '.join(REMOVED)}"])


def _fish(made: Mapping[str, str]) -> str:
    lines = [
        f"set -gx {name} '{value.replace(chr(92), chr(92) * 2).replace(chr(39), chr(92) + chr(39))}'"
        for name, value in made.items()
    ]
    return "\n".join([*lines, *(f"set -e {name}" for name in REMOVED)])


def _powershell(made: Mapping[str, str]) -> str:
    # Variable names are case-insensitive there, so each is set once.
    lines = {
        name.upper(): f"$env:{name.upper()} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in made.items()
    }
    return "\n".join([*lines.values(), *(f"Remove-Item Env:{name} -ErrorAction SilentlyContinue" for name in REMOVED)])


def _dotenv(made: Mapping[str, str]) -> str:
    lines = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in made.items()]
    return "\n".join([*lines, *(f"{name}=" for name in REMOVED)])


def _github(made: Mapping[str, str]) -> str:
    # Everything after the first equals sign, up to the end of the line, is the literal value.
    return "\n".join([*(f"{name}={value}" for name, value in made.items()), *(f"{name}=" for name in REMOVED)])


def _json(made: Mapping[str, str]) -> str:
    return json.dumps({**made, **dict.fromkeys(REMOVED)}, indent=2)


FORMATS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "sh": _sh,
    "fish": _fish,
    "powershell": _powershell,
    "dotenv": _dotenv,
    "json": _json,
    "github": _github,
}
"""Output formats for variables, for ``eval "$(fake-twilio env)"`` and the like. In JSON, null unsets a variable."""

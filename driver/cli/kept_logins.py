"""The logins stored by ``sms-driver login``: a token per address, in a file that only its owner can read."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from yarl import URL

from driver.cli.whole_file import write_whole
from driver.errors import StartError


def kept_logins() -> Mapping[str, str]:
    """Return the tokens by address; an unreadable file counts as empty."""
    try:
        known = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError, RecursionError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {url: token for url, token in known.items() if isinstance(token, str)}


def keep_login(url: str, token: str | None) -> None:
    """Store the token of an address, replacing an older one; None deletes it.

    Raises:
        StartError: The file cannot be written.
    """
    known = {address: kept for address, kept in kept_logins().items() if address != address_of(url)}
    if token is not None:
        known[address_of(url)] = token
    try:
        file = _file()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole({file: json.dumps(known)})
    except (OSError, RuntimeError) as exc:
        why = f"{exc.filename}: {exc.strerror}" if isinstance(exc, OSError) else exc
        raise StartError(f"the login cannot be stored: {why}") from exc


def address_of(url: str) -> str:
    """Return an address in the form used as a key; an invalid address is returned unchanged."""
    try:
        parts = URL(url)
        return str(parts.origin().with_path(parts.path.rstrip("/"))).rstrip("/")
    except ValueError:
        return url


def _file() -> Path:
    """Return the path in the user's state folder: ``%APPDATA%`` on Windows, otherwise as XDG defines."""
    if sys.platform == "win32":  # pragma: no cover - the folder of that system
        folder = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    else:
        named = Path(os.environ.get("XDG_STATE_HOME", ""))
        folder = named if named.is_absolute() else Path.home() / ".local" / "state"
    return folder / "sms-driver" / "logins.json"

"""The tokens of a data server that asks who is calling: the harness's own, and one for the client of a scenario."""

from __future__ import annotations

import hashlib

HARNESS_TOKEN = "the-harness-itself"  # noqa: S105 - known to nothing but a driver under test
CLIENT_TOKEN = "the-client-of-the-scenario"  # noqa: S105 - likewise


def tokens(role: str) -> list[dict[str, str]]:
    """The tokens as the configuration has them: the harness may do everything, the client what its role may."""
    return [_entry("harness", HARNESS_TOKEN, "admin"), _entry("client", CLIENT_TOKEN, role)]


def header(token: str) -> dict[str, str]:
    """The request header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def _entry(name: str, token: str, role: str) -> dict[str, str]:
    return {"name": name, "token_hash": f"sha256${hashlib.sha256(token.encode()).hexdigest()}", "role": role}

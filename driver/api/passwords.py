"""Hashes of passwords (scrypt, slow on purpose) and of service tokens (SHA-256, as they are long and random)."""

import base64
import hashlib
import hmac
import secrets

_N, _R, _P = 2**14, 8, 1


def hash_password(password: str) -> str:
    """Return ``scrypt$N$r$p$salt$hash`` for a password."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${_R}${_P}${_b64(salt)}${_b64(_scrypt(password, salt, _N, r=_R, p=_P))}"


def check_password(password: str, hashed: str) -> bool:
    """Return whether a password matches a hash; for an invalid hash, return False after the same time."""
    try:
        kind, n, r, p, salt, wanted = hashed.split("$")
        made = _scrypt(password, base64.b64decode(salt), int(n), r=int(r), p=int(p))
        return kind == "scrypt" and hmac.compare_digest(made, base64.b64decode(wanted))
    except ValueError:
        _scrypt(password, b"", _N, r=_R, p=_P)
        return False


def like(hashed: str) -> str:
    """Return a hash that matches no password and takes as long to check as this one."""
    parts = hashed.split("$")
    return "$".join([*parts[:4], _b64(secrets.token_bytes(16)), _b64(bytes(64))]) if len(parts) == 6 else ""


def hash_token(token: str) -> str:
    """Return ``sha256$hash`` for a token, whatever bytes a client sends as one."""
    return f"sha256${hashlib.sha256(token.encode(errors='surrogatepass')).hexdigest()}"


def _scrypt(password: str, salt: bytes, n: int, *, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=128 * n * r * 2)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()

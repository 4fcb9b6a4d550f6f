"""Settings for runs against the real Twilio, from the environment and ``features/real.toml``; nothing is guessed."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "real.toml"

HOW = f"""\
Runs against the real Twilio need all of this:
  --twilio=real --budget=N                             the maximum number of messages for this run
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN                the account the driver uses; instead of the token
                                                       TWILIO_OAUTH_CLIENT_ID and TWILIO_OAUTH_CLIENT_SECRET
  TWILIO_HANDSET_ACCOUNT_SID, TWILIO_HANDSET_AUTH_TOKEN  the account of the handset's number (a subaccount will do)
  {FILE} with numbers you own:
    number = "+12015550100"      # the driver's Twilio number
    handset = "+12015550101"     # a second one, used as the person's handset
    account_type = "Full"        # or "Trial"
    templates_only = false       # true for a trial that may send nothing but Twilio's own templates
    tunnel = "https://…"         # optional: a public address that leads to this machine's webhook_port
    webhook_port = 9624
Every message costs money and is only sent between these two numbers."""


class NotReadyError(Exception):
    """A run against the real Twilio is refused; the message lists everything that is missing."""


@dataclass(frozen=True)
class Login:
    """An account and its credentials: an Auth Token, or the client of an OAuth app."""

    account_sid: str
    auth_token: str = ""
    oauth_client_id: str = ""
    oauth_client_secret: str = ""


@dataclass(frozen=True)
class RealSettings:
    """Complete settings. ``budget`` is the message limit, ``tunnel`` the public address of the driver's webhooks."""

    driver: Login
    handset: Login
    number: str
    handset_number: str
    account_type: str
    budget: int
    tunnel: str = ""
    webhook_port: int = 9624
    templates_only: bool = False


def read_settings(
    budget: int | None, *, parallel: bool, environment: Mapping[str, str] = os.environ, file: Path = FILE
) -> RealSettings:
    """Read and validate the settings.

    Args:
        budget: The value of ``--budget``.
        parallel: Whether several processes run at once.
        environment: Credentials, and whether this is CI.
        file: The file with the owned numbers.

    Raises:
        NotReadyError: With every reason at once.
    """
    missing: list[str] = []
    if parallel:
        missing.append("real messages are only sent by a single process: remove -n")
    if environment.get("CI") and environment.get("ALLOW_REAL_TWILIO") != "1":
        missing.append("in CI, real messages are only sent with ALLOW_REAL_TWILIO=1")
    if budget is None or budget < 1:
        missing.append(f"--budget is {'missing' if budget is None else budget}; set the maximum number of messages")
    app = ["TWILIO_OAUTH_CLIENT_ID", "TWILIO_OAUTH_CLIENT_SECRET"]
    opened_by = app if environment.get(app[0]) else ["TWILIO_AUTH_TOKEN"]
    handset = ["TWILIO_HANDSET_ACCOUNT_SID", "TWILIO_HANDSET_AUTH_TOKEN"]
    names = ["TWILIO_ACCOUNT_SID", *opened_by, *handset]
    missing += [f"{name} is not set" for name in names if not environment.get(name)]
    numbers = _numbers(file, missing)
    if missing:
        raise NotReadyError("\n".join([*(f"- {reason}" for reason in missing), "", HOW]))
    assert budget is not None
    return RealSettings(
        Login(
            environment[names[0]],
            "" if opened_by is app else environment[opened_by[0]],
            *(environment[name] for name in opened_by if opened_by is app),
        ),
        Login(*(environment[name] for name in handset)),
        numbers["number"],
        numbers["handset"],
        numbers.get("account_type", "Full"),
        budget,
        numbers.get("tunnel", "").rstrip("/"),
        int(numbers.get("webhook_port", "9624")),
        numbers.get("templates_only") == "True",
    )


def _numbers(file: Path, missing: list[str]) -> dict[str, str]:
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        missing.append(f"{file} does not exist")
        return {}
    except tomllib.TOMLDecodeError as exc:
        missing.append(f"{file}: {exc}")
        return {}
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        missing.append(f"{file} cannot be read: {reason}")
        return {}
    known = {"number", "handset", "account_type", "templates_only", "tunnel", "webhook_port"}
    missing += [
        f"{file}: unknown key {key}; known keys: {', '.join(sorted(known))}" for key in sorted(written.keys() - known)
    ]
    for key in ("number", "handset"):
        if not re.fullmatch(r"\+[1-9]\d{6,14}", str(written.get(key, ""))):
            missing.append(f"{file}: {key} is {written.get(key)!r}, expected a number such as +12015550100")
    if written.get("number") == written.get("handset"):
        missing.append(f"{file}: number and handset are the same")
    if written.get("account_type", "Full") not in ("Full", "Trial"):
        missing.append(f'{file}: account_type is {written["account_type"]!r}, expected "Full" or "Trial"')
    if not re.match(r"https?://[^/]", str(written.get("tunnel", "https://-"))):
        missing.append(f"{file}: tunnel is {written['tunnel']!r}, expected an address such as https://sms.example.com")
    if not isinstance(port := written.get("webhook_port", 9624), int) or not 0 < port < 65536:
        missing.append(f"{file}: webhook_port is {port!r}, expected a port such as 9624")
    if not isinstance(only := written.get("templates_only", False), bool):
        missing.append(f"{file}: templates_only is {only!r}, expected true or false")
    return {key: str(value) for key, value in written.items()}

"""``sms-driver init``: asks the few questions that only the site can answer, and writes ``driver.toml``."""

import asyncio
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, count
from pathlib import Path

import click

from driver.cli.exit_codes import FAILED
from driver.cli.questions import ask, new_password, say, secret, yes_or_no
from driver.cli.toml_text import table
from driver.config.loading import DEFAULT_FILE
from driver.config.models import SystemConfig, TwilioConfig
from driver.config.phone_numbers import phone_number
from driver.config.phones import PhoneConfig
from driver.config.types import no_login, web_address
from driver.domain.roles import Role
from driver.errors import StartError
from driver.ports.gateway import RemoteAccount

_BASE_URL = str(TwilioConfig.model_fields["base_url"].default)
_SID = re.compile("AC[0-9a-fA-F]{32}")
#: Maximum number of the account's numbers shown in one line; all of them can be used.
_SHOWN = 20
_HEAD = """\
# Written by `sms-driver init`. `sms-driver check --live` checks it; send SIGHUP to a running driver to apply changes.
"""
_SPARE = """\
# Unused numbers of the account. To use one, remove the # and enter the external number.
"""


@click.command()
@click.option(
    "--config",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DEFAULT_FILE,
    show_default=True,
    help="File to write; the token is written to a separate file in the same folder.",
)
@click.option("--overwrite", is_flag=True, help="Replace these files if they exist.")
@click.option(
    "--base-url",
    default=_BASE_URL,
    show_default=True,
    envvar="SMS_DRIVER__TWILIO__BASE_URL",
    help="Address of Twilio's API.",
)
def init(path: Path, overwrite: bool, base_url: str) -> None:
    """Ask a few questions, write driver.toml, and check it against the account.

    Each phone that you name gets a number of the account. Without a terminal, the answers are read line by line from
    standard input. The exit status is that of check --live.
    """
    from driver.cli.check import report
    from driver.cli.whole_file import write_whole
    from driver.config.loading import load

    token_file = path.with_name(f"{path.stem}-twilio-token")
    _refuse_early((path, token_file), overwrite=overwrite)
    try:
        base_url = no_login(web_address(base_url))
    except ValueError as exc:
        raise click.UsageError(f"--base-url {base_url}: {exc}") from None
    token, account = _account(base_url)
    phones = _phones(account)
    parts = [_HEAD, _twilio(account.sid, token_file, base_url), *_dataserver(), *_receive()]
    written = {"id", "caption", "external_phone_number", "twilio_phone_number"}
    parts += [table("[[phones]]", phone.model_dump(include=written)) for phone in phones]
    parts += _spare(account, {str(phone.twilio_phone_number) for phone in phones})
    try:
        write_whole({token_file: token, path: "\n".join(parts).rstrip()})
    except OSError as exc:
        raise StartError(f"{path} cannot be written: {exc.strerror or exc}; nothing was changed") from exc
    say(f"Wrote {path}, and the token to {token_file.name} in the same folder; only you can read them.")
    if not report(load(path), live=True):
        sys.exit(FAILED)
    option = "" if path == DEFAULT_FILE else f" --config {path}"
    say(f"Start the driver: sms-driver run{option}")


def _refuse_early(files: Collection[Path], *, overwrite: bool) -> None:
    """Fail before any question is asked if a file cannot be written."""
    for file in files:
        if file.exists() and not overwrite:
            raise click.UsageError(
                f"{file} already exists; use --overwrite to replace it, or --config to name another file"
            )
        folder = file.absolute().parent
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            what = "is not writable" if folder.is_dir() else "does not exist"
            raise click.UsageError(f"the folder {folder} {what}")


def _account(base_url: str) -> tuple[str, RemoteAccount]:
    """Ask for the credentials until Twilio accepts them; return the token and the account."""
    from driver.cli.live_account import CredentialsRefusedError, live_account

    sid = ""
    while True:
        sid = ask("Account SID (AC…, in the Twilio console)", _account_sid, default=sid)
        token = ask("Authentication Token (not shown)", secret, hidden=True)
        try:
            config = TwilioConfig.model_validate({"account_sid": sid, "auth_token": token, "base_url": base_url})
            return token, asyncio.run(live_account(config))
        except CredentialsRefusedError as exc:
            say(f"  {exc}")


def _account_sid(text: str) -> str:
    if not _SID.fullmatch(text):
        raise ValueError("expected an Account SID: AC and 32 hexadecimal digits")
    return text


def _senders(account: RemoteAccount) -> Sequence[str]:
    return [number.phone_number for number in account.numbers if number.sms_capable]


def _phones(account: RemoteAccount) -> Sequence[PhoneConfig]:
    """Ask for the people and places to send messages to."""
    senders = _senders(account)
    if not senders:
        say("The account has no number that can text: buy one in the Twilio console, then add phones.")
        return []
    say(f"Numbers of the account that can text: {_shown(senders)}")
    if account.kind == "Trial":
        say(f"A trial account can text verified numbers only: {_shown(account.verified) or 'none yet'}")
    phones: list[PhoneConfig] = []
    while caption := ask("Name of a person or place to text (leave empty to finish)", str):
        number = ask(f"{caption}: phone number", _not_among(senders))
        sender = senders[0]
        if len(senders) > 1:
            sender = ask(f"{caption}: send from", _one_of(senders), default=sender)
        known = {SystemConfig().id, *(phone.id for phone in phones)}
        phones.append(
            PhoneConfig(
                id=_identifier(caption, known),
                caption=caption,
                external_phone_number=number,
                twilio_phone_number=sender,
            )
        )
    return phones


def _shown(numbers: Sequence[str]) -> str:
    more = f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    return ", ".join(numbers[:_SHOWN]) + more


def _not_among(senders: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        number = phone_number(text)
        if number in senders:
            raise ValueError(f"{number} is a number of the account; expected the person's own number")
        return number

    return read


def _one_of(senders: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        number = phone_number(text)
        if number not in senders:
            raise ValueError(f"expected one of {_shown(senders)}")
        return number

    return read


def _identifier(caption: str, known: Collection[str]) -> str:
    """Return an asset id that resembles the name and that no other asset has."""
    plain = unicodedata.normalize("NFKD", caption).encode("ascii", "ignore").decode().lower()
    name = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:80] or "phone"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(each for each in names if each not in known)


def _twilio(sid: str, token_file: Path, base_url: str) -> str:
    address = {} if base_url == _BASE_URL else {"base_url": base_url}
    return table("[twilio]", {"account_sid": sid, "auth_token_file": token_file.name, **address})


def _dataserver() -> Iterator[str]:
    """Ask whether workstations on other machines connect; they need to log in."""
    from driver.api.passwords import hash_password

    if not ask("Do workstations on other machines connect? (y/n)", yes_or_no, default="n"):
        return
    user = ask("User name of the first engineer", _user_name)
    hashed = hash_password(new_password())
    say("Until you configure a certificate (dataserver.tls_certificate), passwords cross the network unencrypted.")
    yield table("[dataserver]", {"host": "0.0.0.0"})
    yield table("[[dataserver.users]]", {"username": user, "password_hash": hashed, "role": Role.ENGINEER.value})


def _user_name(text: str) -> str:
    if not 1 <= len(text) <= 100:
        raise ValueError("expected a name of 1 to 100 characters")
    return text


def _receive() -> Iterator[str]:
    """Ask how messages arrive."""
    address = ask("Public address for Twilio's webhooks, https://… (leave empty to poll instead)", _public_address)
    if address:
        yield table("[receive]", {"mode": "both", "public_url": address})


def _public_address(text: str) -> str:
    return web_address(text) if text else ""


def _spare(account: RemoteAccount, used: Collection[str]) -> Iterator[str]:
    """Write the unused numbers as comments, so that adding the next phone takes one line."""
    spare = [number for number in _senders(account) if number not in used]
    if spare:
        yield _SPARE + "#\n".join("".join(f"# {line}\n" for line in _phone_of(number)) for number in spare)


def _phone_of(number: str) -> Sequence[str]:
    values = {"id": f"phone-{number.removeprefix('+')}", "external_phone_number": "", "twilio_phone_number": number}
    return table("[[phones]]", values).splitlines()

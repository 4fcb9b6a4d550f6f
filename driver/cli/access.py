"""``sms-driver access``: makes users and service tokens; a secret is shown once, its hash goes into the file."""

import secrets

import click

from driver.api.passwords import hash_password, hash_token
from driver.config.models import Role

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def access() -> None:
    """Make users and service tokens for the data server."""


@access.command()
@click.argument("name")
@click.option("--role", type=_ROLES, required=True)
@click.option("--password", prompt=False, help="Default: a strong one is made.")
def user(name: str, role: str, password: str | None) -> None:
    """Make a user NAME: prints the password once and the entry to paste into driver.toml."""
    password = password or secrets.token_urlsafe(12)
    click.echo(f"password (shown only now): {password}\n", err=True)
    click.echo(f'[[dataserver.users]]\nusername = {_quoted(name)}\npassword_hash = "{hash_password(password)}"')
    click.echo(f'role = "{role}"')


@access.command()
@click.argument("name")
@click.option("--role", type=_ROLES, required=True)
def token(name: str, role: str) -> None:
    """Make a service token NAME: prints the token once and the entry to paste into driver.toml."""
    made = f"sms_{secrets.token_urlsafe(32)}"
    click.echo(f"token (shown only now): {made}\n", err=True)
    click.echo(f'[[dataserver.tokens]]\nname = {_quoted(name)}\ntoken_hash = "{hash_token(made)}"\nrole = "{role}"')


def _quoted(text: str) -> str:
    """Write a text as a TOML string."""
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or c in '"\\' else c for c in text)
    return f'"{escaped}"'

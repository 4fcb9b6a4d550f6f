"""``sms-driver access``: creates users and service tokens. A secret is shown once; its hash goes into the file."""

import secrets

import click

from driver.api.passwords import hash_password, hash_token
from driver.cli.questions import new_password
from driver.cli.toml_text import quoted
from driver.domain.roles import Role

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def access() -> None:
    """Create users and service tokens for the data server."""


@access.command()
@click.argument("name")
@click.option("--role", type=_ROLES, required=True)
@click.option(
    "--ask", "asked", is_flag=True, help="Prompt for the password; otherwise a strong one is generated and shown."
)
def user(name: str, role: str, asked: bool) -> None:
    """Create the user NAME: print the entry for driver.toml and, once, the generated password."""
    password = new_password() if asked else secrets.token_urlsafe(12)
    if not asked:
        click.echo(f"password (shown only now): {password}\n", err=True)
    click.echo(f'[[dataserver.users]]\nusername = {quoted(name)}\npassword_hash = "{hash_password(password)}"')
    click.echo(f'role = "{role}"')


@access.command()
@click.argument("name")
@click.option("--role", type=_ROLES, required=True)
def token(name: str, role: str) -> None:
    """Create the service token NAME: print the token once, and the entry for driver.toml."""
    made = f"sms_{secrets.token_urlsafe(32)}"
    click.echo(f"token (shown only now): {made}\n", err=True)
    click.echo(f'[[dataserver.tokens]]\nname = {quoted(name)}\ntoken_hash = "{hash_token(made)}"\nrole = "{role}"')

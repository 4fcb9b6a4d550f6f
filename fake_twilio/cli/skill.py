"""``fake-twilio skill``: print the guide for coding agents on testing with the fake."""

import click

from fake_twilio.skill import skill


@click.command("skill")
def command() -> None:
    """Print a SKILL.md for coding agents.

    A running fake serves the same text at /_fake/agent.md.
    """
    click.echo(skill(), nl=False)

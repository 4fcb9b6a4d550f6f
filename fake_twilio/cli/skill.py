"""``fake-twilio skill``: what a coding agent has to know to test with the fake."""

import click

from fake_twilio.skill import skill


@click.command("skill")
def command() -> None:
    """Print a SKILL.md for coding agents.

    A running fake hands the same text out at /_fake/agent.md.
    """
    click.echo(skill(), nl=False)

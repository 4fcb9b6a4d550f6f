"""``sms-driver demo``: shows the whole journey of a message, from operator to handset and back."""

import asyncio
import signal

import click

INTERRUPTED = 130


@click.command()
@click.option("--once", is_flag=True, help="Exit after the last step, with status 0 if every step succeeded, else 1.")
def demo(once: bool) -> None:
    """Show the journey of a message, on a fake Twilio and a driver started for the demo.

    Both use free ports on the loopback interface and a temporary folder. Nothing leaves this machine.
    """
    from rich.console import Console

    from driver.cli.demonstration.environment import EnvironmentFailedError
    from driver.cli.demonstration.play import play
    from driver.cli.demonstration.screen import Screen

    # When it is terminated, or its terminal closes, it stops its two programs too, as it does after Ctrl-C.
    for name in {"SIGTERM", "SIGHUP"} & set(dir(signal)):
        signal.signal(getattr(signal, name), signal.default_int_handler)
    screen = Screen(Console())
    try:
        true = asyncio.run(play(screen, stay=not once))
    except KeyboardInterrupt:
        raise SystemExit(0 if screen.came_true else INTERRUPTED) from None
    except EnvironmentFailedError as exc:
        click.echo(f"sms-driver demo: {exc}", err=True)
        raise SystemExit(3) from None
    if not true:
        raise SystemExit(1)

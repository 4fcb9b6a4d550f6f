"""``sms-driver demo``: plays the whole story of a text, from operator to handset and back."""

import asyncio
import signal

import click

INTERRUPTED = 130


@click.command()
@click.option("--once", is_flag=True, help="End after the story: exit status 0 if every step came true, else 1.")
def demo(once: bool) -> None:
    """Play the story of a text on a fake Twilio and a driver started just for it.

    Both take free ports of the loopback interface and a temporary folder. Nothing leaves this machine.
    """
    from rich.console import Console

    from driver.cli.demonstration.environment import EnvironmentFailedError
    from driver.cli.demonstration.play import play
    from driver.cli.demonstration.screen import Screen

    # Asked to end, or left alone by its terminal, it takes its two programs with it, as it does after Ctrl-C.
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

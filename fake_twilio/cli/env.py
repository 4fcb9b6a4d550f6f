"""``fake-twilio env``: print the variables that redirect programs to a running fake."""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

import click

from fake_twilio.intercept.environment import FORMATS, RunningServer, variables

_ANSWERS_WITHIN_S = 5.0


@click.command("env")
@click.option("--url", default="http://127.0.0.1:8945", show_default=True, help="URL of the fake.")
@click.option(
    "--format", "format_", type=click.Choice(list(FORMATS)), default="sh", show_default=True, help="Output format."
)
def command(url: str, format_: str) -> None:
    """Print the variables that redirect programs to a running fake, for example: eval "$(fake-twilio env)"."""
    running = _ask(url.rstrip("/"))
    if not running.proxy_url:
        _say("the fake runs without --proxy-port: programs must use FAKE_TWILIO_URL as their base URL")
    elif not Path(running.bundle_file).exists():
        _say(f"{running.bundle_file} is not on this machine: programs here will not trust the fake's certificates")
    print(FORMATS[format_](variables(running, os.environ)))


def _ask(url: str) -> RunningServer:
    """Ask a fake how to reach it.

    Raises:
        SystemExit: with status 3 if nothing answers there, or something other than a fake.
    """
    # Variables from an earlier call may name a proxy that no longer exists.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/_fake/v1/environment", timeout=_ANSWERS_WITHIN_S) as answer:
            return RunningServer.of(json.load(answer))
    except urllib.error.HTTPError as exc:
        _say(f"{url} responds with HTTP {exc.code}: it is not a fake, or an older version")
    except (ValueError, KeyError, TypeError):
        _say(f"{url} is not the URL of a fake, such as http://127.0.0.1:8945")
    except OSError as exc:
        _say(f"no fake answers at {url}: {getattr(exc, 'reason', exc)}; start one with: fake-twilio serve")
    raise SystemExit(3)


def _say(text: str) -> None:
    print(f"fake-twilio: {text}", file=sys.stderr)

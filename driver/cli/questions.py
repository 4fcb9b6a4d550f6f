"""Questions at a terminal, or answers line by line from a pipe; what is secret is never echoed."""

import getpass
import sys
from collections.abc import Callable
from typing import TypeVar

import click

from driver.cli.exit_codes import WRONG_USE
from driver.config.secrets import trimmed
from driver.domain.control_characters import escaped
from driver.domain.storable_text import odd_character

T = TypeVar("T")


class InputEndedError(click.ClickException):
    """No answer can be read any more."""

    exit_code = WRONG_USE


def say(line: str) -> None:
    """Tell the person who answers something; on stderr, as the questions are."""
    click.echo(escaped(line), err=True)


def ask(question: str, read: Callable[[str], T], *, default: str = "", hidden: bool = False) -> T:
    """Ask until ``read`` takes the answer, each time with what is wrong; ``hidden`` answers are not echoed.

    Raises:
        InputEndedError: there are no more answers.
    """
    prompt = f"{question} [{default}]: " if default else f"{question}: "
    while True:
        answer = _answer(question, prompt, hidden=hidden) or default
        try:
            if odd := odd_character(answer):
                raise ValueError(f"has {odd}, which is not text")
            return read(answer)
        except ValueError as exc:
            say(f"  {exc}")


def secret(text: str) -> str:
    """Read a secret.

    Raises:
        ValueError: it is empty, or no secret has such characters.
    """
    text = str(trimmed(text))
    if not text:
        raise ValueError("it is empty")
    return text


def yes_or_no(text: str) -> bool:
    """Read an answer to a question of yes or no.

    Raises:
        ValueError: it is neither.
    """
    text = text.lower()
    if text not in ("y", "yes", "n", "no"):
        raise ValueError("answer y or n")
    return text.startswith("y")


def new_password() -> str:
    """Ask for a password that somebody chooses, twice.

    Raises:
        InputEndedError: there are no more answers.
    """
    while True:
        password = ask("Password", secret, hidden=True)
        if not at_terminal() or ask("The same again", str, hidden=True).strip() == password:
            return password
        say("  the two differ")


def at_terminal() -> bool:
    """Return whether a person can answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def _answer(question: str, prompt: str, *, hidden: bool) -> str:
    """Return the next answer; on a terminal it is asked for."""
    try:
        if not at_terminal():
            line = sys.stdin.readline() if sys.stdin is not None else ""
        elif hidden:
            line = getpass.getpass(escaped(prompt)) + "\n"
        else:
            click.echo(escaped(prompt), nl=False, err=True)
            line = input() + "\n"
    except UnicodeDecodeError:
        raise InputEndedError(
            f"the answer to {question!r} is not in {sys.stdin.encoding}; nothing was changed"
        ) from None
    except EOFError:
        click.echo(err=True)
        line = ""
    except OSError:  # a standard input that is open for something else
        line = ""
    if not line:
        raise InputEndedError(f"the input ended at the question {question!r}; nothing was changed")
    return line.strip()

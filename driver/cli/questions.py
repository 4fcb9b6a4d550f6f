"""Prompts on a terminal, or answers read line by line from a pipe; secrets are never echoed."""

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
    """The input ended before every question was answered."""

    exit_code = WRONG_USE


def say(line: str) -> None:
    """Print a line to stderr, where the questions are printed too."""
    click.echo(escaped(line), err=True)


def ask(question: str, read: Callable[[str], T], *, default: str = "", hidden: bool = False) -> T:
    """Ask until ``read`` accepts the answer, and print what is wrong each time; ``hidden`` answers are not echoed.

    Raises:
        InputEndedError: There are no more answers.
    """
    prompt = f"{question} [{default}]: " if default else f"{question}: "
    while True:
        answer = _answer(question, prompt, hidden=hidden) or default
        try:
            if odd := odd_character(answer):
                raise ValueError(f"contains {odd}, which is not text")
            return read(answer)
        except ValueError as exc:
            say(f"  {exc}")


def secret(text: str) -> str:
    """Parse a secret.

    Raises:
        ValueError: It is empty, or has characters that no secret can have.
    """
    text = str(trimmed(text))
    if not text:
        raise ValueError("it is empty")
    return text


def yes_or_no(text: str) -> bool:
    """Parse the answer to a yes-or-no question.

    Raises:
        ValueError: It is neither.
    """
    text = text.lower()
    if text not in ("y", "yes", "n", "no"):
        raise ValueError("answer y or n")
    return text.startswith("y")


def new_password() -> str:
    """Prompt for a new password, twice.

    Raises:
        InputEndedError: There are no more answers.
    """
    while True:
        password = ask("Password", secret, hidden=True)
        if not at_terminal() or ask("Password again", str, hidden=True).strip() == password:
            return password
        say("  the passwords differ")


def at_terminal() -> bool:
    """Return whether standard input is a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def _answer(question: str, prompt: str, *, hidden: bool) -> str:
    """Return the next answer; on a terminal, print the prompt first."""
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
            f"the answer to {question!r} is not valid {sys.stdin.encoding}; nothing was changed"
        ) from None
    except EOFError:
        click.echo(err=True)
        line = ""
    except OSError:  # standard input is open, but not for reading
        line = ""
    if not line:
        raise InputEndedError(f"the input ended at the question {question!r}; nothing was changed")
    return line.strip()

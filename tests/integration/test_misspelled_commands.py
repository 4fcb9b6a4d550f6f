"""A misspelled command is answered with the intended one and exit status 2."""

import click
import pytest
from click.testing import CliRunner

from driver.cli import cli as sms_driver
from fake_twilio.cli import main as fake_twilio


@pytest.mark.parametrize(
    ("command", "typed", "answer"),
    [
        (sms_driver, "rnu", "No such command 'rnu'. Did you mean 'run'?"),
        (sms_driver, "chekc", "No such command 'chekc'. Did you mean 'check'?"),
        (sms_driver, "xyz", "No such command 'xyz'."),
        (fake_twilio, "srve", "No such command 'srve'. Did you mean 'serve'?"),
        (fake_twilio, "exce", "No such command 'exce'. Did you mean 'exec'?"),
        (fake_twilio, "xyz", "No such command 'xyz'."),
    ],
)
def test_the_command_that_was_meant_is_named(command: click.Group, typed: str, answer: str) -> None:
    done = CliRunner().invoke(command, [typed])
    assert done.exit_code == 2
    assert done.output.strip().endswith(answer)

"""How commands end: one clear line on stderr and the documented exit status, never a traceback."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from driver.domain.control_characters import escaped
from driver.errors import ConfigurationError, DriverError, RefusedError

DONE, FAILED, WRONG_USE, UNREACHABLE = 0, 1, 2, 3


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn the driver's errors into messages and exit statuses."""
    try:
        yield
    except ConfigurationError as exc:
        count = len(exc.problems)
        click.echo(f"The configuration is invalid ({count} problem{'s' if count != 1 else ''}):", err=True)
        for problem in exc.problems:
            click.echo(f"  {escaped(str(problem))}", err=True)
        sys.exit(WRONG_USE)
    except DriverError as exc:
        click.echo(f"sms-driver: {escaped(str(exc))}", err=True)
        sys.exit(FAILED if isinstance(exc, RefusedError) else UNREACHABLE)
    except BrokenPipeError:
        sys.exit(DONE)
    except OSError as exc:
        if not _is_of_output(exc):
            raise
        click.echo(f"sms-driver: the output cannot be written: {exc.strerror}", err=True)
        sys.exit(FAILED)


def _is_of_output(exc: OSError) -> bool:
    """Return whether writing the output failed; if so, drop what stdout has buffered, or the exit fails too."""
    if exc.filename is not None or exc.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}:
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True

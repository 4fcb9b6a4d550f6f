"""How the store describes the failure of a database."""

import pytest
from sqlalchemy.exc import OperationalError

from driver.store.reader import cause


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("SELECT 1", {}, Exception("database is locked\nsecond line")), "database is locked"),
        (OSError(111, "Connection refused"), "[Errno 111] Connection refused"),
        (TimeoutError(), "it did not answer in time"),
        (ConnectionResetError(), "ConnectionResetError"),
        (OSError("x" * 300), "x" * 200),
    ],
)
def test_a_reason_is_never_empty(error: Exception, said: str) -> None:
    assert cause(error) == said

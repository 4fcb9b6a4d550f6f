"""The driver's client has a method for every request that the driver accepts."""

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

from driver.api.routing import Route
from driver.client import driver_client
from driver.dataserver.routes import ROUTES
from driver.debugtools.routes import INSPECT_ROUTES, LOG_ROUTES

TABLES: tuple[tuple[Route[Any], ...], ...] = (ROUTES, LOG_ROUTES, INSPECT_ROUTES)


def paths() -> Iterator[str]:
    """Yield the paths in the client's source, with inserted values replaced by a star."""
    for node in ast.walk(ast.parse(inspect.getsource(driver_client))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        elif isinstance(node, ast.Constant) and str(node.value).startswith("/"):
            yield str(node.value)


def test_the_client_can_ask_whatever_a_driver_answers() -> None:
    asked = set(paths())
    asked |= {f"/api/alarms/{what}" for what in ("acknowledge", "shelve", "unshelve") if "/api/alarms/*" in asked}
    answered = {re.sub(r"{[^}]*}", "*", route.path) for table in TABLES for route in table}
    assert answered <= asked

"""The operator console: a page of plain modules, served from the package, that lives on the data server's public calls.

The page itself carries no data and needs no login; everything it shows it asks for like any other program. It needs
nothing from anywhere else, so it works on sites without internet. What texters write is only ever shown as text, and
the content security policy forbids every script that is not one of these files.
"""

from aiohttp import web

from driver.api.static_files import static_files


def routes() -> list[web.RouteDef]:
    """Return the routes of the operator console."""
    return static_files(__name__, "console.html", "/console")

"""A database that dies, hangs, or is unreachable."""

from collections.abc import AsyncIterator
from random import Random

from chaos.database import Database
from chaos.misfortunes.register import misfortune
from chaos.site import Plan, Site


def _has_server(plan: Plan) -> bool:
    return plan.drivers > 1


def _server(site: Site) -> Database:
    assert site.database is not None
    return site.database


@misfortune("database killed", "database", (0.5, 5.0), _has_server)
async def killed(site: Site, _chance: Random) -> AsyncIterator[str]:
    """Kill the server, as a power failure would, and start it again later."""
    await _server(site).stop()
    try:
        yield "database killed"
    finally:
        await _server(site).start()


@misfortune("database restarted", "database", (1.0, 2.0), _has_server)
async def restarted(site: Site, _chance: Random) -> AsyncIterator[str]:
    """Kill the server and start it again immediately."""
    await _server(site).stop()
    await _server(site).start()
    yield "database restarted"


@misfortune("database paused", "database", (0.5, 5.0), _has_server)
async def paused(site: Site, _chance: Random) -> AsyncIterator[str]:
    """Suspend the server's processes."""
    _server(site).pause()
    try:
        yield "database paused"
    finally:
        _server(site).resume()


@misfortune("database cut", "database", (0.5, 5.0), _has_server)
async def cut(site: Site, _chance: Random) -> AsyncIterator[str]:
    """Cut the network to the server."""
    _server(site).network.cut()
    try:
        yield "database cut"
    finally:
        _server(site).network.restore()


@misfortune("database stalled", "database", (0.5, 5.0), _has_server)
async def stalled(site: Site, _chance: Random) -> AsyncIterator[str]:
    """Keep connections to the server open but pass no data."""
    _server(site).network.stall()
    try:
        yield "database stalled"
    finally:
        _server(site).network.restore()


@misfortune("database connections dropped", "database", (0.2, 1.0), _has_server)
async def dropped(site: Site, _chance: Random) -> AsyncIterator[str]:
    """Break every connection once."""
    _server(site).network.drop()
    yield "database connections dropped"

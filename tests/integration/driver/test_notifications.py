"""PostgreSQL's notifications over a network that can break at any moment."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from driver.errors import StoreUnavailableError
from driver.store.database import PostgresqlDatabase
from driver.store.engines import open_database
from driver.store.notifications import Notifications, notify
from harness.tcp_proxy import TcpProxy, tcp_proxy

pytestmark = pytest.mark.postgresql
CHANNEL = "some_changes"


@pytest.fixture
async def network(server: str) -> AsyncIterator[TcpProxy]:
    address = urlsplit(server)
    async with tcp_proxy(lambda: [(str(address.hostname), int(address.port or 0))]) as proxy:
        yield proxy


@pytest.fixture
async def database(network: TcpProxy, server: str) -> AsyncIterator[PostgresqlDatabase]:
    address = urlsplit(server)
    url = address._replace(netloc=f"{address.username}@127.0.0.1:{network.port}").geturl()
    database = open_database(url, "a driver")
    assert isinstance(database, PostgresqlDatabase)
    yield database
    await database.close()


async def test_a_connection_that_breaks_as_it_begins_to_listen_is_made_again(
    network: TcpProxy, database: PostgresqlDatabase
) -> None:
    wakeup = asyncio.Event()
    notifications = Notifications(database, CHANNEL, wakeup)
    network.breaks_at = b"LISTEN"
    with pytest.raises(StoreUnavailableError):
        await notifications.keep()

    network.breaks_at = None
    await notifications.keep()
    wakeup.clear()
    async with database.engine.begin() as connection:
        await connection.execute(notify(CHANNEL))
    await wakeup.wait()
    await notifications.close()

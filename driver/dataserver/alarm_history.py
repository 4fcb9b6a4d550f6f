"""The history and statistics of alarms, for shift handovers and for finding assets that raise too many alarms."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from driver.api import alarm_models
from driver.api.requests import AlarmHistoryQuery, AlarmStatisticsQuery
from driver.api.routing import ApiRequest
from driver.dataserver.context import DataView
from driver.dataserver.csv_lists import PageOrCsv, page_response
from driver.dataserver.paging import MOMENT_AND_NUMBER, paging
from driver.domain.events import Event
from driver.errors import RequestError
from driver.ports.store import AlarmSearch

#: The prefix of event names, which the API omits.
PREFIX = "Alarm"
DAY = timedelta(days=1)
#: The statistics of a longer period would fill an unreadable page.
MAX_PERIOD = 31 * DAY
WORST = 10
TEN_MINUTES = timedelta(minutes=10)


async def get_alarm_history(
    server: DataView, request: ApiRequest[AlarmHistoryQuery]
) -> PageOrCsv[alarm_models.AlarmHistoryPage]:
    """List the events of alarms, newest first; also available as CSV.

    ``asset`` is a text that the id, caption or location of the asset must contain. ``event`` is one of ``raised``,
    ``repeated``, ``acknowledged``, ``cleared``, ``reset``, ``masked``, ``shelved`` and ``unshelved``.
    """
    asked, query = paging(request, MOMENT_AND_NUMBER), request.data
    names = (f"{PREFIX}{query.event.capitalize()}",) if query.event else ()
    wanted = AlarmSearch(_assets(server, query.asset), names, query.since, query.until)
    found = await server.store.alarm_events(asked.size, asked.start, wanted)
    items = [_model(event) for event in found.items]
    return page_response(request, alarm_models.AlarmHistoryPage(items=items, next=asked.seal(found.next)))


async def get_alarm_statistics(
    server: DataView, request: ApiRequest[AlarmStatisticsQuery]
) -> alarm_models.AlarmStatisticsModel:
    """Return the EEMUA 191 alarm metrics for a period of at most 31 days, by default the last 24 hours."""
    until = request.data.until or server.clock.now()
    since = request.data.since or until - DAY
    if not timedelta(0) < until - since <= MAX_PERIOD:
        detail = f"from: expected a time before 'to', at most {MAX_PERIOD.days} days earlier"
        raise RequestError(detail, errors=[{"path": "from", "message": detail}])
    counts = await server.store.alarm_counts(since, until)
    raised = sum(counts.by_time.values())
    assets = [asset for _, asset in server.assets.all()]
    records = [(asset, record) for asset in assets for record in asset.records]
    return alarm_models.AlarmStatisticsModel(
        since=since,
        until=until,
        raised=raised,
        average_per_ten_minutes=round(raised / ((until - since) / TEN_MINUTES), 2),
        most_in_ten_minutes=max(counts.by_time.values(), default=0),
        standing=sum(not asset.silenced(record.status) for asset, record in records),
        shelved=sum(len(asset.shelves) for asset in assets),
        masked=sum(asset.facts.mask is not None for asset, _ in records),
        slots=[alarm_models.AlarmSlotModel(at=at, raised=count) for at, count in sorted(counts.by_time.items())],
        worst=_worst(server, counts.by_asset),
    )


def _worst(server: DataView, by_asset: Mapping[str, int]) -> list[alarm_models.WorstAssetModel]:
    entries = server.assets.catalog.entries
    ranking = sorted(by_asset.items(), key=lambda item: (-item[1], item[0]))[:WORST]
    return [
        alarm_models.WorstAssetModel(
            asset_id=asset_id, caption=entries[asset_id].caption if asset_id in entries else asset_id, raised=count
        )
        for asset_id, count in ranking
    ]


def _assets(server: DataView, text: str) -> tuple[str, ...] | None:
    """Return the ids of the assets that match a text; a removed asset is only found by its full id."""
    if not text:
        return None
    wanted = text.casefold()
    found = (
        entry.asset_id
        for entry in server.assets.catalog.entries.values()
        if wanted in f"{entry.asset_id}\n{entry.caption}\n{entry.location}".casefold()
    )
    return (text, *found)


#: Events without a user, although the alarm may have been acknowledged by somebody.
_BY_ITSELF = ("raised", "repeated", "cleared")


def _model(event: Event) -> alarm_models.AlarmEventModel:
    parameters: Mapping[str, Any] = event.parameters
    what = event.name.removeprefix(PREFIX).lower()
    return alarm_models.AlarmEventModel(
        at=event.observed_at,
        event=what,
        asset_id=event.asset_id,
        caption=str(event.initial["Name"]),
        alarm_id=parameters["Alarm ID"],
        alarm_type=parameters["Alarm Type"],
        status=parameters["Alarm Status"],
        count=parameters["Count"],
        user="" if what in _BY_ITSELF else parameters["Acknowledged By"],
        comment=parameters["Comment"],
        reason=parameters["Reason"],
    )

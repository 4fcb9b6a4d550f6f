"""Handlers for inspecting a running driver: diagnostics, the reasons for an asset's status, message stories, traces."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from driver.api import debug_models as models
from driver.api.models import FactsModel
from driver.api.routing import ApiRequest
from driver.debugtools.logging_setup import LogAccess
from driver.debugtools.trace import EVERYTHING
from driver.domain.asset import active_states, true_states
from driver.domain.explanations import awaiting, reason, why_shown
from driver.domain.message_story import story
from driver.errors import NotFoundError, RequestError
from driver.ports.store import Store
from driver.runtime.log_topics import WORDS
from driver.services.account_checks import CheckLevel
from driver.services.assets import Assets
from driver.services.selftest import SelfTest
from driver.services.send_queue import SendQueue

M = TypeVar("M", bound=BaseModel)
#: Maximum number of messages in a response.
MAX_STORIES = 5


@dataclass(frozen=True, slots=True)
class Inspection:
    """The internals of the active driver, and its log."""

    report: Callable[[], models.DiagnosticsModel]
    journal: LogAccess
    assets: Assets
    selftest: SelfTest
    store: Store
    send_queue: SendQueue

    def redacted(self, model: M) -> M:
        """Return a model redacted like the log."""
        return type(model).model_validate(self.journal.redactor.clean(model.model_dump(mode="json")))


async def get_diagnostics(inspection: Inspection, _request: ApiRequest[None]) -> models.DiagnosticsModel:
    """Return a diagnostics report for a support ticket."""
    return inspection.redacted(inspection.report())


async def get_why(inspection: Inspection, request: ApiRequest[None]) -> models.WhyModel:
    """Explain how an asset's status was derived: facts, alarm records, active states, and matching status rows."""
    name, assets = request.path("id"), inspection.assets
    entry = assets.catalog.find(name)
    if entry is None:
        raise NotFoundError(f"there is no asset {name!r}")
    asset, table = assets.get(entry.asset_id), entry.rules.table
    active = active_states(asset)
    why = models.WhyModel(
        asset=entry.asset_id,
        sentences=list(why_shown(asset, entry.rules, entry.caption)),
        status=asset.status,
        since=asset.since,
        reason=reason(asset),
        awaiting=awaiting(asset, entry.rules),
        facts=FactsModel.of(asset.facts),
        true_states=true_states(asset.facts),
        alarm_records=asset.records,
        startup_grace_until=asset.startup_grace_until,
        active_states=active,
        status_table=table.table_id,
        rows=[
            models.StatusRowModel.model_validate(row).model_copy(update={"fits": row.states <= active})
            for row in sorted(table.rows, key=lambda row: row.priority)
        ],
    )
    return inspection.redacted(why)


async def get_asset_names(inspection: Inspection, _request: ApiRequest[None]) -> models.AssetNamesModel:
    """List the ids and captions of all assets."""
    entries = inspection.assets.catalog.entries.values()
    return models.AssetNamesModel(items=list(map(models.AssetNameModel.model_validate, entries)))


async def get_stories(
    inspection: Inspection, request: ApiRequest[models.MessageStoriesQuery]
) -> models.MessageStoriesModel:
    """Explain in sentences what happened to the newest messages that match; their contents are not shown."""
    store, waiting = inspection.store, inspection.send_queue.waiting()
    items = []
    for message in await store.outbound_messages(MAX_STORIES, request.data.q):
        numbers = (message.from_number, message.to_number)
        ahead = [each for each in waiting if (each.from_number, each.to_number) == numbers]
        place = next((n for n, each in enumerate(ahead) if each.execution_id == message.execution_id), 0)
        at_twilio = await store.message(message.message_sid) if message.message_sid else None
        items.append(
            models.MessageStoryModel(
                execution_id=message.execution_id,
                asset_id=message.asset_id,
                state=message.state,
                sentences=list(story(message, at_twilio, place)),
            )
        )
    return inspection.redacted(models.MessageStoriesModel(items=items))


async def run_selftest(inspection: Inspection, _request: ApiRequest[None]) -> models.SelfTestModel:
    """Run the self-test of everything that the driver needs; ``ok`` is false if something prevents it from working."""
    findings = await inspection.selftest.run()
    ok = all(finding.verdict is not CheckLevel.PROBLEM for finding in findings)
    return inspection.redacted(models.SelfTestModel(ok=ok, findings=findings))


async def get_trace(inspection: Inspection, _request: ApiRequest[None]) -> models.TraceModel:
    """Return all topics and the active traces: which topics of which assets, and until when."""
    return _model(inspection)


async def put_trace(inspection: Inspection, request: ApiRequest[models.TraceBody]) -> models.TraceModel:
    """Trace these topics of an asset, or of all assets, replacing its previous topics."""
    body = request.data
    known = inspection.assets.catalog.find(body.asset)
    if body.asset and known is None:
        detail = f"there is no asset {body.asset!r}"
        raise RequestError(detail, errors=[{"path": "asset", "message": detail}])
    inspection.journal.traces.switch(known.asset_id if known else EVERYTHING, body.topics, body.minutes)
    return _model(inspection)


async def delete_trace(inspection: Inspection, _request: ApiRequest[None]) -> models.TraceModel:
    """Stop all traces; only what the configured level includes is recorded."""
    inspection.journal.traces.stop()
    return _model(inspection)


def _model(inspection: Inspection) -> models.TraceModel:
    return models.TraceModel(topics=WORDS, active=inspection.journal.traces.active())

"""The alert rules, the dashboard and the page about monitoring use only metrics that a running driver exports."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from support.driver_site import GUARD, OURS, Site, site
from support.driver_webhooks import post, webhook_site

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/monitoring"
PAGE = ROOT / "docs/how-to/monitor-the-driver.md"
#: Added by Prometheus to what it scrapes: a metric of its own, and labels.
OF_PROMETHEUS = {"up"}
TARGET = {"job", "instance"}

_METRIC = re.compile(r"\b(sms_driver_\w+|up)\b(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_GROUPED = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
Series = Mapping[str, set[tuple[tuple[str, str], ...]]]


async def shown(here: Site) -> Series:
    """Return every metric with its label sets."""
    text = await here.client.metrics()
    found: dict[str, set[tuple[tuple[str, str], ...]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                found.setdefault(sample.name, set()).add(tuple(sorted(sample.labels.items())))
    return found


def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load((EXAMPLE / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((EXAMPLE / "grafana-dashboard.json").read_text(encoding="utf-8"))
    return read


def queries() -> Iterator[str]:
    """Yield every query of the rules and the dashboard, including those of its variables."""
    yield from (rule["expr"] for rule in rules())
    for panel in dashboard()["panels"]:
        yield from (target["expr"] for target in panel.get("targets", []))
    for variable in dashboard()["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["query"]["query"]


def mistakes(query: str, series: Series) -> Iterator[str]:
    """Yield whatever a query uses that no driver exports."""
    labels = set(TARGET)
    for name, matchers in _METRIC.findall(query):
        if name not in series and name not in OF_PROMETHEUS:
            yield f"no metric {name}"
            continue
        sets = series.get(name, set())
        labels |= {label for labels_of_one in sets for label, _ in labels_of_one}
        for label, sign, value in _MATCHER.findall(matchers):
            if label in TARGET:
                continue
            values = {of_one[label] for of_one in map(dict, sets) if label in of_one}
            wanted = value.split("|") if "~" in sign else [value]
            yield from (f"{name} has no {label}={one!r}" for one in wanted if one not in values)
    for grouped in _GROUPED.findall(query):
        yield from (f"no label {one}" for one in re.findall(r"\w+", grouped) if one not in labels)


async def test_every_query_names_what_a_driver_shows_before_anything_has_happened(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        series = await shown(here)
    every = list(queries())
    assert len(every) > len(rules()) > 5
    assert {query: found for query in every if (found := list(mistakes(query, series)))} == {}


def test_what_is_shown_beside_a_value_is_a_label_that_its_query_keeps() -> None:
    shown_labels = [
        (target["expr"], set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])))
        for panel in dashboard()["panels"]
        for target in panel["targets"]
    ]
    shown_labels += [
        (rule["expr"], set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))) for rule in rules()
    ]
    assert {"end", "reason", "instance"} <= set().union(*(labels for _, labels in shown_labels))
    for query, labels in shown_labels:
        grouped = re.findall(r"\bsum by \(([^)]*)\)", query)
        kept = set(re.findall(r"\w+", grouped[0])) if grouped else set() if "sum(" in query else TARGET
        assert labels <= kept, query


def test_a_mistake_in_a_query_is_found() -> None:
    series: Series = {"sms_driver_polls_total": {(("result", "failed"),), (("result", "answered"),)}}
    assert list(mistakes('rate(sms_driver_polls_total{result="failed"}[5m])', series)) == []
    assert list(mistakes("sms_driver_poll_total", series)) == ["no metric sms_driver_poll_total"]
    assert list(mistakes('sms_driver_polls_total{result="broken"}', series)) == [
        "sms_driver_polls_total has no result='broken'"
    ]
    assert list(mistakes("sum by (reason) (sms_driver_polls_total)", series)) == ["no label reason"]


async def test_what_happens_adds_no_series_so_that_the_first_time_counts(tmp_path: Path) -> None:
    async with webhook_site(tmp_path, "both") as here:
        before = await shown(here)
        await here.send("Door 3")
        here.fault({"type": "http_error", "status": 503}, times=2)
        await here.send("Door 4")
        await here.clock.advance(120)
        here.fault({"type": "http_error", "status": 400, "code": 21211}, times=2)
        await here.send("Door 5")
        await here.clock.advance(10)
        await here.fake.handset(GUARD).send(OURS, "On my way")
        await here.clock.advance(60)
        assert await post(here, "/twilio/sms", {"Body": "x"}, signature="forged") == 403
        assert await shown(here) == before


async def test_the_page_lists_every_metric_with_its_labels(tmp_path: Path) -> None:
    rows = re.findall(r"^\| `(sms_driver_\w+)(?:\{([\w, ]+)\})?` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    listed = {name: set(re.findall(r"\w+", labels)) for name, labels in rows}
    async with site(tmp_path) as here:
        series = await shown(here)
    assert listed == {name: {label for one in sets for label, _ in one} for name, sets in series.items()}


def test_the_page_says_what_to_do_at_each_alert() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = re.findall(r"^\| `(SmsDriver\w+)` \|", page, re.MULTILINE)
    assert named == [rule["alert"] for rule in rules()]
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in rules())


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool here; it comes with Prometheus")
@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", "alerts.yml"), ("check", "config", "prometheus.yml"), ("test", "rules", "alerts_test.yml")],
)
def test_prometheus_takes_the_rules_and_they_fire(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["promtool", *arguments], cwd=EXAMPLE, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr

"""Active faults: when they apply, in which order, how they are shown, and which mistakes are refused."""

from typing import Any

import pytest

from fake_twilio import Fault
from fake_twilio.faults.base import Facts
from fake_twilio.faults.engine import FaultEngine
from fake_twilio.faults.fault import FaultError

CREATE = Facts("messages.create", to="+1", sender="+2", account_sid="AC1", body="fire at gate 3")
OPERATIONS = frozenset({"messages.create", "messages.list", "messages.fetch"})
NAMES = ", ".join(sorted(OPERATIONS))


def engine() -> FaultEngine:
    made = FaultEngine(seed=1)
    made.operations = OPERATIONS
    return made


def applied(faults: FaultEngine, facts: Facts = CREATE, phase: str = "request", times: int = 1) -> list[list[str]]:
    return [[fault_id for fault_id, _ in faults.apply(phase, facts)] for _ in range(times)]


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({}, True),
        ({"operation": "messages.create"}, True),
        ({"operation": "messages.*"}, True),
        ({"operation": "messages.list"}, False),
        ({"to": "+1"}, True),
        ({"to": "+2"}, False),
        ({"from": "+2"}, True),
        ({"from": "+1"}, False),
        ({"account_sid": "AC1"}, True),
        ({"account_sid": "AC2"}, False),
        ({"body": "gate \\d"}, True),
        ({"body": "^gate"}, False),
        ({"to": "+1", "body": "ice"}, False),
    ],
)
def test_a_fault_strikes_on_the_occasions_that_fit_all_it_names(match: dict[str, Any], fits: bool) -> None:
    faults = engine()
    faults.add(Fault({"type": "http_error", "status": 500}, match))
    assert applied(faults) == [["fault-1"] if fits else []]


def test_what_is_matched_against_the_creation_also_means_what_that_sets_off() -> None:
    faults = engine()
    faults.add(Fault.hold(operation="messages.create"))
    faults.add(Fault.callback_drop(operation="messages.*", times=None))
    assert applied(faults, Facts("delivery"), "delivery") == [["fault-1"]]
    assert applied(faults, Facts("callback"), "callback") == [["fault-2"]]
    assert applied(faults, Facts("inbound_webhook"), "inbound_webhook") == [[]]


def test_a_fault_passes_the_first_then_strikes_as_often_as_it_may() -> None:
    faults = engine()
    planted = faults.add(Fault.http_error(500, after=2, times=2))
    assert applied(faults, times=6) == [[], [], ["fault-1"], ["fault-1"], [], []]
    assert (planted.matched, planted.applied, planted.spent) == (4, 2, True)
    always = faults.add(Fault.http_error(500, times=None))
    assert applied(faults, times=3) == [["fault-2"]] * 3
    assert not always.spent


def test_only_its_own_phase_and_operations_count() -> None:
    faults = engine()
    planted = faults.add(Fault.list_lag(3, times=None))
    assert applied(faults, times=2) == [[], []]
    assert applied(faults, phase="response") == [[]]
    assert planted.matched == 0
    assert applied(faults, Facts("messages.list")) == [["fault-1"]]


def test_chance_decides_and_begins_anew_with_clear() -> None:
    faults = engine()
    rounds = []
    for _ in range(2):
        faults.add(Fault.http_error(500, probability=0.5, times=None))
        rounds.append(applied(faults, times=40))
        faults.clear()
    assert rounds[0] == rounds[1]
    assert 5 < rounds[0].count([]) < 35
    faults.add(Fault.http_error(500, probability=0, times=None))
    assert applied(faults, times=9) == [[]] * 9


def test_the_earlier_one_strikes_first_and_a_later_one_is_not_counted_unless_asked() -> None:
    faults = engine()
    first, second = faults.add(Fault.reset_before()), faults.add(Fault.hang_before())
    fault_id, _ = next(faults.apply("request", CREATE))
    assert (fault_id, first.applied, second.matched) == ("fault-1", 1, 0)
    assert applied(faults) == [["fault-2"]]


def test_a_fault_is_shown_and_read_as_the_control_api_has_it() -> None:
    faults = engine()
    faults.add(Fault.delivery("failed", from_="+2", body="x", times=None, after=1, probability=0.5))
    document = {
        "id": "fault-1",
        "match": {"operation": "*", "from": "+2", "body": "x"},
        "effect": {"type": "delivery", "status": "failed", "error_code": None, "after": 0},
        "times": None,
        "after": 1,
        "probability": 0.5,
        "matched": 0,
        "applied": 0,
    }
    assert faults.documents() == [document]
    counted = document | {"id": "fault-7", "matched": 5, "applied": 3}
    faults.replace(faults.read([counted, document | {"id": "own"}]))
    assert [each["id"] for each in faults.documents()] == ["fault-7", "own"]
    assert faults.documents()[0] == counted
    assert faults.add(Fault.hold()).id == "fault-8", "IDs continue after the highest"


def test_faults_are_found_and_taken_away() -> None:
    faults = engine()
    assert not faults
    planted = faults.add(effect={"type": "hold"}, times=2)
    assert faults
    assert list(faults) == [planted]
    assert (faults.get("fault-1"), faults.get("fault-2")) == (planted, None)
    assert (faults.remove("fault-1"), faults.remove("fault-1")) == (True, False)
    faults.add(Fault.hold())
    faults.clear()
    assert faults.add(Fault.hold()).id == "fault-1"


@pytest.mark.parametrize(
    ("fault", "problems"),
    [
        (
            {"effect": {"type": "http_error", "status": 500}, "match": {"operation": "mesages.create"}},
            [
                f"match.operation: http_error does not apply to 'mesages.create', only to {NAMES}",
            ],
        ),
        (
            {"effect": {"type": "list_lag", "seconds": 1}, "match": {"operation": "messages.create"}},
            ["match.operation: list_lag does not apply to 'messages.create', only to *.list"],
        ),
        (
            {"effect": {"type": "hold"}, "match": {"operation": "messages.list"}},
            ["match.operation: hold does not apply to 'messages.list', only to delivery"],
        ),
        (
            {"tmes": 1},
            ["tmes: unknown key; known keys: after, effect, match, probability, times", "effect: is missing"],
        ),
        ({"effect": 1}, ["effect: 1 is not an object"]),
        ({"effect": {"type": "hold"}, "match": 1}, ["match: 1 is not an object"]),
        (
            {"effect": {"type": "hold"}, "match": {"sender": "+1", "to": 1, "body": "("}},
            [
                "match.sender: unknown key; known keys: account_sid, body, from, operation, to",
                "match.to: 1 is not a string",
                "match.body: '(' is not a regular expression: missing ), unterminated subpattern at position 0",
            ],
        ),
        (
            {"effect": {"type": "hold"}, "times": 0, "after": -1, "probability": 1.1},
            [
                "times: 0 is neither null (always) nor a whole number of 1 or more",
                "after: -1 is not a whole number of zero or more",
                "probability: 1.1 is not between 0 and 1",
            ],
        ),
        (
            {"effect": {"type": "hold"}, "times": True, "after": True, "probability": True},
            [
                "times: True is neither null (always) nor a whole number of 1 or more",
                "after: True is not a whole number of zero or more",
                "probability: True is not between 0 and 1",
            ],
        ),
        (
            {"effect": {"type": "http_error", "status": "500", "code": 1.5, "headers": {"a": 1}, "rfc9457": 1}},
            [
                "effect.status: '500' is not a whole number",
                "effect.code: 1.5 is not a whole number",
                "effect.headers: {'a': 1} is not dict[str, str]",
                "effect.rfc9457: 1 is not true or false",
            ],
        ),
        ({"effect": {"type": "latency"}}, ["effect.seconds: is missing"]),
        ({"effect": {"type": "latency", "seconds": True}}, ["effect.seconds: True is not a number"]),
        (
            {"effect": {"type": "reset_after", "x": 1}},
            ["effect.x: unknown key for reset_after; known keys: none"],
        ),
        (
            {"effect": {"type": "delivery", "at": 1, "status": 1}},
            [
                "effect.at: unknown key for delivery; known keys: after, error_code, status",
                "effect.status: 1 is not a string",
            ],
        ),
        ({"effect": {"type": "hold", "at": "x"}}, ["effect.at: 'x' is not one of queued, sent"]),
    ],
)
def test_every_mistake_is_named_at_once(fault: dict[str, Any], problems: list[str]) -> None:
    with pytest.raises(FaultError) as caught:
        engine().add(fault)
    assert caught.value.problems == problems
    assert str(caught.value) == "; ".join(problems)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("HTTP-Error", "; did you mean http_error?"),
        ("callback_drip", "; did you mean callback_drop?"),
        ("drop", "; did you mean inbound_drop?"),
        ("zzz", ", truncate"),
    ],
)
def test_a_misspelt_effect_is_guessed(name: str, meant: str) -> None:
    with pytest.raises(FaultError) as caught:
        engine().add(effect={"type": name})
    [problem] = caught.value.problems
    assert problem.startswith(f"effect.type: {name!r} is not one of callback_bad_signature, callback_delay, ")
    assert problem.endswith(meant)


def test_receipts_may_be_named_in_full_behind_the_prefix_of_incoming_webhooks() -> None:
    assert engine().add(effect={"type": "inbound_callback_drop"}).effect.name == "inbound_drop"


def test_without_a_list_of_operations_every_name_is_believed() -> None:
    assert FaultEngine().add(Fault.http_error(500, operation="any.thing")).match.operation == "any.thing"


def test_what_is_no_object_is_no_fault() -> None:
    with pytest.raises(FaultError, match=r"^\[\] is not an object$"):
        engine().add([])  # type: ignore[arg-type]


def test_one_that_does_not_strike_keeps_no_other_from_it() -> None:
    faults = engine()
    for passes in (Fault.hold(), Fault.list_lag(1), Fault.reset_before(after=9), Fault.reset_before(probability=0)):
        faults.add(passes)
    faults.add(Fault.hang_before())
    assert applied(faults) == [["fault-5"]]


def test_an_effect_of_the_answer_is_given_the_answer() -> None:
    faults = engine()
    faults.add(Fault.truncate())
    [(_, action)] = faults.apply("response", CREATE, b"12345678")
    assert action.cut == 4

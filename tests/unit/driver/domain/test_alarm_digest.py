"""One message in place of many: what it says, what it leaves out, and when it is sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from driver.domain.alarm_digest import digest_of
from driver.domain.flood_control import DIGEST_WAIT, HOUR, take_due
from driver.domain.relevance import MAX_LENGTH, Subject, SubjectKind
from driver.domain.rule_state import Allowances, PendingMessage, Repetition, RuleState

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE = Allowances(frozenset({"desk"}), texts_per_hour=1)


def about(number: int, name: str = "") -> PendingMessage:
    alarm = Subject(SubjectKind.ALARM, f"phone-{number}", f"A{number}")
    summary = name or f"Phone {number}, Fault"
    return PendingMessage(f"k{number}", "alarms", "desk", f"{summary}. Reply 10.", NOW, (alarm,), summary=summary)


def said(number: int, words: str, severity: int = 3) -> PendingMessage:
    return PendingMessage(f"s{number}", "hand on", "desk", words, NOW, severity=severity)


def true(_subjects: Sequence[Subject]) -> str:
    return ""


def test_alarms_are_counted_and_the_first_are_named_within_one_part() -> None:
    rule_state, made = digest_of(RuleState(), [about(number) for number in range(100)], NOW, listens=True)
    assert made.text.text.startswith("100 more alarms, first: Phone 0, Fault; Phone 1, Fault")
    assert made.text.text.endswith(" Reply 10 to acknowledge all.")
    assert len(made.text.text) <= 160
    [code] = rule_state.codes
    assert len(code.alarms) == len(made.text.subjects) == 100
    assert made.left_out == ()
    assert digest_of(rule_state, [about(number) for number in range(100)], NOW, listens=True)[0] == rule_state


def test_whoever_may_not_acknowledge_gets_no_code() -> None:
    rule_state, made = digest_of(RuleState(), [about(1), about(2)], NOW, listens=False)
    assert made.text.text == "2 more alarms: Phone 1, Fault; Phone 2, Fault."
    assert made.text.rule == "digest"
    assert rule_state.codes == ()


def test_what_people_wrote_is_handed_on_in_full_while_it_fits_at_all() -> None:
    items = [said(1, "a" * 700), about(1), said(2, "b" * 700), said(3, "c" * 700)]
    _, made = digest_of(RuleState(), items, NOW, listens=True)
    assert made.text.text == f"4 more messages, first: {'a' * 700}; {'b' * 700}. Reply 10 to acknowledge the alarms."
    assert made.text.subjects == (), "it goes out whatever becomes of the alarm"
    assert [item.key for item in made.left_out] == ["s3"]


def test_a_single_text_that_is_too_long_is_cut() -> None:
    _, made = digest_of(RuleState(), [said(1, "a" * 1600), about(1)], NOW, listens=True)
    assert len(made.text.text) == 1600
    assert made.text.text.endswith("a. Reply 10 to acknowledge the alarms.")


def test_several_texts_about_one_alarm_are_the_latest_of_them() -> None:
    later = replace(about(1), key="later", due=NOW + timedelta(seconds=5))
    _, made = digest_of(RuleState(), [about(1), later], NOW, listens=True)
    assert (made.text, made.left_out) == (later, (about(1),))


def test_a_flood_waits_a_minute_for_its_rest_and_the_next_one_an_hour() -> None:
    first = take_due(RuleState(waiting=(about(1), about(2), about(3))), NOW, true, allowances=ONE)
    assert [item.key for item in first.send] == ["k1"]
    assert [item.due - NOW for item in first.rule_state.waiting] == [DIGEST_WAIT, DIGEST_WAIT]
    soon = NOW + timedelta(seconds=30)
    more = take_due(
        replace(first.rule_state, waiting=(*first.rule_state.waiting, about(4))), soon, true, allowances=ONE
    )
    assert {item.due - NOW for item in more.rule_state.waiting} == {DIGEST_WAIT}, "one digest"
    sent = take_due(more.rule_state, NOW + DIGEST_WAIT, true, allowances=ONE)
    assert [item.text[:13] for item in sent.send] == ["3 more alarms"]
    again = take_due(
        replace(sent.rule_state, waiting=(about(5), about(6))), NOW + 2 * DIGEST_WAIT, true, allowances=ONE
    )
    assert [item.due - NOW for item in again.rule_state.waiting] == [DIGEST_WAIT + HOUR] * 2
    for_another = replace(about(7), to="boss")
    other = take_due(
        replace(again.rule_state, waiting=(*again.rule_state.waiting, for_another)),
        NOW + 2 * DIGEST_WAIT,
        true,
        allowances=ONE,
    )
    assert [item.key for item in other.send] == ["k7"], "each phone has its own limit"


def test_the_more_urgent_goes_first_and_what_has_no_room_is_dropped_with_the_reason() -> None:
    waiting = (said(1, "a" * 1000), said(2, "b" * 1000, severity=2), said(3, "now", severity=1), said(4, "c" * 1000))
    done = take_due(RuleState(waiting=waiting), NOW, true, allowances=ONE)
    assert [item.key for item in done.send] == ["s3", "s2"]
    digest = take_due(done.rule_state, NOW + DIGEST_WAIT, true, allowances=ONE)
    assert [item.text[:5] for item in digest.send] == ["2 mor"]
    [(item, why)] = digest.dropped
    assert (item.key, why) == ("s4", "it does not fit into the digest, and notify.texts_per_hour = 1")


def test_what_quiet_hours_held_is_folded_as_well_where_the_hour_is_spent() -> None:
    held = tuple(replace(about(number), in_quiet_hours=True) for number in (1, 2))
    long = tuple(replace(said(number, "x" * 1000), in_quiet_hours=True) for number in (1, 2))
    assert [item.text[:6] for item in take_due(RuleState(waiting=held), NOW, true, allowances=ONE).send] == ["2 more"]
    spent = take_due(RuleState(waiting=(about(9),)), NOW, true, allowances=ONE).rule_state
    done = take_due(replace(spent, waiting=held), NOW, true, allowances=ONE)
    assert (done.send, [item.folded for item in done.folded]) == ((), [True, True])
    [(_, why)] = take_due(RuleState(waiting=long), NOW, true, allowances=ONE).dropped
    assert why == "it does not fit into the digest, and quiet hours held it"
    alone = take_due(RuleState(waiting=held[:1]), NOW, true, allowances=ONE)
    assert [item.text for item in alone.send] == ["Phone 1, Fault. Reply 10."], "one alone goes out as it is"


def test_a_digest_is_as_long_as_a_text_may_be_and_no_longer() -> None:
    ending = ". Reply 10 to acknowledge the alarms."
    room = MAX_LENGTH - len("2 more messages, first: " + ending)
    for length in (room - 1, room, room + 1):
        _, made = digest_of(RuleState(), [said(1, "a" * length), about(1)], NOW, listens=True)
        assert made.text.text == f"2 more messages, first: {'a' * min(length, room)}{ending}"


def test_what_people_wrote_fits_up_to_the_last_character() -> None:
    room = MAX_LENGTH - len("2 more messages: a; .")
    for length, left_out in ((room, []), (room + 1, ["s2"])):
        _, made = digest_of(RuleState(), [said(1, "a"), said(2, "b" * length)], NOW, listens=False)
        assert [item.key for item in made.left_out] == left_out


def test_each_entry_ends_with_one_stop() -> None:
    _, made = digest_of(RuleState(), [said(1, "Gate X."), said(2, ".5 m of water")], NOW, listens=False)
    assert made.text.text == "2 more messages: Gate X; .5 m of water."


def test_the_code_is_kept_by_the_phone_itself_or_by_the_one_that_keeps_its_codes() -> None:
    own, _ = digest_of(RuleState(), [about(1), about(2)], NOW, listens=True)
    kept, _ = digest_of(RuleState(), [about(1), about(2)], NOW, listens=True, handset="+12015550101")
    assert ([code.phone for code in own.codes], [code.phone for code in kept.codes]) == (["desk"], ["+12015550101"])


def test_a_digest_that_waited_has_the_code_of_the_handset_that_acknowledges() -> None:
    allowed = replace(ONE, acknowledgers=frozenset({"desk"}), handsets={"desk": "handset"})
    first = take_due(RuleState(waiting=(about(1), about(2), about(3))), NOW, true, allowances=allowed)
    done = take_due(first.rule_state, NOW + DIGEST_WAIT, true, allowances=allowed)
    assert [item.text[-29:] for item in done.send] == [" Reply 10 to acknowledge all."]
    assert [code.phone for code in done.rule_state.codes] == ["handset"]
    nobody = take_due(first.rule_state, NOW + DIGEST_WAIT, true, allowances=replace(allowed, acknowledgers=frozenset()))
    assert "Reply" not in nobody.send[0].text


def test_a_repetition_that_nobody_misses_keeps_no_other_text_back() -> None:
    said_before = replace(about(1), repetition=Repetition("k1", 60, 3, False, number=1))
    done = take_due(RuleState(waiting=(said_before, about(2))), NOW, true, allowances=ONE, cleared=lambda _: True)
    assert [item.key for item in done.send] == ["k2"]


def test_held_texts_about_one_alarm_are_no_digest() -> None:
    held = (replace(about(1), in_quiet_hours=True), replace(about(1), key="later", in_quiet_hours=True))
    assert [item.key for item in take_due(RuleState(waiting=held), NOW, true, allowances=Allowances()).send] == [
        "k1",
        "later",
    ]

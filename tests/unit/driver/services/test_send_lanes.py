"""The most urgent goes first, in order within a severity, and nothing is starved."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from driver.services.send_lanes import MAX_OVERTAKINGS, Lane, ReadyLanes


def lane(position: int, severity: int) -> Lane:
    return Lane("+1", f"+2{position}", severity)


def lined_up(severities: Sequence[int]) -> ReadyLanes:
    ready = ReadyLanes()
    for position, severity in enumerate(severities):
        ready.add(position, lane(position, severity))
    return ready


def order(ready: ReadyLanes) -> list[int]:
    taken = []
    while ready:
        one, overtakes = ready.take()
        ready.left(overtook=overtakes)
        taken.append(int(one.to_number[2:]))
    return taken


def test_one_urgent_text_overtakes_a_thousand_others() -> None:
    assert order(lined_up([3] * 1000 + [1]))[:3] == [1000, 0, 1]


def test_after_some_that_overtook_the_earliest_has_its_turn() -> None:
    taken = order(lined_up([3, 3, *[1] * 12]))
    assert taken == [2, 3, 4, 5, 0, 6, 7, 8, 9, 1, 10, 11, 12, 13]


def test_a_turn_that_could_not_be_used_is_not_lost() -> None:
    ready = lined_up([3, 1, 1])
    assert ready.take() == (lane(1, 1), True), "its sender is not free, so it does not leave"
    ready.left(overtook=False)
    assert ready.take() == (lane(2, 1), True)


def test_a_lane_that_is_taken_out_of_line_leaves_the_others_in_theirs() -> None:
    ready = lined_up([3, 1, 3, 3])
    for position, severity in ((0, 3), (1, 1), (1, 1), (7, 2)):
        ready.remove(lane(position, severity))
    assert order(ready) == [2, 3]


def test_nothing_waits_after_all_is_forgotten() -> None:
    ready = lined_up([1, 2])
    ready.clear()
    assert not ready


@given(st.lists(st.integers(1, 4), min_size=1, max_size=60))
def test_order_is_kept_within_a_severity_and_nobody_waits_too_long(severities: list[int]) -> None:
    taken = order(lined_up(severities))
    assert sorted(taken) == list(range(len(severities)))
    for severity in set(severities):
        own = [position for position in taken if severities[position] == severity]
        assert own == sorted(own)
    for place, position in enumerate(taken):
        earlier = sum(other < position for other in range(len(severities)))
        assert place <= (earlier + 1) * (MAX_OVERTAKINGS + 1)

"""Short alarm codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.domain.ack_replies import AckReply, read_ack_reply
from driver.domain.alarm_codes import FIRST_CODE, LAST_CODE, MAX_CODES, can_be_code, next_code


def test_codes_go_round_and_grow_only_when_they_must() -> None:
    assert next_code("", ()) == "10"
    assert next_code("10", {"10"}) == "11"
    assert next_code("50", {"50"}) == "51"
    assert next_code("98", {"98"}) == "99"
    assert next_code("98", {"98", "99"}) == "10"
    assert next_code("99", {"99"}) == "10"
    assert next_code("99", {str(n) for n in range(10, 100)}) == "100"
    assert next_code("250", {"250"}) == "10", "back to two digits as soon as there are some"
    assert next_code("250", {*map(str, range(10, 100)), "250"}) == "251"
    with pytest.raises(ValueError, match=r"^every code is taken$"):
        next_code("", {str(n) for n in range(FIRST_CODE, LAST_CODE + 1)})


def test_emergency_numbers_and_years_are_never_codes() -> None:
    assert next_code("111", {str(n) for n in range(10, 112)}) == "113"
    assert not any(map(can_be_code, (9, 112, 911, 999, 1900, 2026, 2099, 10000)))
    assert sum(map(can_be_code, range(20000))) == MAX_CODES


@given(st.sets(st.integers(10, 120)), st.integers(10, 120))
def test_a_code_is_never_given_twice_and_is_read_back(taken: set[int], last: int) -> None:
    code = next_code(str(last), {str(number) for number in taken})
    assert int(code) not in taken
    assert read_ack_reply(code) == AckReply(code)

"""Where area codes are."""

import pytest

from fake_twilio.model.area_codes import AREA_CODES, TOLL_FREE
from fake_twilio.model.rate_centers import miles, rate_centers


def test_every_geographic_area_code_has_a_place_in_its_state() -> None:
    geographic = {
        code: state
        for code, (country, state) in AREA_CODES.items()
        if country in ("US", "CA") and code not in TOLL_FREE
    }
    assert {code: here.region for code, here in rate_centers().items()} == geographic


def test_distances_are_those_of_the_map() -> None:
    assert round(miles(40.71, -74.01, rate_centers()["213"])) == pytest.approx(2446, abs=10)
    assert miles(*rate_centers()["213"][2:4], rate_centers()["213"]) == 0
    assert round(miles(40.71, -74.01, rate_centers()["201"])) == 4

"""The largest town of each area code in the United States and Canada, and distances between towns.

Twilio knows the rate center of each number. The fake gives every number the town that its area code is known for, which
is close enough for searches. The table is ``area_codes.csv``, with the postal code of each town's center. Canada is a
single LATA, 888, and Twilio gives no postal codes there.
"""

from functools import cache
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from fake_twilio.model.area_codes import area_code_rows

EARTH_MILES = 3958.8


class RateCenter(NamedTuple):
    """A town: its state or province, coordinates in degrees, LATA, and postal code (empty if unknown)."""

    locality: str
    region: str
    latitude: float
    longitude: float
    lata: str = ""
    postal_code: str = ""

    @property
    def rate_center(self) -> str:
        """The town as tariffs write it: in capitals, without spaces and dots, at most ten letters."""
        return "".join(letter for letter in self.locality if letter.isalpha())[:10].upper()


@cache
def rate_centers() -> dict[str, RateCenter]:
    """Return the town of each geographic area code in the United States and Canada."""
    found = {}
    for _, region, locality, latitude, longitude, lata, postal_code, area_codes in area_code_rows():
        if locality:
            here = RateCenter(locality, region, float(latitude), float(longitude), lata, postal_code)
            found.update(dict.fromkeys(area_codes.split(), here))
    return found


def rate_center(number: str) -> RateCenter | None:
    """Return the town of a number's area code; None for toll-free numbers and other countries."""
    return rate_centers().get(number[2:5]) if number.startswith("+1") else None


def miles(latitude: float, longitude: float, other: RateCenter) -> float:
    """Return the great-circle distance between a point and a town."""
    a, b = radians(latitude), radians(other.latitude)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other.longitude - longitude) / 2) ** 2
    return 2 * EARTH_MILES * asin(sqrt(min(1.0, half)))

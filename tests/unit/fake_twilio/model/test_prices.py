"""Prices of messages, and their format."""

from decimal import Decimal

from fake_twilio.model import prices
from fake_twilio.model.prices import dollars, inbound, outbound


def test_prices_look_like_twilios() -> None:
    assert prices.shown(prices.outbound("US", 1, media=False)) == "-0.00830"
    assert prices.shown(prices.outbound("US", 200, media=False)) == "-1.66000"
    assert prices.shown(prices.outbound("US", 200, media=False, old=True)) == "-1.58000"
    assert prices.outbound("DE", 1, media=False, old=True) == prices.outbound("DE", 1, media=False)


def test_what_messages_cost() -> None:
    assert (inbound(3, media=False), inbound(3, media=True)) == (2250, 2000)
    assert outbound("US", 2, media=True) == 2000
    assert dollars(outbound("FR", 2, media=False)) == Decimal("0.152")

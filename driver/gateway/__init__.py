"""Twilio: the official SDK over our own transport; the only room the SDK lives in."""

from driver.gateway.client import TwilioGateway

__all__ = ["TwilioGateway"]

"""The gateway to Twilio: the official SDK over a transport of our own. No other package uses the SDK."""

from driver.gateway.client import TwilioGateway

__all__ = ["TwilioGateway"]

"""How programs reach this fake: what `fake-twilio env` turns into variables."""

from fake_twilio.control.request import ControlCall
from fake_twilio.web.response import Reply, json_reply
from fake_twilio.web.router import Route


def show(call: ControlCall) -> Reply:
    """Give addresses, certificate files and the first account's credentials."""
    return json_reply(200, call.world.ready())


ROUTES = (Route("GET", "/environment", "control.environment", show),)

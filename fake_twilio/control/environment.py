"""How programs reach this fake: what `fake-twilio env` turns into variables."""

from fake_twilio.control.call import ControlCall
from fake_twilio.web.reply import Reply, json_reply
from fake_twilio.web.routes import Route


def show(call: ControlCall) -> Reply:
    """Give addresses, certificate files and the first account's credentials."""
    return json_reply(200, call.world.ready())


ROUTES = (Route("GET", "/environment", "control.environment", show),)

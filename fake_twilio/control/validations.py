"""The call that verifies a number: a person enters, on the phone, the code that the API handed out."""

from dataclasses import replace
from urllib.parse import unquote

from fake_twilio.control.call import ControlCall, ProblemError
from fake_twilio.model.account import CallerId
from fake_twilio.model.phone import e164
from fake_twilio.web.reply import Reply, json_reply
from fake_twilio.web.routes import Route


async def enter(call: ControlCall) -> Reply:
    """Enter the code: the number is a verified caller of the account that asked, from now on."""
    number = e164(unquote(call.variables["number"]).strip())
    document = await call.json({"code": str}, required=("code",))
    world = call.world
    waiting = [row for row in world.state.validations if row.phone_number == number and not row.confirmed]
    if not waiting:
        raise ProblemError(404, "No call", f"Twilio does not call {number or call.variables['number']} now")
    fitting = next((row for row in waiting if row.code == document["code"].strip()), None)
    if fitting is None:
        raise ProblemError(409, "Wrong code", "that is not the code which the validation request was answered with")
    now = world.now()
    world.state.validations.put(replace(fitting, confirmed=True))
    caller = world.state.put_caller(
        CallerId(world.ids.sid("PN"), fitting.account_sid, fitting.phone_number, fitting.friendly_name, now, now)
    )
    world.events.publish("account", {"sid": fitting.account_sid})
    return json_reply(201, {"sid": caller.sid, "account_sid": caller.account_sid, "phone_number": caller.phone_number})


ROUTES = (Route("POST", "/handsets/{number}/validations", "control.validations.enter", enter),)

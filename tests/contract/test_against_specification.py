"""Every response of every operation, checked key by key against Twilio's official specification."""

import json
import re
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from fake_twilio.api_coverage import operations
from support.fake_specification import find, problems, sampled_queries, unlike_samples
from support.fake_wire import ACCOUNT, GUARD, OURS, Received, Wire, seed, wire

pytestmark = pytest.mark.node

OTHER = f"AC{'7' * 32}"

TOLERATED = (
    (r"/subresource_uris[/:]", "its members differ between a resource's creation and its fetching"),
    (r"AvailablePhoneNumbers/\{CountryCode\}/\w+\.json: /\w+: is missing", "searches were never seen with paging keys"),
    (r"IncomingPhoneNumbers.*/(voice_receive_mode|capabilities/fax): is missing", "recorded in 2023 without fax"),
    (r"AvailablePhoneNumbers.*/capabilities/(sms|mms|SMS|MMS):", "they were capitals wherever an answer was seen"),
    (r"AvailablePhoneNumbers.*/(latitude|longitude): '[^']+' is not valid", "its own samples have texts there"),
    (r"Usage/Records.*/price: '[^']+' is not", "its own samples have texts there"),
    (r"(sms|voice)_application_sid: '' is not valid", "the specification's own samples have empty texts there"),
)
"""Places where the specification contradicts its own samples or the wire: pattern and reason."""


class Checked:
    """A client that checks every response against the specification and records which operations it called."""

    def __init__(self, site: Wire) -> None:
        self.site = site
        self.seen: set[str] = set()
        self.wrong: list[str] = []

    async def call(self, method: str, path: str, **form: str) -> Any:
        """Send a request and check the response; ``form`` is the body of a POST or PATCH and the query otherwise."""
        full = path if path.startswith("/v1") else f"/2010-04-01/Accounts/{ACCOUNT}{path}.json"
        if path == "/Accounts":
            full = "/2010-04-01/Accounts.json"
        arguments: dict[str, Any] = {"data": form} if method in ("POST", "PATCH") else {"params": form}
        async with self.site.session.request(method, f"{self.site.fake.base_url}{full}", **arguments) as answer:
            text = await answer.text()
        body = json.loads(text) if text else None
        found = find(full, method)
        assert found is not None, f"{method} {full} is not in the specification"
        product, name, operation = found
        self.seen.add(f"{method} {name}")
        self.wrong += [
            f"{method} {name}: {problem}"
            for problem in (
                *problems(product, operation, answer.status, body),
                *unlike_samples(operation, answer.status, body),
            )
            if not any(re.search(pattern, f"{name}: {problem}") for pattern, _ in TOLERATED)
        ]
        return body


def answer(call: Received) -> web.Response:
    """Fail every webhook for an incoming message, so that there are alerts."""
    return web.Response(status=500 if "Body" in call.form else 200)


async def test_every_operation() -> None:
    senders = {"short_codes": [{"short_code": "12345"}], "channel_senders": [{"sender": f"whatsapp:{OURS}"}]}
    async with wire(seed=seed("http://127.0.0.1:1/", type="Full", **senders), answer=answer) as site:
        api = Checked(site)
        await _messages(api)
        await _numbers(api)
        await _accounts(api)
        await _services(api)
        await _debugger(api)
    assert not api.wrong, "\n".join(api.wrong)
    done = {f"{row.method} {row.path}" for row in operations() if row.status != "refused"}
    assert api.seen == done, sorted(api.seen ^ done)


@pytest.mark.parametrize(
    "name",
    [
        "/Accounts.json",
        *(f"/Accounts/{{AccountSid}}/{name}.json" for name in ("Applications", "Keys", "Messages", "Notifications")),
        *(
            f"/Accounts/{{AccountSid}}/IncomingPhoneNumbers{kind}.json"
            for kind in ("", "/Local", "/Mobile", "/TollFree")
        ),
        "/Accounts/{AccountSid}/Messages/{MessageSid}/Media.json",
        "/Accounts/{AccountSid}/OutgoingCallerIds.json",
        "/Accounts/{AccountSid}/SMS/ShortCodes.json",
        "/Accounts/{AccountSid}/Usage/Records.json",
        "/Accounts/{AccountSid}/Usage/Records/Daily.json",
    ],
)
async def test_lists_repeat_the_questions_of_the_samples(name: str) -> None:
    queries = sampled_queries(f"/2010-04-01{name}")
    assert queries
    async with wire() as site:
        sid = (await site.created())["sid"]
        path = f"/2010-04-01{name}".replace("{AccountSid}", ACCOUNT).replace("{MessageSid}", sid)
        for query in queries:
            url = URL(f"{site.fake.base_url}{path}?{query}", encoded=True)
            async with site.session.get(url) as reply:
                page = await reply.json()
            assert (reply.status, page.get("first_page_uri")) == (200, f"{path}?{query}"), page


async def _messages(api: Checked) -> None:
    made = await api.call("POST", "/Messages", To=GUARD, From=OURS, Body="hello")
    await api.site.fake.wait_idle()
    path = f"/Messages/{made['sid']}"
    await api.call("GET", path)
    await api.call("GET", "/Messages", To=GUARD, PageSize="1")
    await api.call("POST", path, Body="")
    await api.call("POST", f"{path}/Feedback", Outcome="confirmed")
    state = api.site.fake.context.state
    message = state.message(ACCOUNT, made["sid"])
    assert message is not None
    medium = api.site.fake.backend.media.keep(message, "image/png", b"png")
    await api.call("GET", f"{path}/Media")
    await api.call("GET", f"{path}/Media/{medium.sid}")
    await api.call("DELETE", f"{path}/Media/{medium.sid}")
    await api.call("DELETE", path)


async def _numbers(api: Checked) -> None:
    await api.call("GET", "/AvailablePhoneNumbers")
    await api.call("GET", "/AvailablePhoneNumbers/US")
    for kind in ("Local", "TollFree", "Mobile", "National", "Voip", "SharedCost", "MachineToMachine"):
        await api.call("GET", f"/AvailablePhoneNumbers/{'GB' if kind == 'Mobile' else 'US'}/{kind}")
    made = await api.call("POST", "/IncomingPhoneNumbers", AreaCode="415", FriendlyName="Gate")
    await api.call("GET", "/IncomingPhoneNumbers")
    for kind in ("Local", "Mobile", "TollFree"):
        await api.call("GET", f"/IncomingPhoneNumbers/{kind}")
    for kind, number in (("Local", "+14155550188"), ("TollFree", "+18005550188"), ("Mobile", "+447400123456")):
        await api.call("POST", f"/IncomingPhoneNumbers/{kind}", PhoneNumber=number)
    await api.call("GET", f"/IncomingPhoneNumbers/{made['sid']}")
    await api.call("POST", f"/IncomingPhoneNumbers/{made['sid']}", FriendlyName="Door")
    await api.call("DELETE", f"/IncomingPhoneNumbers/{made['sid']}")
    await api.call("POST", "/OutgoingCallerIds", PhoneNumber="+12015550102")
    callers = await api.call("GET", "/OutgoingCallerIds")
    caller = callers["outgoing_caller_ids"][0]["sid"]
    await api.call("GET", f"/OutgoingCallerIds/{caller}")
    await api.call("POST", f"/OutgoingCallerIds/{caller}", FriendlyName="Guard")
    await api.call("DELETE", f"/OutgoingCallerIds/{caller}")
    application = (await api.call("POST", "/Applications", FriendlyName="App"))["sid"]
    await api.call("GET", "/Applications")
    await api.call("GET", f"/Applications/{application}")
    await api.call("POST", f"/Applications/{application}", SmsUrl="http://example.com/")
    await api.call("DELETE", f"/Applications/{application}")


async def _accounts(api: Checked) -> None:
    await api.call("GET", "/Accounts")
    await api.call("POST", "/Accounts", FriendlyName="Child")
    await api.call("GET", "")
    await api.call("POST", "", FriendlyName="Parent")
    await api.call("GET", "/Balance")
    key = (await api.call("POST", "/Keys", FriendlyName="ci"))["sid"]
    await api.call("GET", "/Keys")
    await api.call("GET", f"/Keys/{key}")
    await api.call("POST", f"/Keys/{key}", FriendlyName="cd")
    await api.call("DELETE", f"/Keys/{key}")
    short_code = (await api.call("GET", "/SMS/ShortCodes", ShortCode="12*"))["short_codes"][0]["sid"]
    await api.call("GET", f"/SMS/ShortCodes/{short_code}")
    await api.call("POST", f"/SMS/ShortCodes/{short_code}", FriendlyName="Alarms")
    await api.call("GET", "/Usage/Records")
    for period in ("AllTime", "Daily", "Monthly", "Yearly", "Today", "Yesterday", "ThisMonth", "LastMonth"):
        await api.call("GET", f"/Usage/Records/{period}", Category="sms")
    await api.call("POST", "/v1/AuthTokens/Secondary")
    await api.call("DELETE", "/v1/AuthTokens/Secondary")
    await api.call("GET", "/v1/Messaging/GeoPermissions")
    wanted = {"country_code": "PL", "type": "country", "enabled": True}
    await api.call("PATCH", "/v1/Messaging/GeoPermissions", Permissions=json.dumps(wanted))


async def _services(api: Checked) -> None:
    service = (await api.call("POST", "/v1/Services", FriendlyName="Alarms"))["sid"]
    await api.call("GET", "/v1/Services")
    await api.call("GET", f"/v1/Services/{service}")
    await api.call("POST", f"/v1/Services/{service}", StickySender="false")
    numbers = await api.call("GET", "/IncomingPhoneNumbers", PhoneNumber=OURS)
    number = numbers["incoming_phone_numbers"][0]["sid"]
    await api.call("POST", f"/v1/Services/{service}/PhoneNumbers", PhoneNumberSid=number)
    await api.call("GET", f"/v1/Services/{service}/PhoneNumbers")
    await api.call("GET", f"/v1/Services/{service}/PhoneNumbers/{number}")
    await api.call("DELETE", f"/v1/Services/{service}/PhoneNumbers/{number}")
    state = api.site.fake.context.state
    for kind, parameter, sender in (
        ("ShortCodes", "ShortCodeSid", state.number("12345")),
        ("ChannelSenders", "Sid", state.number(f"whatsapp:{OURS}")),
    ):
        assert sender is not None
        path = f"/v1/Services/{service}/{kind}"
        await api.call("POST", path, **{parameter: sender.sid})
        await api.call("GET", path)
        await api.call("GET", f"{path}/{sender.sid}")
        await api.call("DELETE", f"{path}/{sender.sid}")
    for kind, more in (("AlphaSenders", {}), ("DestinationAlphaSenders", {"IsoCountryCode": "GB"})):
        path = f"/v1/Services/{service}/{kind}"
        sender = (await api.call("POST", path, AlphaSender="Alarms", **more))["sid"]
        await api.call("GET", path, **more)
        await api.call("GET", f"{path}/{sender}")
        await api.call("DELETE", f"{path}/{sender}")
    await api.call("DELETE", f"/v1/Services/{service}")


async def _debugger(api: Checked) -> None:
    await api.site.fake.handset(GUARD).send(OURS, "hello?")
    await api.site.fake.wait_idle()
    alert = (await api.call("GET", "/v1/Alerts"))["alerts"][0]["sid"]
    await api.call("GET", f"/v1/Alerts/{alert}")
    await api.call("GET", "/Notifications")
    await api.call("GET", f"/Notifications/{alert}")
    await api.call("POST", "/v1/AuthTokens/Secondary")
    await api.call("POST", "/v1/AuthTokens/Promote")


async def test_a_call_of_test_credentials() -> None:
    document = seed()
    document["accounts"].append({"sid": OTHER, "auth_token": "test", "test_credentials": True})
    path = f"/2010-04-01/Accounts/{OTHER}/Calls.json"
    async with wire(seed=document) as site:
        form = {"To": GUARD, "From": "+15005550006", "Url": "http://example.com/"}
        headers = {"Authorization": aiohttp.encode_basic_auth(OTHER, "test")}
        async with site.session.post(f"{site.fake.base_url}{path}", data=form, headers=headers) as reply:
            body = await reply.json()
    found = find(path, "POST")
    assert found is not None
    wrong = (*problems(found[0], found[2], 201, body), *unlike_samples(found[2], 201, body))
    assert not wrong

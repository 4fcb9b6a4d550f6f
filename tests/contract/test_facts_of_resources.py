"""Facts about the resources around messages: services, applications, alerts, media.

Sources: Twilio's API reference and OpenAPI specification, and responses seen on the wire.
"""

import re
from typing import Any
from urllib.parse import parse_qs, quote_plus

import pytest
from aiohttp import web

from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, Received, seed, wire

SERVICE, OTHER_SERVICE = f"MG{'2' * 32}", f"MG{'3' * 32}"
API = f"/2010-04-01/Accounts/{ACCOUNT}"
SECOND = "+12015550111"


# Messaging services


def pools() -> dict[str, Any]:
    """Return a seed with two services and two numbers, one of them in the first service's pool."""
    services = [{"sid": SERVICE, "numbers": [OURS]}, {"sid": OTHER_SERVICE}]
    return seed(numbers=[{"phone_number": OURS}, {"phone_number": SECOND}], messaging_services=services)


async def test_a_service_shows_its_settings_and_its_links() -> None:
    async with wire() as site:
        made = await site.good("POST", "/v1/Services", FriendlyName="Alarms", ValidityPeriod="600")
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", made["date_created"])
        assert (made["inbound_request_url"], made["validity_period"], made["usecase"]) == (None, 600, "undeclared")
        assert made["url"] == f"{site.fake.base_url}/v1/Services/{made['sid']}"
        assert all(link.startswith(made["url"]) for link in made["links"].values())
        status, problem = await site.call("POST", "/v1/Services")
        assert (status, problem["code"]) == (400, 20001)
        assert problem["message"] == "Missing required parameter FriendlyName in the post body"


@pytest.mark.parametrize("path", [f"/Services/{SERVICE}", f"/Services/{SERVICE}/ShortCodes", "/Nothing"])
async def test_product_apis_named_what_was_missing_without_their_version(path: str) -> None:
    async with wire() as site:
        status, problem = await site.call("GET", f"/v1{path}")
        assert (status, problem["message"]) == (404, f"The requested resource /v1{path} was not found")
    async with wire(seed=seed() | {"wire_generation": "2019"}) as site:
        status, problem = await site.call("GET", f"/v1{path}")
        assert (status, problem["message"]) == (404, f"The requested resource {path} was not found")


async def test_a_number_is_in_one_pool_only() -> None:
    async with wire(seed=pools()) as site:
        sid = site.fake.context.state.senders[OURS].sid
        for service, code in ((SERVICE, 21710), (OTHER_SERVICE, 21712)):
            status, problem = await site.call("POST", f"/v1/Services/{service}/PhoneNumbers", PhoneNumberSid=sid)
            assert (status, problem["code"]) == (409, code)
        async with site.create(From=SECOND, MessagingServiceSid=SERVICE) as answer:
            assert (await answer.json())["code"] == 21711
        member = await site.good("GET", f"/v1/Services/{SERVICE}/PhoneNumbers/{sid}")
        assert (member["country_code"], member["capabilities"]) == ("US", ["MMS", "SMS", "Voice"])


async def test_lists_of_the_product_api_lead_back_to_the_origin_that_was_called() -> None:
    async with wire(seed=pools()) as site:
        listed = await site.good("GET", "/v1/Services", PageSize=1)
        meta = listed["meta"]
        assert set(meta) == {
            "first_page_url", "key", "next_page_url", "page", "page_size", "previous_page_url", "url",
        }  # fmt: skip
        assert meta["key"] == "services"
        assert meta["next_page_url"].startswith(f"{site.fake.base_url}/v1/Services?PageSize=1&Page=1&PageToken=")
        async with site.session.get(meta["next_page_url"]) as answer:
            following = await answer.json()
        assert [row["sid"] for row in following["services"]] == [OTHER_SERVICE]
        assert following["meta"]["next_page_url"] is None


async def test_page_addresses_of_the_product_api_repeat_whatever_was_asked() -> None:
    async with wire(seed=pools()) as site:
        query = {"__referrer": "run time", "ServiceSid": SERVICE, "Page": "0", "PageSize": "1", "PageToken": ""}
        meta = (await site.good("GET", "/v1/Services", **query))["meta"]
        repeated = f"{site.fake.base_url}/v1/Services?__referrer=run+time&ServiceSid={SERVICE}&PageSize=1"
        assert (meta["first_page_url"], meta["url"]) == (f"{repeated}&Page=0", f"{repeated}&Page=0")
        assert meta["next_page_url"] == f"{repeated}&Page=1&PageToken=PA{SERVICE}"


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"inbound_request_url": "http://127.0.0.1:1/service"}, "http://127.0.0.1:1/service"),
        (
            {"inbound_request_url": "http://127.0.0.1:1/service", "use_inbound_webhook_on_number": True},
            "http://127.0.0.1:1/number",
        ),
    ],
)
async def test_who_answers_for_a_number_in_a_pool(settings: dict[str, Any], url: str) -> None:
    numbers = [{"phone_number": OURS, "sms_url": "http://127.0.0.1:1/number"}]
    services = [{"sid": SERVICE, "numbers": [OURS], **settings}]
    async with wire(seed=seed(numbers=numbers, messaging_services=services)) as site:
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        assert {attempt.url for attempt in site.fake.webhooks} == {url}


async def test_a_service_without_an_address_loses_what_comes_in() -> None:
    async with wire(seed=seed(messaging_services=[{"sid": SERVICE, "numbers": [OURS]}])) as site:
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        assert await site.listed() == []


# Applications, alerts, media, feedback


async def test_an_application_tells_the_callback_of_its_messages() -> None:
    async with wire() as site:
        made = await site.good("POST", f"{API}/Applications.json", MessageStatusCallback=f"{site.hook_url}/application")
        assert made["message_status_callback"] == f"{site.hook_url}/application"
        await site.created(ApplicationSid=made["sid"])
        await site.created(ApplicationSid=made["sid"], StatusCallback=f"{site.hook_url}/own")
        await site.fake.wait_idle()
        called = sorted(attempt.url.rpartition("/")[2] for attempt in site.fake.webhooks)
        assert called == ["application", "application", "own", "own"]
        assert (await site.call("DELETE", f"{API}/Applications/{made['sid']}.json"))[0] == 204


async def test_an_alert_tells_what_went_wrong_and_what_was_asked() -> None:
    def answer(_: Received) -> web.Response:
        return web.Response(status=500, text="no")

    async with wire(answer=answer) as site:
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        (row,) = (await site.good("GET", "/v1/Alerts"))["alerts"]
        assert (row["error_code"], row["log_level"], row["sid"][:2]) == ("11200", "error", "NO")
        assert row["alert_text"] == (
            "Msg=HTTP+retrieval+failure&EmailNotification=false&LogLevel=ERROR&sourceComponent=14100"
            f"&httpResponse=500&url={quote_plus(row['request_url'])}&ErrorCode=11200"
        )
        assert row["more_info"].endswith("/11200")
        whole = await site.good("GET", f"/v1/Alerts/{row['sid']}")
        assert parse_qs(whole["request_variables"])["Body"] == ["hello"]
        assert whole["response_body"] == "no"
        for query, count in (
            ({"LogLevel": "warning"}, 0),
            ({"StartDate": "2026-01-01"}, 1),
            ({"EndDate": "2025-01-01"}, 0),
        ):
            assert len((await site.good("GET", "/v1/Alerts", **query))["alerts"]) == count, query
        (notification,) = (await site.good("GET", f"{API}/Notifications.json", Log="0"))["notifications"]
        assert notification["sid"] == row["sid"]


@pytest.mark.parametrize(
    ("generation", "text"),
    [
        ("2026", "Msg={}&EmailNotification=false&LogLevel=ERROR&sourceComponent=14100&url={}&ErrorCode=11205"),
        ("2019", "sourceComponent=14100&url={1}&ErrorCode=11205&LogLevel=ERROR&Msg={0}&EmailNotification=false"),
    ],
)
async def test_an_alert_about_a_server_that_is_not_there_tells_no_answer(generation: str, text: str) -> None:
    async with wire(seed=seed("http://127.0.0.1:1/nobody") | {"wire_generation": generation}) as site:
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        (row,) = (await site.good("GET", "/v1/Alerts"))["alerts"]
        assert row["alert_text"] == text.format("HTTP+connection+failure", quote_plus("http://127.0.0.1:1/nobody"))


async def test_the_pages_of_a_product_api_keep_to_what_was_asked_for() -> None:
    answers = iter(["<Response><Nap/></Response>", "Response", "<Response><Nap/></Response>"])

    def answer(_: Received) -> web.Response:
        return web.Response(text=next(answers), content_type="text/xml")

    async with wire(answer=answer) as site:
        for _ in range(3):
            await site.fake.handset(GUARD).send(OURS, "hello")
            await site.fake.wait_idle()
        query = {"LogLevel": "warning", "StartDate": "2020-01-01T00:00:00+02:00", "PageSize": 1}
        first = await site.good("GET", "/v1/Alerts", **query)
        asked = "LogLevel=warning&StartDate=2020-01-01T00%3A00%3A00%2B02%3A00&PageSize=1&Page="
        assert first["meta"]["url"] == f"{site.fake.base_url}/v1/Alerts?{asked}0"
        second = await site.good("GET", first["meta"]["next_page_url"].removeprefix(site.fake.base_url))
        assert [row["error_code"] for row in first["alerts"] + second["alerts"]] == ["14110", "14110"]
        assert (second["meta"]["next_page_url"], second["meta"]["first_page_url"]) == (None, first["meta"]["url"])
        back = await site.good("GET", second["meta"]["previous_page_url"].removeprefix(site.fake.base_url))
        assert back["alerts"] == first["alerts"]


async def test_media_are_listed_shown_and_led_to() -> None:
    async with wire() as site:
        await site.fake.handset(GATE).send(OURS, "look", [f"{site.hook_url}/picture.png"])
        await site.fake.wait_idle()
        (message,) = (await site.good("GET", f"{API}/Messages.json"))["messages"]
        path = f"{API}/Messages/{message['sid']}/Media"
        (medium,) = (await site.good("GET", f"{path}.json"))["media_list"]
        assert (medium["sid"][:2], medium["parent_sid"]) == ("ME", message["sid"])
        async with site.session.get(f"{site.fake.base_url}{path}/{medium['sid']}") as answer:
            assert await answer.text() == "<Response/>"
            assert answer.history[0].status in (302, 307)
        assert (await site.call("DELETE", f"{path}/{medium['sid']}.json"))[0] == 204
        assert (await site.good("GET", f"{path}.json"))["media_list"] == []


async def test_a_message_that_is_deleted_takes_its_media_along() -> None:
    async with wire() as site:
        await site.fake.handset(GATE).send(OURS, "look", [f"{site.hook_url}/picture.png"])
        await site.fake.wait_idle()
        (message,) = (await site.good("GET", f"{API}/Messages.json"))["messages"]
        path = f"{API}/Messages/{message['sid']}"
        (medium,) = (await site.good("GET", f"{path}/Media.json"))["media_list"]
        assert (await site.call("DELETE", f"{path}.json"))[0] == 204
        for gone in (f"{path}.json", f"{path}/Media.json", f"{path}/Media/{medium['sid']}.json"):
            assert (await site.call("GET", gone))[0] == 404
        async with site.session.get(f"{site.fake.base_url}/media/{ACCOUNT}/{medium['sid']}") as answer:
            assert answer.status == 404


async def test_feedback_is_taken_down() -> None:
    async with wire() as site:
        sid = (await site.created(ProvideFeedback="true"))["sid"]
        status, row = await site.call("POST", f"{API}/Messages/{sid}/Feedback.json", Outcome="unconfirmed")
        assert (status, row["outcome"], row["message_sid"]) == (200, "unconfirmed", sid)
        assert (await site.call("POST", f"{API}/Messages/{sid}/Feedback.json", Outcome="maybe"))[1]["code"] == 20001


@pytest.mark.parametrize("path", ["/v1/Services", f"{API}/Applications.json"])
async def test_an_update_moves_date_updated(path: str) -> None:
    async with wire() as site:
        made = await site.good("POST", path, FriendlyName="Alarms")
        await site.fake.clock.advance(60)
        one = f"{path.removesuffix('.json')}/{made['sid']}"
        changed = await site.good("POST", one + path[len(path.removesuffix(".json")) :], FriendlyName="Others")
        assert changed["date_created"] == made["date_created"]
        assert changed["date_updated"] != made["date_updated"]

"""Short codes: sending and receiving in their country, alone and in a messaging service's pool."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote

from support.fake_wire import ACCOUNT, GUARD, OURS, Wire, seed, wire

SERVICE = f"MG{'2' * 32}"
CODE = f"SC{'3' * 32}"
BRITISH = "+447400123456"


@asynccontextmanager
async def rented(hook: str = "", **service: Any) -> AsyncIterator[Wire]:
    """Open a fake whose account rents a short code and has a service with our number in its pool."""
    code = {"short_code": "12345", "sid": CODE, "sms_url": hook}
    services = [{"sid": SERVICE, "numbers": [OURS], **service}]
    account: dict[str, Any] = {"short_codes": [code], "messaging_services": services, "geo_permissions": ["US", "GB"]}
    async with wire(seed=seed(**account)) as site:
        yield site


async def call(site: Wire, method: str, path: str, **form: str) -> tuple[int, Any]:
    url = f"{site.fake.base_url}{path}"
    async with site.session.request(method, url, data=form or None) as answer:
        return answer.status, await answer.json(content_type=None) if answer.status != 204 else None


async def sender(site: Wire, to: str) -> Any:
    created = await site.created(To=to, From="", MessagingServiceSid=SERVICE)
    await site.fake.wait_idle()
    return (await site.fetch(created["sid"]))["from"]


async def test_a_text_goes_out_from_one_in_its_country() -> None:
    async with rented() as site:
        made = await site.created(From="12345")
        await site.fake.wait_idle()
        assert (await site.fetch(made["sid"]))["status"] == "delivered"
        assert [row.sender for row in site.fake.handset(GUARD).messages] == ["12345"]
        async with site.create(From="12345", To=BRITISH) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 21659)
        async with site.create(From="54321") as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 21659)


async def test_somebody_elses_is_refused() -> None:
    other = {"sid": f"AC{'9' * 32}", "auth_token": "t", "short_codes": [{"short_code": "12345"}]}
    document = seed()
    document["accounts"].append(other)
    async with wire(seed=document) as site, site.create(From="12345") as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, 21660)


async def test_a_text_comes_in_where_its_address_says() -> None:
    async with rented() as site:
        status, row = await call(
            site, "POST", f"/2010-04-01/Accounts/{ACCOUNT}/SMS/ShortCodes/{CODE}.json", SmsUrl=site.hook_url
        )
        assert (status, row["sms_url"]) == (200, site.hook_url)
        await site.fake.handset(GUARD).send("12345", "hello")
        await site.fake.wait_idle()
        assert [(call.form["To"], call.form["From"], call.genuine) for call in site.received] == [
            ("12345", GUARD, True)
        ]


async def test_they_are_listed_by_name_and_by_pattern() -> None:
    async with rented() as site:
        base = f"/2010-04-01/Accounts/{ACCOUNT}/SMS/ShortCodes"
        await call(site, "POST", f"{base}/{CODE}.json", FriendlyName="Alarms", ApiVersion="2008-08-01")
        for query, count in (
            ("", 1),
            ("?FriendlyName=Alarms", 1),
            ("?FriendlyName=12345", 0),
            ("?ShortCode=1*3", 1),
            ("?ShortCode=9", 0),
        ):
            _, page = await call(site, "GET", f"{base}.json{query}")
            assert len(page["short_codes"]) == count, query
            assert unquote(page["uri"]).partition("?")[2].startswith(query[1:]), query
        _, row = await call(site, "GET", f"{base}/{CODE}.json")
        assert (row["friendly_name"], row["api_version"], row["sms_fallback_url"]) == ("Alarms", "2008-08-01", None)


async def test_what_cannot_be_is_refused() -> None:
    async with rented() as site:
        base = f"/2010-04-01/Accounts/{ACCOUNT}/SMS/ShortCodes/{CODE}.json"
        for form, code in (
            ({"SmsUrl": "nonsense"}, 21402),
            ({"SmsMethod": "PUT"}, 21403),
            ({"SmsFallbackUrl": "http://example.com/"}, 21406),
            ({"ApiVersion": "1999-01-01"}, 20001),
            ({"FriendlyName": "x" * 65}, 20002),
        ):
            status, problem = await call(site, "POST", base, **form)
            assert (status, problem["code"]) == (400, code)
        assert (await call(site, "GET", base.replace(CODE, f"SC{'4' * 32}")))[0] == 404


async def test_a_service_texts_its_country_from_the_one_in_its_pool() -> None:
    async with rented(sticky_sender=False) as site:
        assert await sender(site, GUARD) == OURS
        path = f"/v1/Services/{SERVICE}/ShortCodes"
        status, member = await call(site, "POST", path, ShortCodeSid=CODE)
        assert (status, member["short_code"], member["capabilities"]) == (201, "12345", ["SMS"])
        assert await sender(site, GUARD) == "12345"
        assert await sender(site, BRITISH) == OURS
        assert (await site.created(From="12345", MessagingServiceSid=SERVICE))["from"] == "12345"
        assert (await call(site, "POST", path, ShortCodeSid=CODE))[1]["code"] == 21710
        assert (await call(site, "DELETE", f"{path}/{CODE}"))[0] == 204
        assert (await call(site, "GET", f"{path}/{CODE}"))[0] == 404
        assert await sender(site, GUARD) == OURS


async def test_a_recipient_goes_on_being_texted_from_the_sender_it_knows() -> None:
    async with rented() as site:
        assert await sender(site, GUARD) == OURS
        await call(site, "POST", f"/v1/Services/{SERVICE}/ShortCodes", ShortCodeSid=CODE)
        assert await sender(site, GUARD) == OURS
        assert await sender(site, "+12015550102") == "12345"


async def test_each_kind_has_a_list_of_its_own() -> None:
    async with rented(short_codes=["12345"]) as site:
        base = f"/v1/Services/{SERVICE}"
        assert [row["sid"] for row in (await call(site, "GET", f"{base}/ShortCodes"))[1]["short_codes"]] == [CODE]
        _, numbers = await call(site, "GET", f"{base}/PhoneNumbers")
        assert [row["phone_number"] for row in numbers["phone_numbers"]] == [OURS]
        assert (await call(site, "GET", f"{base}/PhoneNumbers/{CODE}"))[0] == 404
        for wrong, code in ((CODE, 21421), (f"PN{'0' * 32}", 20404)):
            assert (await call(site, "POST", f"{base}/PhoneNumbers", PhoneNumberSid=wrong))[1]["code"] == code


async def test_they_survive_a_snapshot() -> None:
    async with rented(short_codes=["12345"]) as site:
        kept = await site.control("GET", "/snapshot")
        await call(site, "DELETE", f"/v1/Services/{SERVICE}/ShortCodes/{CODE}")
        await site.control("PUT", "/snapshot", kept)
        assert await sender(site, GUARD) == "12345"

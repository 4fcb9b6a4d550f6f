"""Alphanumeric senders of a messaging service: stored, listed, refused where invalid, and used where possible."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from support.fake_wire import GUARD, OURS, Wire, seed, wire

SERVICE = f"MG{'2' * 32}"
BRITISH = "+447400123456"
FRENCH = "+33612345678"


@asynccontextmanager
async def service(**account: Any) -> AsyncIterator[Wire]:
    """Open a fake whose account has a service with our number in its pool."""
    services = [{"sid": SERVICE, "friendly_name": "Alarms", "numbers": [OURS]}]
    countries = ["US", "GB", "FR"]
    async with wire(seed=seed(messaging_services=services, geo_permissions=countries, **account)) as site:
        yield site


async def call(site: Wire, method: str, path: str, **form: str) -> tuple[int, Any]:
    url = f"{site.fake.base_url}/v1/Services/{SERVICE}{path}"
    async with site.session.request(method, url, data=form or None) as answer:
        return answer.status, await answer.json(content_type=None) if answer.status != 204 else None


async def senders(site: Wire, to: str, **form: str) -> Any:
    created = await site.created(To=to, From="", MessagingServiceSid=SERVICE, **form)
    await site.fake.wait_idle()
    return (await site.fetch(created["sid"]))["from"]


async def test_a_name_is_used_where_a_country_takes_one() -> None:
    async with service() as site:
        status, alarms = await call(site, "POST", "/AlphaSenders", AlphaSender="Alarms")
        assert (status, alarms["alpha_sender"], alarms["capabilities"]) == (201, "Alarms", ["SMS"])
        await call(site, "POST", "/DestinationAlphaSenders", AlphaSender="Alarmes", IsoCountryCode="fr")
        assert await senders(site, BRITISH) == "Alarms"
        assert await senders(site, FRENCH) == "Alarmes"
        assert await senders(site, GUARD) == OURS
        assert (await call(site, "DELETE", f"/AlphaSenders/{alarms['sid']}"))[0] == 204
        assert (await call(site, "GET", f"/AlphaSenders/{alarms['sid']}"))[0] == 404
        assert await senders(site, BRITISH) == OURS


async def test_a_name_cannot_text_north_america() -> None:
    async with service() as site:
        async with site.create(To=GUARD, From="Alarms") as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 21612)
        await call(site, "POST", "/AlphaSenders", AlphaSender="Alarms")
        async with site.create(To=GUARD, From="Alarms", MessagingServiceSid=SERVICE) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 21612)
        assert (await site.created(To=BRITISH, From="Alarms"))["from"] == "Alarms"


async def test_a_name_is_a_sender_of_the_pool() -> None:
    async with service() as site:
        async with site.create(To=BRITISH, From="Alarms", MessagingServiceSid=SERVICE) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 21711)
        await call(site, "POST", "/AlphaSenders", AlphaSender="Alarms")
        assert (await site.created(To=BRITISH, From="Alarms", MessagingServiceSid=SERVICE))["from"] == "Alarms"


async def test_names_for_a_country_are_listed_by_it() -> None:
    async with service() as site:
        for name, country in (("Alarmes", "FR"), ("Alarms", "GB")):
            await call(site, "POST", "/DestinationAlphaSenders", AlphaSender=name, IsoCountryCode=country)
        _, all_of_them = await call(site, "GET", "/DestinationAlphaSenders")
        assert [row["iso_country_code"] for row in all_of_them["alpha_senders"]] == ["FR", "GB"]
        _, french = await call(site, "GET", "/DestinationAlphaSenders?IsoCountryCode=FR")
        assert [row["alpha_sender"] for row in french["alpha_senders"]] == ["Alarmes"]


async def test_what_cannot_be_a_sender_is_refused() -> None:
    async with service() as site:
        assert (await call(site, "POST", "/AlphaSenders", AlphaSender="much too long for it"))[1]["code"] == 21709
        assert (await call(site, "POST", "/AlphaSenders"))[1]["code"] == 21708
        destination = {"AlphaSender": "Alarms", "IsoCountryCode": "France"}
        assert (await call(site, "POST", "/DestinationAlphaSenders", **destination))[1]["code"] == 20001
        await call(site, "POST", "/AlphaSenders", AlphaSender="Alarms")
        assert (await call(site, "POST", "/AlphaSenders", AlphaSender="Alarms"))[1]["code"] == 21710


async def test_a_trial_account_has_none() -> None:
    async with service(type="Trial") as site:
        assert (await call(site, "POST", "/AlphaSenders", AlphaSender="Alarms"))[1]["code"] == 21267


async def test_they_survive_a_snapshot_and_go_with_their_service() -> None:
    async with service() as site:
        _, made = await call(site, "POST", "/AlphaSenders", AlphaSender="Alarms")
        kept = await site.control("GET", "/snapshot")
        await site.control("POST", "/reset")
        assert (await call(site, "GET", "/AlphaSenders"))[1]["alpha_senders"] == []
        await site.control("PUT", "/snapshot", kept)
        assert (await call(site, "GET", f"/AlphaSenders/{made['sid']}"))[1]["alpha_sender"] == "Alarms"
        assert (await call(site, "DELETE", ""))[0] == 204
        assert list(site.fake.context.state.alpha_senders) == []

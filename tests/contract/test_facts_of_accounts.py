"""Facts about accounts and their credentials: subaccounts, keys, tokens, permissions.

Sources: Twilio's API reference, its OpenAPI specification and its documentation of accounts and API keys.
"""

import json
import re

import pytest

from support.fake_wire import ACCOUNT, GUARD, OURS, TOKEN, seed, wire

API = f"/2010-04-01/Accounts/{ACCOUNT}"


async def test_an_account_says_whose_it_is_and_what_it_has() -> None:
    async with wire(seed=seed(type="Trial")) as site:
        row = await site.good("GET", f"{API}.json")
        assert (row["type"], row["status"], row["owner_account_sid"]) == ("Trial", "active", ACCOUNT)
        links = {
            "messages",
            "incoming_phone_numbers",
            "outgoing_caller_ids",
            "balance",
            "keys",
            "usage",
            "notifications",
        }
        assert links <= set(row["subresource_uris"])
        assert (await site.good("GET", f"{API}/Balance.json"))["currency"] == "USD"


async def test_subaccounts_are_found_used_and_closed_by_their_parent() -> None:
    async with wire() as site:
        child = await site.good("POST", "/2010-04-01/Accounts.json", FriendlyName="Site B")
        assert child["owner_account_sid"] == ACCOUNT
        path = f"/2010-04-01/Accounts/{child['sid']}"
        for query, count in (({}, 2), ({"FriendlyName": "Site B"}, 1), ({"FriendlyName": "Site"}, 0)):
            listed = await site.good("GET", "/2010-04-01/Accounts.json", **query)
            assert len(listed["accounts"]) == count, query
        assert (await site.good("GET", f"{path}/Messages.json"))["messages"] == []
        assert (await site.call("GET", f"{path}/Balance.json"))[0] == 404
        # A subaccount has no access to its parent.
        assert (await site.call("GET", f"{API}.json", child["sid"], child["auth_token"]))[0] == 401
        await site.good("POST", f"{path}.json", Status="suspended")
        listed = await site.good("GET", "/2010-04-01/Accounts.json", Status="suspended")
        assert [row["sid"] for row in listed["accounts"]] == [child["sid"]]
        assert (await site.call("POST", f"{path}/Applications.json", FriendlyName="x"))[1]["code"] == 20005
        assert (await site.good("POST", f"{path}.json", Status="1"))["status"] == "active"
        assert (await site.call("POST", f"{path}.json", Status="2"))[1]["code"] == 21475
        assert (await site.good("POST", f"{path}.json", Status="closed"))["status"] == "closed"


async def test_a_subaccount_without_a_name_is_called_after_its_minute() -> None:
    async with wire() as site:
        for hours, minute in ((9.8, "09:48 am"), (6.5, "16:18 pm")):
            await site.fake.clock.advance(hours * 3600)
            child = await site.good("POST", "/2010-04-01/Accounts.json")
            day = f"{site.fake.clock.now():%Y-%m-%d}"
            assert child["friendly_name"] == f"SubAccount Created at {day} {minute}"


async def test_a_suspended_parent_suspends_its_subaccounts() -> None:
    async with wire() as site:
        child = await site.good("POST", "/2010-04-01/Accounts.json")
        await site.control("POST", f"/accounts/{ACCOUNT}", {"status": "suspended"})
        listed = await site.good("GET", "/2010-04-01/Accounts.json", Status="suspended")
        assert {row["sid"] for row in listed["accounts"]} == {ACCOUNT, child["sid"]}


async def test_a_trial_owns_one_subaccount() -> None:
    async with wire(seed=seed(type="Trial")) as site:
        await site.good("POST", "/2010-04-01/Accounts.json")
        assert (await site.call("POST", "/2010-04-01/Accounts.json"))[1]["code"] == 21480


async def test_the_secret_of_a_key_is_shown_once() -> None:
    async with wire() as site:
        key = await site.good("POST", f"{API}/Keys.json", FriendlyName="ci")
        assert re.fullmatch("[0-9A-Za-z]{32}", key["secret"])
        assert not re.fullmatch("[0-9a-f]{32}", key["secret"])
        assert "secret" not in await site.good("GET", f"{API}/Keys/{key['sid']}.json")
        assert (await site.call("GET", f"{API}/Messages.json", key["sid"], key["secret"]))[0] == 200
        for path in (f"{API}.json", f"{API}/Keys.json"):
            status, problem = await site.call("GET", path, key["sid"], key["secret"])
            assert (status, problem["code"]) == (401, 20003)
        assert (await site.call("DELETE", f"{API}/Keys/{key['sid']}.json"))[0] == 204
        assert (await site.call("GET", f"{API}/Messages.json", key["sid"], key["secret"]))[0] == 401


async def test_a_key_without_a_name_has_none() -> None:
    async with wire() as site:
        key = await site.good("POST", f"{API}/Keys.json")
        assert key["friendly_name"] is None
        renamed = await site.good("POST", f"{API}/Keys/{key['sid']}.json", FriendlyName="x" * 64)
        assert renamed["friendly_name"] == "x" * 64
        assert (await site.call("GET", f"{API}/Keys/SK{'0' * 32}.json"))[0] == 404


async def test_tokens_are_rotated() -> None:
    async with wire() as site:
        second = await site.good("POST", "/v1/AuthTokens/Secondary")
        token = second["secondary_auth_token"]
        for each in (TOKEN, token):
            assert (await site.call("GET", f"{API}.json", ACCOUNT, each))[0] == 200
        assert (await site.good("POST", "/v1/AuthTokens/Promote"))["auth_token"] == token
        assert (await site.call("GET", f"{API}.json"))[0] == 401
        assert (await site.call("GET", f"{API}.json", ACCOUNT, token))[0] == 200


async def test_countries_that_may_be_texted() -> None:
    async with wire(seed=seed(geo_permissions=["US"])) as site:
        (row,) = (await site.good("GET", "/v1/Messaging/GeoPermissions", CountryCode="CA"))["permissions"]
        assert set(row) == {"country_code", "type", "enabled", "prefix", "message"}
        assert (row["enabled"], row["prefix"], row["message"]) == (False, "+1", "")
        async with site.create(To="+14165550101") as answer:
            assert (await answer.json())["code"] == 21408


async def test_countries_are_switched_on_and_off() -> None:
    async with wire(seed=seed(geo_permissions=["US", "CA"])) as site:
        wanted = [("PL", True), ("CA", False)]
        form = [("Permissions", json.dumps({"country_code": c, "type": "country", "enabled": on})) for c, on in wanted]
        url = f"{site.fake.base_url}/v1/Messaging/GeoPermissions"
        async with site.session.patch(url, data=form) as answer:
            assert (answer.status, await answer.json()) == (
                200,
                {
                    "permissions": [
                        {"country_code": code, "type": "country", "enabled": on, "error_code": 0, "error_messages": []}
                        for code, on in wanted
                    ]
                },
            )
        assert (await site.created(To="+48512345678"))["status"] == "queued"
        async with site.create(To="+14165550101") as answer:
            assert (await answer.json())["code"] == 21408


@pytest.mark.parametrize(
    ("permissions", "code"),
    [
        ([], 20001),
        (["PL"], 20001),
        (["[]"], 20001),
        (['{"country_code": "PL", "type": "country"}'], 20001),
        (['{"country_code": "Poland", "type": "country", "enabled": true}'], 20001),
        (['{"country_code": "PL", "type": "county", "enabled": true}'], 20001),
        (['{"country_code": "PL", "type": "country", "enabled": true}', "{"], 20001),
        (["[" * 100_000], 20001),
    ],
)
async def test_countries_that_cannot_be_switched(permissions: list[str], code: int) -> None:
    async with wire() as site:
        url = f"{site.fake.base_url}/v1/Messaging/GeoPermissions"
        async with site.session.patch(url, data=[("Permissions", one) for one in permissions]) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, code)
        listed = await site.good("GET", "/v1/Messaging/GeoPermissions", CountryCode="PL")
        assert not any(row["enabled"] for row in listed["permissions"])


async def test_countries_are_told_with_their_prefix() -> None:
    async with wire(seed=seed(geo_permissions=["US", "PL", "XX"])) as site:
        rows = (await site.good("GET", "/v1/Messaging/GeoPermissions"))["permissions"]
        prefixes = {row["country_code"]: row["prefix"] for row in rows if row["enabled"]}
        assert prefixes == {"US": "+1", "PL": "+48", "XX": ""}
        assert {"AQ", "DE", "JM", "ZW"} - {row["country_code"] for row in rows} == {"AQ"}
        (row,) = (await site.good("GET", "/v1/Messaging/GeoPermissions", CountryCode="JP"))["permissions"]
        assert (row["enabled"], row["prefix"]) == (False, "+81")


async def test_other_hosts_ask_for_the_subaccounts_own_credentials() -> None:
    async with wire() as site:
        child = await site.good("POST", "/2010-04-01/Accounts.json")
        own = (child["sid"], child["auth_token"])
        status, service = await site.call("POST", "/v1/Services", *own, FriendlyName="Of the child")
        assert (status, service["account_sid"]) == (201, child["sid"])
        assert (await site.good("GET", "/v1/Services"))["services"] == []
        assert (await site.call("GET", f"/v1/Services/{service['sid']}"))[0] == 404


async def test_a_closed_account_opens_nothing_any_more() -> None:
    async with wire() as site:
        child = await site.good("POST", "/2010-04-01/Accounts.json")
        path = f"/2010-04-01/Accounts/{child['sid']}"
        await site.good("POST", f"{path}.json", Status="closed")
        status, problem = await site.call("GET", f"{path}/Messages.json", child["sid"], child["auth_token"])
        assert (status, problem["code"]) == (401, 20003)
        assert (await site.good("GET", f"{path}.json"))["status"] == "closed"
        assert (await site.call("POST", f"{path}.json", Status="active"))[1]["code"] == 21479


async def test_an_account_owns_a_thousand_subaccounts_at_most() -> None:
    document = seed()
    document["accounts"] += [{"sid": f"AC{n:032x}", "auth_token": "t", "owner": ACCOUNT} for n in range(999)]
    async with wire(seed=document) as site:
        await site.good("POST", "/2010-04-01/Accounts.json")
        assert (await site.call("POST", "/2010-04-01/Accounts.json"))[1]["code"] == 21480


async def test_a_key_that_is_asked_to_be_restricted_is_a_standard_one() -> None:
    async with wire() as site:
        policy = '{"allow": ["/twilio/messaging/messages/read"]}'
        key = await site.good("POST", f"{API}/Keys.json", FriendlyName="ci", KeyType="restricted", Policy=policy)
        form = {"To": GUARD, "From": OURS, "Body": "x"}
        assert (await site.call("POST", f"{API}/Messages.json", key["sid"], key["secret"], **form))[0] == 201


async def test_keys_outlive_the_token() -> None:
    async with wire() as site:
        key = await site.good("POST", f"{API}/Keys.json", FriendlyName="ci")
        await site.good("POST", "/v1/AuthTokens/Secondary")
        await site.good("POST", "/v1/AuthTokens/Promote")
        assert (await site.call("GET", f"{API}.json"))[0] == 401
        assert (await site.call("GET", f"{API}/Messages.json", key["sid"], key["secret"]))[0] == 200


async def test_a_standard_key_may_see_the_balance() -> None:
    async with wire() as site:
        key = await site.good("POST", f"{API}/Keys.json")
        assert (await site.call("GET", f"{API}/Balance.json", key["sid"], key["secret"]))[0] == 200

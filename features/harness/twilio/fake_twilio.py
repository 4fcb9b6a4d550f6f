"""The fake Twilio as a backend; all access is over HTTP, as for any client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from fake_twilio import FakeTwilio
from harness.loopback import free_port, serving
from harness.personas import Account, Personas
from harness.report.failure_report import HARNESS_AGENT
from harness.time.clock import MovableClock

VERIFIED = tuple(f"+120155501{index:02}" for index in range(1, 10))
UNVERIFIED = tuple(f"+120155501{index:02}" for index in range(60, 70))

SERVICE = "MG" + "f" * 32

ACCOUNTS = {
    "Full": Account(
        "Full",
        "AC" + "f" * 32,
        "full-account-token",
        ("+12015550100", "+12015550110"),
        service=SERVICE,
        oauth_client_id="OQ" + "f" * 32,
        oauth_client_secret="full-account-app-secret",  # noqa: S106 - the fake's
    ),
    "Test": Account("Test", "AC" + "5" * 32, "test-account-token", ("+15005550006",)),
    "Trial": Account("Trial", "AC" + "7" * 32, "trial-account-token", ("+12015550120",), VERIFIED),
}


BIN = "EH" + "0" * 32
"""TwiML with an empty response, as the driver's setup guide recommends."""


def seed() -> dict[str, Any]:
    """Return the seed of the harness's fake: one account of each type with its numbers."""
    return {"accounts": [_account(account) for account in ACCOUNTS.values()]}


def _account(account: Account) -> dict[str, Any]:
    test, full = account.type == "Test", account.type == "Full"
    return {
        "sid": account.sid,
        "auth_token": account.auth_token,
        "type": "Trial" if account.type == "Trial" else "Full",
        "test_credentials": test,
        "verified": list(account.verified),
        "twiml_bins": [{"sid": BIN, "twiml": "<Response/>"}] if full else [],
        "oauth_apps": _oauth_apps(account),
        "geo_permissions": ["US", "CA", "GB"],
        "messaging_services": [_service(account)] if full else [],
        "numbers": [] if test else [{"phone_number": number} for number in account.numbers],
    }


def _oauth_apps(account: Account) -> list[dict[str, str]]:
    app = {"client_id": account.oauth_client_id, "client_secret": account.oauth_client_secret}
    return [app] if account.oauth_client_id else []


def _service(account: Account) -> dict[str, Any]:
    """Return the account's service with its second number; its messages arrive as if the number were in no service."""
    pool = {"numbers": list(account.numbers[1:]), "use_inbound_webhook_on_number": True}
    return {"sid": account.service, "friendly_name": "Site", **pool}


def _signed(account: Account) -> dict[str, str]:
    """Return the headers of the harness's own requests to the public API."""
    return {"Authorization": aiohttp.encode_basic_auth(account.sid, account.auth_token), "User-Agent": HARNESS_AGENT}


class FakeTwilioBackend:
    """A fake Twilio, and control of handsets, faults and logs."""

    automatic_reply = "https://demo.twilio.com/welcome/sms/reply"
    no_reply = f"https://handler.twilio.com/twiml/{BIN}"

    def __init__(self, base_url: str, session: aiohttp.ClientSession, patience: float, *, picture: str = "") -> None:
        self.base_url = base_url
        self.page_url = f"{base_url}/_fake/"
        self.patience = patience
        self._picture = picture
        self._session = session
        self._shared_keys: dict[str, dict[str, Any]] = {}
        self._rule = ""
        self._unused: list[str] = []

    def personas(self) -> Personas:
        """Return personas that allow any name; the Full account is the default."""
        return Personas(ACCOUNTS["Full"], VERIFIED, UNVERIFIED)

    def account(self, type_: str) -> Account:
        """Return the account of this type."""
        return ACCOUNTS[type_]

    def webhook_address(self) -> tuple[str, int]:
        """Return a local port that is currently free."""
        port = free_port()
        return f"http://127.0.0.1:{port}", port

    async def call(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """Call the fake's control API.

        Raises:
            AssertionError: If the fake refuses, with its error message.
        """
        url = f"{self.base_url}/_fake/v1{path}"
        async with self._session.request(method, url, json=body, params=query) as answer:
            text = await answer.text()
            assert answer.status < 400, f"{method} {path} answered {answer.status}: {text}"
            return await answer.json(content_type=None) if text else None

    async def begin(self) -> None:
        """Reset to the seed."""
        self._shared_keys, self._rule, self._unused = {}, "", []
        await self.call("POST", "/reset")

    def outgoing(self, to: str, body: str) -> str:
        """Return the message unchanged; messages are free."""
        return body

    def plain(self, body: str) -> str:
        """Return the message unchanged; messages carry no stamp."""
        return body

    async def add_fault(self, match: dict[str, str], effect: dict[str, Any], **limits: Any) -> None:
        """Inject a fault into Twilio."""
        await self.call("POST", "/faults", {"match": match, "effect": effect, **limits})

    async def clear_faults(self) -> None:
        """Remove all faults."""
        self._unused = await self.unused_faults()
        await self.call("DELETE", "/faults")

    async def unused_faults(self) -> list[str]:
        """Return the scenario's faults, including removed ones, that were met fewer times than intended."""
        faults = (await self.call("GET", "/faults"))["faults"]
        return self._unused + [
            f"{one['effect']} for {one['match']} (met {one['matched']} of {times} times)"
            for one in faults
            if one["matched"] < (times := one["times"] or 1)
        ]

    async def text(self, from_: str, to: str, body: str, *, picture: bool = False) -> dict[str, Any]:
        """Text a Twilio number from the handset ``from_``."""
        message = {"to": to, "body": body, "media_urls": [self._picture] if picture else []}
        return dict(await self.call("POST", f"/handsets/{from_}/messages", message))

    async def change_account(self, account: Account, changes: Mapping[str, str]) -> None:
        """Change an account's status or balance."""
        await self.call("POST", f"/accounts/{account.sid}", dict(changes))

    async def shown(self, number: str) -> list[dict[str, Any]]:
        """Return the messages on a handset, in both directions and in order."""
        return list((await self.call("GET", f"/handsets/{number}/messages"))["messages"])

    async def point_number_to(self, account: Account, number: str, url: str) -> None:
        """Set a number's webhook through the public API."""
        numbers = f"{self.base_url}/2010-04-01/Accounts/{account.sid}/IncomingPhoneNumbers"
        headers = _signed(account)
        async with self._session.get(f"{numbers}.json", params={"PhoneNumber": number}, headers=headers) as answer:
            (row,) = (await answer.json())["incoming_phone_numbers"]
        form = {"SmsUrl": url}
        async with self._session.post(f"{numbers}/{row['sid']}.json", data=form, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    async def add_alpha_sender(self, account: Account, name: str) -> None:
        """Add an alphanumeric sender to the account's messaging service through the public API."""
        url = f"{self.base_url}/v1/Services/{account.service}/AlphaSenders"
        headers = _signed(account)
        async with self._session.post(url, data={"AlphaSender": name}, headers=headers) as answer:
            assert answer.status == 201, await answer.text()

    async def shared_key(self, account: Account, name: str) -> str:
        """Return the secret of a shared key, created through the public API when first mentioned."""
        if name not in self._shared_keys:
            self._shared_keys[name] = await self._configure(
                account, "POST", "SharedKeys", document={"friendlyName": name}
            )
        return str(self._shared_keys[name]["secret"])

    async def sign_with(self, account: Account, name: str) -> None:
        """Sign all webhooks of the account with a shared key, through its default rule."""
        await self.shared_key(account, name)
        signature = {"sharedKeyId": self._shared_keys[name]["id"], "algorithm": "HMAC_SHA256"}
        auth = {"source": "INLINE", "value": {"scheme": "NONE"}}
        setting = await self._configure(account, "POST", "Settings", document={"auth": auth, "signature": signature})
        rule = {"matchType": "DEFAULT", "settings": [{"settingId": setting["id"], "percentage": 100}]}
        method, path = ("PATCH", f"Rules/{self._rule}") if self._rule else ("POST", "Rules")
        self._rule = (await self._configure(account, method, path, document=rule))["rule"]["id"]

    async def _configure(self, account: Account, method: str, path: str, *, document: dict[str, Any]) -> dict[str, Any]:
        """Call the Webhooks API."""
        url = f"{self.base_url}/v1/Webhooks/{path}"
        async with self._session.request(method, url, json=document, headers=_signed(account)) as answer:
            assert answer.status < 300, await answer.text()
            return dict(await answer.json())

    async def requests(self, **filters: str) -> list[dict[str, Any]]:
        """Return the request log."""
        return list((await self.call("GET", "/requests", **filters))["requests"])

    async def webhooks(self, **filters: str) -> list[dict[str, Any]]:
        """Return the log of webhook calls."""
        return list((await self.call("GET", "/webhooks", **filters))["webhooks"])


@asynccontextmanager
async def fake_twilio_backend(
    clock: MovableClock | None, session: aiohttp.ClientSession
) -> AsyncIterator[FakeTwilioBackend]:
    """Run a fake Twilio on the given clock, or on the machine's."""
    async with FakeTwilio(seed(), clock=clock, port=0) as fake, serving(_picture) as pictures:
        yield FakeTwilioBackend(fake.base_url, session, 0.5 if clock else 15.0, picture=f"{pictures}/picture.png")


async def _picture(_: web.BaseRequest) -> web.Response:
    return web.Response(body=b"a picture", content_type="image/png")

"""A fake on a manual clock with a client and a customer's server, all over real HTTP."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from fake_twilio import FakeTwilio, ManualClock
from fake_twilio.clock import Clock
from harness.loopback import serving

OURS, GUARD, GATE = "+12015550100", "+12015550101", "+12015550102"
ACCOUNT, TOKEN = "AC0123456789abcdef0123456789abcdef", "fake0auth0token0for0local0tests0"


def seed(sms_url: str = "", **account: Any) -> dict[str, Any]:
    """Return a seed with one account and one number."""
    number = {"phone_number": OURS, "sms_url": sms_url}
    return {"accounts": [{"sid": ACCOUNT, "auth_token": TOKEN, "verified": [GUARD], "numbers": [number], **account}]}


class Received:
    """One request that the customer's server received."""

    def __init__(self, url: str, form: Mapping[str, str], headers: Mapping[str, str], method: str = "POST") -> None:
        self.url = url
        self.method = method
        self.form = form
        self.headers = headers
        self.token = headers.get("I-Twilio-Idempotency-Token", "")
        self.genuine = RequestValidator(TOKEN).validate(url, dict(form), headers.get("X-Twilio-Signature", ""))


class Wire:
    """The fake, a client's session, and the server for webhooks. ``answer`` makes the server's responses."""

    def __init__(
        self, fake: FakeTwilio, session: aiohttp.ClientSession, hook_url: str, received: list[Received]
    ) -> None:
        self.fake = fake
        self.session = session
        self.hook_url = hook_url
        self.received = received

    @property
    def messages_url(self) -> str:
        """The path for creating and listing messages."""
        return f"{self.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/Messages"

    def create(self, body: str = "hello", **form: str) -> Any:
        """Start a request that creates a message; await it or use it in ``async with``."""
        data = {"To": GUARD, "From": OURS, "Body": body, **form}
        return self.session.post(f"{self.messages_url}.json", data=data)

    async def created(self, body: str = "hello", **form: str) -> dict[str, Any]:
        """Create a message, and return it from the response."""
        async with self.create(body, **form) as answer:
            document: dict[str, Any] = await answer.json()
            assert answer.status == 201, document
            return document

    async def fetch(self, sid: str) -> dict[str, Any]:
        """Return the current state of a message."""
        async with self.session.get(f"{self.messages_url}/{sid}.json") as answer:
            document: dict[str, Any] = await answer.json()
            assert answer.status == 200, document
            return document

    async def call(self, method: str, path: str, user: str = "", secret: str = "", **form: Any) -> tuple[int, Any]:
        """Call the API, and return status and document; ``form`` is the body of a POST, or else the query."""
        data: dict[str, Any] = {"data": form} if method == "POST" else {"params": form}
        headers = {"Authorization": aiohttp.encode_basic_auth(user, secret)} if user else {}
        async with self.session.request(method, f"{self.fake.base_url}{path}", headers=headers, **data) as answer:
            text = await answer.text()
            return answer.status, await answer.json(content_type=None) if text else None

    async def good(self, method: str, path: str, **form: Any) -> Any:
        """Call the API, and return the document of a successful response."""
        status, document = await self.call(method, path, **form)
        assert status < 400, document
        return document

    async def text(self, body: str = "hello", phone: str = GUARD, to: str = OURS) -> None:
        """Text from a phone, and wait for all consequences."""
        await self.fake.handset(phone).send(to, body)
        await self.fake.wait_idle()

    async def bodies(self, **query: str) -> list[str]:
        """Return the bodies of the listed messages, oldest first."""
        async with self.session.get(f"{self.messages_url}.json", params=query) as answer:
            return [row["body"] for row in (await answer.json())["messages"]][::-1]

    async def listed(self) -> list[str]:
        """Return the bodies of the messages in the list, newest first."""
        async with self.session.get(f"{self.messages_url}.json") as answer:
            return [row["body"] for row in (await answer.json())["messages"]]

    async def control(
        self, method: str, path: str, body: Any = None, /, expect: int | None = None, **query: str
    ) -> Any:
        """Call the control API, and return the response."""
        url = f"{self.fake.base_url}/_fake/v1{path}"
        async with self.session.request(method, url, json=body, params=query) as answer:
            document = await answer.json(content_type=None) if answer.status != 204 else None
            assert answer.status == expect if expect else answer.status < 400, document
            return document

    async def plant(self, effect: Mapping[str, Any], /, **fault: Any) -> str:
        """Inject a fault over HTTP, and return its ID."""
        return str((await self.control("POST", "/faults", {"effect": effect, **fault}, 201))["id"])

    def events(self) -> list[str]:
        """Return the statuses in receipts, in order of arrival."""
        return [call.form["MessageStatus"] for call in self.received if "MessageStatus" in call.form]


@asynccontextmanager
async def wire(
    *, clock: Clock | None = None, answer: Callable[[Received], web.Response] | None = None, **options: Any
) -> AsyncIterator[Wire]:
    """Open everything; the account's number calls the server, which answers with an empty ``<Response/>``.

    A ``seed`` that needs the server's address is a function of it.
    """
    received: list[Received] = []

    async def hook(request: web.BaseRequest) -> web.StreamResponse:
        form = {str(name): str(value) for name, value in (await request.post()).items()}
        call = Received(str(request.url), form, request.headers, request.method)
        received.append(call)
        return answer(call) if answer else web.Response(text="<Response/>", content_type="text/xml")

    session = aiohttp.ClientSession(headers={"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)})
    document = options.pop("seed", seed)
    async with serving(hook) as server, session:
        url = f"{server}/hook"
        document = document(url) if callable(document) else document
        async with FakeTwilio(document, clock=clock or ManualClock(), **options) as fake:
            yield Wire(fake, session, url, received)

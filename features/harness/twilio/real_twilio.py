"""The real Twilio as a backend: a second owned number is the handset, and its account's API shows its messages.

Nothing is mocked, made to fail or inspected internally. Scenarios that need such capabilities are skipped. Every
message carries the run's ID and is paid for out of the budget.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import aiohttp

from harness.personas import Account, NotOnThisBackendError, Personas
from harness.redaction import shortened
from harness.scenario_context import iso
from harness.twilio.budget import Budget
from harness.twilio.real_api import API, RealApiBackend
from harness.twilio.real_settings import Login, NotReadyError, RealSettings

TOKENS = "https://oauth.twilio.com/v2/token"
TIME_LIMIT = aiohttp.ClientTimeout(total=30)
_STAMP = re.compile(r" \[[0-9a-f]{6}\.\d+\]$")


class TwilioRefusesError(AssertionError):
    """Twilio answered a request of the harness with an error; ``status`` is the HTTP status."""

    def __init__(self, what: str, status: int, message: str) -> None:
        super().__init__(f"Twilio answers {what} with {status}: {message}")
        self.status = status


class RealTwilioBackend(RealApiBackend):
    """The real Twilio, and one handset."""

    limits = "the real Twilio cannot fail on demand; the step has to declare what it needs"

    def __init__(self, settings: RealSettings, guard: Budget, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._guard = guard
        self._session = session
        self._scenario = 0
        self._webhooks_before: dict[str, dict[str, str]] = {}
        self._bearer: dict[Login, str] = {}

    def personas(self) -> Personas:
        """Return personas with a single handset, whatever a scenario calls its owner."""
        return Personas(self.account(self._settings.account_type), (self._settings.handset_number,), (), closed=True)

    def account(self, type_: str) -> Account:
        """Return the configured account.

        Raises:
            NotOnThisBackendError: If the scenario needs an account of another type.
        """
        settings = self._settings
        if type_ != settings.account_type:
            raise NotOnThisBackendError(f"the configured account is {settings.account_type}, not {type_}")
        login, handset = settings.driver, settings.handset_number
        app = {"oauth_client_id": login.oauth_client_id, "oauth_client_secret": login.oauth_client_secret}
        return Account(type_, login.account_sid, login.auth_token, (settings.number,), (handset,), **app)

    def webhook_address(self) -> tuple[str, int]:
        """Return the tunnel's address, and the local port behind it."""
        return self._settings.tunnel, self._settings.webhook_port

    async def begin(self) -> None:
        """Begin the next scenario with a new stamp, so that older messages are not part of it."""
        self._scenario += 1

    def outgoing(self, to: str, body: str) -> str:
        """Approve a message that the driver is about to send, and stamp it.

        Raises:
            NotOnThisBackendError: If the account may only send templates.
            TooExpensiveError: If it may not be sent.
        """
        if self._settings.templates_only and to != self._settings.number:
            raise NotOnThisBackendError("this trial account may only send Twilio's own templates")
        if not to:
            return body  # the driver has to refuse it, and nothing can be sent without a recipient
        stamped = f"{body} [{self._guard.run}.{self._scenario}]"
        self._guard.reserve(to, stamped)
        return stamped

    def plain(self, body: str) -> str:
        """Return a message without its stamp."""
        return _STAMP.sub("", body)

    async def change_account(self, account: Account, changes: Mapping[str, str]) -> None:
        """Refuse, because real accounts are not changed for a test.

        Raises:
            NotOnThisBackendError: Always.
        """
        raise NotOnThisBackendError("a real account is not changed for a test")

    async def text(self, from_: str, to: str, body: str, *, picture: bool = False) -> dict[str, Any]:
        """Text a Twilio number from the handset; pictures are too expensive to send for real.

        Raises:
            NotOnThisBackendError: If there is a picture.
            TooExpensiveError: If it may not be sent.
        """
        if picture:
            raise NotOnThisBackendError("pictures are not sent for real")
        form = {"From": from_, "To": to, "Body": self.outgoing(to, body)}
        return await self._call(self._settings.handset, "POST", "Messages", values=form)

    async def shown(self, number: str) -> list[dict[str, Any]]:
        """Return the messages that the handset has received and sent in this scenario, in order."""
        rows = []
        for side in ("To", "From"):
            query = {side: number, "PageSize": "100"}
            answer = await self._call(self._settings.handset, "GET", "Messages", values=query)
            inward = side == "To"
            rows += [row for row in answer["messages"] if (row["direction"] == "inbound") is inward]
        mine = f"[{self._guard.run}.{self._scenario}]"
        shown = [row for row in rows if str(row["body"]).endswith(mine)]
        shown.sort(key=lambda row: parsedate_to_datetime(row["date_created"]))
        return [_as_shown(row) for row in shown]

    async def point_number_to(self, account: Account, number: str, url: str) -> None:
        """Point a number's webhook to this address through the tunnel; it is restored at the end."""
        login = self._settings.driver
        for row in (await self._number(login, number))["incoming_phone_numbers"]:
            await self._call(
                login, "POST", f"IncomingPhoneNumbers/{row['sid']}", values={"SmsUrl": url, "SmsMethod": "POST"}
            )

    async def check_accounts(self) -> None:
        """Check that both accounts are active, of the configured type, and own their numbers. Nothing is sent.

        Raises:
            NotReadyError: With every reason why no scenario can run.
        """
        wrong: list[str] = []
        for name, (login, number) in zip(("TWILIO", "TWILIO_HANDSET"), self._owned(), strict=True):
            try:
                account = await self._call(login, "GET", "", values={})
                numbers = (await self._number(login, number))["incoming_phone_numbers"]
            except TwilioRefusesError as exc:
                wrong.append(f"{name}_ACCOUNT_SID and {name}_AUTH_TOKEN are not valid ({exc})")
                continue
            except (aiohttp.ClientError, TimeoutError) as exc:
                reason = str(exc) or type(exc).__name__
                wrong.append(f"{API} does not answer ({reason}): check the network, HTTPS_PROXY and SSL_CERT_FILE")
                break
            if account["status"] != "active":
                wrong.append(f"the account of {name}_ACCOUNT_SID is {account['status']}")
            if login == self._settings.driver and account["type"] != self._settings.account_type:
                wanted = self._settings.account_type
                wrong.append(f'account_type says "{wanted}", but the account is {account["type"]}')
            if not numbers:
                wrong.append(
                    f"the account of {name}_ACCOUNT_SID does not own {shortened(number)}: use a number that it owns"
                )
        if wrong:
            raise NotReadyError("\n".join(["nothing was sent:", *(f"- {reason}" for reason in wrong)]))

    async def remember_webhooks(self) -> None:
        """Save the webhooks of the owned numbers, to restore them at the end."""
        for login, number in self._owned():
            for row in (await self._number(login, number))["incoming_phone_numbers"]:
                self._webhooks_before[row["sid"]] = {"SmsUrl": row["sms_url"] or "", "SmsMethod": row["sms_method"]}

    async def restore_webhooks(self) -> list[str]:
        """Restore changed webhooks; return the numbers that had been changed."""
        changed = []
        for login, number in self._owned():
            for row in (await self._number(login, number))["incoming_phone_numbers"]:
                before = self._webhooks_before.get(row["sid"])
                if before is not None and before["SmsUrl"] != (row["sms_url"] or ""):
                    await self._call(login, "POST", f"IncomingPhoneNumbers/{row['sid']}", values=before)
                    changed.append(number)
        return changed

    def _owned(self) -> list[tuple[Login, str]]:
        settings = self._settings
        return [(settings.driver, settings.number), (settings.handset, settings.handset_number)]

    async def _number(self, login: Login, number: str) -> dict[str, Any]:
        return await self._call(login, "GET", "IncomingPhoneNumbers", values={"PhoneNumber": number})

    async def _call(self, login: Login, method: str, resource: str, *, values: dict[str, str]) -> dict[str, Any]:
        path = f"{login.account_sid}/{resource}" if resource else login.account_sid
        url = f"{API}/2010-04-01/Accounts/{path}.json"
        where: dict[str, Any] = {"params": values} if method == "GET" else {"data": values}
        headers = {"Authorization": await self._authorization(login)}
        async with self._session.request(method, url, headers=headers, **where) as answer:
            body = await answer.json(content_type=None)
            if answer.status >= 400:
                raise TwilioRefusesError(f"{method} {resource or 'the account'}", answer.status, body.get("message"))
            return dict(body)

    async def _authorization(self, login: Login) -> str:
        if not login.oauth_client_id:
            return aiohttp.encode_basic_auth(login.account_sid, login.auth_token)
        if login not in self._bearer:
            app = {"client_id": login.oauth_client_id, "client_secret": login.oauth_client_secret}
            form = {**app, "grant_type": "client_credentials"}
            async with self._session.post(TOKENS, data=form) as answer:
                body = await answer.json(content_type=None)
                if answer.status >= HTTPStatus.BAD_REQUEST:
                    raise TwilioRefusesError("the OAuth app", answer.status, body.get("message"))
                self._bearer[login] = body["access_token"]
        return f"Bearer {self._bearer[login]}"


def _as_shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message of Twilio's in the form of all backends: delivered if it has arrived, times in ISO 8601."""
    moments = {name: iso(parsedate_to_datetime(row[name])) for name in ("date_created", "date_sent") if row[name]}
    return {**row, **moments, "status": "delivered" if row["status"] == "received" else row["status"]}


@asynccontextmanager
async def restored_afterwards(side: RealTwilioBackend) -> AsyncIterator[None]:
    """Begin only if everything is in order, and finally restore what was changed at Twilio.

    Raises:
        NotReadyError: If something is not in order.
    """
    await side.check_accounts()
    await side.remember_webhooks()
    try:
        yield
    finally:
        await side.restore_webhooks()


@asynccontextmanager
async def real_twilio_backend(settings: RealSettings, guard: Budget) -> AsyncIterator[RealTwilioBackend]:
    """Open the real Twilio, and leave it as it was found."""
    async with aiohttp.ClientSession(timeout=TIME_LIMIT, trust_env=True) as session:
        side = RealTwilioBackend(settings, guard, session)
        async with restored_afterwards(side):
            yield side

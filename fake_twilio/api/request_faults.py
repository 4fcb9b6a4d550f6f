"""Faults that apply to a request: before it is processed, and to its response."""

import asyncio

from aiohttp import web

from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.faults import Facts
from fake_twilio.faults.actions import CorruptResponse, Delay, Drop, Hang, Lag, Refuse, ResponseAction
from fake_twilio.scheduler import Scheduler
from fake_twilio.web.response import Dropped, Response


def facts_of(request: ApiRequest) -> Facts:
    """Return the facts that faults are matched against: those sent, or those of the requested message."""
    source = request.form if request.method == "POST" else request.query
    account = request.account_in_path.sid if request.account_in_path else ""
    message = request.context.state.message(account, request.variables.get("sid", ""))
    return Facts(
        request.operation,
        source.get("To") or (message.to if message else ""),
        source.get("From") or ((message.sender or "") if message else ""),
        account,
        source.get("Body") or (message.body if message else ""),
    )


def apply_before(request: ApiRequest, facts: Facts) -> None:
    """Apply the faults of phase ``request``, before processing."""
    for fault_id, action in request.context.faults.apply("request", facts):
        request.fault = f"{request.fault},{fault_id}" if request.fault else fault_id
        match action:
            case Delay():
                request.late_by += action.seconds
            case Lag():
                request.lag = max(request.lag, action.seconds)
            case Refuse():
                known = TwilioError(action.code, to=facts.to, sender=facts.sender)
                raise TwilioError(
                    action.code,
                    status=action.status,
                    text=action.message or known.message(request.context.generation),
                    headers=action.headers,
                    rfc9457=action.rfc9457,
                )
            case _:
                raise AbandonedError(action)


def action_after(request: ApiRequest, facts: Facts, response: Response) -> ResponseAction | None:
    """Return the action of the first fault of phase ``response``, after processing."""
    for fault_id, action in request.context.faults.apply("response", facts, response.body):
        request.fault = f"{request.fault},{fault_id}" if request.fault else fault_id
        chosen: ResponseAction = action
        return chosen
    return None


def corrupted(response: Response, action: CorruptResponse) -> Response:
    """Return a response with the parts that a fault replaces."""
    return Response(
        action.status or response.status,
        response.body if action.body is None else action.body,
        action.content_type or response.content_type,
        headers=response.headers,
    )


class AbandonedError(Exception):
    """A fault suppressed the response, before anything was processed."""

    def __init__(self, action: Drop | Hang) -> None:
        super().__init__(action)
        self.action = action


class HungRequests:
    """Clients that wait for a response that never comes; this does not count as work in flight."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._waiting: set[asyncio.Future[None]] = set()

    async def keep(self) -> web.StreamResponse:
        """Keep a client waiting until it disconnects or the fake stops."""
        hung: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(hung)
        self._scheduler.leave()
        try:
            await hung
        finally:
            self._scheduler.enter()
            self._waiting.discard(hung)
        return Dropped()

    def release(self) -> None:
        """Release every waiting client; their connections are reset."""
        for hung in self._waiting:
            if not hung.done():
                hung.set_result(None)

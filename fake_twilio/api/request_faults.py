"""Faults that strike a request: before it is processed, and when its answer is on its way."""

from fake_twilio.api.request import ApiRequest
from fake_twilio.context import Context
from fake_twilio.errors import TwilioError
from fake_twilio.faults import Facts
from fake_twilio.faults.actions import CorruptResponse, Delay, Drop, Hang, Lag, Refuse, ReplyVerdict
from fake_twilio.web.response import Response


class RequestFaults:
    """Asks the faults of one world."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def facts(self, request: ApiRequest) -> Facts:
        """Return what faults are matched against: what is sent, or the message that is asked about."""
        source = request.form if request.method == "POST" else request.query
        account = request.account_in_path.sid if request.account_in_path else ""
        message = self._context.state.message(account, request.variables.get("sid", ""))
        return Facts(
            request.operation,
            source.get("To") or (message.to if message else ""),
            source.get("From") or ((message.sender or "") if message else ""),
            account,
            source.get("Body") or (message.body if message else ""),
        )

    def before(self, request: ApiRequest, facts: Facts) -> None:
        """Apply the faults that strike before processing."""
        for fault_id, verdict in self._context.faults.strike("request", facts):
            request.fault = f"{request.fault},{fault_id}" if request.fault else fault_id
            match verdict:
                case Delay():
                    request.late_by += verdict.seconds
                case Lag():
                    request.lag = max(request.lag, verdict.seconds)
                case Refuse():
                    known = TwilioError(verdict.code, to=facts.to, sender=facts.sender)
                    raise TwilioError(
                        verdict.code,
                        status=verdict.status,
                        text=verdict.message or known.message(self._context.generation),
                        headers=verdict.headers,
                        rfc9457=verdict.rfc9457,
                    )
                case _:
                    raise AbandonedError(verdict)

    def after(self, request: ApiRequest, facts: Facts, reply: Response) -> ReplyVerdict | None:
        """Apply the first fault that strikes after processing."""
        for fault_id, verdict in self._context.faults.strike("reply", facts, reply.body):
            request.fault = f"{request.fault},{fault_id}" if request.fault else fault_id
            chosen: ReplyVerdict = verdict
            return chosen
        return None


def corrupted(reply: Response, verdict: CorruptResponse) -> Response:
    """Return an answer with the parts that a fault replaces."""
    return Response(
        verdict.status or reply.status,
        reply.body if verdict.body is None else verdict.body,
        verdict.content_type or reply.content_type,
        reply.headers,
    )


class AbandonedError(Exception):
    """A fault decided that nothing is answered, before anything was processed."""

    def __init__(self, verdict: Drop | Hang) -> None:
        super().__init__(verdict)
        self.verdict = verdict

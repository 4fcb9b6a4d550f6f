"""Faults that strike a request: before it is processed, and when its answer is on its way."""

from fake_twilio.api.request import ApiRequest
from fake_twilio.context import Context
from fake_twilio.errors import TwilioError
from fake_twilio.faults import Facts
from fake_twilio.faults.actions import CorruptResponse, Delay, Drop, Hang, Lag, Refuse, ReplyVerdict
from fake_twilio.web.response import Response


class RequestFaults:
    """Asks the faults of one world."""

    def __init__(self, world: Context) -> None:
        self._world = world

    def facts(self, call: ApiRequest) -> Facts:
        """Return what faults are matched against: what is sent, or the message that is asked about."""
        source = call.form if call.method == "POST" else call.query
        message = self._world.state.message(call.account.sid, call.variables.get("sid", ""))
        return Facts(
            call.operation,
            source.get("To") or (message.to if message else ""),
            source.get("From") or ((message.sender or "") if message else ""),
            call.account.sid,
            source.get("Body") or (message.body if message else ""),
        )

    def before(self, call: ApiRequest, facts: Facts) -> None:
        """Let the faults that strike before processing have their say."""
        for fault_id, verdict in self._world.faults.strike("request", facts):
            call.fault = f"{call.fault},{fault_id}" if call.fault else fault_id
            match verdict:
                case Delay():
                    call.late_by += verdict.seconds
                case Lag():
                    call.lag = max(call.lag, verdict.seconds)
                case Refuse():
                    raise TwilioError(
                        verdict.code,
                        status=verdict.status,
                        text=verdict.message,
                        headers=verdict.headers,
                        rfc9457=verdict.rfc9457,
                    )
                case _:
                    raise AbandonedError(verdict)

    def after(self, call: ApiRequest, facts: Facts, reply: Response) -> ReplyVerdict | None:
        """Let the first fault that strikes after processing have its say."""
        for fault_id, verdict in self._world.faults.strike("reply", facts, reply.body):
            call.fault = f"{call.fault},{fault_id}" if call.fault else fault_id
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

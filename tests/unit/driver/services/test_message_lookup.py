"""What the rows of a list show of a message whose answer was lost."""

from driver.domain.delivery import Found, NotFound
from driver.domain.send_result import Accepted, Failure, FailureKind
from driver.ports.gateway import RemoteMessage
from driver.services.message_lookup import judged


def row(sid: str, status: str, error_code: int | None = None) -> RemoteMessage:
    return RemoteMessage(
        sid, "outbound", "+12015550100", "+12015550101", "Fire", status, None, None, error_code, segments=1
    )


def test_the_newest_that_left_or_still_may_is_the_message() -> None:
    rows = [row("SM4", "failed", 21610), row("SM3", "sent"), row("SM2", "delivered"), row("SM1", "canceled")]
    assert judged(rows) == Found(Accepted("SM3", "sent", 1))


def test_what_never_left_is_not_the_message_and_says_why() -> None:
    refusal = Failure(FailureKind.REFUSED, "Twilio lists it as failed, error 21608", code=21608)
    assert judged([row("SM2", "failed", 21608), row("SM1", "canceled")]) == NotFound(refusal)
    assert judged([row("SM1", "canceled")]) == NotFound(
        Failure(FailureKind.REFUSED, "Twilio lists it as canceled", code=None)
    )
    assert judged([]) == NotFound()

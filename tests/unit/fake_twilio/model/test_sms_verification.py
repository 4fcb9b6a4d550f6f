"""How long a verification stays pending."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fake_twilio.model.sms_verification import LASTS, MAX_MISTAKES, SendCodeAttempt, SmsVerification

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_verification_waits_until_it_is_too_late_or_has_ended() -> None:
    waiting = SmsVerification("VE1", "AC1", "+12015550101", "", "123456", (SendCodeAttempt("VL1", NOW, 1),))
    assert (waiting.status, waiting.waits(NOW + LASTS)) == ("pending", True)
    assert not waiting.waits(NOW + LASTS + timedelta(seconds=1))
    approved, canceled = replace(waiting, caller_sid="PN1"), replace(waiting, mistakes=MAX_MISTAKES)
    assert (approved.status, approved.waits(NOW)) == ("approved", False)
    assert (canceled.status, canceled.waits(NOW)) == ("canceled", False)
    assert replace(waiting, mistakes=MAX_MISTAKES - 1).status == "pending"

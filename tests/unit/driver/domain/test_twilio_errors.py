"""What Twilio's error codes mean."""

from driver.domain.facts import FaultCause
from driver.domain.twilio_errors import MEANINGS, CodeMeaning, meaning


def test_every_code_has_words_and_something_to_do() -> None:
    for code, known in MEANINGS.items():
        assert known.text, code
        assert known.hint, code
        assert not known.text.endswith("."), code
    assert meaning(99999, FaultCause.SEND_FAILED, "failed") == CodeMeaning(FaultCause.SEND_FAILED, "failed", "")
    assert meaning(None, FaultCause.DELIVERY_FAILED, "lost").cause is FaultCause.DELIVERY_FAILED

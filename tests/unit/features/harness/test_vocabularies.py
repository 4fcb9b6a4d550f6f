"""The vocabularies of feature files come from the product's own lists."""

import pytest

from driver.domain.commands import Command
from gherkin_tools.vocabulary import Vocabulary
from harness import vocabularies
from harness.vocabularies import ANSWER, SETTING, toml_problems


@pytest.mark.parametrize(
    ("vocabulary", "known", "unknown"),
    [
        (vocabularies.STATUS, "No Communication", "No communication"),
        (vocabularies.STATES, "Fault, Masked", "Fault, Maskd"),
        (vocabularies.EVENT, "MessageDropped", "MessageDroped"),
        (vocabularies.EVENT_PARAMETER, "Destination Phone Number", "Destination Phone"),
        (vocabularies.COMMAND_PARAMETER, "Until", "Untill"),
        (vocabularies.CODE, "30003", "30000"),
        (SETTING, "receive.poll_interval_s", "receive.poll_intervall_s"),
        (SETTING, "twilio.auth_token_file", "twilio.account_sid_file"),
        (SETTING, "notify.quiet_hours.start", "notify.quiet_hours.begin"),
        (ANSWER, "HTTP 503", "HTTP 5o3"),
        (ANSWER, "code 21610", "code 21615"),
        (vocabularies.TABLE_COLUMN, "Status.AlarmIsAutoReset", "Status.AlarmIsAutoRest"),
        (vocabularies.AUDIT_COLUMN, "Command/Status", "Command"),
        (vocabularies.ALARM_STATE, "Unacknowledged", "unacknowledged"),
        (vocabularies.ALARM_TYPE, "No Communication", "Communication"),
        (vocabularies.WEBHOOK_CALL, "inbound_webhook", "inbound"),
        (vocabularies.LOG_LEVEL, "WARNING", "WARN"),
        (vocabularies.OUTCOME, "adopted", "lost"),
        (vocabularies.CONDITIONS, "trial, unverified", "trail"),
        (vocabularies.SENDER, "Twilio 2", "Twilio2"),
    ],
)
def test_each_list_knows_its_words_and_no_others(vocabulary: object, known: str, unknown: str) -> None:
    assert isinstance(vocabulary, Vocabulary)
    assert vocabulary.problem(known, {}) is None
    assert vocabulary.problem(unknown, {}) is not None


@pytest.mark.parametrize(
    ("vocabulary", "known", "unknown"),
    [
        (vocabularies.columns_of("status"), "Status.Priority", "Caption"),
        (vocabularies.columns_of("asset"), "Caption", "TableId"),
        (vocabularies.columns_of("command"), "TableId", "Status.Priority"),
        (vocabularies.parameters_of("Mask", "Gate"), "Until", "Message Content"),
        (vocabularies.parameters_of("Send Message", "Gate"), "Message Content", "Destination Number"),
        (vocabularies.parameters_of("Acknowledge", "System"), "Comment", "Until"),
        (vocabularies.REPORTED, "undelivered", "delivered"),
        (vocabularies.UNREPORTED, "sent", "undelivered"),
    ],
)
def test_what_goes_with_one_thing_does_not_go_with_another(vocabulary: Vocabulary, known: str, unknown: str) -> None:
    assert vocabulary.problem(known, {}) is None
    assert vocabulary.problem(unknown, {}) is not None


def test_there_are_no_lists_for_what_does_not_exist() -> None:
    assert vocabularies.columns_of("statsu") is None
    assert vocabularies.parameters_of("Send Message", "System") is None


def test_the_commands_are_the_driver_s() -> None:
    assert set(vocabularies.COMMAND.known({})) == {command.value for command in Command}


def test_sections_of_the_configuration_are_checked_by_their_keys() -> None:
    fine = (
        '[notify]\nacknowledgers = ["a"]\n[notify.templates]\nany = "x"\n[[workflows]]\non = "x"\ndo = [{ to = "a" }]'
    )
    assert list(toml_problems(fine)) == []
    assert "'notify.acknowledger'" in next(toml_problems('[notify]\nacknowledger = ["a"]'))
    assert "'workflows.do.too'" in next(toml_problems('[[workflows]]\ndo = [{ too = "a" }]'))
    assert "is invalid TOML" in next(toml_problems("[notify"))


@pytest.mark.parametrize(
    ("answer", "effect"),
    [
        ("HTTP 503", {"type": "http_error", "status": 503}),
        ("code 21610", {"type": "http_error", "status": 400, "code": 21610}),
        ("the wrong credentials", {"type": "http_error", "status": 401, "code": 20003}),
        ("an unknown code", {"type": "http_error", "status": 400, "code": 29999}),
        ("too many requests", {"type": "rate_limit"}),
    ],
)
def test_answers_are_faults_of_the_fake(answer: str, effect: dict[str, object]) -> None:
    from harness.twilio.faults import answer_effect

    assert ANSWER.problem(answer, {}) is None
    assert answer_effect(answer) == effect

"""Resending: the five seconds, the two attempts, and answers that get lost."""

from mutation.mutant import Mutant, mutant

RETRY = "retry/a-failed-text-is-resent-after-five-seconds"
EVERY = "retry/every-failure-is-resent-once"
LOST = "retry/a-lost-answer-is-looked-up-before-resending"
PLAIN = "states/every-transition-of-a-phone-whose-alarms-are-not-latched"
RESTART = "restart/nothing-is-forgotten"
STOP = "opting-out/a-recipient-texts-stop"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "the second attempt comes a second late",
        "driver/domain/delivery.py",
        "wait_s: float = 5.0",
        "wait_s: float = 6.0",
        f"{RETRY}::The second attempt succeeds",
    ),
    mutant(
        "the second attempt comes a second early",
        "driver/domain/delivery.py",
        "wait_s: float = 5.0",
        "wait_s: float = 4.0",
        f"{RETRY}::Nothing is resent before five seconds have passed",
    ),
    mutant(
        "there is a third attempt",
        "driver/domain/delivery.py",
        "attempts: int = 2",
        "attempts: int = 3",
        f"{RETRY}::Nothing is sent after that",
    ),
    mutant(
        "there is no second attempt",
        "driver/domain/delivery.py",
        "attempts: int = 2",
        "attempts: int = 1",
        f"{RETRY}::The second attempt succeeds",
    ),
    mutant(
        "permanent refusals are not resent",
        "driver/domain/delivery.py",
        "and not policy.retry_permanent",
        "",
        f"{RETRY}::A permanent refusal is resent once as well",
    ),
    mutant(
        "a lost answer is not looked up",
        "driver/domain/delivery.py",
        "return Step(message, Action.LOOK_UP) if message.in_doubt else _begin",
        "return _begin",
        f"{LOST}::The text exists and <failure>",
    ),
    mutant(
        "somebody else's text is taken for the lost one",
        "driver/services/message_lookup.py",
        "[row for row in alike if row.sid not in known]",
        "alike",
        f"{LOST}::The same text sent on purpose twice is not mistaken for a lost one",
    ),
    mutant(
        "a terminated text raises no fault",
        "driver/services/send_outcomes.py",
        "if self._fault_on_failure and not (",
        "if False and not (",
        f"{RETRY}::The command terminates",
    ),
    mutant(
        "success does not end the fault",
        "driver/services/send_outcomes.py",
        "ENDED_BY_SUCCESS = (FaultCause.SEND_FAILED, FaultCause.OPTED_OUT, FaultCause.NUMBER_PROBLEM)",
        "ENDED_BY_SUCCESS = (FaultCause.OPTED_OUT,)",
        f"{PLAIN}::Not latched: <action>",
    ),
    mutant(
        "opting in again does not end the fault",
        "driver/services/send_outcomes.py",
        "ENDED_BY_SUCCESS = (FaultCause.SEND_FAILED, FaultCause.OPTED_OUT, FaultCause.NUMBER_PROBLEM)",
        "ENDED_BY_SUCCESS = (FaultCause.SEND_FAILED, FaultCause.NUMBER_PROBLEM)",
        f"{STOP}::After START texts go out again and the fault ends",
    ),
    mutant(
        "a text that waits is forgotten at a restart",
        "driver/services/outbox.py",
        "        for message in messages:\n            #",
        "        for message in ():\n            #",
        f"{RESTART}::A text that waits to be resent survives",
    ),
    mutant(
        "one phone's text waits for another's",
        "driver/services/outbox.py",
        "return Lane(message.from_number, message.to_number, message.severity)",
        'return Lane(message.from_number, "", message.severity)',
        f"{EVERY}::A phone whose text waits does not hold up the others",
    ),
    mutant(
        "texts to one phone overtake each other",
        "driver/services/outbox.py",
        "return Lane(message.from_number, message.to_number, message.severity)",
        "return Lane(message.from_number, message.execution_id, message.severity)",
        f"{EVERY}::Texts to one phone keep their order when the first has to be resent",
    ),
    mutant(
        "the reason of an opt-out is not shown",
        "driver/domain/twilio_errors.py",
        '"the recipient has opted out by texting STOP"',
        '"it did not work"',
        f"{EVERY}::Refused: <case>",
    ),
)

"""One response restores communication, several failures lose it, and there are no needless requests."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import structlog.testing

from driver.config.models import StatesConfig
from driver.config.phones import PhoneConfig
from driver.domain.asset_changes import FaultRaised
from driver.domain.facts import CauseKind, CommReason, FaultCause
from driver.domain.send_result import Failure, FailureKind, Limit
from driver.ports.gateway import GatewayError, RemoteAccount
from support.driver_memory import GATE, GUARD, OURS
from support.driver_services import ServicesRig

AWAY = GatewayError("no route", reason=CommReason.UNREACHABLE)
SLOW = GatewayError("no answer in time", reason=CommReason.TIMEOUT)
REFUSED = GatewayError("refused", reason=CommReason.AUTH_FAILED)
LIMITED = GatewayError("slow down", reason=None, http_status=429)
ODD = GatewayError("HTTP 404", reason=None, http_status=404)


@pytest.fixture
async def here() -> AsyncIterator[ServicesRig]:
    with structlog.testing.capture_logs():
        made = ServicesRig(probe_interval_s=60)
        async with made.running(made.monitor.run):
            yield made


def probes(here: ServicesRig) -> int:
    """Return how often the account was requested from Twilio since the last check."""
    number = len(here.twilio.asked)
    here.twilio.asked.clear()
    return number


def well(here: ServicesRig) -> RemoteAccount:
    assert isinstance(here.twilio.answer, RemoteAccount)
    return here.twilio.answer


def limit(here: ServicesRig, seconds: float) -> None:
    """Have Twilio refuse a message for a while."""
    failure = Failure(FailureKind.TRANSIENT, "too many", 429, limit=Limit.ACCOUNT, retry_after_s=seconds)
    here.limits.refused(failure, here.clock.monotonic(), OURS)


async def probe_times(here: ServicesRig, seconds: int) -> list[int]:
    """Let time pass; return the seconds at which Twilio was probed."""
    probes(here)
    times = []
    for second in range(1, seconds + 1):
        await here.clock.advance(1)
        times += [second] * probes(here)
    return times


async def test_twilio_is_probed_at_the_interval_and_when_asked(here: ServicesRig) -> None:
    assert probes(here) == 1
    assert not here.assets.system_down
    assert here.monitor.account == here.twilio.answer
    assert await probe_times(here, 130) == [60, 120]
    here.monitor.ask()
    await here.clock.wait_idle()
    assert probes(here) == 1
    here.monitor.configure(StatesConfig(probe_interval_s=30))
    await here.clock.wait_idle()
    assert await probe_times(here, 65) == [30, 60], "at once, and then at the new interval"


async def test_the_messaging_services_of_phones_are_asked_for() -> None:
    service = "MG" + "a" * 32
    here = ServicesRig(PhoneConfig(id="guard", external_phone_number=GUARD, twilio_phone_number=service))
    await here.online()
    assert here.twilio.asked == [{"services": (service,), "pools": False}]


async def test_it_takes_several_failures_in_a_row_to_lose_communication(here: ServicesRig) -> None:
    for reason, expected in ((CommReason.UNREACHABLE, False), (CommReason.TIMEOUT, False), (CommReason.TIMEOUT, True)):
        await here.monitor.failed(reason, "gone")
        assert here.assets.system_down is expected
    loss = here.asset("twilio").facts.comm
    assert loss is not None
    assert (loss.reason, loss.detail, loss.phones) == (CommReason.TIMEOUT, "gone", 2)
    for phone in ("guard", "gate"):
        own = here.asset(phone).facts.comm
        assert own is not None
        assert (own.reason, own.detail) == (CommReason.PARENT_DOWN, "")


async def test_an_answer_in_between_makes_failures_count_anew(here: ServicesRig) -> None:
    for _ in range(2):
        for _ in range(2):
            await here.monitor.failed(CommReason.TIMEOUT, "gone")
        assert not here.assets.system_down
        here.monitor.answered()
    for _ in range(2):
        await here.monitor.failed(CommReason.TIMEOUT, "gone")
    await here.online()
    await here.monitor.failed(CommReason.TIMEOUT, "gone")
    await here.monitor.failed(CommReason.TIMEOUT, "gone")
    assert not here.assets.system_down


async def test_refused_credentials_count_at_once(here: ServicesRig) -> None:
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    assert here.assets.system_down


async def test_the_first_failure_has_twilio_asked_again_at_once(here: ServicesRig) -> None:
    probes(here)
    await here.monitor.failed(CommReason.TIMEOUT, "gone")
    await here.clock.wait_idle()
    assert probes(here) == 1
    here.twilio.answer = SLOW
    await here.monitor.failed(CommReason.TIMEOUT, "gone")
    await here.clock.wait_idle()
    assert (probes(here), here.assets.system_down) == (1, False), "once: the next waits"


async def test_while_nothing_answers_probes_come_ever_less_often(here: ServicesRig) -> None:
    here.twilio.answer = REFUSED
    here.monitor.ask()
    await here.clock.wait_idle()
    assert await probe_times(here, 200) == [5, 15, 35, 75, 135, 195]
    here.monitor.configure(StatesConfig(probe_interval_s=7))
    await here.clock.wait_idle()
    assert await probe_times(here, 14) == [7, 14], "but never less often than otherwise"


async def test_a_new_reason_is_applied_and_the_same_is_not_news(here: ServicesRig) -> None:
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    commits = len(here.memory.commits)
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    assert len(here.memory.commits) == commits
    await here.online()
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    await here.monitor.failed(CommReason.TIMEOUT, "gone")
    loss = here.asset("twilio").facts.comm
    assert loss is not None
    assert loss.reason is CommReason.TIMEOUT
    await here.online()
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    assert here.assets.system_down, "it is news again once it was over"


async def test_an_answer_without_a_known_reason_is_a_failure(here: ServicesRig) -> None:
    here.twilio.answer = ODD
    for _ in range(3):
        assert not await here.monitor.probe()
    assert here.assets.system_down


async def test_somebodys_answer_has_twilio_probed_where_that_is_news(here: ServicesRig) -> None:
    probes(here)
    here.monitor.answered()
    await here.clock.wait_idle()
    assert probes(here) == 0
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    here.monitor.answered()
    await here.clock.wait_idle()
    assert (probes(here), here.assets.system_down) == (1, False)


async def test_a_probe_that_fails_although_somebody_was_answered_meanwhile_is_repeated() -> None:
    with structlog.testing.capture_logs():
        here = ServicesRig()
        here.twilio.answer = REFUSED
        answered = here.twilio.account
        times = []

        async def account(**more: object) -> RemoteAccount:
            times.append(here.clock.monotonic())
            if len(times) == 1:
                here.monitor.answered()
            return await answered(**more)  # type: ignore[arg-type]  # the same

        setattr(here.twilio, "account", account)  # noqa: B010
        async with here.running(here.monitor.run):
            assert len(times) == 2


async def test_too_many_requests_are_a_fault_of_the_system_with_what_to_do(here: ServicesRig) -> None:
    here.twilio.answer, answer = LIMITED, here.twilio.answer
    assert await here.monitor.probe(), "Twilio answers"
    assert here.faults("twilio") == {
        FaultCause.RATE_LIMITED: (
            "Twilio refuses requests because there are too many (slow down)",
            20429,
            "a lower twilio.concurrency (now 50), or fewer programs on this account",
        )
    }
    assert not here.assets.system_down
    here.twilio.answer = answer
    await here.assets.apply("twilio", FaultRaised(FaultCause.WEBHOOK_INVALID, CauseKind.STANDING, "no"))
    here.monitor.answered()
    await here.clock.wait_idle()
    assert set(here.faults("twilio")) == {FaultCause.WEBHOOK_INVALID}
    probes(here)
    here.monitor.answered()
    await here.clock.wait_idle()
    assert probes(here) == 0


async def test_a_refused_message_says_so_at_once_and_twilio_is_asked_when_its_pause_is_over(here: ServicesRig) -> None:
    limit(here, 20)
    await here.clock.wait_idle()
    assert set(here.faults("twilio")) == {FaultCause.RATE_LIMITED}
    probes(here)
    here.monitor.answered()
    await here.clock.wait_idle()
    assert probes(here) == 0, "one answer is not the end of a pause that Twilio named"
    assert await here.monitor.probe()
    assert set(here.faults("twilio")) == {FaultCause.RATE_LIMITED}
    assert await probe_times(here, 19) == []
    await here.clock.advance(1)
    assert probes(here) == 1
    assert here.faults("twilio") == {}


async def test_an_account_that_is_not_active_is_a_fault_until_it_is(here: ServicesRig) -> None:
    account = well(here)
    here.twilio.answer = replace(account, status="suspended")
    await here.online()
    assert here.faults("twilio") == {
        FaultCause.ACCOUNT_SUSPENDED: (
            "the Twilio account is suspended",
            None,
            "an active account in the Twilio console",
        )
    }
    here.twilio.answer = account
    await here.online()
    assert here.faults("twilio") == {}
    commits = len(here.memory.commits)
    await here.online()
    assert len(here.memory.commits) == commits


async def test_a_number_that_the_account_does_not_own_is_its_phones_loss_whatever_the_system_says() -> None:
    with structlog.testing.capture_logs():
        here = ServicesRig(
            PhoneConfig(id="guard", external_phone_number=GUARD, twilio_phone_number=OURS),
            PhoneConfig(id="gate", external_phone_number=GATE, twilio_phone_number="+12015550199"),
            PhoneConfig(id="desk", external_phone_number=GATE),
        )
        for _ in range(2):
            await here.online()
            reasons = {name: here.asset(name).facts.comm for name in ("guard", "gate", "desk")}
            assert reasons["guard"] is None
            for name in ("gate", "desk"):
                loss = reasons[name]
                assert loss is not None
                assert loss.reason is CommReason.CONFIG_INVALID
            commits = len(here.memory.commits)
            await here.online()
            assert len(here.memory.commits) == commits, "what is known is not stored again"
            await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
            system = here.asset("twilio").facts.comm
            assert system is not None
            assert system.phones == 1, "the others had lost it before"


async def test_conditions_of_the_account_come_and_go(here: ServicesRig) -> None:
    account = well(here)
    here.twilio.answer = replace(account, kind="Trial")
    await here.online()
    assert [each.cause for each in here.asset("twilio").facts.conditions] == [FaultCause.TRIAL]
    commits = len(here.memory.commits)
    await here.clock.advance(10)
    await here.online()
    assert len(here.memory.commits) == commits
    here.twilio.answer = account
    await here.online()
    assert here.asset("twilio").facts.conditions == ()

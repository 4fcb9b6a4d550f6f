"""The system is in Fault while any of its phones is, with one fault that says how many."""

from driver.domain.asset_changes import FaultCleared, FaultRaised, Masked, Operator, ResetGiven
from driver.domain.facts import CauseKind, FaultCause
from support.driver_services import ServicesRig

NOT_SENT = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent")
OVER = FaultCleared(CauseKind.EVENT)


def said(here: ServicesRig) -> str:
    fault = here.faults("twilio").get(FaultCause.CHILD_FAULT)
    if fault is None:
        return ""
    words, code, hint = fault
    assert code is None
    several = words.endswith("phones are in Fault")
    caption = words.removeprefix("the phone ").removesuffix(" is in Fault")
    assert hint == ("Clear the faults of these phones" if several else f"Clear the fault of phone {caption}")
    return words


async def test_the_system_follows_its_phones() -> None:
    here = ServicesRig()
    await here.online()
    await here.assets.apply("twilio", FaultRaised(FaultCause.WEBHOOK_INVALID, CauseKind.STANDING, "no"))
    for phone, now in (("guard", "the phone Guard is in Fault"), ("gate", "2 phones are in Fault")):
        await here.assets.apply(phone, NOT_SENT)
        assert said(here) == now
    commits = len(here.memory.commits)
    await here.assets.apply("twilio", FaultCleared(CauseKind.EVENT))
    assert len(here.memory.commits) == commits
    await here.assets.apply("guard", Masked(Operator("alice"), None))
    assert said(here) == "the phone Gate is in Fault", "a masked phone is nobody's business"
    await here.assets.apply("guard", ResetGiven(Operator("alice")))
    await here.assets.apply("gate", OVER)
    await here.assets.apply("guard", OVER)
    assert (said(here), set(here.faults("twilio"))) == ("", {FaultCause.WEBHOOK_INVALID})


async def test_what_is_known_is_not_said_again() -> None:
    here = ServicesRig()
    await here.online()
    await here.assets.apply("guard", NOT_SENT)
    (known,) = here.asset("twilio").facts.faults
    await here.clock.advance(5)
    await here.assets.apply("gate", Masked(Operator("alice"), None))
    assert here.asset("twilio").facts.faults == (known,)


async def test_where_the_site_does_not_want_it_the_system_does_not_follow() -> None:
    here = ServicesRig()
    await here.online()
    await here.assets.apply("guard", NOT_SENT)
    here.assets.configure(rollup=False, grace_s=0)
    await here.assets.reconfigure(here.assets.catalog)
    assert said(here) == ""
    await here.assets.apply("gate", NOT_SENT)
    assert said(here) == ""
    here.assets.configure(rollup=True, grace_s=0)
    await here.assets.reconfigure(here.assets.catalog)
    assert said(here) == "2 phones are in Fault"

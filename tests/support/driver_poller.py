"""A poller on the in-memory services, with helpers to control and inspect it."""

from datetime import timedelta

from driver.config.phones import PhoneConfig
from driver.domain.facts import CommReason, FaultCause
from driver.ports.gateway import GatewayError, InboundPage, RemoteMessage
from driver.services.poller import Poller
from support.driver_memory import GUARD, OURS
from support.driver_services import ServicesRig

AWAY = GatewayError("no route", reason=CommReason.UNREACHABLE)
BAD_LIST = GatewayError("the list cannot be followed", reason=None, http_status=404)
LIMITED = GatewayError("slow down", reason=None, http_status=429)
OTHER, MUTE = "+12015550108", "+12015550109"


def seconds(number: float) -> timedelta:
    """Return a time."""
    return timedelta(seconds=number)


def poller(here: ServicesRig, *, own: bool = True, known: bool = True, **receive: object) -> Poller:
    """Return a poller whose oldest time is two days ago."""
    return here.poller(here.clock.now() - timedelta(days=2), own=own, known=known, **receive)


def phones_on(*numbers: str) -> list[PhoneConfig]:
    """Return a phone for each of some of our numbers."""
    return [
        PhoneConfig(id=f"p{place}", external_phone_number=GUARD, twilio_phone_number=number)
        for place, number in enumerate(numbers)
    ]


def text(here: ServicesRig, sid: str, ago_s: float = 1) -> RemoteMessage:
    """Return a message that arrived a moment ago."""
    at = here.clock.now() - seconds(ago_s)
    return RemoteMessage(sid, "inbound", GUARD, OURS, "Fire", "received", at, at)


def page(*messages: RemoteMessage, left: str = "") -> InboundPage:
    """Return a page of a list, and the position of the next one."""
    return InboundPage(messages, next=left)


def asked(here: ServicesRig, number: str = OURS) -> list[tuple[timedelta, str]]:
    """Return how far back each request for a number reached from now, and where it continued."""
    found = [each for each in here.twilio.asked if each.get("number") == number]
    here.twilio.asked.clear()
    return [(here.twilio.twilio_now() - each["since"], each["resume"]) for each in found]


def late(here: ServicesRig) -> str:
    """Return why messages are reported to arrive late, if they are."""
    return here.faults("twilio").get(FaultCause.POLL_LAGGING, ("", None, ""))[0]

"""A poller on the services in memory, and what a test says and sees of it."""

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
    """Return a poller whose floor lies two days back."""
    return here.poller(here.clock.now() - timedelta(days=2), own=own, known=known, **receive)


def phones_on(*numbers: str) -> list[PhoneConfig]:
    """Return a phone for each of some numbers of ours."""
    return [
        PhoneConfig(id=f"p{place}", external_phone_number=GUARD, twilio_phone_number=number)
        for place, number in enumerate(numbers)
    ]


def text(here: ServicesRig, sid: str, ago_s: float = 1) -> RemoteMessage:
    """Return a text that came a moment ago."""
    at = here.clock.now() - seconds(ago_s)
    return RemoteMessage(sid, "inbound", GUARD, OURS, "Fire", "received", at, at)


def page(*messages: RemoteMessage, left: str = "") -> InboundPage:
    """Return a page of a list, and where that goes on."""
    return InboundPage(messages, next=left)


def asked(here: ServicesRig, number: str = OURS) -> list[tuple[timedelta, str]]:
    """Return how far back a number was asked, from now, and where each question went on."""
    found = [each for each in here.twilio.asked if each.get("number") == number]
    here.twilio.asked.clear()
    return [(here.twilio.twilio_now() - each["since"], each["resume"]) for each in found]


def late(here: ServicesRig) -> str:
    """Return why texts are said to come late, if they are."""
    return here.faults("twilio").get(FaultCause.POLL_LAGGING, ("", None, ""))[0]

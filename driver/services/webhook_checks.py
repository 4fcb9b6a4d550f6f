"""Checks whether messages to a number or a Messaging Service can arrive by webhook, and what to do if they cannot."""

import ipaddress
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from driver.config.models import ReceiveConfig
from driver.config.secrets import without_login
from driver.ports.gateway import RemoteNumber, RemoteService
from driver.services.finding import CheckFinding, CheckLevel

#: Hosts of Twilio's own handlers: TwiML Bins, Functions and Studio flows.
_OWN_HANDLERS = ("handler.twilio.com", "webhooks.twilio.com", "demo.twilio.com", ".twil.io")


def number_findings(
    number: RemoteNumber, services: Sequence[RemoteService], receive: ReceiveConfig, *, address: str
) -> Iterator[CheckFinding]:
    """Yield where messages to a number go, if not to ``address``, which is empty if webhooks are off.

    A service that has the number and does not defer to it takes precedence, then an application, then the URL.
    """
    if not address:
        return
    service = next((one for one in services if number.phone_number in one.senders and not one.by_number), None)
    if service is not None:
        yield from service_findings(service, receive, address, about=number.phone_number)
    elif number.application_sid:
        words = f"the TwiML application {number.application_sid} handles its messages, whatever its URL is"
        remedy = f"remove the application, and set 'A message comes in' to {without_login(address)}"
        yield CheckFinding(_verdict(receive), number.phone_number, words, remedy)
    else:
        remedy = f"set 'A message comes in' to {without_login(address)} with HTTP POST"
        yield from _called(
            number.phone_number, number.sms_url, number.sms_method, receive=receive, address=address, remedy=remedy
        )


def service_findings(
    service: RemoteService, receive: ReceiveConfig, address: str, *, about: str = ""
) -> Iterator[CheckFinding]:
    """Yield where messages to the senders of a service go, if not to ``address``; ``about`` is the sender checked."""
    if not address or service.by_number:
        return
    here = f"the Messaging Service {service.sid}"
    remedy = f"set {here}'s incoming messages to {without_login(address)}, or to 'Defer to sender's webhook'"
    if not service.inbound_url:
        words = "has no webhook and drops incoming messages"
        yield CheckFinding(_verdict(receive), about or service.sid, f"{here} {words}", remedy)
        return
    called, method = service.inbound_url, service.inbound_method
    yield from _called(about or service.sid, called, method, receive=receive, address=address, remedy=remedy, by=here)


def address_findings(receive: ReceiveConfig, base_url: str) -> Iterator[CheckFinding]:
    """Yield whether Twilio itself can reach the driver's public address; a fake on this machine can reach any."""
    if receive.mode == "poll" or not receive.public_url or not _is_twilio(base_url):
        return
    host = urlsplit(receive.public_url).hostname or ""
    if not _is_public(host):
        words = f"Twilio cannot call {without_login(receive.public_url)}: {host} is not a public address"
        remedy = "set public_url to a name or address that is reachable from the internet, or receive by polling"
        yield CheckFinding(_verdict(receive), "receive.public_url", words, remedy)
    elif urlsplit(receive.public_url).scheme != "https":
        words = "messages and numbers travel over the internet unencrypted"
        yield CheckFinding(CheckLevel.WARNING, "receive.public_url", words, "use https://")


def _called(
    about: str, url: str, method: str, *, receive: ReceiveConfig, address: str, remedy: str, by: str = ""
) -> Iterator[CheckFinding]:
    who = f"Twilio, by {by}," if by else "Twilio"
    if url.partition("#")[0] != address:  # after # come Twilio's connection settings
        what = "its own handler at " if (urlsplit(url).hostname or "").endswith(_OWN_HANDLERS) else ""
        words = f"{who} calls {what}{without_login(url) or 'nothing'} for messages to it"
        yield CheckFinding(_verdict(receive), about, words, remedy)
    elif method.upper() != "POST":
        yield CheckFinding(
            _verdict(receive), about, f"{who} calls the driver with {method}; it accepts only POST", remedy
        )


def _verdict(receive: ReceiveConfig) -> CheckLevel:
    return CheckLevel.PROBLEM if receive.mode == "webhook" else CheckLevel.WARNING


def _is_twilio(base_url: str) -> bool:
    return f".{urlsplit(base_url).hostname or ''}".endswith(".twilio.com")


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal", ".lan", ".home.arpa"))

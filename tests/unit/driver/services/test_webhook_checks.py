"""Webhooks that cannot arrive are detected, whatever the cause, with a remedy."""

import pytest

from driver.config.models import ReceiveConfig
from driver.ports.gateway import RemoteNumber, RemoteService
from driver.services.finding import CheckFinding, CheckLevel
from driver.services.webhook_checks import address_findings, number_findings, service_findings

OURS, SERVICE = "+12015550100", "MG" + "a" * 32
URL = "https://sms.example.com/twilio/sms"
GOOD = RemoteNumber(OURS, sms_capable=True, sms_url=URL)
WEBHOOK = ReceiveConfig(mode="webhook", public_url="https://sms.example.com")
BOTH = ReceiveConfig(mode="both", public_url="https://sms.example.com")
APPLICATION = "AP" + "b" * 32


def number(url: str = URL, method: str = "POST", application: str = "") -> RemoteNumber:
    return RemoteNumber(OURS, sms_capable=True, sms_url=url, sms_method=method, application_sid=application)


def service(url: str = URL, method: str = "POST", *, by_number: bool = False) -> RemoteService:
    return RemoteService(SERVICE, inbound_url=url, inbound_method=method, by_number=by_number, senders=(OURS,))


@pytest.mark.parametrize(
    ("called", "services"),
    [
        (number(), []),
        (number(f"{URL}#rc=2&rp=all"), []),
        (number(), [service("https://other.example.com", by_number=True)]),
        (number("", "GET", APPLICATION), [service()]),
        (number(), [RemoteService(SERVICE, inbound_url="https://other.example.com")]),
    ],
)
def test_what_arrives_is_no_finding(called: RemoteNumber, services: list[RemoteService]) -> None:
    assert list(number_findings(called, services, WEBHOOK, address=URL)) == []


@pytest.mark.parametrize(
    ("called", "services", "says", "do"),
    [
        (number(""), [], "Twilio calls nothing", f"set 'A message comes in' to {URL} with HTTP POST"),
        (number("https://other.example.com/x"), [], "calls https://other.example.com/x for", URL),
        (number("https://handler.twilio.com/twiml/EH1"), [], "its own handler at https://handler", URL),
        (number("https://webhooks.twilio.com/v1/Accounts/AC1/Flows/FW1"), [], "its own handler at", URL),
        (number("https://gate-1234.twil.io/sms"), [], "its own handler at", URL),
        (number(method="GET"), [], "calls the driver with GET; it accepts only POST", "HTTP POST"),
        (number(application=APPLICATION), [], f"the TwiML application {APPLICATION} handles", "remove the application"),
        (number(), [service("https://other.example.com")], f"by the Messaging Service {SERVICE}, calls https", "Defer"),
        (number(), [service("")], "has no webhook and drops", "Defer to sender's webhook"),
        (number(), [service(method="GET")], "it accepts only POST", SERVICE),
    ],
)
def test_what_does_not_arrive_is_found(called: RemoteNumber, services: list[RemoteService], says: str, do: str) -> None:
    for receive, verdict in ((WEBHOOK, "problem"), (BOTH, "warning")):
        (finding,) = number_findings(called, services, receive, address=URL)
        assert (finding.verdict, finding.about) == (verdict, OURS)
        assert says in finding.words
        assert do in finding.remedy
    assert list(number_findings(called, services, ReceiveConfig(), address="")) == []


def test_a_finding_about_the_address_says_what_to_do() -> None:
    poll = ReceiveConfig(mode="poll", public_url="http://localhost:9624")
    assert list(address_findings(poll, "https://api.twilio.com")) == []
    for mode, verdict in (("webhook", "problem"), ("both", "warning")):
        receive = ReceiveConfig.model_validate({"mode": mode, "public_url": "http://localhost:9624"})
        (found,) = address_findings(receive, "https://api.twilio.com")
        assert (found.verdict, found.about) == (verdict, "receive.public_url")
        assert (
            found.remedy
            == "set public_url to a name or address that is reachable from the internet, or receive by polling"
        )
    plain = ReceiveConfig(mode="webhook", public_url="http://sms.example.com")
    assert list(address_findings(plain, "https://api.twilio.com")) == [
        CheckFinding(
            CheckLevel.WARNING,
            "receive.public_url",
            "messages and numbers travel over the internet unencrypted",
            "use https://",
        )
    ]


def test_a_service_without_a_webhook_is_named() -> None:
    (finding,) = service_findings(service(""), WEBHOOK, URL)
    assert finding.words == f"the Messaging Service {SERVICE} has no webhook and drops incoming messages"


def test_a_service_that_sends_is_asked_where_it_calls() -> None:
    (finding,) = service_findings(service("https://other.example.com"), WEBHOOK, URL)
    assert finding.about == SERVICE
    assert list(service_findings(service(), WEBHOOK, URL)) == []
    assert list(service_findings(service("x", by_number=True), WEBHOOK, URL)) == []
    assert list(service_findings(service("x"), ReceiveConfig(), "")) == []


@pytest.mark.parametrize(
    ("public_url", "says"),
    [
        ("http://localhost:9624", "localhost is not a public address"),
        ("https://127.0.0.1", "127.0.0.1 is not a public address"),
        ("https://10.1.2.3", "not a public address"),
        ("https://192.168.1.2:9624", "not a public address"),
        ("https://[::1]", "not a public address"),
        ("https://[fd00::1]", "not a public address"),
        ("https://gateway", "not a public address"),
        ("https://gateway.", "not a public address"),
        ("https://gateway.local", "not a public address"),
        ("https://gateway.localhost", "not a public address"),
        ("https://gateway.internal", "not a public address"),
        ("https://gateway.lan", "not a public address"),
        ("https://gateway.home.arpa", "not a public address"),
        ("http://sms.example.com", "unencrypted"),
        ("https://sms.example.com", ""),
        ("https://8.8.8.8", ""),
    ],
)
def test_an_address_that_twilio_cannot_reach_is_found(public_url: str, says: str) -> None:
    receive = ReceiveConfig(mode="webhook", public_url=public_url)
    words = [finding.words for finding in address_findings(receive, "https://api.twilio.com")]
    assert [says in one for one in words] == ([True] if says else [])
    assert list(address_findings(receive, "http://127.0.0.1:8945")) == []
    assert list(address_findings(ReceiveConfig(), "https://api.twilio.com")) == []

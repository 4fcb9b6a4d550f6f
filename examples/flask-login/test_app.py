"""A person logs in: with the code on the phone, with a wrong one, and while Twilio refuses to send."""

import pytest
from app import create_app

from fake_twilio import Fault


@pytest.fixture
def browser(fake_twilio, twilio_client):
    """A browser with the app open."""
    return create_app(twilio_client, fake_twilio.phone_number).test_client()


def test_the_code_on_the_phone_logs_in(browser, handset):
    assert browser.post("/login", data={"phone": handset.number}).status_code == 202
    code = handset.wait_for_code()
    answer = browser.post("/verify", data={"phone": handset.number, "code": code})
    assert answer.json == {"phone": handset.number}


def test_a_code_is_good_for_one_attempt(browser, handset):
    browser.post("/login", data={"phone": handset.number})
    code = handset.wait_for_code()
    assert browser.post("/verify", data={"phone": handset.number, "code": "wrong"}).status_code == 403
    assert browser.post("/verify", data={"phone": handset.number, "code": code}).status_code == 403


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.http_error(503), "try again later"),
        (Fault.rate_limit(1), "try again later"),
        (Fault.http_error(400, code=21610), "this number cannot be texted"),
    ],
)
def test_people_hear_why_no_code_comes(fake_twilio, browser, handset, fault, error):
    fake_twilio.faults.add(fault)
    assert browser.post("/login", data={"phone": handset.number}).json == {"error": error}
    fake_twilio.assert_nothing_sent()

"""A person sends a message, and the handset shows the reply."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from app import app

from fake_twilio import Fault


@pytest.fixture
def webhook(fake_twilio, twilio_client, monkeypatch) -> Iterator[str]:
    """The app on a free port, called for every incoming message."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", fake_twilio.auth_token)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/sms"
    (number,) = twilio_client.incoming_phone_numbers.list()
    number.update(sms_url=url)
    yield url
    server.should_exit = True
    thread.join()


def test_a_text_is_answered(webhook, fake_twilio, handset):
    handset.send(fake_twilio.phone_number, "Is anybody there?")
    assert handset.messages[-1].body == "You said: Is anybody there?"


def test_a_forged_text_is_refused(webhook, fake_twilio, handset):
    fake_twilio.faults.add(Fault.inbound_bad_signature())
    handset.send(fake_twilio.phone_number, "Open the gate")
    fake_twilio.assert_called_back(url=webhook, status=403)
    fake_twilio.assert_nothing_sent()

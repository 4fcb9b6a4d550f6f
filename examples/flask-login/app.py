"""Logs people in with a code that is sent by SMS."""

import secrets

from flask import Flask, request, session
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client


def create_app(client: Client, from_number: str) -> Flask:
    """Return the app; the client is Twilio's own, or one bound to a fake."""
    app = Flask(__name__)
    app.secret_key = secrets.token_bytes()
    codes: dict[str, str] = {}

    @app.post("/login")
    def login():
        phone = request.form["phone"]
        codes[phone] = f"{secrets.randbelow(1_000_000):06}"
        try:
            client.messages.create(to=phone, from_=from_number, body=f"Your log-in code is {codes[phone]}")
        except TwilioRestException as exc:
            return {"error": "this number cannot be texted" if exc.status == 400 else "try again later"}, 503
        return {}, 202

    @app.post("/verify")
    def verify():
        phone = request.form["phone"]
        if not secrets.compare_digest(codes.pop(phone, ""), request.form["code"]):
            return {"error": "wrong code"}, 403
        session["phone"] = phone
        return {"phone": phone}

    return app

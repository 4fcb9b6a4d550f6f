"""Answers texts: Twilio calls /sms, and what the webhook returns is sent back."""

import os

from fastapi import FastAPI, HTTPException, Request, Response
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

app = FastAPI()


@app.post("/sms")
async def sms(request: Request) -> Response:
    """Answer a text whose signature is Twilio's."""
    form = dict(await request.form())
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    if not validator.validate(str(request.url), form, request.headers.get("X-Twilio-Signature", "")):
        raise HTTPException(403, "not signed by Twilio")
    answer = MessagingResponse()
    answer.message(f"You said: {form['Body']}")
    return Response(str(answer), media_type="application/xml")

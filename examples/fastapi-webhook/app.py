"""Replies to messages: Twilio calls /sms, and the webhook's response is sent back."""

import os

from fastapi import FastAPI, HTTPException, Request, Response
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

app = FastAPI()


@app.post("/sms")
async def sms(request: Request) -> Response:
    """Reply to a message that carries Twilio's signature."""
    form = dict(await request.form())
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    if not validator.validate(str(request.url), form, request.headers.get("X-Twilio-Signature", "")):
        raise HTTPException(403, "not signed by Twilio")
    answer = MessagingResponse()
    answer.message(f"You said: {form['Body']}")
    return Response(str(answer), media_type="application/xml")

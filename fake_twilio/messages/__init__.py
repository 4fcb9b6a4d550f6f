"""Messages behind the API: the carrier, handsets, and the webhooks that Twilio calls."""

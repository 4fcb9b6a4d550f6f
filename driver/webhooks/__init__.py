"""The only public listener, off by default: incoming messages and receipts, signed by Twilio."""

"""The only public listener, off by default: arriving texts and receipts, signed by Twilio."""

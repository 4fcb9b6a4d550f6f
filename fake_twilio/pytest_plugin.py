"""Fixtures that give anybody's tests a running fake Twilio."""

"""The demo: the whole journey of a message, on a fake Twilio and a driver started for it."""

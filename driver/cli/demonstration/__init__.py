"""The demonstration: the whole story of a text, played on a fake Twilio and a driver started for it."""

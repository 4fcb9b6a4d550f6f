"""The world behind the API: time passing, the carrier, handsets, and the calls that Twilio makes to its customers."""

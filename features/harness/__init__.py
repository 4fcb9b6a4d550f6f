"""The harness runs feature files against a running driver and a Twilio, fake or real."""

"""The harness: what plays a feature file against a running driver and a Twilio, fake or real."""

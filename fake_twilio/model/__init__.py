"""The pure core: Twilio's resources and rules. No clock, no I/O, no logging."""

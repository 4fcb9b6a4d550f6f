"""The pure core: what Twilio's things are and what its rules say. No clock, no input or output, no logging."""

"""The surface that looks like Twilio: one file a resource, and what all of them share."""

"""Twilio's API: one file per resource, plus shared code."""

"""Twilio's API: one file for each resource, and what all of them share."""

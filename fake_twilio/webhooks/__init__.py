"""Requests from Twilio to its customers' servers: parameters, signature, retries, faults, and their log."""

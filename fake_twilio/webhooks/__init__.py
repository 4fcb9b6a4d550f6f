"""The requests that Twilio makes to its customers: form, signature, retries, faults, and their log."""

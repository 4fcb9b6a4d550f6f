"""Redirecting unmodified programs to the fake: TLS under Twilio's own names, a proxy, environment variables."""

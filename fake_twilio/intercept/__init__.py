"""Reaching programs never told about the fake: TLS under Twilio's own names, a proxy, variables that lead there."""

"""Reaching programs that know nothing of the fake: TLS under Twilio's own names, a proxy, variables that lead there."""

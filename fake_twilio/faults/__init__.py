"""Failures on purpose: what may go wrong (one small file a family), when it does, and how often it did."""

from fake_twilio.faults import broken_answers, connection, delivery, lateness, refusals, webhooks
from fake_twilio.faults.effect import EFFECTS, Facts
from fake_twilio.faults.fault import Fault, FaultError, Match
from fake_twilio.faults.register import Faults, Planted

__all__ = ["EFFECTS", "FAMILIES", "Facts", "Fault", "FaultError", "Faults", "Match", "Planted"]

FAMILIES = (refusals, lateness, connection, broken_answers, delivery, webhooks)
"""The modules whose effects exist; importing them is what registers their effects."""

"""Failures on purpose: what may go wrong (one small file a family), when it does, and how often it did."""

from fake_twilio.faults.effect import Facts
from fake_twilio.faults.families import FAMILIES, effects
from fake_twilio.faults.fault import Fault, FaultError, Match
from fake_twilio.faults.register import Faults, Planted

__all__ = ["FAMILIES", "Facts", "Fault", "FaultError", "Faults", "Match", "Planted", "effects"]

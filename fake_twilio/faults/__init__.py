"""Failures on purpose: what may go wrong (one small file a family), when it does, and how often it did."""

from fake_twilio.faults.base import FAMILIES, Facts, effects
from fake_twilio.faults.engine import FaultEngine, PlantedFault
from fake_twilio.faults.fault import Fault, FaultError, Match

__all__ = ["FAMILIES", "Facts", "Fault", "FaultEngine", "FaultError", "Match", "PlantedFault", "effects"]

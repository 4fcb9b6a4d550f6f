"""Fault injection: what can fail (one small module per family), when, and how often it has."""

from fake_twilio.faults.base import FAMILIES, Facts, effects
from fake_twilio.faults.engine import FaultEngine, PlantedFault
from fake_twilio.faults.fault import Fault, FaultError, Match

__all__ = ["FAMILIES", "Facts", "Fault", "FaultEngine", "FaultError", "Match", "PlantedFault", "effects"]

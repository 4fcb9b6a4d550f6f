"""What every part of the driver runs on: clock, tasks, metrics, identifiers, log topics, strict JSON."""

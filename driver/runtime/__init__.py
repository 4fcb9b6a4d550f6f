"""What all parts of the driver share: clock, tasks, metrics, identifiers, log topics, strict JSON."""

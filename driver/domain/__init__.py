"""The driver's rules as pure functions over frozen data: no clock, no input or output, no logging."""

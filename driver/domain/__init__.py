"""The driver's rules as pure functions over frozen data: no clock, no input or output, no logging.

A table of data beside them, ``twilio_errors.csv``, is read once, when its module is imported.
"""

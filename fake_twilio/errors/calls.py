"""Errors of calls: only test credentials make any, and only for their magic numbers."""
# ruff: noqa: E501 - a row a line is what makes a table readable
# fmt: off

from fake_twilio.errors.entry import Entry, Reach

CALLS = (
    Entry(21201, 400, "No Called number specified", "a call without To", "No 'To' number is specified"),
    Entry(21210, 400, "'From' phone number not verified", "a call from another number than the magic one", "The source phone number provided, {sender}, is not yet verified for your account. You may only make calls from phone numbers that you've verified or purchased from Twilio."),
    Entry(21214, 400, "'To' phone number cannot be reached", "a call to a magic number", "'To' phone number cannot be reached"),
    Entry(21215, 400, "Account not authorized to call phone number", "a call to a magic number", "Account not authorized to call {to}"),
    Entry(21216, 400, "Account not allowed to call phone number", "a call to a magic number", "Account not allowed to call {to}"),
    Entry(21217, 400, "Phone number does not appear to be valid", "a call to a magic number, or to what cannot be one", "Phone number does not appear to be valid"),
    Entry(573002, 422, "Invalid caller for trial", "free-units trial: a call to a number that is not verified", "No Twilio trial phone number is assigned for voice calls to this destination number."),
    Entry(21219, 400, "'To' phone number not verified", "a trial account calls a number that is not verified", "The number {to} is unverified. Trial accounts may only make calls to verified numbers.", reach=(Reach.NOWHERE,), why="the fake makes no calls for accounts"),
)

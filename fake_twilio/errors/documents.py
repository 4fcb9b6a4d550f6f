"""Errors of the documents that answer webhooks, shown as alerts in the debugger."""
# ruff: noqa: E501 - a row a line is what makes a table readable
# fmt: off

from fake_twilio.errors.entry import Entry, Reach

DOCUMENTS = (
    Entry(12100, 0, "Document parse failure", "the answer is not well-formed XML", level="ERROR"),
    Entry(12101, 0, "Invalid Twilio Markup XML version", "the `version` of the Response is unknown", level="ERROR"),
    Entry(12102, 0, "The root element must be Response", "the document's root is not Response", level="ERROR"),
    Entry(12200, 0, "Schema validation warning", "a verb or an attribute is misspelt", level="WARNING"),
    Entry(12300, 0, "Invalid Content-Type", "the answer's content type is not one that is read", level="ERROR"),
    Entry(12400, 0, "Internal Failure", "Twilio failed while running the document", level="ERROR", reach=(Reach.NOWHERE,), why="the fake does not fail while it runs a document"),
    Entry(14101, 0, "Invalid \"To\" attribute", "Message: to cannot be a number", level="WARNING"),
    Entry(14102, 0, "Invalid \"From\" attribute", "Message: from cannot be a sender", level="WARNING"),
    Entry(14103, 0, "Invalid Body", "Message: no content, or more than 1600 characters", level="WARNING"),
    Entry(14104, 0, "Invalid Method attribute", "Message: method is neither GET nor POST", level="WARNING"),
    Entry(14105, 0, "Invalid statusCallback attribute", "Message: statusCallback cannot be called", level="WARNING"),
    Entry(14106, 0, "Document retrieval limit reached", "more than 50 documents in one reply session", level="WARNING"),
    Entry(14107, 0, "SMS send rate limit exceeded", "the loop guard: more than 30 replies between two numbers, each within 30 s of the one before", level="ERROR", reach=(Reach.MESSAGE, Reach.ALERT)),
    Entry(14108, 0, "From phone number not SMS capable", "Message: from cannot send texts", level="WARNING"),
    Entry(14109, 0, "TwiML Reply message limit exceeded", "more than ten replies to one message", level="WARNING"),
    Entry(14110, 0, "Invalid Verb for SMS Reply", "a verb other than Message, Sms and Redirect", level="WARNING"),
    Entry(14111, 0, "Invalid To phone number for Trial mode", "Message: a trial account replies to a number that is not verified", level="WARNING"),
)

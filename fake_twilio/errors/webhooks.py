"""Errors of webhooks and of the documents that answer them, shown as alerts in the debugger."""
# ruff: noqa: E501 - a row a line is what makes a table readable
# fmt: off

from fake_twilio.errors.entry import Entry, Reach

WEBHOOKS = (
    Entry(11100, 0, "Invalid URL format", "a URL of a document or a callback cannot be called", level="ERROR"),
    Entry(11200, 0, "HTTP retrieval failure", "media cannot be fetched; before 11217, also an error status of a webhook", level="ERROR", reach=(Reach.FATE, Reach.ALERT)),
    Entry(11205, 0, "HTTP connection failure", "no connection, or no answer within 15 s", level="ERROR"),
    Entry(11206, 0, "HTTP protocol violation", "what came back is not HTTP", level="ERROR"),
    Entry(11210, 0, "HTTP bad host name", "the host name does not resolve", level="ERROR"),
    Entry(11215, 0, "HTTP too many redirects", "the redirects do not end", level="ERROR"),
    Entry(11216, 0, "HTTP invalid redirection", "a redirect other than 301, 302, 303, 307, or one without Location", level="ERROR"),
    Entry(11217, 0, "HTTP error response code", "the server answered with an error status", old_code=11200, level="ERROR"),
    Entry(11220, 0, "SSL/TLS handshake error", "the TLS handshake failed", level="ERROR"),
    Entry(11235, 0, "Certificate invalid - domain mismatch", "the certificate is for another name", level="ERROR"),
    Entry(11236, 0, "Certificate invalid - certificate expired", "the certificate has expired", level="ERROR"),
    Entry(11237, 0, "Certificate invalid - could not find path to certificate", "the certificate's issuer is unknown", level="ERROR"),
    Entry(11243, 0, "HTTP retry policy is invalid", "rp= in the URL's fragment is not one of 4xx, 5xx, ct, rt, all", level="ERROR"),
    Entry(11321, 0, "Misconfigured webhook URL", "the URL of the number or of the service cannot be called", level="ERROR"),
    Entry(11322, 0, "Misconfigured webhook method", "the number's messaging method is neither GET nor POST", level="ERROR", reach=(Reach.NOWHERE,), why="neither the API nor a seed takes another method"),
    Entry(11750, 0, "TwiML response body too large", "the answer is larger than 64 kB", level="ERROR"),
    Entry(11751, 0, "Media message - media exceeds messaging provider size limit", "the media are larger than 5 MB", level="ERROR", reach=(Reach.FATE, Reach.ALERT)),
    Entry(11770, 0, "Empty response body", "the answer is chunked and empty", level="ERROR"),
    Entry(12100, 0, "Document parse failure", "the answer is not well-formed XML", level="ERROR"),
    Entry(12101, 0, "Invalid Twilio Markup XML version", "the `version` of the Response is unknown", level="ERROR"),
    Entry(12102, 0, "The root element must be Response", "the document's root is not Response", level="ERROR"),
    Entry(12200, 0, "Schema validation warning", "a verb or an attribute is misspelt", level="WARNING"),
    Entry(12300, 0, "Invalid Content-Type", "the answer's content type is not one that is read", level="ERROR"),
    Entry(12400, 0, "Internal failure", "Twilio failed while running the document", level="ERROR", reach=(Reach.NOWHERE,), why="the fake does not fail while it runs a document"),
    Entry(14101, 0, "Invalid \"To\" attribute", "Message: to cannot be a number", level="WARNING"),
    Entry(14102, 0, "Invalid \"From\" attribute", "Message: from cannot be a sender", level="WARNING"),
    Entry(14103, 0, "Invalid Body", "Message: no content, or more than 1600 characters", level="WARNING"),
    Entry(14104, 0, "Invalid Method attribute", "Message: method is neither GET nor POST", level="WARNING"),
    Entry(14105, 0, "Invalid statusCallback attribute", "Message: statusCallback cannot be called", level="WARNING"),
    Entry(14106, 0, "Document retrieval limit reached", "more than 50 documents in one reply session", level="WARNING"),
    Entry(14107, 0, "SMS send rate limit exceeded", "the loop guard: more than 30 replies between two numbers, each within 30 s of the one before", level="ERROR", reach=(Reach.FATE, Reach.ALERT)),
    Entry(14108, 0, "\"From\" phone number not SMS capable", "Message: from cannot send texts", level="WARNING"),
    Entry(14109, 0, "Reply message limit exceeded", "more than ten replies to one message", level="WARNING"),
    Entry(14110, 0, "Invalid verb for SMS reply", "a verb other than Message, Sms and Redirect", level="WARNING"),
    Entry(14111, 0, "Invalid To phone number for Trial mode", "Message: a trial account replies to a number that is not verified", level="WARNING"),
)

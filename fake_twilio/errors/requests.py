"""Errors of any request: credentials, paths, verbs, paging, limits, and Twilio's own failures."""
# ruff: noqa: E501 - a row a line is what makes a table readable
# fmt: off

from fake_twilio.errors.entry import Entry, Reach

REQUESTS = (
    Entry(10001, 403, "Account is not active", "the account is suspended or closed and the product is refused", "Account is not active", reach=(Reach.NOWHERE,), why="an older form of 20005, which the fake answers"),
    Entry(10002, 403, "Trial accounts do not support the feature you tried to use", "a trial account asks for a paid feature", "Trial accounts do not support the feature you tried to use"),
    Entry(20001, 400, "Unknown parameters", "a parameter of a list has a value that cannot be read", "Invalid {value} value."),
    Entry(20002, 400, "Invalid FriendlyName", "a friendly name is longer than 64 characters", "Invalid FriendlyName"),
    Entry(20003, 401, "Permission Denied", "credentials are missing, unknown, revoked, or may not do this", "Authenticate"),
    Entry(20004, 405, "Method not allowed", "the path exists, but not for this verb", "Method not allowed"),
    Entry(20005, 401, "Account not active", "the account is suspended", "Account not active"),
    Entry(20006, 403, "Access Denied", "a subaccount suspends, wakes or closes itself", "Access Denied"),
    Entry(20007, 400, "Page size too large", "PageSize is above 1000", "Page size too large"),
    Entry(20008, 403, "Test Credentials", "test credentials used beyond the resources they support", "Resource not accessible with Test Account Credentials"),
    Entry(20009, 409, "Cannot delete this resource before it is complete", "redact or delete before the message is finished", "Cannot delete message because delivery has not been completed."),
    Entry(20010, 403, "Action disabled for account", "a free-units trial has its five recipients", "Action disabled for account"),
    Entry(20404, 404, "Not Found", "no such resource, no such path, or a malformed account SID in the path", "The requested resource {path} was not found"),
    Entry(20409, 409, "Conflict", "a second secondary token", "Conflict"),
    Entry(20422, 422, "Invalid Parameter", "a parameter is invalid; nothing was processed", "Invalid Parameter", reach=(Reach.FAULT,)),
    Entry(20429, 429, "Too Many Requests", "more concurrent requests than the account may have; nothing was processed", "Too Many Requests"),
    Entry(20500, 500, "Internal Server Error", "Twilio failed; the request may or may not have been processed", "Internal Server Error", reach=(Reach.FAULT,)),
    Entry(20503, 503, "Service unavailable", "Twilio is not available for the moment", "Service is unavailable, please try again", "Service unavailable", reach=(Reach.FAULT,), page=503),
    Entry(20504, 0, "Twilio Internal Error", "a message failed inside Twilio; sending it again is advised", reach=(Reach.FAULT,)),
    Entry(30409, 400, "This message cannot be canceled", "Status=canceled for a message that is not scheduled any more", "This message cannot be canceled"),
)

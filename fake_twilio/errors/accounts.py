"""Errors of accounts: opening and changing subaccounts, moving numbers between them, and keys."""
# ruff: noqa: E501 - a row a line is what makes a table readable
# fmt: off

from fake_twilio.errors.entry import Entry, Reach

ACCOUNTS = (
    Entry(21101, 400, "Subaccounts cannot contain subaccounts", "a subaccount opens another one", "Subaccounts cannot contain subaccounts"),
    Entry(21470, 400, "Invalid AccountSid", "a number is moved to something that is not an account SID", "Invalid AccountSid"),
    Entry(21471, 400, "Account does not exist", "a number is moved to an account that is not there", "Account does not exist"),
    Entry(21472, 400, "Account is not active", "a number is moved to a suspended or closed account", "Account is not active"),
    Entry(21473, 400, "AccountSid you are transferring to is not related to the originating owner of the phone number", "a number is moved to a stranger's account", "AccountSid you are transferring to is not related to the originating owner of the phone number"),
    Entry(21474, 400, "API User must be the parent account to transfer phone numbers.", "a subaccount moves a number", "API User must be the parent account to transfer phone numbers."),
    Entry(21475, 400, "Unable to update Status, invalid Status.", "Status is none of active, suspended and closed", "Unable to update Status, invalid Status."),
    Entry(21476, 400, "Unable to update Status for subaccount, parent account is suspended.", "a subaccount of a suspended or closed account is woken", "Unable to update Status for subaccount, parent account is suspended."),
    Entry(21477, 400, "Unable to update Status for parent accounts", "an account suspends, wakes or closes itself", "Unable to update Status for parent accounts"),
    Entry(21478, 400, "Unable to update Status for subaccount, subaccount has been suspended by Twilio", "Twilio itself suspended the subaccount", "Unable to update Status for subaccount, subaccount has been suspended by Twilio", reach=(Reach.FAULT,)),
    Entry(21479, 400, "Unable to update Status for subaccount, subaccount has been closed.", "the status of a closed subaccount is to change", "Unable to update Status for subaccount, subaccount is closed and can not be re-opened."),
    Entry(21480, 400, "Reached maximum number of subaccounts", "an account has all the subaccounts that it may have", "Reached maximum number of subaccounts"),
    Entry(70001, 400, "Validation Failed", "the name of a key is longer than 64 characters", "The request has constraint violations"),
    Entry(70002, 400, "Bad request", "what should be the SID of a key is none", "Invalid Sid provided in the request"),
)

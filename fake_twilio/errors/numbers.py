"""Errors of numbers, verified callers and messaging services."""
# ruff: noqa: E501 - a row a line is what makes a table readable
# fmt: off

from fake_twilio.errors.entry import Entry, Reach

NUMBERS = (
    Entry(21401, 400, "Invalid Phone Number", "PhoneNumber cannot be a phone number", "Invalid Phone Number: {value}"),
    Entry(21402, 400, "Invalid Url", "a webhook URL cannot be called", "{parameter} is not valid: {value}"),
    Entry(21403, 400, "Invalid Method", "a webhook method is neither GET nor POST", "{value} is not a valid HTTP method"),
    Entry(21404, 400, "Inbound Phone number not available to trial account", "a trial account buys a second number", "Trial accounts are allowed only one Twilio number. To purchase additional numbers, please upgrade your account."),
    Entry(21406, 400, "Cannot set SmsFallbackUrl without setting SmsUrl", "SmsFallbackUrl is set and SmsUrl is not", "Cannot set SmsFallbackUrl without setting SmsUrl"),
    Entry(21407, 400, "This Phone Number type does not support SMS", "SmsUrl for a number without SMS", "This Phone Number type does not support SMS or MMS"),
    Entry(21420, 400, "ApplicationSid is not accessible", "an application SID of somebody else", "ApplicationSid is not accessible"),
    Entry(21421, 400, "Phone Number is invalid", "buying something that is not a number", "The phone number you have provided ({value}) is invalid."),
    Entry(21422, 400, "PhoneNumber is not available", "buying a number that somebody has", "{value} is not available"),
    Entry(21449, 400, "Number already can be used for outgoing calls and messages", "validating a number that the account owns", "Phone number is already owned by this account"),
    Entry(21450, 400, "Phone number already validated on your account", "validating a verified number again", "Phone number already validated for your account"),
    Entry(21451, 400, "Invalid area code", "AreaCode is not three digits", "{value} is not a valid area code"),
    Entry(21452, 400, "No phone numbers found in area code", "no number to buy in this area code", "No phone numbers found in area code {value}"),
    Entry(21453, 400, "Phone number already validated on another account", "validating a number that another trial account verified", "Phone number is already validated for another trial account"),
    Entry(21454, 400, "Invalid CallDelay", "CallDelay is not between 0 and 60", "CallDelay must be between 0 and 60 seconds"),
    Entry(21458, 400, "PhoneNumber Provisioning Type Mismatch", "buying a number from the list of another kind", "PhoneNumber Provisioning Type Mismatch"),
    Entry(21701, 400, "The Messaging Service does not exist", "MessagingServiceSid names no service", "The Messaging Service does not exist"),
    Entry(21702, 400, "The Messaging Service is not available to send new messages", "the service cannot be used for the moment", "The Messaging Service is not available to send new messages", reach=(Reach.FAULT,)),
    Entry(21703, 400, "The Messaging Service does not have a phone number available to send a message", "no number of the pool can send this", "The Messaging Service does not have a phone number available to send a message", reach=(Reach.REQUEST, Reach.MESSAGE)),
    Entry(21704, 400, "The Messaging Service contains no phone numbers", "the pool is empty", "The Messaging Service contains no phone numbers"),
    Entry(21705, 400, "The Messaging Service is invalid", "MessagingServiceSid is malformed or belongs to another account", "The Messaging Service Sid {value} is invalid"),
    Entry(21708, 400, "Alpha Sender ID Missing from the request", "adding an alphanumeric sender without saying which", "Alpha Sender ID Missing from the request"),
    Entry(21709, 400, "Alpha Sender ID is Invalid or Not Authorized for this Messaging Service", "adding what cannot be an alphanumeric sender", "Alpha Sender ID is Invalid or Not Authorized for this Messaging Service"),
    Entry(21710, 409, "Phone Number Already Exists in Messaging Service", "adding a number twice", "Phone Number or Short Code is already in the Messaging Service."),
    Entry(21711, 400, "Sender is not associated with the specified Messaging Service", "From is not in the pool of MessagingServiceSid", "The 'From' number {sender} is not in the Messaging Service"),
    Entry(21712, 409, "Phone Number or Short Code is associated with another Messaging Service.", "adding a number of another pool", "Phone Number or Short Code is associated with another Messaging Service."),
    Entry(21713, 400, "Messaging Service Use Case is Invalid", "Usecase is none that a service may have", "Messaging Service Use Case is Invalid"),
    Entry(21714, 412, "Messaging Service Number Pool size limit reached", "adding a number or short code to a pool of 400", "Number Pool size limit reached"),
    Entry(21715, 400, "Phone Number Does Not Have Correct Messaging Service Capabilities", "adding a number that can only talk to a pool", "Phone Number Does Not Have Correct Messaging Service Capabilities"),
)

"""Errors that a message ends with, shown as its `error_code`."""
# ruff: noqa: E501 - a row a line is what makes a table readable
# fmt: off

from fake_twilio.errors.entry import Entry, Reach

DELIVERY = (
    Entry(20504, 0, "Twilio Internal Error", "Twilio failed inside; sending the message again is advised", reach=(Reach.FAULT,)),
    Entry(30001, 0, "Queue overflow", "the message waited too long for its sender"),
    Entry(30002, 0, "Account suspended", "the account was suspended between accepting and sending"),
    Entry(30003, 0, "Unreachable destination handset", "the handset is off or out of reach", reach=(Reach.FAULT,)),
    Entry(30004, 0, "Message blocked", "the recipient's carrier blocks the message, as after STOP to a toll-free number"),
    Entry(30005, 0, "Unknown destination handset", "the number does not exist any more", reach=(Reach.FAULT,)),
    Entry(30006, 0, "Landline or unreachable carrier", "the number cannot receive texts"),
    Entry(30007, 0, "Message filtered", "filtered as unwanted", old_text="Carrier violation", reach=(Reach.FAULT,)),
    Entry(30008, 0, "Unknown error", "the carrier gave no reason", reach=(Reach.FAULT,)),
    Entry(30009, 0, "Missing inbound segment", "a part of an incoming message never came", reach=(Reach.FAULT,)),
    Entry(30010, 0, "Message price exceeds max price", "obsolete: MaxPrice is ignored", reach=(Reach.NOWHERE,), why="MaxPrice is ignored since 2024"),
    Entry(30011, 0, "MMS not supported by the receiving phone number in this region", "media to a place without MMS", reach=(Reach.FAULT,)),
    Entry(30017, 0, "Carrier network congestion", "the carrier's network is congested", reach=(Reach.FAULT,)),
    Entry(30019, 0, "Content size exceeds carrier limit", "a medium that is no picture is larger than 500 kB"),
    Entry(30022, 0, "US A2P 10DLC - Rate Limits Exceeded", "more messages a second than the campaign may send", reach=(Reach.FAULT,)),
    Entry(30023, 0, "US A2P 10DLC - Daily Message Cap Reached", "more messages a day than the brand may send", reach=(Reach.FAULT,)),
    Entry(30024, 0, "Numeric Sender ID Not Provisioned on Carrier", "the sender is not set up with the carrier", reach=(Reach.FAULT,)),
    Entry(30027, 0, "US A2P 10DLC - T-Mobile Daily Message Limit Reached", "the carrier's cap of the day", reach=(Reach.FAULT,)),
    Entry(30032, 0, "Toll-Free Number Has Not Been Verified", "an unverified toll-free sender"),
    Entry(30034, 0, "US A2P 10DLC - Message from an Unregistered Number", "the sender has no campaign"),
    Entry(30035, 0, "US A2P 10DLC - Message from a number still being configured", "the campaign is not active yet"),
    Entry(30036, 0, "Validity Period Expired", "the message waited longer than its ValidityPeriod"),
    Entry(30037, 0, "Outbound Messaging Disabled", "sending is disabled for the account", reach=(Reach.FAULT,)),
    Entry(30038, 0, "OTP Message Body Filtered", "an incoming one-time passcode was redacted, where the seed asks for that; no webhook is called", level="ERROR", reach=(Reach.FATE, Reach.ALERT)),
    Entry(30039, 0, "Filtered to Prevent Message Loops", "an incoming text belongs to a conversation between two machines; no webhook is called", level="WARNING", reach=(Reach.FATE, Reach.ALERT)),
    Entry(30044, 0, "Trial Message Length Exceeded", "a trial account's message has too many segments"),
    Entry(30410, 0, "Provider Timeout Error", "the carrier did not answer; not retried, so that nothing is sent twice", reach=(Reach.FAULT,)),
    Entry(30450, 0, "Message delivery blocked", "blocked as SMS pumping", reach=(Reach.FAULT,)),
    Entry(30453, 0, "Message couldn't be delivered", "blocked as fraud", reach=(Reach.FAULT,)),
    Entry(30454, 0, "Account exceeded the messages limit", "a trial account's limit of the day, found when a scheduled message is due"),
    Entry(30485, 0, "Message couldn't be delivered", "blocked as fraud", reach=(Reach.FAULT,)),
    Entry(63015, 0, "Channel Sandbox can only send messages to phone numbers that have joined the Sandbox", "the sandbox writes to somebody whom the seed does not name among its members"),
    Entry(63016, 0, "Failed to send freeform message because you are outside the allowed window. If you are using WhatsApp, please use a Message Template.", "a message without template to somebody who has not written in the last 24 hours, where the seed asks for that"),
)

"""Topics of log records, so that an engineer can watch one topic closely and nothing else."""

from enum import StrEnum


class LogTopic(StrEnum):
    """The topics that can be traced while the driver runs. A record without a topic belongs to the message flow."""

    FLOW = "flow"
    STATE = "state"
    EVENT = "event"
    HTTP = "http"
    TIMER = "timer"
    CLIENT = "client"


WORDS: dict[LogTopic, str] = {
    LogTopic.FLOW: "what happens to messages, to the account and to the database, in every detail",
    LogTopic.STATE: "each change of a fact or of an alarm record, with its cause",
    LogTopic.EVENT: "each event, as it is published",
    LogTopic.HTTP: "requests to Twilio and their responses, and Twilio's webhooks",
    LogTopic.TIMER: "which tasks rest, and until when",
    LogTopic.CLIENT: "requests to the data server, and event streams that open and close",
}

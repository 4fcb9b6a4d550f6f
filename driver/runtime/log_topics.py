"""What a log record is about, so that an engineer can watch one matter closely and nothing else."""

from enum import StrEnum


class LogTopic(StrEnum):
    """The matters that can be traced while the driver runs. A record that names none belongs to the flow of texts."""

    FLOW = "flow"
    STATE = "state"
    EVENT = "event"
    HTTP = "http"
    TIMER = "timer"
    CLIENT = "client"


WORDS: dict[LogTopic, str] = {
    LogTopic.FLOW: "what happens to texts, to the account and to the database, in every detail",
    LogTopic.STATE: "each change of a fact or of an alarm record, with its cause",
    LogTopic.EVENT: "each event, as it is published",
    LogTopic.HTTP: "requests to Twilio and their answers, and Twilio's webhooks",
    LogTopic.TIMER: "which task rests, and until when",
    LogTopic.CLIENT: "requests to the data server, and event streams that come and go",
}

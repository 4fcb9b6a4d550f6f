"""Templates that every site has: what, where, since when, how severe, how to answer, and last why, in one SMS."""

from collections.abc import Mapping

DEFAULT_TEMPLATES: Mapping[str, str] = {
    "alarm": "{Location}: {Alarm Type} since {Time}, severity {Severity}. Reply {Code} to acknowledge. {Reason}.",
    "alarm without code": "{Location}: {Alarm Type} since {Time}, severity {Severity}. {Reason}.",
    "unanswered alarm": "Nobody acknowledges: {Location}, {Alarm Type} since {Time}, severity {Severity}. {Reason}.",
    "alarm over": "{Location}: {Alarm Type} is over, {Time}.",
    "message": "{Name}, {Time}: {Message Content}",
}

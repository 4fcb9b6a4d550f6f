"""The statuses in which messages can end or be parked by a fault or a release."""

FINAL_STATUSES: dict[str, int | None] = {
    "delivered": None,
    "undelivered": 30003,
    "failed": 30008,
    "sent": None,
    "queued": None,
}
"""The statuses in which a message can end, with the default error code of each."""

RELEASES = tuple(status for status in FINAL_STATUSES if status != "queued")
"""The final statuses for a parked message."""

PARKINGS = ("queued", "sent")


def release_problems(status: str, error_code: int | None) -> list[str]:
    """Return what is wrong with a release of a parked message; an empty status means its default life cycle."""
    problems = []
    if status and status not in RELEASES:
        problems.append(f"status: {status!r} is not one of {', '.join(RELEASES)}")
    if error_code is not None and FINAL_STATUSES.get(status) is None:
        problems.append("error_code: only an undelivered or failed message has an error code")
    return problems

"""How messages may end, and where they may wait, when somebody decides that instead of the carrier."""

FINAL_STATUSES: dict[str, int | None] = {
    "delivered": None,
    "undelivered": 30003,
    "failed": 30008,
    "sent": None,
    "queued": None,
}
"""The statuses in which a message may end, and the error code that goes with each unless the fault names another."""

RELEASES = tuple(status for status in FINAL_STATUSES if status != "queued")
"""How a parked message may end."""

PARKINGS = ("queued", "sent")


def release_problems(status: str, error_code: int | None) -> list[str]:
    """Say what is wrong with a decision about a parked message; an empty status lets it go its usual way."""
    problems = []
    if status and status not in RELEASES:
        problems.append(f"status: {status!r} is not one of {', '.join(RELEASES)}")
    if error_code is not None and FINAL_STATUSES.get(status) is None:
        problems.append("error_code: only a message that ends undelivered or failed has one")
    return problems

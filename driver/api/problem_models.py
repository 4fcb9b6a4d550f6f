"""The problem document (RFC 9457) that every refusal is."""

from collections.abc import Sequence
from typing import Literal

from driver.api.api_model import ApiModel, Omitted, OrNull


class MistakeModel(ApiModel):
    """What is wrong in one place of a request."""

    path: str
    message: str


class ProblemModel(ApiModel):
    """A problem document (RFC 9457): why a request was refused. ``code`` is for programs."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: Omitted[Sequence[MistakeModel]] = None


class StandbyProblemModel(ProblemModel):
    """The same from a driver on standby, with the address of the active one."""

    active_server_address: OrNull

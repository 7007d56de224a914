"""What can go wrong between this PC and its platform, each as one kind with a sentence for the worker.

Nothing is lost by any of them: what was not sent stays in the outbox, and what did not come is fetched later.
"""

from collections.abc import Mapping
from datetime import datetime

from gridclient.errors import GridError
from gridclient.protocol import messages as m
from gridclient.protocol.problems import kind_of


class Offline(GridError):
    """The platform cannot be reached: no network, no name, no answer, or no answer of a platform."""

    text = "The platform cannot be reached. Your work is safe on this PC and is uploaded later."


class TimedOut(Offline):
    """The platform did not answer in time, or stopped in the middle of an answer."""


class Cut(Offline):
    """A download ended early; `etag` names what was being sent."""

    def __init__(self, etag: str) -> None:
        super().__init__()
        self.etag = etag


class Portal(Offline):
    """Something else answered in the platform's place, most likely a network's sign-in page."""

    text = "The network asks for a sign-in of its own. Open a browser, sign in there, then synchronise again."


class CertificateProblem(GridError):
    """The platform's certificate is not valid, or is not the platform's."""

    text = "The certificate of the platform is not valid. Nothing was sent; check the address, or ask an administrator."


class SignInNeeded(GridError):
    """The tokens are no longer good; the worker must sign in again. Nothing is deleted."""

    text = "Please sign in again. Your work is safe on this PC."


class DeviceRevoked(GridError):
    """An administrator took this device off the list; `values` may hold a signed order to wipe it."""

    text = "This device was taken off the list. Ask your administrator; your work is still on this PC."

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__()
        self.order = values


class Busy(Offline):
    """The platform asked to come back later."""

    text = "The platform is busy. Your work is safe on this PC and is uploaded later."

    def __init__(self, retry_after_s: float) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class Answered(GridError):
    """The platform refused the request with a problem document."""

    text = "The platform refused: {title} {detail}"

    def __init__(
        self, status: int, problem: m.Problem, server_time: datetime | None = None, retry_after_s: float = 0.0
    ) -> None:
        super().__init__(title=problem.title, detail=problem.detail)
        self.status = status
        self.retry_after_s = retry_after_s  # 0: the platform did not say
        self.problem = problem
        self.server_time = server_time  # when the platform said so, by its own clock
        self.kind = kind_of(problem)

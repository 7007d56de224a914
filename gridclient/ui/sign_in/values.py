"""What the sign-in screens show and what they ask for."""

from dataclasses import dataclass, field
from typing import Literal

from gridclient.ui.widgets import StepLook

ErrorField = Literal["address", "account", "password", "pin", ""]


@dataclass(frozen=True, slots=True)
class ProfileCard:
    """A worker who has already worked on this PC."""

    id: str
    name: str
    account: str
    detail: str
    pending: int | None  # None when it is not known
    unlock: Literal["pin", "password"]


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """Everything needed to sign in at the platform; `pin` is empty where the machine has a keyring."""

    address: str
    account: str
    password: str = field(repr=False)
    device_name: str
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class UnlockRequest:
    """A worker on this PC wants to go on without the platform."""

    profile_id: str
    secret: str = field(repr=False)


DataSetState = Literal["queued", "running", "paused", "ready", "background", "failed"]


@dataclass(frozen=True, slots=True)
class DataSet:
    """One part of the first download; a total of 0 is not known yet."""

    name: str
    icon: str
    rows_done: int
    rows_total: int
    bytes_done: int
    bytes_total: int
    state: DataSetState = "queued"
    note: str = ""  # said instead of the usual word for the state


@dataclass(frozen=True, slots=True)
class FirstSyncProgress:
    """How far the first download is; empty titles show no notice."""

    worker: str
    data_sets: tuple[DataSet, ...]
    steps: tuple[StepLook, ...] = ()
    running: bool = True
    speed_and_rest: str = ""
    problem: tuple[str, str] = ("", "")
    ready: tuple[str, str] = ("", "")
    log: tuple[str, ...] = ()

    @property
    def rows_done(self) -> int:
        """Rows that arrived."""
        return sum(part.rows_done for part in self.data_sets)

    @property
    def rows_total(self) -> int:
        """Rows that will come, as far as known; never fewer than arrived."""
        return sum(max(part.rows_total, part.rows_done) for part in self.data_sets)

    @property
    def share(self) -> float:
        """The share of rows that arrived, 0 to 1; 1 once every part is ready."""
        if self.data_sets and all(part.state == "ready" for part in self.data_sets):
            return 1.0
        return self.rows_done / self.rows_total if self.rows_total else 0.0

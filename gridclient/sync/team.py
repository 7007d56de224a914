"""Asks the platform what the workers of a supervisor have not uploaded yet."""

from gridclient.protocol import messages as m
from gridclient.sync.http import Http


def fetch_unsent(http: Http) -> list[m.UnsentDevice]:
    """The devices with unsent work, the oldest work first; blocking, raises a `GridError` when it cannot be known."""
    return http.get("/sync/v1/unsent", m.UnsentDevices).devices

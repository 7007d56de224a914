"""Obeys the platform's signed order to wipe this device's profile: it was lost, or taken off the list.

Anything less than a valid signature of the platform that the worker signed in to deletes nothing.
"""

from gridclient.errors import GridError
from gridclient.protocol import orders
from gridclient.store.keys import Keyring
from gridclient.sync.sign_in import Opened
from gridclient.sync.troubles import DeviceRevoked


class Wiped(GridError):
    """The profile was wiped by order of the platform."""

    text = "This PC was taken off the list. By order of the platform its data about residents was deleted."


def must_wipe(opened: Opened, fault: DeviceRevoked) -> bool:
    """Whether the refusal holds an order to this device, signed by its platform."""
    key = opened.cache.setting("platform_key") or ""
    return orders.read(fault.order, key, opened.http.device) is not None


def wipe(opened: Opened, ring: Keyring | None) -> None:
    """Closes the profile and destroys it, its key first."""
    opened.close()
    opened.profile.wipe(ring)

"""The one order that deletes data on a PC: a lost device wipes its cache when its platform says so, signed.

No status code ever deletes anything; only an order that names the device and bears the signature of the platform
whose key the client noted when the worker first signed in.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Literal

import msgspec

from gridclient.protocol.sealing import Identity, signature_is_of

Wipe = Literal["", "now", "after_upload"]
_CONTEXT = b"gridsync-order-1\n"  # a signature for an order is good for nothing else


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a device shall do."""

    device: str
    order: Literal["wipe"] = "wipe"
    issued_at: str


def sign(order: Order, identity: Identity) -> dict[str, str]:
    """An order and its signature, as the values of a `device-revoked` problem."""
    body = msgspec.json.encode(order)
    return {"order": body.decode(), "signature": base64.b64encode(identity.signs.sign(_CONTEXT + body)).decode()}


def read(values: Mapping[str, str], platform_key: str, device: str) -> Order | None:
    """The order in a problem's values, if the platform with this public identity gave it to this device."""
    try:
        body = values["order"].encode()
        signature = base64.b64decode(values["signature"], validate=True)
        order = msgspec.json.decode(body, type=Order)
    except (KeyError, binascii.Error, msgspec.MsgspecError):
        return None
    is_genuine = signature_is_of(platform_key, signature, _CONTEXT + body)
    return order if is_genuine and order.device == device else None

"""The one order that deletes data on a PC: a lost device wipes its cache when its platform says so, signed.

No status code ever deletes anything; only an order that names the device and bears the signature of the platform
whose key the client noted when the worker first signed in.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Wipe = Literal["", "now", "after_upload"]
_CONTEXT = b"gridsync-order-1\n"  # a signature for an order is good for nothing else


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a device shall do."""

    device: str
    order: Literal["wipe"] = "wipe"
    issued_at: str


def sign(order: Order, key: Ed25519PrivateKey) -> dict[str, str]:
    """An order and its signature, as the values of a `device-revoked` problem."""
    body = msgspec.json.encode(order)
    return {"order": body.decode(), "signature": base64.b64encode(key.sign(_CONTEXT + body)).decode()}


def read(values: Mapping[str, str], platform_key: str, device: str) -> Order | None:
    """The order in a problem's values, if the platform with this key (Base64) gave it to this device."""
    try:
        body = values["order"].encode()
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(platform_key, validate=True))
        public.verify(base64.b64decode(values["signature"], validate=True), _CONTEXT + body)
        order = msgspec.json.decode(body, type=Order)
    except (KeyError, ValueError, binascii.Error, InvalidSignature, msgspec.MsgspecError):
        return None
    return order if order.device == device else None

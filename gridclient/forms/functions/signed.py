"""`extract-signed()`: the message of a signed text (ODK XForms; Ed25519, RFC 8032)."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gridclient.forms.functions.arguments import text2
from gridclient.forms.values import Value

_SIGNATURE = 64


def _extract(contents: str, key: str) -> Value:
    """The message behind its signature, both base64 together; empty where the signature does not hold."""
    try:
        data, public = base64.b64decode(contents), base64.b64decode(key)
        Ed25519PublicKey.from_public_bytes(public).verify(data[:_SIGNATURE], data[_SIGNATURE:])
    except (binascii.Error, ValueError, InvalidSignature):
        return ""
    return data[_SIGNATURE:].decode("utf-8", "replace")


text2("extract-signed", _extract)

"""Encrypts a submission for the holder of a private key (ODK XForms, "Encryption").

What is sent is a manifest, in place of the answers, and the encrypted files beside it. The key of a submission is made
here, used once and thrown away: nobody on this PC can read the files again.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterator, Mapping

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_der_public_key

from gridclient.forms.errors import FormError
from gridclient.forms.saving import Sealed, Submission
from gridclient.forms.xml import ORX, etree

XML_FILE = "submission.xml"
_SPACE = "http://opendatakit.org/submissions"
_KEY_BYTES, _BLOCK_BITS = 32, 128


def key_of(submission: Mapping[str, str]) -> RSAPublicKey | None:
    """The RSA key that a form's `<submission>` names (base64 of its DER form), None for none; raises `FormError`."""
    text = "".join(submission.get("base64RsaPublicKey", "").split())
    if not text:
        return None
    try:
        found = load_der_public_key(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise FormError("submission: the public key cannot be read") from error
    if not isinstance(found, RSAPublicKey):
        raise FormError("submission: the public key is no RSA key")
    return found


def seal(submission: Submission, key: RSAPublicKey) -> Sealed:
    """Encrypts a submission; only the private key opens it."""
    secret = secrets.token_bytes(_KEY_BYTES)
    sealed_secret = _for_the_holder(secret, key)
    vectors = _vectors(submission.instance_id, secret)
    files: dict[str, bytes] = {}
    lines = [submission.form_id, *filter(None, [submission.version]), sealed_secret, submission.instance_id]
    for name, content in (*submission.attachments.items(), (XML_FILE, submission.xml)):
        files[f"{name}.enc"] = _encrypted(content, secret, next(vectors))
        lines.append(f"{name}::{_md5(content).hex()}")
    signature = _for_the_holder(_md5("".join(f"{line}\n" for line in lines).encode()), key)
    return Sealed(_manifest(submission, sealed_secret, signature, list(files)), files)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()  # what the specification asks for


def _for_the_holder(data: bytes, key: RSAPublicKey) -> str:
    # "OAEPWithSHA256AndMGF1Padding" means SHA-256 in both places: so do the programs that decrypt.
    return base64.b64encode(key.encrypt(data, OAEP(MGF1(SHA256()), SHA256(), None))).decode()


def _vectors(instance_id: str, secret: bytes) -> Iterator[bytes]:
    """The initialisation vector of each file in turn (section "Initialization Vector")."""
    seed = bytearray(_md5(instance_id.encode() + secret))
    count = 0
    while True:
        at = count % len(seed)
        seed[at] = (seed[at] + 1) % 256
        count += 1
        yield bytes(seed)


def _encrypted(content: bytes, secret: bytes, vector: bytes) -> bytes:
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = Cipher(AES(secret), CFB(vector)).encryptor()
    return encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()


def _manifest(submission: Submission, secret: str, signature: str, names: list[str]) -> bytes:
    root = etree.Element(f"{{{_SPACE}}}data", nsmap={None: _SPACE}, id=submission.form_id, encrypted="yes")
    if submission.version:
        root.set("version", submission.version)
    etree.SubElement(root, f"{{{_SPACE}}}base64EncryptedKey").text = secret
    etree.SubElement(root, f"{{{_SPACE}}}encryptedXmlFile").text = names[-1]
    for name in names[:-1]:
        media = etree.SubElement(root, f"{{{_SPACE}}}media")
        etree.SubElement(media, f"{{{_SPACE}}}file").text = name
    etree.SubElement(root, f"{{{_SPACE}}}base64EncryptedElementSignature").text = signature
    meta = etree.SubElement(root, f"{{{ORX}}}meta", nsmap={None: ORX})
    etree.SubElement(meta, f"{{{ORX}}}instanceID").text = submission.instance_id
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)

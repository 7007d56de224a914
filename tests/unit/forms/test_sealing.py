"""Encrypted submissions (ODK XForms, "Encryption"), opened again with the private key as the specification says."""

import base64
import hashlib

import pytest
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gridclient.forms import Form, FormError, Sealed
from gridclient.forms.xml import Element, parse_xml

from .samples import opened, xform

KEY = rsa.generate_private_key(65537, 2048)
OAEP = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
SPACES = {"s": "http://opendatakit.org/submissions", "orx": "http://openrosa.org/xforms"}
PHOTO, PLAN = b"\x89PNG photo of a stove" * 50, b"sixteen bytes..."


def public(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY) -> str:
    text = base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    return "\n".join(text[at : at + 64] for at in range(0, len(text), 64))


def encrypted_form(key: str | None = None, version: str = ' version="7"') -> Form:
    source = xform(
        "<name/><photo/><plan/><shown/>",
        f"""<submission action="https://city.example/submission" method="post"
        base64RsaPublicKey="{public() if key is None else key}"/><bind nodeset="/data/photo" type="binary"/>
        <bind nodeset="/data/plan" type="binary" relevant="/data/shown != 'no'"/>""",
        '<input ref="/data/name"/><upload ref="/data/photo"/><upload ref="/data/plan"/><input ref="/data/shown"/>',
    ).replace(' version="7"', version)
    form = opened(source)
    for ref, value in {"name": "林秀英", "photo": "stove.png", "plan": "plan.pdf"}.items():
        form.set(f"/data/{ref}", value)
    return form


def text(manifest: bytes, path: str) -> str:
    found = parse_xml(manifest).findtext(path, namespaces=SPACES)
    assert isinstance(found, str)
    return found


def contents(sealed: Sealed) -> list[tuple[str, bytes]]:
    """The files, decrypted in the order that the manifest gives (sections "Content Encryption" and following)."""
    manifest: Element = parse_xml(sealed.manifest)
    names = [str(each.text) for each in manifest.findall("s:media/s:file", SPACES)]
    names.append(text(sealed.manifest, "s:encryptedXmlFile"))
    secret = KEY.decrypt(base64.b64decode(text(sealed.manifest, "s:base64EncryptedKey")), OAEP)
    identity = text(sealed.manifest, "orx:meta/orx:instanceID")
    vector = bytearray(hashlib.md5(identity.encode() + secret).digest())
    found: list[tuple[str, bytes]] = []
    for count, name in enumerate(names):
        vector[count % 16] = (vector[count % 16] + 1) % 256
        opener = Cipher(AES(secret), CFB(bytes(vector))).decryptor()
        padded = opener.update(sealed.files[name]) + opener.finalize()
        assert 1 <= padded[-1] <= 16
        assert padded.endswith(padded[-1:] * padded[-1])
        found.append((name.removesuffix(".enc"), padded[: -padded[-1]]))
    return found


def signed(sealed: Sealed, version: str) -> bytes:
    """What the signature must hold (section "Signature")."""
    head = ["sample", *([version] if version else []), text(sealed.manifest, "s:base64EncryptedKey")]
    head.append(text(sealed.manifest, "orx:meta/orx:instanceID"))
    files = [f"{name}::{hashlib.md5(content).hexdigest()}" for name, content in contents(sealed)]
    return hashlib.md5(("\n".join([*head, *files]) + "\n").encode()).digest()


def test_the_holder_of_the_key_reads_the_answers_and_the_files_in_order() -> None:
    form = encrypted_form()
    sealed = form.sealed({"plan.pdf": PLAN, "stove.png": PHOTO, "left over.txt": b"?"})

    assert list(sealed.files) == ["stove.png.enc", "plan.pdf.enc", "submission.xml.enc"]
    assert contents(sealed) == [
        ("stove.png", PHOTO), ("plan.pdf", PLAN), ("submission.xml", form.to_xml().encode()),
    ]  # fmt: skip
    assert len(sealed.files["plan.pdf.enc"]) == len(PLAN) + 16


@pytest.mark.parametrize("version", ["7", ""])
def test_the_signature_holds_form_key_instance_and_the_sum_of_each_file(version: str) -> None:
    form = encrypted_form(version=f' version="{version}"' if version else "")
    sealed = form.sealed({"plan.pdf": PLAN, "stove.png": PHOTO})

    signature = base64.b64decode(text(sealed.manifest, "s:base64EncryptedElementSignature"))
    assert KEY.decrypt(signature, OAEP) == signed(sealed, version)


def test_the_manifest_says_which_form_it_is_and_nothing_of_the_answers() -> None:
    form = encrypted_form()
    sealed = form.sealed({"plan.pdf": PLAN, "stove.png": PHOTO})

    root: Element = parse_xml(sealed.manifest)
    assert root.tag == "{http://opendatakit.org/submissions}data"
    assert dict(root.attrib) == {"id": "sample", "encrypted": "yes", "version": "7"}
    assert text(sealed.manifest, "orx:meta/orx:instanceID") == form.get("/data/orx:meta/orx:instanceID")
    assert "林".encode() not in sealed.manifest + b"".join(sealed.files.values())


def test_each_submission_has_a_key_of_its_own_and_each_file_a_vector() -> None:
    form = encrypted_form()
    form.set("/data/photo", "a.bin")
    form.set("/data/plan", "b.bin")
    one, other = (form.sealed({"a.bin": PHOTO, "b.bin": PHOTO}) for _ in range(2))

    assert len({*one.files.values(), *other.files.values()}) == 6


def test_a_file_of_a_question_that_is_not_relevant_is_not_sent() -> None:
    form = encrypted_form()
    form.set("/data/shown", "no")

    assert list(form.sealed({"plan.pdf": PLAN, "stove.png": PHOTO}).files) == ["stove.png.enc", "submission.xml.enc"]


def test_a_submission_without_one_of_its_files_is_not_sealed() -> None:
    with pytest.raises(FormError, match=r"plan\.pdf is missing"):
        encrypted_form().sealed({"stove.png": PHOTO})


@pytest.mark.parametrize("key", ["MIIB", "not base64 at all!", public(ec.generate_private_key(ec.SECP256R1()))])
def test_a_key_that_is_none_is_told_when_the_form_is_opened_and_seals_nothing(key: str) -> None:
    form = encrypted_form(key)

    assert form.is_encrypted
    assert any("public key" in warning for warning in form.warnings)
    with pytest.raises(FormError, match="public key"):
        form.sealed({"plan.pdf": PLAN, "stove.png": PHOTO})


def test_a_form_says_where_it_wants_to_be_sent() -> None:
    assert encrypted_form().submission_url == "https://city.example/submission"
    plain = opened(xform("<a/>"))
    assert (plain.submission_url, plain.is_encrypted) == ("", False)
    with pytest.raises(FormError, match="no public key"):
        plain.sealed({})

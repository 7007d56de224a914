"""Functions of text (XPath 1.0, section 4.2; ODK XForms, "string functions")."""

import base64
import binascii
import hashlib
import math
import secrets
import string
import uuid

from gridclient.forms import patterns
from gridclient.forms.context import MANY, Closure, Context, register
from gridclient.forms.errors import XPathError
from gridclient.forms.functions.arguments import number, text1, text2, texts, whole
from gridclient.forms.values import Value, text_of, words

_LONGEST_UUID = 1000
_DIGESTS = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}


def _text(c: Context, args: list[Closure]) -> str:
    """The only argument, or the context node without one."""
    return text_of(args[0](c)) if args else c.node.value


@register("string", 0, 1)
def _string(c: Context, args: list[Closure]) -> Value:
    return _text(c, args)


@register("concat", 0, MANY)
def _concat(c: Context, args: list[Closure]) -> Value:
    return "".join(texts(c, args))


@register("join", 1, MANY)
def _join(c: Context, args: list[Closure]) -> Value:
    return text_of(args[0](c)).join(texts(c, args[1:]))


@register("string-length", 0, 1)
def _length(c: Context, args: list[Closure]) -> Value:
    return float(len(_text(c, args)))


@register("normalize-space", 0, 1)
def _normalize(c: Context, args: list[Closure]) -> Value:
    return " ".join(words(_text(c, args)))


@register("regex", 2)
def _regex(c: Context, args: list[Closure]) -> Value:
    return patterns.holds(text_of(args[1](c)), text_of(args[0](c)), whole=c.world.lenient)


@register("substr", 2, 3)
def _substr(c: Context, args: list[Closure]) -> Value:
    """Counts from 0, negative numbers from the end, and stops before its last argument."""
    text = text_of(args[0](c))
    length = len(text)
    start, end = whole(c, args[1]), whole(c, args[2]) if len(args) == 3 else length
    start, end = (place + length if place < 0 else place for place in (start, end))
    return text[max(0, start) : max(0, end)]


@register("substring", 2, 3)
def _substring(c: Context, args: list[Closure]) -> Value:
    """Counts from 1 and takes what lies between two rounded numbers (XPath 1.0, section 4.2)."""
    text = text_of(args[0](c))
    first = _rounded(number(c, args[1]))
    end = first + _rounded(number(c, args[2])) if len(args) == 3 else math.inf
    return "".join(letter for place, letter in enumerate(text, start=1) if first <= place < end)


def _rounded(value: float) -> float:
    return value if math.isnan(value) or math.isinf(value) else math.floor(value + 0.5)


text2("contains", lambda text, part: part in text)
text2("starts-with", lambda text, part: text.startswith(part))
text2("ends-with", lambda text, part: text.endswith(part))


def _before(text: str, part: str) -> Value:
    at = text.find(part)
    return text[:at] if at > 0 else ""


def _after(text: str, part: str) -> Value:
    at = text.find(part)
    return text[at + len(part) :] if at >= 0 else ""


text2("substring-before", _before)
text2("substring-after", _after)


@register("translate", 3)
def _translate(c: Context, args: list[Closure]) -> Value:
    text, source, target = (text_of(arg(c)) for arg in args)
    table: dict[int, str | None] = {}
    for place, letter in enumerate(source):
        table.setdefault(ord(letter), target[place] if place < len(target) else None)
    return text.translate(table)


def _decoded(text: str) -> Value:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


text1("base64-decode", _decoded)


@register("digest", 2, 3)
def _digest(c: Context, args: list[Closure]) -> Value:
    """Base64 unless hexadecimal is asked for; names are taken in any case, as in Collect."""
    text, algorithm = text_of(args[0](c)), text_of(args[1](c))
    encoding = text_of(args[2](c)).lower() if len(args) == 3 else "base64"
    name = _DIGESTS.get(algorithm.replace("-", "").lower())
    if name is None or encoding not in ("hex", "base64"):
        raise XPathError(f"digest() knows no {algorithm} in {encoding}")
    raw = hashlib.new(name, text.encode(), usedforsecurity=False).digest()
    return raw.hex() if encoding == "hex" else base64.b64encode(raw).decode()


@register("uuid", 0, 1)
def _uuid(c: Context, args: list[Closure]) -> Value:
    """A random UUID (version 4), or random letters and digits of a length."""
    if not args:
        return str(uuid.uuid4())
    length = number(c, args[0])
    if math.isnan(length) or not 0 <= length <= _LONGEST_UUID:
        raise XPathError("uuid() needs a length")
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(int(length)))


@register("version", 0)
def _version(c: Context, _args: list[Closure]) -> Value:
    return c.world.property("version")


@register("property", 1)
def _property(c: Context, args: list[Closure]) -> Value:
    return c.world.property(text_of(args[0](c)))

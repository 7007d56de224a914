"""Opens a form from a file or text; a form compiled once is kept by the hash of its source and attachments."""

import hashlib
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape
from zipfile import BadZipFile, ZipFile, is_zipfile
from zoneinfo import ZoneInfo

from gridclient.forms.beside import lists_of
from gridclient.forms.errors import FormError
from gridclient.forms.form import Form, utc_now
from gridclient.forms.rules import Compiled, compile_form
from gridclient.forms.workbook import located, refused
from gridclient.forms.xform import read
from gridclient.forms.xml import MAX_BYTES

XLSFORM = frozenset({".xlsx", ".xls", ".csv", ".md"})
Attachments = Mapping[str, "bytes | str | Path"]
_MOST_COMPILED = 32
_compiled: dict[str, Compiled] = {}


def load(
    source: str | bytes | Path,
    *,
    attachments: Attachments | None = None,
    instance: str | bytes | None = None,
    language: str | None = None,
    now: datetime | Callable[[], datetime] | None = None,
    tz: str | None = None,
    properties: Mapping[str, str] | None = None,
    missing: Literal["error", "blank"] = "error",
) -> Form:
    """Opens a form with a new instance, or with a saved one; raises `FormError`.

    `source` is a path (XForm `.xml`, XLSForm `.xlsx .xls .csv .md`) or the text of an XForm. A list that is not among
    the attachments is looked for beside the path.
    """
    clock = now if callable(now) else utc_now if now is None else lambda: now
    zone: tzinfo = ZoneInfo(tz) if tz else _local_zone()
    saved = instance.encode() if isinstance(instance, str) else instance
    try:
        xml = xform_of(source)
        given = {**({} if (path := _path(source)) is None else lists_of(path, xml)), **(attachments or {})}
        try:
            compiled = _compile(xml, given, missing)
            return Form(
                compiled, now=clock, zone=zone, language=language, properties=dict(properties or {}), instance=saved
            )
        except FormError as error:
            if path is None or path.suffix.lower() not in XLSFORM:
                raise
            raise FormError(located(path, str(error))) from error
    except RecursionError as error:
        raise FormError("the form is nested too deeply") from error


def _compile(xml: bytes, attachments: Attachments, missing: str) -> Compiled:
    """The compiled form, from the cache where the same bytes were compiled before."""
    digest = hashlib.sha256(xml)
    for name, data in sorted(attachments.items()):
        if escape(name.rpartition("/")[2]).encode() in xml:
            digest.update(name.encode() + b"\0" + _bytes(data))
    key = digest.hexdigest() + missing
    compiled = _compiled.get(key)
    if compiled is None:
        compiled = _compiled[key] = compile_form(read(xml, _finder(attachments, missing)))
        while len(_compiled) > _MOST_COMPILED:
            _compiled.pop(next(iter(_compiled)))
    return compiled


def _path(source: str | bytes | Path) -> Path | None:
    """The path of a form, None for its text."""
    if isinstance(source, bytes) or (isinstance(source, str) and source.lstrip().startswith("<")):
        return None
    return Path(source)


def xform_of(source: str | bytes | Path) -> bytes:
    """The XForm of a source, converted from an XLSForm where it is one."""
    if isinstance(source, bytes | str) and len(source) > MAX_BYTES:
        raise FormError(f"the form is larger than {MAX_BYTES // 2**20} MB")
    if isinstance(source, bytes):
        return source
    if isinstance(source, str) and source.lstrip().startswith("<"):
        return source.encode()
    path = Path(source)
    if not path.is_file():
        raise FormError(f"{path}: there is no such file")
    _check_size(path)
    if path.suffix.lower() in XLSFORM:
        return _converted(path, path.stat().st_mtime_ns)
    return path.read_bytes()


def _check_size(path: Path) -> None:
    """Refuses what is too large to be a form, also when it is packed, before any of it is read."""
    size = path.stat().st_size
    if path.suffix.lower() == ".xlsx" and is_zipfile(path):
        with ZipFile(path) as archive:
            size = sum(each.file_size for each in archive.infolist())
    if size > MAX_BYTES:
        raise FormError(f"{path.name}: the form is larger than {MAX_BYTES // 2**20} MB")


@lru_cache(maxsize=32)
def _converted(path: Path, _changed: int) -> bytes:
    # Imported on first use: reading spreadsheets would be a third of the time until the first screen.
    from openpyxl.utils.exceptions import InvalidFileException
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert  # pyright: ignore[reportUnknownVariableType] - half typed

    try:
        return convert(str(path)).xform.encode()
    except PyXFormError as error:
        raise FormError(refused(path, str(error))) from error
    except (
        BadZipFile, InvalidFileException, LookupError, ValueError, TypeError, AttributeError, EOFError, OSError,
        NotImplementedError, ParseError, zlib.error,
    ) as error:  # fmt: skip
        # A damaged workbook meets the converter, or what it reads with, wherever it happens to; and some sheets
        # take pyxform where it does not look for faults, such as an xml-external in a repeat.
        raise FormError(f"{path.name}: this is no XLSForm: {error}") from error


def _finder(attachments: Attachments, missing: str) -> Callable[[str], bytes | None]:
    def find(address: str) -> bytes | None:
        name = address.rpartition("/")[2]
        found = attachments.get(address, attachments.get(name))
        if found is None:
            if missing == "error" and "last-saved" not in address:
                raise FormError(f"the attachment {name} is missing")
            return None
        return _bytes(found)

    return find


def _bytes(data: "bytes | str | Path") -> bytes:
    if isinstance(data, bytes):
        return data
    return data.read_bytes() if isinstance(data, Path) else data.encode()


def _local_zone() -> tzinfo:
    zone = utc_now().astimezone().tzinfo
    assert zone is not None
    return zone

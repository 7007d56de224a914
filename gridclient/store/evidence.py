"""The evidence of a case for whoever it is handed to: its record, its trail, the photos as they were taken, and hashes.

One zip. `SHA256SUMS` lists every other file, so that a changed byte shows; the photos carry their hash as their name,
as they have it everywhere.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from gridclient.domain.record import Fields
from gridclient.store.work import answers_of

SUMS = "SHA256SUMS"
_PHOTO = re.compile(r"\A([0-9a-f]{64})(\.[a-z]+)?\Z")
_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The bytes of the zip, and the names of the photos that are in it and of those that could not be fetched."""

    data: bytes
    photos: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The hash of the zip itself, by which it is known again."""
        return hashlib.sha256(self.data).hexdigest()


def photos_of(case: Fields) -> dict[str, str]:
    """The photos among a case's answers, by the reference of their question: the name of each file."""
    return {ref: value for ref, value in sorted(answers_of(case).items()) if _PHOTO.match(value)}


def evidence_of(
    cases: Mapping[str, Fields], picture: Callable[[str], bytes | None], at: datetime, papers: Mapping[str, bytes]
) -> Evidence:
    """The zip of cases by id, the one that is handed over first; `papers` are printed reports by file name.

    What could not be fetched is listed as missing.
    """
    files: dict[str, bytes] = dict(papers) | {
        f"cases/{name}.json": msgspec.json.format(msgspec.json.encode(fields, order="sorted"), indent=2)
        for name, fields in cases.items()
    }
    photos, missing = list[str](), list[str]()
    for fields in cases.values():
        for name in photos_of(fields).values():
            data = picture(name[:64])
            if data is None or hashlib.sha256(data).hexdigest() != name[:64]:
                missing.append(name)
            else:
                files[f"photos/{name}"] = data
                photos.append(name)
    files["contents.json"] = msgspec.json.encode({"cases": list(cases), "made_at": at.isoformat(), "missing": missing})
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in [*sorted(files.items()), (SUMS, sums.encode())]:
            bundle.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)
    return Evidence(out.getvalue(), tuple(photos), tuple(missing))

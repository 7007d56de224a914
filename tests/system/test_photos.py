"""Photos travel in pieces, go on where they stopped, and become a blob only with the announced hash."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from gridclient.platform.uploads import KEPT_FOR
from gridclient.protocol.problems import ProblemType
from gridclient.store import blobs, work
from gridclient.sync import photos
from gridclient.sync.http import Http
from gridclient.sync.troubles import Answered
from tests.system.district import PACK, District, Pc

PHOTO = bytes(range(256)) * 6000  # three pieces
SHA = hashlib.sha256(PHOTO).hexdigest()
TUS = {"Tus-Resumable": "1.0.0"}


def test_a_large_photo_goes_up_in_pieces_and_comes_down_whole(district: District) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    lin.sync()
    _photograph(lin)

    report = lin.sync()
    chen.sync()

    assert report.blobs_sent == 1
    assert photos.fetch(chen.opened.http, SHA) == PHOTO


def test_an_upload_that_was_cut_resends_at_most_one_piece(district: District) -> None:
    http = district.pc("lin").opened.http
    _begin(http)
    _piece(http, 0, PHOTO[: photos.PIECE])

    sent = photos.send(http, SHA, PHOTO)

    assert sent == len(PHOTO) - photos.PIECE
    assert district.platform.blobs.has(SHA)
    assert photos.send(http, SHA, PHOTO) == 0


def test_a_piece_that_was_altered_on_its_way_is_not_kept(district: District) -> None:
    http = district.pc("lin").opened.http
    _begin(http)

    with pytest.raises(Answered) as refused:
        _piece(http, 0, b"other bytes", of=b"the bytes")

    assert refused.value.kind is ProblemType.CHECKSUM_MISMATCH
    assert http.request("HEAD", f"/blobs/uploads/{SHA}", headers=TUS).headers["Upload-Offset"] == "0"


def test_a_piece_at_another_offset_is_refused_and_told_where_the_upload_stands(district: District) -> None:
    http = district.pc("lin").opened.http
    _begin(http)
    _piece(http, 0, PHOTO[:1000])

    with pytest.raises(Answered) as refused:
        _piece(http, 2000, PHOTO[2000:3000])

    assert refused.value.kind is ProblemType.OTHER_OFFSET
    assert refused.value.problem.values == {"offset": "1000"}


def test_bytes_of_another_hash_never_become_a_blob(district: District) -> None:
    http = district.pc("lin").opened.http
    _begin(http)

    with pytest.raises(Answered) as refused:
        _piece(http, 0, bytes(len(PHOTO)))

    assert refused.value.kind is ProblemType.HASH_MISMATCH
    assert not district.platform.blobs.has(SHA)


def test_bytes_of_another_hash_never_become_a_blob_by_a_single_request_either(district: District) -> None:
    http = district.pc("lin").opened.http

    with pytest.raises(Answered) as refused:
        http.request("PUT", f"/blobs/sha256/{SHA}", raw=b"other bytes")

    assert refused.value.kind is ProblemType.HASH_MISMATCH
    assert not district.platform.blobs.has(SHA)


def test_an_upload_belongs_to_its_device_and_can_be_given_up(district: District) -> None:
    lin, chen = district.pc("lin").opened.http, district.pc("chen").opened.http
    _begin(lin)

    for http, method in ((chen, "HEAD"), (chen, "DELETE")):
        with pytest.raises(Answered) as refused:
            http.request(method, f"/blobs/uploads/{SHA}", headers=TUS)
        assert refused.value.kind is ProblemType.NOT_FOUND
    lin.request("DELETE", f"/blobs/uploads/{SHA}", headers=TUS)

    assert district.platform.uploads.find(lin.device, SHA) is None


def test_an_upload_that_nobody_goes_on_with_is_forgotten(district: District) -> None:
    http = district.pc("lin").opened.http
    _begin(http)
    now = datetime.now(UTC)

    assert district.platform.uploads.purge(now) == 0
    assert district.platform.uploads.purge(now + KEPT_FOR + timedelta(seconds=1)) == 1


def test_another_version_of_tus_is_refused_by_name(district: District) -> None:
    http = district.pc("lin").opened.http

    with pytest.raises(Answered) as refused:
        http.request("POST", "/blobs/uploads", headers={"Upload-Length": "5"})

    assert refused.value.kind is ProblemType.TUS_VERSION


def test_a_record_arrives_before_its_photo_and_the_picture_follows(district: District) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    lin.sync()
    _photograph(lin)
    lin.opened.cache.files.drop([SHA])  # the photo stays behind, as on a PC that was shut down in between
    lin.sync()
    chen.sync()

    with pytest.raises(Answered) as missing:
        photos.fetch(chen.opened.http, SHA)
    lin.opened.cache.files.add(PHOTO)
    lin.sync()

    assert missing.value.kind is ProblemType.NOT_FOUND
    assert photos.fetch(chen.opened.http, SHA) == PHOTO


def _photograph(pc: Pc) -> None:
    case = pc.district.case
    sha256, _ = blobs.attach(pc.opened.cache, case, PHOTO, "image/jpeg")
    pack = pc.district.platform.packs[PACK]
    with pc.opened.cache.write() as tx:
        work.complete_step(tx, pack, case, "contact", {"/data/contact/note": sha256}, pc.actor, (sha256,))


def _begin(http: Http) -> None:
    name = base64.b64encode(SHA.encode()).decode()
    http.request("POST", "/blobs/uploads",
                 headers={**TUS, "Upload-Length": str(len(PHOTO)), "Upload-Metadata": f"sha256 {name}"})  # fmt: skip


def _piece(http: Http, offset: int, piece: bytes, of: bytes | None = None) -> None:
    digest = base64.b64encode(hashlib.sha256(piece if of is None else of).digest()).decode()
    headers = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset),
               "Upload-Checksum": f"sha256 {digest}"}  # fmt: skip
    http.request("PATCH", f"/blobs/uploads/{SHA}", headers=headers, raw=piece)

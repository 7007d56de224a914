"""`python -m tests.golden.make`: keeps what a PC of this release leaves on the disk, with work that was not uploaded.

Run once for each release, before it is made; what is here is never changed afterwards. The people are invented.
"""

import shutil
import tempfile
from pathlib import Path

from gridclient import __version__
from gridclient.domain.record import RecordId
from gridclient.store import blobs, work
from tests.system.district import PACK, District

HERE = Path(__file__).parent
RECORDS = {
    name: RecordId(f"01937c7e-2f10-7c3a-9b1e-5f4c8a2d6e0{n}")
    for n, name in enumerate(("resident", "ident", "care", "case"))
}
PHOTO = b"\xff\xd8\xff synthetic photo " * 100
NOTE, PHONE, CONTACT = "synthetic note", "13900007741", "刘洋"


def main() -> None:
    """Leaves `<version>/profile` beside this module."""
    target = HERE / __version__ / "profile"
    with tempfile.TemporaryDirectory() as folder:
        district = District.start(Path(folder) / "district", None, **RECORDS)
        lin = district.pc("lin")
        lin.sync()
        lin.edit(district.ident, contact_name=CONTACT)
        lin.sync()
        lin.edit(district.ident, phone=PHONE)
        sha256, _ = blobs.attach(lin.opened.cache, district.case, PHOTO, "image/jpeg")
        with lin.opened.cache.write() as tx:
            pack, answers = district.platform.packs[PACK], {"/data/contact/contact_note": NOTE}
            work.complete_step(tx, pack, district.case, "contact", answers, lin.actor, (sha256,))
        source = lin.opened.profile.folder
        district.stop()
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("lock"))


if __name__ == "__main__":
    main()

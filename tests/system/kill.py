"""Kills real processes by SIGKILL while edits are made: `python -m tests.system.kill --runs N`.

The client's process prints a line after each edit that its store acknowledged, and the platform's process serves on a
port of its own. Whatever was printed must be in the outbox, the journal or the platform afterwards, whenever and
whichever of the two was killed.
"""

import argparse
import os
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from gridclient.platform import backup
from gridclient.platform.service import Platform
from gridclient.store import keys
from gridclient.store.cache import Cache, open_cache
from gridclient.store.profile import Profile
from tests.system.databases import Server, postgresql_server
from tests.system.district import CELL, PIN, District, Pc

_SOURCES = Path(__file__).parents[2] / "gridclient"
_PATIENCE_S = 60
_DATABASE = "kill"


def points(side: str) -> list[str]:
    """The named crash points of the `client` or of the `platform`, read from the program itself."""
    found: set[str] = set()
    for path in _SOURCES.rglob("*.py"):
        found |= set(re.findall(r'faults\.reach\("([a-z.-]+)"\)', path.read_text("utf-8")))
    return sorted(name for name in found if name.startswith("platform.") == (side == "platform"))


@dataclass
class Scene:
    """A platform's folder and a profile that was synchronised once; both sides run as processes."""

    folder: Path
    profile: Path
    key: bytes
    records: tuple[str, str]
    port: int = 0
    server: Server | None = None  # on which the platform has its database; None: a SQLite file
    acknowledged: set[str] = field(default_factory=set[str])
    reopened_ms: list[float] = field(default_factory=list[float])

    @classmethod
    def make(cls, folder: Path, server: Server | None = None) -> "Scene":
        """Sets the district up once, in this process."""
        district = District.start(folder, server.make(_DATABASE) if server else None)
        try:
            pc: Pc = district.pc("lin")
            assert pc.sync().in_step
            profile = pc.opened.profile
            key = keys.unwrap(profile.key_path, PIN)
            address = district.running.url
        finally:
            district.stop()
        port = int(address.rpartition(":")[2])
        return cls(folder, profile.folder, key, (district.resident, district.ident), port, server)

    @property
    def temporary(self) -> Path:
        """The folder of temporary files of both processes."""
        return self.folder / "temporary"

    @property
    def url(self) -> str | None:
        """The address of the platform's database on the server."""
        return self.server.url_of(_DATABASE) if self.server else None

    def restore(self) -> None:
        """Puts a backup of a moment ago in the place of the platform, which must not be running."""
        place, saved = self.folder / "platform", self.folder / "saved"
        if self.server:
            self.server.copy(_DATABASE, "saved")
            self.server.copy("saved", _DATABASE)
            self.server.drop("saved")
            platform = Platform.at(place, self.url)
            backup.begin_epoch(platform)
            platform.database.close()
            return
        platform = Platform.at(place)
        backup.back_up(platform, saved)
        platform.database.close()
        shutil.rmtree(place)
        backup.restore(saved, place)
        shutil.rmtree(saved)

    def start(self, what: str, crash_at: str = "", *arguments: str) -> "subprocess.Popen[str]":
        """Starts one side; it dies at the named point when it is told to."""
        command = [sys.executable, "-m", "tests.system.killed", what, str(self.folder), str(self.profile), *arguments]
        self.temporary.mkdir(exist_ok=True)
        environment = {**os.environ, "GRIDCLIENT_CRASH_AT": crash_at, "GRIDCLIENT_TEST_KEY": self.key.hex(),
                       "GRIDCLIENT_TEST_PORT": str(self.port), "GRIDCLIENT_TEST_DATABASE": self.url or "",
                       "TMPDIR": str(self.temporary)}  # fmt: skip
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    def serve(self, crash_at: str = "") -> "subprocess.Popen[str]":
        """Starts the platform and waits until it listens."""
        platform = self.start("platform", crash_at)
        if not _line(platform, _PATIENCE_S).startswith("ready"):
            raise RuntimeError("the platform did not start")
        return platform

    def hear(self, client: "subprocess.Popen[str]", patience_s: float) -> bool:
        """Takes what the client acknowledges until the time is over; False when the client ended."""
        end = time.monotonic() + patience_s
        while (left := end - time.monotonic()) > 0:
            line = _line(client, left)
            if line.startswith("saved "):
                self.acknowledged.add(line.split()[1])
            elif line.startswith("opened "):
                self.reopened_ms.append(float(line.split()[1]))
            elif not line and client.poll() is not None:
                return False
            elif line == "end":
                return True
        return True

    def lost(self) -> set[str]:
        """The acknowledged edits that are nowhere: not on the disk of the client, and so nowhere at all."""
        with self._reopened() as cache, cache.read() as connection:
            kept = set(connection.exec_driver_sql("SELECT mid FROM outbox UNION SELECT mid FROM journal").scalars())
        return self.acknowledged - kept

    def stray_photos(self) -> set[str]:
        """The photos that lie on the client's disk after it was opened again, and belong to no record."""
        with self._reopened() as cache, cache.read() as connection:
            return cache.files.hashes() - set(connection.exec_driver_sql("SELECT sha256 FROM attachments").scalars())

    @contextmanager
    def _reopened(self) -> Generator[Cache]:
        profile = Profile(self.profile)
        profile.hold()  # as the program does: what a rescue left half done is finished here
        cache = open_cache(profile, self.key)
        try:
            yield cache
        finally:
            cache.close()
            profile.release()


def _line(process: "subprocess.Popen[str]", patience_s: float) -> str:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], patience_s)
    return process.stdout.readline().strip() if ready else ""


def end(process: "subprocess.Popen[str]") -> None:
    """Ends a process that was started here, as hard as a power cut of the process."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def finish(scene: Scene) -> str:
    """Lets everything run once without a kill; says what is wrong afterwards, or nothing."""
    platform = scene.serve()
    client = scene.start("client", "", "settle")
    try:
        scene.hear(client, _PATIENCE_S)
        client.wait(_PATIENCE_S)
        if client.returncode != 0:
            return "the client did not come into step with the platform"
    finally:
        end(client)
        end(platform)
    missing = scene.lost()
    return f"{len(missing)} acknowledged edits are lost" if missing else ""


def kill_at(scene: Scene, point: str, times: int = 1) -> bool:
    """Lets one side die at a named point while the client edits and synchronises; False when it was not reached."""
    asked = f"{point}*{times}"
    of_platform = point.startswith("platform.")
    if point.startswith("rescue."):
        return _kill_in_rescue(scene, point)
    if point.startswith("wipe."):
        return _kill_in_wipe(scene, point)
    if point.startswith("epoch."):
        scene.restore()
    platform = scene.serve(asked if of_platform else "")
    client = scene.start("client", "" if of_platform else asked, "work")
    victim = platform if of_platform else client
    try:
        scene.hear(client, _PATIENCE_S)
        if of_platform:
            platform.wait(_PATIENCE_S)
        else:
            client.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        return False
    finally:
        end(client)
        end(platform)
    return victim.returncode == -signal.SIGKILL


def _kill_in_rescue(scene: Scene, point: str) -> bool:
    return _dies(scene.start("client", point, "rescue"))


def _kill_in_wipe(scene: Scene, point: str) -> bool:
    """Wipes a copy of the profile; what is left of it there has no key."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Profile(Path(folder) / scene.profile.name)
        shutil.copytree(scene.profile, copy.folder)
        died = _dies(replace(scene, profile=copy.folder).start("client", point, "wipe"))
        return died and copy.cache_path.exists() and not copy.key_path.exists()


def _dies(client: "subprocess.Popen[str]") -> bool:
    try:
        client.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        return False
    finally:
        end(client)
    return client.returncode == -signal.SIGKILL


def kill_sometime(scene: Scene, rng: random.Random) -> None:
    """Kills one side at a random moment of its work."""
    platform = scene.serve()
    client = scene.start("client", "", "work")
    try:
        scene.hear(client, rng.uniform(0.4, 1.6))
        if rng.random() < 0.4:
            end(platform)
            scene.hear(client, 0.2)
    finally:
        end(client)
        end(platform)


def main() -> int:
    """Kills N times, at every named point in turn and at random moments; exit code 1 when anything is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true", help="the platform's records on a PostgreSQL server")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    named = points("client") + points("platform")
    unreached: set[str] = set()
    wrong = 0
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kill-"))
        server = Server(stack.enter_context(postgresql_server())) if args.postgresql else None
        scene = Scene.make(Path(folder) / "district", server)
        for n in range(args.runs):
            if n % 2:
                kill_sometime(scene, rng)
            else:
                point = named[n // 2 % len(named)]
                if not kill_at(scene, point, rng.randint(1, 3)):
                    unreached.add(point)
            if missing := scene.lost():
                wrong += 1
                print(f"run {n}: {len(missing)} acknowledged edits are lost")
        told = finish(scene)
    times = sorted(scene.reopened_ms)
    print(f"{args.runs} kills, {len(scene.acknowledged)} acknowledged edits, {wrong} runs that lost any")
    print(f"afterwards: {told or 'everything in step'}")
    print(f"reopened in {times[len(times) // 2]:.1f} ms (median), {times[-1]:.1f} ms (longest)")
    if unreached:
        print("not reached:", ", ".join(sorted(unreached)))
    return 1 if wrong or told else 0


__all__ = ["CELL", "Scene", "finish", "kill_at", "points"]

if __name__ == "__main__":
    sys.exit(main())

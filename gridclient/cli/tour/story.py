"""The story of the tour: two workers and a supervisor, one dead network, one killed program, one conflict.

The platform is real and served on loopback; "the network goes away" is the server being stopped.
"""

import asyncio
import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from gridclient.cli.demo import PASSWORD, PIN
from gridclient.cli.tour import conflict, field_work, getting_in, pill, reviewing
from gridclient.cli.tour.guide import Report, Step, TourFailed
from gridclient.cli.tour.offline import ASKED
from gridclient.cli.tour.person import Person, make_person
from gridclient.platform import feed
from gridclient.platform.app import make_app
from gridclient.platform.operations import OPERATIONS
from gridclient.platform.service import Platform
from gridclient.platform.serving import Listen, Running
from gridclient.store import arrivals, lists
from gridclient.ui.app import Desktop
from gridclient.ui.desk import Desk
from gridclient.ui.start import run_script

_THEIR_PHONE = "13800006128"
_COMMENT_AT = "/data/condition/condition_note"


def run_tour(platform: Platform, folder: Path, out: Path, *, by_keys: bool) -> int:
    """Plays the whole story, by mouse or by keyboard alone; returns 1 when any step of it failed."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    tour = Tour(platform, folder.resolve(), out.resolve(), by_keys=by_keys)
    try:
        return run_script(tour.play())
    finally:
        tour.stop()


class SlowLine:
    """Holds every snapshot but the first until it is released, as on a line so slow that a person sees the download."""

    def __init__(self, app: ASGIApp, released: threading.Event) -> None:
        self._app, self._released, self._first = app, released, ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if path.endswith("/snapshot"):
            self._first = self._first or path
            while path != self._first and not self._released.is_set():
                await asyncio.sleep(0.02)
        await self._app(scope, receive, send)


class Tour:
    """The tour in progress: the platform, the process that is killed, and the report."""

    def __init__(self, platform: Platform, folder: Path, out: Path, *, by_keys: bool) -> None:
        self._platform, self._folder, self._out, self._by_keys = platform, folder, out, by_keys
        self._report = Report(out)
        self._released = threading.Event()
        app = make_app(platform, OPERATIONS)
        app.add_middleware(SlowLine, self._released)
        self._running: Running | None = Running(app)
        self._address = self._running.url
        self._port = int(self._address.rsplit(":", 1)[1])
        self._child: subprocess.Popen[str] | None = None
        self._desktops: list[Desktop] = []

    def stop(self) -> None:
        """Ends everything that is still running."""
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        self._network(False)

    def _network(self, there: bool) -> None:
        if there and self._running is None:
            self._running = Running(make_app(self._platform, OPERATIONS), Listen(port=self._port))
        elif not there and self._running is not None:
            self._running.stop()
            self._running = None

    async def play(self) -> int:
        """Plays the story."""
        try:
            await self._acts()
        except TourFailed as failed:
            print(f"The tour stopped: {failed}", file=sys.stderr)
            return 1
        finally:
            for desktop in self._desktops:
                desktop.close()
        return 0 if self._report.ok else 1

    async def _acts(self) -> None:
        half_case, number = await self._killed_part()
        chen = self._sit_down("pc-b", number)
        self._network(True)
        await getting_in.sign_in(chen, "Chen signs in on PC B", "chen", PASSWORD, PIN)
        visited = await self._visit_of_lin(chen)
        await conflict.change_file(chen, "Chen changes phone and contact", visited, _THEIR_PHONE, "刘洋")
        self._network(False)
        lin = self._sit_down("pc-a", chen.guide.camera.number)
        await getting_in.unlock(lin, "Lin restarts without network", "lin", PIN)
        await field_work.draft_is_there(lin, "The draft is there", half_case)
        self._network(True)
        await conflict.meet(lin, "The network returns: a conflict", "刘洋")
        await conflict.decide(lin, "Lin decides the conflict")
        zhao = self._sit_down("pc-c", lin.guide.camera.number)
        await getting_in.sign_in(zhao, "Zhao signs in on PC C", "zhao", PASSWORD, PIN)
        comment = (_COMMENT_AT, "请隔十分钟再测一次血压，两次都记。")
        await reviewing.review(zhao, "Zhao approves one and returns one", approve=1, comment=comment)
        self._go_on(lin, zhao)
        await reviewing.correct(lin, "Lin corrects and submits again", _COMMENT_AT, "复测血压 138/84，老人按时服药。")
        self._go_on(zhao, lin)
        await reviewing.review(zhao, "Zhao approves", approve=1)
        for name, person, before in (("Chen", chen, zhao), ("Lin", lin, chen), ("Zhao", zhao, lin)):
            self._go_on(person, before)
            await pill.turns_green(person, f"{name} is in step")
        await self._compare([lin.desk, chen.desk, zhao.desk])

    async def _killed_part(self) -> tuple[str, int]:
        """Plays Lin's offline day in a process of its own and kills it in the middle of a step."""
        command = [sys.executable, "-m", "gridclient", "demo", "--part", "offline", "--keep", str(self._folder),
                   "--address", self._address, "--out", str(self._out),
                   *(["--keys"] if self._by_keys else [])]  # fmt: skip
        child = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._child = child
        assert child.stdin is not None
        assert child.stdout is not None
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, child.stdout.readline):
            if not line.startswith("{"):
                print(line, end="", flush=True)
                continue
            said = json.loads(line)
            if (asked := said.get(ASKED)) is not None:
                if asked == "offline":
                    self._network(False)
                else:
                    self._released.set()
                child.stdin.write("done\n")
                child.stdin.flush()
            elif said.get("at") == "half":
                child.send_signal(signal.SIGKILL)
                child.wait()
                for step in json.loads((self._out / "report.json").read_text("utf-8")):
                    self._report.steps.append(Step(**step))
                self._report.add(Step("The program is killed (SIGKILL)", True, 0.0, ""))
                return said["case"], said["number"]
        raise TourFailed("the first part of the tour ended early")

    def _sit_down(self, pc: str, number: int) -> Person:
        for other in self._desktops:
            other.frame.hide()
        desktop = Desktop(self._folder / pc, address=self._address)
        desktop.show()
        self._desktops.append(desktop)
        return make_person(desktop, self._out, by_keys=self._by_keys, number=number, report=self._report)

    @staticmethod
    def _go_on(person: Person, before: Person) -> None:
        """Another PC comes to the front; its pictures are numbered on from those of the person before."""
        before.desktop.frame.hide()
        person.desktop.come_to_front()
        person.guide.camera.number = max(person.guide.camera.number, before.guide.camera.number)

    @staticmethod
    async def _visit_of_lin(person: Person) -> str:
        """The visit that Lin submitted on PC A, which is still open here."""
        rows = await person.desk.read(lambda c: lists.first_page(c, lists.Ask(pack="elderly-visit", assignee="w-lin")))
        visited = [row.id for row in rows if field_work.VISITED in row.title]
        if not visited:
            raise TourFailed("the visited resident's case is not on PC B")
        return visited[0]

    async def _compare(self, desks: list[Desk]) -> None:
        """Counts and checksums of every PC equal the platform's."""
        wrong: list[str] = []
        with self._platform.database.read() as connection:
            for desk in desks:
                sums = await desk.read(arrivals.sums)
                scope = (desk.cache.setting("scope") or "").split()
                wrong += [f"{name} is not on the PC" for name in scope or ["anything"] if name not in sums]
                states = feed.states(connection, sums)
                wrong += [n for n, found in sums.items() if found[:2] != (states[n].count, states[n].checksum)]
        self._report.add(Step("Checksums of all PCs equal the platform's", not wrong, 0.0, "", ", ".join(wrong)))
        if wrong:
            raise TourFailed(f"checksums differ: {wrong}")

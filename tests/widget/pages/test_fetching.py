"""Photos of a case: what has to come from the platform holds up the picture and nothing else; whom a stamp names."""

import asyncio
import hashlib
import threading
from collections.abc import Generator

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from gridclient import forms
from gridclient.paths import FORMS
from gridclient.platform import directory
from gridclient.store import blobs, drafts, work
from gridclient.store.cache import Changes, Transaction
from gridclient.ui.case.attaching import Attaching
from gridclient.ui.desk import Desk
from gridclient.ui.forms import FormPage
from gridclient.workflow import load_packs
from gridclient.workflow.pack import Photos
from tests.system.district import PACK, District, Pc
from tests.system.proxy import Proxy, Trouble
from tests.widget.stage import drive

PATIENCE_S = 20.0
PHOTO = bytes(range(256)) * 40
SHA = hashlib.sha256(PHOTO).hexdigest()


class Gate:
    """Holds an answer back until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        self.was_opened = False

    def hold(self, reply: bytes) -> bytes:
        """Waits before the answer goes on."""
        self.reached.set()
        self.was_opened = self.opened.wait(PATIENCE_S)
        return reply


@pytest.fixture
def gate(district: District) -> Generator[Gate]:
    """The network between the PCs and the platform, where the first photo is held back."""
    proxy, gate = Proxy(district.running.url), Gate()
    proxy.next(Trouble("GET /blobs/sha256", change=gate.hold))
    district.address = proxy.url
    yield gate
    gate.opened.set()
    proxy.stop()


def test_a_draft_is_saved_while_a_photo_is_on_its_way(district: District, gate: Gate, qapp: QApplication) -> None:
    lin = _with_a_photo_of_somebody_else(district)
    desk = Desk(lin.opened, load_packs(FORMS))

    def save(tx: Transaction) -> Changes:
        return drafts.save_draft(tx, district.case, "contact", b"half a form")

    async def play() -> tuple[bool, bytes | None]:
        looking = asyncio.ensure_future(desk.picture(district.case, SHA))
        await asyncio.to_thread(gate.reached.wait, PATIENCE_S)
        await desk.write(save)
        had_come = looking.done()
        gate.opened.set()
        return had_come, await looking

    assert drive(qapp, play()) == (False, PHOTO)
    assert lin.opened.cache.files.get(SHA) == PHOTO
    with lin.opened.cache.read() as connection:
        rows = connection.exec_driver_sql("SELECT record, state FROM attachments").all()
    assert [tuple(row) for row in rows] == [(district.case, "remote")]
    desk.close()


def test_a_window_closes_without_waiting_for_a_photo(district: District, gate: Gate, qapp: QApplication) -> None:
    lin = _with_a_photo_of_somebody_else(district)
    desk = Desk(lin.opened, load_packs(FORMS))

    async def play() -> None:
        desk.start(desk.picture(district.case, SHA))
        await asyncio.to_thread(gate.reached.wait, PATIENCE_S)
        desk.close()
        gate.opened.set()

    drive(qapp, play())

    assert gate.was_opened


def test_a_window_closes_without_waiting_for_a_cycle(district: District, qapp: QApplication) -> None:
    proxy, gate = Proxy(district.running.url), Gate()
    proxy.next(Trouble("/snapshot", change=gate.hold))
    district.address = proxy.url
    desk = Desk(district.pc("lin").opened, load_packs(FORMS))

    desk.sync.start()
    assert gate.reached.wait(PATIENCE_S)
    desk.close()
    gate.opened.set()
    proxy.stop()

    assert gate.was_opened


def _with_a_photo_of_somebody_else(district: District) -> Pc:
    """Lin's PC, where a case shows a photo that Chen took."""
    chen, lin = district.pc("chen"), district.pc("lin")
    chen.sync()
    blobs.attach(chen.opened.cache, district.case, PHOTO, "image/jpeg")
    with chen.opened.cache.write() as tx:
        answers = {"/data/contact/note": f"{SHA}.jpg"}
        work.complete_step(tx, district.platform.packs[PACK], district.case, "contact", answers, chen.actor, (SHA,))
    chen.sync()
    lin.sync()
    return lin


def test_a_stamp_names_the_worker_by_number_from_the_next_hello_on(district: District, qapp: QApplication) -> None:
    lin = district.pc("lin")
    lin.sync()
    desk = Desk(lin.opened, load_packs(FORMS))
    attaching = Attaching(desk, lambda: desk.run(lambda: None), QWidget())
    case = lin.find(district.case)
    assert case is not None
    form = load_packs(FORMS)[PACK].form
    attaching.serve(FormPage(forms.load(form), ""), case, Photos(stamp=True))
    before = attaching.stamp()
    with district.platform.database.write() as connection:
        directory.set_number(connection, directory.named_account(connection, "lin"), "PD-0417")
    lin.sync()
    after = attaching.stamp()
    desk.close()

    assert before == ("2026-11-24 10:21", "祖冲之路 1239 弄 8 号 302 室", "PD-2026-104233 lin")
    assert after[-1] == "PD-2026-104233 PD-0417"

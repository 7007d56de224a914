"""Visits every page of both workers and of the way in, and takes its picture in every look and language."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from gridclient.domain.record import new_id
from gridclient.protocol.problems import ProblemType
from gridclient.store import work
from gridclient.store.arranging import Group, Narrow
from gridclient.store.cache import Changes, Transaction
from gridclient.store.disk import DiskFailed
from gridclient.store.late import Late, LateField
from gridclient.store.lists import Ask, QueueFilter, first_page
from gridclient.store.reporting import Report, report_event
from gridclient.store.views import Arrangement
from gridclient.sync.cycle import Progress
from gridclient.sync.troubles import Offline
from gridclient.text import set_language, tr
from gridclient.ui import theme
from gridclient.ui.app import Desktop
from gridclient.ui.case.history_sheet import HistorySheet
from gridclient.ui.case.moving import MoveSheet
from gridclient.ui.first_download import FirstDownload
from gridclient.ui.pages import (
    BOARD,
    CONFLICTS,
    DAY,
    DOUBLES,
    HELP,
    IMPORT,
    INSPECTIONS,
    PLACES,
    QUEUE,
    RESIDENTS,
    SETTINGS,
    UPLOADS,
    VISITS,
)
from gridclient.ui.review.late import LateSheet
from gridclient.ui.sign_in.first_sync import FirstSyncPage
from gridclient.ui.sign_in.values import FirstSyncProgress
from gridclient.ui.standing import notice, pill, read_standing
from gridclient.ui.widgets.sheets import Sheet
from gridclient.ui.workbench import Workbench
from tests import rosters
from tests.widget.screens.faults import clipped, nameless, small
from tests.widget.stage import CELL, INSPECTION, Stage, enter, quiet, until

_LATE = Late(
    "late", "r", "ident", "王秀英", "w-lin", "2026-11-23T02:00:00Z", ProblemType.LATE.value,
    (LateField("phone", "13800006120", "13900007741", "13811112222"),), can_take=True, why="号码抄错了",
)  # fmt: skip
Shoot = Callable[[str], Awaitable[None]]
_THUMB = 440


@dataclass(frozen=True, slots=True)
class Look:
    """A language, light or dark, and the usual or the larger type."""

    language: str
    dark: bool = False
    large: bool = False

    @property
    def folder(self) -> str:
        """The look's part of a folder's name."""
        return f"{'dark' if self.dark else 'light'}{'-large' if self.large else ''}-{self.language}"


LOOKS = tuple(Look(name, dark) for name in ("zh_CN", "en") for dark in (False, True))
LARGE = (Look("zh_CN", large=True), Look("en", large=True))


class Album:
    """The pictures of one size, look and language, and what the walkers found on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.files: list[Path] = []

    def add(self, window: QWidget, name: str) -> None:
        """Takes a picture and walks over what is on it."""
        path = self.folder / f"{name}.png"
        window.grab().save(str(path))
        self.files.append(path)
        where = f"{self.folder.name}/{name}"
        self.faults += [f"{where}: no name: {each}" for each in nameless(window)]
        self.faults += [f"{where}: cut: {each}" for each in clipped(window)]
        self.faults += [f"{where}: small: {each}" for each in small(window)]

    def sheet(self) -> None:
        """All pictures on one."""
        images = [QImage(str(path)) for path in self.files]
        height = round(_THUMB * images[0].height() / images[0].width())
        columns = 3
        lines = -(-len(images) // columns)
        sheet = QImage(columns * (_THUMB + 12) + 12, lines * (height + 34) + 12, QImage.Format.Format_RGB32)
        sheet.fill(QColor("#808080"))
        painter = QPainter(sheet)
        painter.setFont(QFont("Noto Sans CJK SC", 9))
        painter.setPen(QColor("white"))
        for place, (path, image) in enumerate(zip(self.files, images, strict=True)):
            line, column = divmod(place, columns)
            left, top = 12 + column * (_THUMB + 12), 12 + line * (height + 34)
            painter.drawText(left, top + 14, path.stem)
            smooth = Qt.TransformationMode.SmoothTransformation
            scaled = image.scaledToWidth(_THUMB, smooth)
            painter.drawImage(QRect(left, top + 20, _THUMB, height), scaled)
        painter.end()
        sheet.save(str(self.folder.with_name(f"{self.folder.name}-sheet.png")))


async def take_all(stage: Stage, out: Path, size: str, window: tuple[int, int], looks: Sequence[Look]) -> int:
    """Takes every picture of one size; returns 1 when a walker found something, after printing it."""
    faults: list[str] = []
    albums = {look: Album(out / f"{size}-{look.folder}") for look in looks}
    for account in ("zhao", "lin"):
        if account == "lin":
            stage.online(False)
        desktop = stage.desktop(account)
        desktop.frame.resize(*window)
        desktop.show()
        desktop.frame.activateWindow()
        if account == "lin":
            await _way_in(desktop, albums)
        bench = await enter(desktop)
        await asyncio.sleep(0.4)  # the first cycle ends, online or not
        await quiet(bench.desk)
        for look, album in albums.items():
            bench.settings.theme_chosen.emit("dark" if look.dark else "light")
            bench.settings.large_chosen.emit(look.large)
            bench.settings.language_chosen.emit(look.language)
            await quiet(bench.desk)
            await (_as_supervisor if account == "zhao" else _as_worker)(stage, desktop, bench, album)
        desktop.close()
    for album in albums.values():
        album.sheet()
        faults += album.faults
    print(f"{size}: {sum(len(album.files) for album in albums.values())} pictures, {len(faults)} faults")
    for fault in sorted(set(faults)):
        print("  " + fault)
    return int(bool(faults))


async def _way_in(desktop: Desktop, albums: Mapping[Look, Album]) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look, album in albums.items():
        theme.apply(app, dark=look.dark, large=look.large)
        set_language(look.language)
        desktop.sign_in.set_profiles(desktop.cards())
        desktop.sign_in.retranslate()
        desktop.sign_in.show_form()
        await asyncio.sleep(0.02)
        album.add(desktop.frame, "sign-in")
        desktop.sign_in.show_error("password", tr("Account or password is wrong."), tr("{n} tries are left.", n=3))
        album.add(desktop.frame, "sign-in-wrong-password")
        desktop.sign_in.form.clear_errors()
        desktop.sign_in.choose(desktop.cards()[0])
        await asyncio.sleep(0.02)
        album.add(desktop.frame, "unlock")
        first_sync = FirstSyncPage()
        first_sync.show_progress(_half_way())
        desktop.frame.addWidget(first_sync)
        desktop.frame.setCurrentWidget(first_sync)
        await asyncio.sleep(0.02)
        album.add(desktop.frame, "first-sync-stopped")
        desktop.frame.removeWidget(first_sync)
        first_sync.deleteLater()
        desktop.frame.setCurrentWidget(desktop.sign_in)
    desktop.sign_in.show_form()


def _half_way() -> FirstSyncProgress:
    began = datetime(2026, 11, 24, 2, 20, tzinfo=UTC)
    download = FirstDownload("林晓燕", began)
    now = Progress(2, 4, 41208, 52300, 58_700_000, "download")
    return download.standing(now, began + timedelta(minutes=1), str(Offline()))


async def _as_worker(stage: Stage, desktop: Desktop, bench: Workbench, album: Album) -> None:
    async def shoot(name: str) -> None:
        await quiet(bench.desk)
        album.add(desktop.frame, name)

    bench.show_page(QUEUE)
    bench.open_case(stage.half_case)
    await shoot("queue-and-step")
    await _arranged(bench, album)
    for page in (VISITS, INSPECTIONS):
        bench.show_page(page)
        await shoot(page)
    await _day(bench, shoot)
    bench.show_page(CONFLICTS)
    await shoot("conflict")
    bench.conflicts.decision.table.row_of("phone").mine.click()
    await shoot("conflict-one-chosen")
    bench.conflicts.decision.table.row_of("contact_name").theirs.click()
    await shoot("conflict-decided")
    bench.show_page(UPLOADS)
    await quiet(bench.desk)
    bench.uploads.choose_refused()
    await shoot("uploads")
    bench.show_page(RESIDENTS)
    await shoot("residents")
    bench.residents.file.values["id_number"].button.click()
    await shoot("residents-reason")
    bench.residents.file.reason.cancelled.emit()
    bench.residents.search.setText("张江镇")
    await asyncio.sleep(0.2)
    await shoot("residents-found")
    bench.residents.search.setText("没有这个人")
    await asyncio.sleep(0.2)
    await shoot("residents-nobody")
    bench.residents.search.clear()
    bench.residents.show_buildings()
    await _door_followed(bench)
    await shoot("building")
    bench.residents.building.colours_wanted.emit()
    await shoot("building-visits")
    bench.residents.building.colours_wanted.emit()
    bench.residents.show_list()
    await _files(bench, album.folder, shoot)
    bench.show_page(QUEUE)
    bench.palette.popup()
    await shoot("palette")
    bench.palette.edit.setText("王")
    await asyncio.sleep(0.2)
    await shoot("palette-found")
    bench.palette.edit.setText("wxy")
    await asyncio.sleep(0.2)
    await shoot("palette-letters")
    bench.palette.edit.setText("zzz")
    await asyncio.sleep(0.2)
    await shoot("palette-nothing")
    bench.palette.dismiss()
    await _report(stage, bench, album, shoot)
    await _case(stage, bench, album, shoot)
    await _states(bench, shoot)
    bench.show_page(SETTINGS)
    bench.settings.retranslate()
    await shoot("settings")
    bench.show_page(HELP)
    await shoot("help")
    desktop.lock()
    await shoot("lock")
    bench.show_page(QUEUE)
    desktop.frame.setCurrentWidget(bench.window)


async def _door_followed(bench: Workbench) -> None:
    """Waits until the file beside a building is that of the door under the keyboard."""

    def is_there() -> bool:
        door = bench.residents.building.current()
        return door is not None and door.door.resident == bench.residents.file.resident_id

    await until(is_there)


async def _case(stage: Stage, bench: Workbench, album: Album, shoot: Shoot) -> None:
    """A check list, an assessment, a window of its own, and what opens over a case: course, deadline, late work."""
    bench.show_page(INSPECTIONS)
    found = await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.OPEN, pack=INSPECTION)))
    bench.open_case(found[0].id)
    await quiet(bench.desk)
    bench.case.go_to_step("checklist")
    await shoot("inspection-step")
    bench.open_apart(found[1].id)
    await until(lambda: bool(bench.windows.open_now) and bench.windows.open_now[-1].page.form is not None)
    await quiet(bench.desk)
    album.add(bench.windows.open_now[-1], "case-window")
    bench.windows.open_now[-1].close()
    await until(lambda: not bench.windows.open_now)
    bench.show_page(QUEUE)
    bench.open_case(stage.half_case)
    await quiet(bench.desk)
    bench.case.papers.show_course()
    await quiet(bench.desk)
    _add_sheet(bench.case, HistorySheet, album, "history")
    bench.case.papers.show_due(bench.case.header)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    album.add(popup, "deadline")
    popup.close()
    await _assessment(stage, bench, shoot)
    late = LateSheet([_LATE], {"w-lin": "林晓燕"}, bench.desk.now(), bench.window)
    late.show()
    album.add(late, "late")
    late.reject()
    late.deleteLater()


def _add_sheet(over: QWidget, kind: type[Sheet], album: Album, name: str) -> None:
    sheet = next(each for each in over.findChildren(kind) if each.isVisible())
    album.add(sheet, name)
    sheet.reject()


async def _assessment(stage: Stage, bench: Workbench, shoot: Shoot) -> None:
    """An assessment at the part on health, taken back again."""
    pack, made = bench.desk.packs["elderly-assessment"], list[str]()

    def begin(tx: Transaction) -> Changes:
        case_id, changes = work.open_case(tx, pack, {"title": "王秀英 · 能力评估", "grid": CELL}, bench.desk.actor)
        made.append(case_id)
        return changes

    await bench.desk.write(begin)
    bench.open_case(made[0])
    await quiet(bench.desk)
    bench.case.go_to_step(pack.steps[4].id)
    await shoot("assessment")
    bench.open_case(stage.half_case)
    await quiet(bench.desk)
    bench.window.undo_wanted.emit()
    await quiet(bench.desk)
    bench.window.undo_bar.hide()


async def _states(bench: Workbench, shoot: Shoot) -> None:
    """What is usually forgotten: no duty, a list that cannot be read, a full disk, a wrong clock, a newer version."""
    window, pane = bench.window, bench.places.pane
    bench.show_page(PLACES)
    await quiet(bench.desk)
    pane.empty.say_no_duty()
    pane.show_rows(False)
    await shoot("state-no-duty")
    pane.say_fault(DiskFailed())
    await shoot("state-unreadable")
    bench.places.reload()
    bench.show_page(QUEUE)
    await quiet(bench.desk)
    now = await bench.desk.read(lambda c: read_standing(c, bench.desk))
    for name, changed in (
        ("disk", replace(now, free_mb=80)), ("clock", replace(now, clock_off_s=7200)),
        ("update", replace(now, newest="99.1")),
    ):  # fmt: skip
        window.notice.show_notice(notice(changed, None))
        window.set_pill(pill(changed, None, is_running=False))
        await shoot(f"state-{name}")
    window.notice.show_notice(None)
    window.set_pill(pill(now, Offline(), is_running=False))


async def _arranged(bench: Workbench, album: Album) -> None:
    """The queue in groups and narrowed, and the sheet in which that is chosen."""
    queue = bench.queue
    queue.arrange(Arrangement(group=Group.PLACE, narrow=Narrow(tiers=("high", "key"), tag="elder")))
    await quiet(bench.desk)
    album.add(bench.window, "queue-grouped")
    queue.narrow_button.click()
    await quiet(bench.desk)
    if queue.sheet is not None:
        album.add(queue.sheet, "queue-narrow")
        queue.sheet.reject()
    queue.arrange(Arrangement())
    await quiet(bench.desk)


async def _day(bench: Workbench, shoot: Shoot) -> None:
    """The day of visits, a later day with a door that nobody opens, and several visits chosen in the list."""
    bench.show_page(DAY)
    await shoot("day")
    page = bench.day
    page.show_day(bench.desk.today() + timedelta(days=2))
    await quiet(bench.desk)
    if page.nobody.isVisible():  # the first time
        page.nobody.click()
        await quiet(bench.desk)
        bench.window.undo_bar.hide()
    await shoot("day-nobody-opens")
    page.show_day(bench.desk.today())
    bench.show_page(VISITS)
    bench.visits.view.selectAll()
    await shoot("visits-chosen")
    bench.visits.view.clearSelection()


async def _files(bench: Workbench, folder: Path, shoot: Shoot) -> None:
    """A roster with faults before its import, two files that may be of one person, and a place."""
    bench.show_page(IMPORT)
    await shoot("import")
    people = [*map(rosters.person, range(12)), rosters.person(12, 联系电话="12"), rosters.person(13, 居住情况="住院")]
    roster = rosters.write(folder / "花名册.xlsx", people, title="丹桂路花名册")
    await bench.importing.open(roster)
    await bench.importing.check()
    await shoot("import-checked")
    roster.unlink()
    bench.show_page(DOUBLES)
    await shoot("doubles")
    bench.show_page(PLACES)
    await shoot("places")


async def _report(stage: Stage, bench: Workbench, album: Album, shoot: Shoot) -> None:
    """An event being reported, and taken back again."""
    bench.window.report_wanted.emit()
    await shoot("report")
    bench.report.primary.click()
    await shoot("report-missing")
    bench.report.address.setText("祖冲之路 1239 弄 8 号")
    bench.report.address.editingFinished.emit()
    report = Report(new_id(), {"grid": CELL, "title": "暴露垃圾 · 祖冲之路 1239 弄 8 号"}, {
        "/data/report/source": "patrol", "/data/report/category": "litter",
    })  # fmt: skip
    pack, actor = bench.desk.packs["urban-event"], bench.desk.actor
    await bench.report.throw_away()
    await bench.desk.write(lambda tx: report_event(tx, pack, report, actor))
    await shoot("queue-reported")
    bench.open_case(report.case_id)
    await quiet(bench.desk)
    bench.case.next.click()
    await quiet(bench.desk)
    _add_sheet(bench.case, MoveSheet, album, "move")
    bench.open_case(stage.half_case)  # what is open and begun is not taken back without a question
    await quiet(bench.desk)
    bench.window.undo_wanted.emit()
    await shoot("queue-undone")
    bench.window.undo_bar.hide()


async def _as_supervisor(stage: Stage, desktop: Desktop, bench: Workbench, album: Album) -> None:
    review = bench.review
    assert review is not None
    for page in ("review", BOARD, RESIDENTS):
        bench.show_page(page)
        await quiet(bench.desk)
        album.add(desktop.frame, f"{page}-supervisor")
    bench.show_page("review")
    review.choose_changed()
    await quiet(bench.desk)
    review.table.select("/data/condition/systolic")
    line = review.table.open_comment()
    assert line is not None
    line.setText("请隔 10 分钟再测一次，两次都记。")
    await quiet(bench.desk)
    album.add(desktop.frame, "review-comment")
    line.clear()
    review.table.close_comment()
    bench.show_page(CONFLICTS)
    await quiet(bench.desk)
    album.add(desktop.frame, "conflict-supervisor")

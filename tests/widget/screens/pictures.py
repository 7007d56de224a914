"""Visits every page of both workers and of the way in, and takes its picture in every look and language."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from gridclient.domain.record import new_id
from gridclient.store.arranging import Group, Narrow
from gridclient.store.reporting import Report, report_event
from gridclient.store.views import Arrangement
from gridclient.sync.cycle import Progress
from gridclient.sync.troubles import Offline
from gridclient.text import language, set_language, tr
from gridclient.ui import theme
from gridclient.ui.app import Desktop
from gridclient.ui.filling import Filling
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
from gridclient.ui.sign_in.first_sync import FirstSyncPage
from gridclient.ui.sign_in.values import FirstSyncProgress
from gridclient.ui.workbench import Workbench
from tests import rosters
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import CELL, Stage, enter, quiet

Shoot = Callable[[str], Awaitable[None]]
_THUMB = 440


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


async def take_all(stage: Stage, out: Path, size: str, window: tuple[int, int]) -> int:
    """Takes every picture of one size; returns 1 when a walker found something, after printing it."""
    faults: list[str] = []
    albums = {
        (name, dark): Album(out / f"{size}-{'dark' if dark else 'light'}-{name}")
        for name in ("zh_CN", "en")
        for dark in (False, True)
    }
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
        for (name, dark), album in albums.items():
            bench.settings.theme_chosen.emit("dark" if dark else "light")
            bench.settings.language_chosen.emit(name)
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


async def _way_in(desktop: Desktop, albums: dict[tuple[str, bool], Album]) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for (name, dark), album in albums.items():
        theme.apply(app, dark=dark)
        set_language(name)
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
    filling = Filling("林晓燕", began)
    now = Progress(2, 4, 41208, 52300, 58_700_000, "download")
    return filling.standing(now, began + timedelta(minutes=1), str(Offline()))


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
    await asyncio.sleep(0.2)
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
    await _report(bench, shoot)
    bench.show_page(SETTINGS)
    bench.settings.retranslate()
    await shoot("settings")
    bench.show_page(HELP)
    await shoot("help")
    desktop.lock()
    await shoot("lock")
    bench.show_page(QUEUE)
    desktop.frame.setCurrentWidget(bench.window)
    if language() == "zh_CN" and not theme.is_dark():
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, large=True)
        bench.retranslate()
        bench.open_case(stage.half_case)
        await shoot("queue-large")
        bench.show_page(RESIDENTS)
        await shoot("residents-large")
        theme.apply(app)
        bench.retranslate()


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


async def _report(bench: Workbench, shoot: Shoot) -> None:
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

"""Nothing that belongs into a page shows itself as a window of its own for a moment while the page is made."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from gridclient.store.lists import Ask, first_page
from gridclient.ui.app import Desktop
from gridclient.ui.pages import DAY, DOUBLES, IMPORT, REPORT
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import Stage, quiet


class Watcher(QObject):
    """Notes every window that comes onto the screen."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.seen: list[str] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


async def _go_round(bench: Workbench) -> None:
    """Visits every page by its key, and those without one."""
    for place in range(len(bench.window.nav.ids())):
        QTest.keyClick(bench.window, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.AltModifier)
        await quiet(bench.desk)
    bench.window.pill_clicked.emit()
    bench.window.help_wanted.emit()
    for page in (DAY, DOUBLES, IMPORT, *([] if bench.desk.actor.role == "supervisor" else [REPORT])):
        bench.show_page(page)
        await quiet(bench.desk)


def test_a_worker_sees_one_window_on_the_way_through_all_pages_and_kinds_of_cases(play: Play, stage: Stage) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    watcher = Watcher(app)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _go_round(bench)
        rows = await bench.desk.read(lambda c: first_page(c, Ask(), 200))
        for case_id in {row.pack: row.id for row in rows}.values():
            bench.open_case(case_id)
            await quiet(bench.desk)
            report = bench.case.open_report()
            assert report is not None
            for step in report.pack.steps:
                bench.case.go_to_step(step.id)
                await quiet(bench.desk)

    play("lin", part)
    assert set(watcher.seen) == {QStackedWidget.__name__}


def test_a_supervisor_sees_one_window_on_the_way_through_all_pages(play: Play) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    watcher = Watcher(app)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        await _go_round(bench)

    play("zhao", part)
    assert set(watcher.seen) == {QStackedWidget.__name__}

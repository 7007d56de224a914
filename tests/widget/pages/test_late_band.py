"""Work that came too late is read by whoever has the case now, in the window, until it is decided."""

from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from gridclient.domain.record import ident_bucket
from gridclient.platform import directory
from gridclient.store.confidential import confidential_id
from gridclient.store.late import close_late, late_work
from gridclient.ui.app import Desktop
from gridclient.ui.case.late_band import LateReadSheet
from gridclient.ui.pages import RESIDENTS
from gridclient.ui.review.late import LateSheet
from tests.system.district import CELL, District
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import drive, quiet, sign_in_at, sync, until


def test_the_new_owner_reads_what_came_too_late_until_it_is_decided(
    district: District, desktop: Desktop, qapp: QApplication
) -> None:
    lin, zhao = district.pc("lin"), district.pc("zhao")
    lin.sync()
    lin.finish(district.case, "contact", note="nobody at home")
    lin.finish(district.case, "verify", phone="13900007741")
    with district.platform.database.write() as connection:
        directory.remove_duty(connection, directory.named_account(connection, "lin"), CELL)
    lin.sync()
    zhao.sync()
    assert lin.statuses() == ["review"] * 4

    async def play() -> tuple[str, list[str], list[str]]:
        bench = await sign_in_at(desktop, district, "chen")
        bench.open_case(district.case)
        await quiet(bench.desk)
        band = bench.case.late
        assert band.isVisible()
        said = band.text()
        next(each for each in band.findChildren(QPushButton) if each.isVisible()).click()
        sheet = bench.case.findChild(LateReadSheet)
        assert isinstance(sheet, LateReadSheet)
        read = [each.text() for each in sheet.findChildren(QLabel)]
        faults = [*nameless(sheet), *clipped(sheet)]
        sheet.close()
        with zhao.opened.cache.write() as tx:
            for late in late_work(tx.connection):
                close_late(tx, late, zhao.actor, "as it is", take=False)
        zhao.sync()
        bench.desk.sync.wake()
        # what no supervisor reads
        await until(lambda: {late.kind for late in band.works} == {"ident", "confidential"})
        await quiet(bench.desk)
        next(each for each in band.findChildren(QPushButton) if each.isVisible()).click()
        again = bench.case.findChildren(LateReadSheet)[-1]
        again.decide.click()
        decision = bench.case.findChild(LateSheet)
        assert isinstance(decision, LateSheet)
        for _ in range(2):
            decision.take.click()
            await quiet(bench.desk)
        assert not band.isVisible()
        await sync(bench)
        held = district.on_platform(ident_bucket(CELL), district.ident)
        assert held is not None
        assert held["phone"] == "13900007741"
        beside = district.on_platform(ident_bucket(CELL), confidential_id(district.case))
        assert beside is not None
        assert beside["answers.verify"] == {"/data/verify/phone": "13900007741"}
        return said, read, faults

    said, read, faults = drive(qapp, play())

    assert said == "Written by another worker. It changes nothing here by itself."
    assert {"Note", "nobody at home", "Late value", "139****7741"} <= set(read)
    assert not any("13900007741" in text for text in read)
    assert faults == []


def test_who_has_the_duty_now_decides_late_work_on_an_identity_at_the_file(
    district: District, desktop: Desktop, qapp: QApplication
) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    with district.platform.database.write() as connection:
        directory.remove_duty(connection, directory.named_account(connection, "lin"), CELL)
    lin.sync()

    async def play() -> bool:
        bench = await sign_in_at(desktop, district, "chen")
        bench.show_page(RESIDENTS)
        bench.residents.open_person(district.resident)
        await quiet(bench.desk)
        file = bench.residents.file
        next(each for each in file.late.findChildren(QPushButton) if each.isVisible()).click()
        file.findChildren(LateReadSheet)[-1].decide.click()
        decision = file.findChildren(LateSheet)[-1]
        decision.note.setPlainText("号码已核实，不改。")
        decision.leave.click()
        await quiet(bench.desk)
        await sync(bench)
        return file.late.isVisible()

    assert not drive(qapp, play())
    held = district.on_platform(ident_bucket(CELL), district.ident)
    assert held is not None
    assert held["phone"] == "13800006120"

"""Every kind of question and appearance, one page each, with answers that show what it can do.

The pages are XLSForms in `resources/gallery`, which form authors may copy. Serves form authors, and is what the look
of the widgets is judged by: `gridclient forms gallery --out FOLDER` takes each picture in both looks and languages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gridclient import forms
from gridclient.domain.zone import ZONE
from gridclient.forms import Form
from gridclient.paths import RESOURCES
from gridclient.text import language, set_language, tr
from gridclient.ui import theme
from gridclient.ui.forms.around import Comment
from gridclient.ui.forms.attaching import Attachments
from gridclient.ui.forms.illustrating import MediaFolders
from gridclient.ui.forms.page import FormPage
from gridclient.ui.forms.tongue import choose_language
from gridclient.ui.widgets import Card, outlined_button, text_label

GROUP = "/data/page"
NOW = datetime(2026, 11, 24, 10, 21, tzinfo=ZONE)
_SIZE = (860, 720)


@dataclass(frozen=True, slots=True)
class Sample:
    """One page of the gallery."""

    name: str
    path: Path


def samples() -> list[Sample]:
    """The pages, in order."""
    return [Sample(path.stem, path) for path in sorted((RESOURCES / "gallery").glob("*.md"))]


def open_sample(sample: Sample) -> tuple[Form, FormPage]:
    """A page with its answers, dressed to show faults, comments, last values and pictures."""
    form = forms.load(sample.path, now=NOW, tz=ZONE.key, missing="blank")
    choose_language(form)
    _answer(form, sample.name)
    page = FormPage(form, GROUP, folders=MediaFolders.of_form(sample.path))
    Attachments(page)
    if sample.name.endswith("media"):
        page.set_attachment(f"{GROUP}/photo", "photo.jpg", corridor())
        page.set_attachment(f"{GROUP}/before", "before.jpg", corridor())
        page.set_attachment(f"{GROUP}/paper", "检查通知书 2026-11-24.pdf", None)
    page.set_last_values({f"{GROUP}/{name}": value for name, value in _LAST.get(sample.name, {}).items()})
    if sample.name.endswith("text"):
        said = Comment(tr("The number has one digit too few."), tr("Zhao"), "09:12")
        page.set_comments({f"{GROUP}/phone": said})
        page.question(f"{GROUP}/door").toggle_guidance()
    if sample.name[3:] in _JUDGED:
        page.show_errors([found for found in form.validate() if found.ref.startswith(GROUP)])
    return form, page


_LAST = {
    "02-numbers": {"systolic": "138", "temperature": "36.5"},
    "04-choose-one": {"mental": "good", "identity": "yes", "eating": "3"},
    "06-choose-several": {"services": "meals"},
}
_JUDGED = frozenset({"numbers", "moments", "checklist"})


def _answer(form: Form, name: str) -> None:
    """Answers that a form cannot give itself: instances of repeats."""
    if not name.endswith("repeats"):
        return
    entries = (("corridor", "三楼楼道堆放纸箱。", "yes"), ("hall", "门厅停放电动自行车 2 辆。", "no"), ("shed", "", ""))
    for number, (part, what, fixed) in enumerate(entries, start=1):
        if number > 1:
            form.add_repeat(f"{GROUP}/hazard")
        for ref, value in (("part", part), ("what", what), ("fixed", fixed)):
            form.set(f"{GROUP}/hazard[{number}]/{ref}", value)


def corridor() -> QImage:
    """A drawn corridor in place of a photo, so that no real place is shown."""
    look = theme.LIGHT  # a photo does not change with the look
    image = QImage(640, 400, QImage.Format.Format_RGB32)
    image.fill(look.bar)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.border)
    painter.drawPolygon([QPointF(0, 0), QPointF(210, 90), QPointF(210, 290), QPointF(0, 400)])
    painter.drawPolygon([QPointF(640, 0), QPointF(430, 90), QPointF(430, 290), QPointF(640, 400)])
    painter.setBrush(look.border_strong)
    painter.drawRect(262, 128, 116, 162)
    painter.setBrush(look.warn)
    for x, y, side in ((120, 240, 92), (190, 262, 62), (132, 176, 66)):
        painter.drawRect(x, y, side, side)
    painter.end()
    return image


class Gallery(QWidget):
    """The gallery as a window: the list of pages, the page, light or dark, Chinese or English."""

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "canvas")
        self.resize(theme.window_size(1180, 800))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        side = QVBoxLayout()
        self.list = QListWidget()
        self.list.setFixedWidth(theme.px(230))
        self.list.currentRowChanged.connect(self._show)
        side.addWidget(self.list, 1)
        self._dark = outlined_button("", "moon")
        self._dark.clicked.connect(self._toggle_look)
        self._tongue = outlined_button("", "languages")
        self._tongue.clicked.connect(self._toggle_language)
        side.addWidget(self._dark)
        side.addWidget(self._tongue)
        row.addLayout(side)
        self._room = QVBoxLayout()
        row.addLayout(self._room, 1)
        self._page: QWidget | None = None
        self._samples = samples()
        self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(tr("Form gallery"))
        self.list.setAccessibleName(tr("Kinds of questions"))
        self._dark.setText(tr("Light colours") if theme.is_dark() else tr("Dark colours"))
        self._tongue.setText("English" if language() == "zh_CN" else "中文")
        at = max(0, self.list.currentRow())
        self.list.clear()
        for sample in self._samples:
            self.list.addItem(QListWidgetItem(title_of(sample)))
        self.list.setCurrentRow(at)

    def _show(self, at: int) -> None:
        if not 0 <= at < len(self._samples):
            return
        if self._page is not None:
            self._room.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        self._page = framed(self._samples[at])
        self._room.addWidget(self._page)

    def _toggle_look(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, dark=not theme.is_dark())
        self._retranslate()

    def _toggle_language(self) -> None:
        set_language("en" if language() == "zh_CN" else "zh_CN")
        self._retranslate()


def title_of(sample: Sample) -> str:
    """What a page is called in the active language."""
    form = forms.load(sample.path, now=NOW, tz=ZONE.key, missing="blank")
    choose_language(form)
    return form.label(GROUP) or sample.name


def framed(sample: Sample) -> QWidget:
    """A page on a card, as a step of a case stands on the case page."""
    form, page = open_sample(sample)
    card = Card()
    card.head.insertWidget(0, text_label(form.label(GROUP) or "", "heading"))
    card.body.addWidget(page, 1)
    return card


def take_pictures(app: QApplication, folder: Path) -> Iterator[Path]:
    """Saves each page in both looks and languages; yields each picture as it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for dark in (False, True):
        theme.apply(app, dark=dark)
        for name in ("zh_CN", "en"):
            set_language(name)
            for sample in samples():
                for suffix, widget in _scenes(sample):
                    look = "dark" if dark else "light"
                    path = folder / f"{sample.name}{suffix}-{look}-{name[:2]}.png"
                    widget.grab().save(str(path))
                    widget.close()
                    widget.deleteLater()
                    yield path


def _scenes(sample: Sample) -> Iterator[tuple[str, QWidget]]:
    modes = ("list", "pages", "table", "read") if sample.name.endswith("repeats") else ("list", "read")
    if sample.name[3:] not in ("repeats", "choose-one", "media"):
        modes = ("list",)
    for mode in modes:
        ground = QWidget()
        theme.set_role(ground, "canvas")
        column = QVBoxLayout(ground)
        column.setContentsMargins(20, 20, 20, 20)
        card = framed(sample)
        column.addWidget(card)
        ground.resize(*_SIZE)
        ground.show()
        page = card.findChild(FormPage)
        assert page is not None
        if mode in ("pages", "table"):
            page.show_repeat(f"{GROUP}/hazard", mode, 1)
        page.set_read_only(mode == "read")
        page.focus_first()
        _lay_out(page)
        high = page.body_height() + page.fault_list.height() * page.fault_list.isVisible() + 150
        ground.resize(_SIZE[0], max(320, min(1500, high)))
        _lay_out(page)
        yield "" if mode == "list" else f"-{mode}", ground


def _lay_out(page: FormPage) -> None:
    """Brings everything to its place now, as the next turns of the event loop would."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        page.area.settle()

"""Which editor a control gets, by its kind, its type and its appearance."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout

from gridclient.forms import Choice, Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.choices import FEW, ButtonsEditor
from gridclient.ui.forms.counting import BearingEditor, CounterEditor, PickerEditor
from gridclient.ui.forms.drawing import SignatureEditor
from gridclient.ui.forms.editor import Editor
from gridclient.ui.forms.finding import BoxEditor, ManyEditor
from gridclient.ui.forms.imagemap import ImageMapEditor
from gridclient.ui.forms.media import AnnotateEditor, FileEditor, MediaEditor
from gridclient.ui.forms.moments import moment_editor
from gridclient.ui.forms.outline import words_of
from gridclient.ui.forms.places import PathEditor, PlaceEditor
from gridclient.ui.forms.rank import RankEditor
from gridclient.ui.forms.scale import RangeEditor
from gridclient.ui.forms.typed import (
    DECIMALS,
    INTEGERS,
    BarcodeEditor,
    LineEditor,
    LinesEditor,
    NumberEditor,
    UrlEditor,
)
from gridclient.ui.widgets import IconLabel, text_label

_LOOKED_UP = frozenset({"minimal", "autocomplete", "search"})
_APPS = ("ex:", "printer:")


def editor_for(form: Form, control: Control, ref: str, name: str) -> Editor | None:
    """The editor that a control needs; None for a note, which has nothing to answer."""
    words = words_of(control)
    if any(word.startswith(_APPS) for word in words):
        return AbsentEditor(form, control, ref, name)
    match control.kind:
        case "select1" | "select" if "label" in words:
            return None
        case "select1" | "select" | "rank":
            return _choice_editor(form, control, ref, name)
        case "trigger":
            return ConfirmEditor(form, control, ref, name)
        case "range":
            return (PickerEditor if "picker" in words else RangeEditor)(form, control, ref, name)
        case "upload":
            return _upload_editor(form, control, ref, name)
        case _ if form.readonly(ref) and not form.get(ref):
            return None
        case _:
            return _typed_editor(form, control, ref, name)


def _choice_editor(form: Form, control: Control, ref: str, name: str) -> Editor:
    words = words_of(control)
    if control.kind == "rank":
        return RankEditor(form, control, ref, name)
    if "image-map" in words:
        return ImageMapEditor(form, control, ref, name)
    looked_up = bool(words & _LOOKED_UP) or len(form.choices(ref)) > FEW
    if not looked_up or words & {"likert", "list-nolabel"}:
        return ButtonsEditor(form, control, ref, name)
    return (BoxEditor if control.kind == "select1" else ManyEditor)(form, control, ref, name)


def _upload_editor(form: Form, control: Control, ref: str, name: str) -> Editor:
    words = words_of(control)
    if not control.mediatype.startswith("image"):
        return FileEditor(form, control, ref, name)
    if words & {"signature", "draw"}:
        return SignatureEditor(form, control, ref, name)
    return (AnnotateEditor if "annotate" in words else MediaEditor)(form, control, ref, name)


def _typed_editor(form: Form, control: Control, ref: str, name: str) -> Editor:
    words = words_of(control)
    match control.datatype:
        case "date" | "time" | "dateTime":
            return moment_editor(form, control, ref, name)
        case "geopoint":
            return PlaceEditor(form, control, ref, name)
        case "geotrace" | "geoshape":
            return PathEditor(form, control, ref, name)
        case "barcode":
            return BarcodeEditor(form, control, ref, name)
        case kind if kind in INTEGERS or kind in DECIMALS:
            number = CounterEditor if "counter" in words else BearingEditor if "bearing" in words else NumberEditor
            return number(form, control, ref, name)
        case _ if "url" in words:
            return UrlEditor(form, control, ref, name)
        case _ if "multiline" in words or int(control.parameters.get("rows", "1") or 1) > 1:
            return LinesEditor(form, control, ref, name)
        case _:
            return LineEditor(form, control, ref, name)


class ConfirmEditor(Editor):
    """Something to acknowledge: one tick, `OK` in the answer."""

    fills = False

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.tick = QCheckBox(tr("I have read this"))
        self.tick.setObjectName(ref)
        self.tick.setAccessibleName(name)
        self.tick.setMinimumHeight(theme.control_height())
        self.tick.clicked.connect(self._clicked)
        row.addWidget(self.tick, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.tick)

    def show_value(self, value: str) -> None:
        self.tick.setChecked(bool(value))

    def set_read_only(self, read_only: bool) -> None:
        self.tick.setEnabled(not read_only)

    def _clicked(self, checked: bool) -> None:
        self.edited.emit("OK" if checked else "")


class AbsentEditor(Editor):
    """A question for another device; its answer is shown and kept."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("monitor", "text_2", 16))
        self._text = text_label("", "muted", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row.addWidget(self._text, 1)

    def show_value(self, value: str) -> None:
        self._text.setText(
            tr("Not on this device. The answer {value} is kept.", value=value) if value
            else tr("Not on this device. It can be answered on a phone.")
        )  # fmt: skip

    def show_choices(self, choices: list[Choice]) -> None:
        pass  # there is nothing to choose here

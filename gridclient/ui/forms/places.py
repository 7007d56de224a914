"""Places: typed as degrees in any usual way, or picked on a plane around what is known; WGS-84 stays WGS-84."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui.forms import reading
from gridclient.ui.forms.outline import questions_in
from gridclient.ui.forms.plane import Place, Plane, open_plane
from gridclient.ui.forms.typed import LineEditor, LinesEditor, lead
from gridclient.ui.widgets import icon_button, text_label

_PLACES = frozenset({"geopoint", "geotrace", "geoshape"})


class PlaceEditor(LineEditor):
    """A place, typed as `latitude longitude` in any usual way; what it means is said beside it."""

    takes_equals = False
    room = 400  # for the example in the larger type

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self.line.setPlaceholderText(tr("Latitude longitude, such as {example}", example="31.2050 121.6050"))
        lead(self.line, "map-pin")
        self._row.setStretchFactor(self.line, 20)  # all of its room before any is left free
        self._meant = text_label("", "muted")
        self._row.insertWidget(1, self._meant)
        self._pick = icon_button("crosshair", tr("Pick it on a plane (F4)"))
        self._pick.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._pick.clicked.connect(self.open_plane)
        self._row.insertWidget(1, self._pick)

    def open_plane(self) -> None:
        """Opens the plane around what is known."""
        if self.line.isReadOnly():
            return
        own = points_in(self.form.get(self.ref))
        known = known_places(self.form, self.ref)
        if not own and not known:
            self.say_trouble(tr("Type a first place; others can then be picked around it."))
            return
        plane = Plane(self.name, "point", own, known)

        def take() -> None:
            self.line.setText(" ".join(f"{number:.6f}" for point in plane.points for number in point))

        plane.changed.connect(take)
        open_plane(self.line, plane)

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self._pick.setEnabled(not read_only)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F4:
            self.open_plane()
        else:
            super().keyPressEvent(event)

    def said(self, value: str) -> str:
        return short_place(value)

    def show_value(self, value: str) -> None:
        super().show_value(value)
        self._say(value)

    def commit(self) -> None:
        text = self.line.text()
        place = reading.read_place(text)
        if text.strip() and place is None:
            self.say_trouble(tr("This is no place. Type latitude and longitude, such as {example}.",
                                example="31.2050 121.6050"))  # fmt: skip
            self.edited.emit("")
        elif place is not None:
            self.show_value(place)

    def _changed(self, text: str) -> None:
        place = reading.read_place(text)
        if place is not None or not text.strip():
            self.say_trouble("")
            self.edited.emit(place or "")
        self._say(place or "")

    def _say(self, value: str) -> None:
        parts = value.split()
        if len(parts) < 2:
            self._meant.setText("")
            return
        north, east = float(parts[0]), float(parts[1])
        sides = (tr("{n}° N", n=abs(north)) if north >= 0 else tr("{n}° S", n=abs(north)),
                 tr("{n}° E", n=abs(east)) if east >= 0 else tr("{n}° W", n=abs(east)))  # fmt: skip
        self._meant.setText("  ".join(sides))


def points_in(value: str) -> list[Place]:
    """The points of a geopoint, a trace or a shape."""
    found: list[Place] = []
    for part in value.split(";"):
        numbers = part.split()
        if len(numbers) >= 2:
            found.append((float(numbers[0]), float(numbers[1])))
    return found


def known_places(form: Form, ref: str) -> list[Place]:
    """Every point that other answers of the form tell."""
    found: list[Place] = []
    for control in questions_in(form.body):
        if control.datatype in _PLACES:
            for other in form.instances(control.ref):
                found += points_in(form.get(other)) if other != ref else []
    return found


def short_place(value: str) -> str:
    """A point without an altitude and an accuracy that nobody knows."""
    parts = value.split()
    unknown = all(float(part) == 0 for part in parts[2:])
    return " ".join(parts[:2] if unknown else parts)


class PathEditor(LinesEditor):
    """A trace or a shape kept as text, one point a line."""

    def __init__(self, form: Form, control: Control, ref: str, name: str) -> None:
        super().__init__(form, control, ref, name)
        self._closed = control.datatype == "geoshape"
        self.lines.setPlaceholderText(tr("One point a line: latitude longitude"))
        self._pick = icon_button("crosshair", tr("Pick it on a plane (F4)"))
        self._pick.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._pick.clicked.connect(self.open_plane)
        self.row.addWidget(self._pick, 0, Qt.AlignmentFlag.AlignTop)

    def open_plane(self) -> None:
        """Opens the plane around what is known; each pick adds a point."""
        if self.lines.isReadOnly():
            return
        own, known = points_in(self.form.get(self.ref)), known_places(self.form, self.ref)
        if self._closed and len(own) > 1 and own[0] == own[-1]:
            own.pop()
        if not own and not known:
            self.say_trouble(tr("Type a first place; others can then be picked around it."))
            return
        plane = Plane(self.name, "area" if self._closed else "line", own, known)

        def take() -> None:
            self.lines.setPlainText("\n".join(f"{north:.6f} {east:.6f}" for north, east in plane.points))

        plane.changed.connect(take)
        open_plane(self.lines, plane)

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self._pick.setEnabled(not read_only)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F4:
            self.open_plane()
        else:
            super().keyPressEvent(event)

    def said(self, value: str) -> str:
        return "\n".join(short_place(part) for part in value.split(";") if part.strip())

    def value(self) -> str:
        return reading.read_line(self.lines.toPlainText(), self._closed) or ""

    def commit(self) -> None:
        wrong = bool(self.lines.toPlainText().strip()) and not self.value()
        self.say_trouble(
            "" if not wrong
            else tr("A shape needs at least three points, each with latitude and longitude.") if self._closed
            else tr("A line needs at least two points, each with latitude and longitude.")
        )  # fmt: skip

    def _changed(self) -> None:
        if self.value() or not self.lines.toPlainText().strip():
            self.say_trouble("")
        super()._changed()

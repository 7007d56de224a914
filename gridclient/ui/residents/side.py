"""The small cards beside a person's file: household and relations, tags, consent, photos, and who read what."""

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from gridclient.store.readings import Reading
from gridclient.store.residents import Member, Picture, ResidentFile
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.case.photos import fit
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name
from gridclient.ui.people_words import person_text, tag_text
from gridclient.ui.residents.consents import ConsentCard
from gridclient.ui.residents.masked import reason_text
from gridclient.ui.viewer import Shown as Photo
from gridclient.ui.viewer import Viewer
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import Avatar, Card, ElidedLabel, StatusTag, icon_button, link_button, rule, text_label
from gridclient.ui.widgets.layouts import clear

_LOG_LINES, _PICTURES, _SIDE, _IN_ROW = 6, 4, 56, 2


class PersonSide(QWidget):
    """Shows what belongs to a person beside the file itself, and reports what is to be changed there."""

    person_opened = Signal(str)  # resident id
    tags_changed = Signal(list)  # the tags as they are to be
    consent_said = Signal(object, bool)  # Topic, whether the person agrees

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tags: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._home, self._tag_card, self._photos, self._log = Card(), Card(), Card(), Card()
        self.consents = ConsentCard(desk)
        self.consents.said.connect(self.consent_said)
        self.add = link_button("", "plus")
        self.add.clicked.connect(self._ask_tag)
        self._tag_card.head.addWidget(self.add)
        self._marks = QVBoxLayout()
        self._marks.setSpacing(6)
        self.new_tag = QLineEdit()
        self.new_tag.setMaxLength(12)
        self.new_tag.returnPressed.connect(self._tag_given)
        self.new_tag.hide()
        self._note = text_label("", "label", wrap=True)
        self._tag_card.body.addLayout(self._marks)
        self._tag_card.body.addWidget(self.new_tag)
        self._tag_card.body.addWidget(self._note)
        for card in (self._home, self._tag_card, self.consents, self._photos, self._log):
            column.addWidget(card)
        column.addStretch(1)

    def show_file(self, file: ResidentFile, log: Sequence[Reading], names: Mapping[str, str], today: date) -> None:
        """Shows what belongs to this person."""
        self._show_home(file, today)
        self._show_tags(file)
        self.consents.show_consents(file.resident.fields, names)
        self._photos.setVisible(bool(file.pictures))
        self._photos.set_title(tr("Photos ({n})", n=len(file.pictures)))
        clear(self._photos.body)
        self._desk.start(self._show_photos(file.pictures[:_PICTURES]))
        self._show_log(log, names)

    # --- household and relations ---------------------------------------------------------------------------

    def _show_home(self, file: ResidentFile, today: date) -> None:
        clear(self._home.body)
        self._home.body.addWidget(text_label(tr("{n} people at this door", n=len(file.members) + 1), "small"))
        for member in file.members:
            self._home.body.addWidget(rule())
            self._home.body.addLayout(self._member(member, today))
        contact = file.ident.text("contact_name") if file.ident else ""
        if file.ident is not None and contact and contact not in {member.name for member in file.members}:
            relation = file.ident.text("contact_relation")
            said = " · ".join(part for part in (relation, tr("emergency contact")) if part)
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(Avatar(contact, 26))
            row.addWidget(text_label(contact))
            row.addWidget(ElidedLabel(said, "small"), 1)
            self._home.body.addWidget(rule())
            self._home.body.addLayout(row)

    def _member(self, member: Member, today: date) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Avatar(member.name, 26))
        name = link_button(member.name)
        name.setProperty("resident", member.id)
        name.clicked.connect(self._member_clicked)
        row.addWidget(name)
        row.addWidget(text_label(person_text(member.sex, member.birth, today), "small"))
        row.addStretch(1)
        return row

    def _member_clicked(self) -> None:
        self.person_opened.emit(str(self.sender().property("resident")))

    # --- tags ----------------------------------------------------------------------------------------------

    def _show_tags(self, file: ResidentFile) -> None:
        clear(self._marks)
        living, tags = file.resident.text("living"), file.resident.fields.get("tags")
        marks = [(tag_text(living), "warn" if living == "alone" else "neutral")] if living else []
        if file.care is not None:
            tier = file.care.text("tier")
            marks.append((tag_text(tier), "warn" if tier == "high" else "neutral"))
            if file.care.fields.get("alarm") is True:
                marks.append((tr("Alarm installed"), "ok"))
        for start in range(0, len(marks), _IN_ROW):
            row = QHBoxLayout()
            row.setSpacing(6)
            for text, tone in marks[start : start + _IN_ROW]:
                row.addWidget(StatusTag(text, tone))
            row.addStretch(1)
            self._marks.addLayout(row)
        self._tags = [str(tag) for tag in tags] if isinstance(tags, list) else []
        for tag in self._tags:
            self._marks.addLayout(self._tag(tag))
        self.add.setVisible(self._desk.actor.role == "worker")
        self._note.setText(file.resident.text("note"))
        self._note.setVisible(bool(self._note.text()))

    def _tag(self, tag: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(StatusTag(tag_text(tag), "neutral", "tag"))
        if self._desk.actor.role == "worker":
            remove = icon_button("x", tr("Remove the tag {tag}", tag=tag_text(tag)))
            theme.set_role(remove, "small_icon")
            remove.setProperty("tag", tag)
            remove.clicked.connect(self._remove_tag)
            row.addWidget(remove)
        row.addStretch(1)
        return row

    def _ask_tag(self) -> None:
        self.new_tag.clear()
        self.new_tag.show()
        self.new_tag.setFocus()

    def _tag_given(self) -> None:
        tag = " ".join(self.new_tag.text().split())
        self.new_tag.hide()
        if tag and tag not in self._tags:
            self.tags_changed.emit([*self._tags, tag])

    def _remove_tag(self) -> None:
        gone = str(self.sender().property("tag"))
        self.tags_changed.emit([tag for tag in self._tags if tag != gone])

    # --- photos --------------------------------------------------------------------------------------------

    async def _show_photos(self, pictures: Sequence[Picture]) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        self._photos.body.addLayout(row)
        for picture in pictures:
            button = QToolButton()
            button.setFixedSize(theme.size(_SIDE + 4, _SIDE + 4))
            button.setIconSize(theme.size(_SIDE, _SIDE))
            said = f"{picture.title} · {moment_text(picture.at, self._desk.now())}"
            button.setAccessibleName(said)
            button.setToolTip(said)
            button.setProperty("of", (picture.case, picture.sha256))
            button.clicked.connect(self._look_clicked)
            data = await self._desk.picture(picture.case, picture.sha256)
            image = await self._desk.run(lambda d=data: fit(d, _SIDE * 2))
            button.setIcon(QIcon(QPixmap.fromImage(image)) if image is not None else QIcon())
            row.addWidget(button)
        row.addStretch(1)

    def _look_clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, QToolButton)
        case, sha256 = button.property("of")
        self._desk.start(self._look(button.accessibleName(), str(case), str(sha256)))

    async def _look(self, name: str, case: str, sha256: str) -> None:
        data = await self._desk.picture(case, sha256)
        if data is not None:
            viewer = Viewer([Photo(name, data)], self.window())
            viewer.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            viewer.open()

    # --- reading log ---------------------------------------------------------------------------------------

    def _show_log(self, log: Sequence[Reading], names: Mapping[str, str]) -> None:
        clear(self._log.body)
        now = self._desk.now()
        for reading in log[:_LOG_LINES]:
            who = names.get(reading.by, "") or self._desk.opened.facts.name
            said = tr("{name} read {field}: {reason}", name=who, field=field_name(reading.field),
                      reason=reason_text(reading.reason))  # fmt: skip
            self._log.body.addWidget(text_label(moment_text(reading.at, now), "small"))
            self._log.body.addWidget(text_label(said, "label", wrap=True))
        if not log:
            self._log.body.addWidget(text_label(tr("Nobody has read a masked value."), "small", wrap=True))

    def retranslate(self) -> None:
        """Says the cards' words in the active language."""
        self._home.set_title(tr("Household and relations"))
        self._tag_card.set_title(tr("Tags and note"))
        self._log.set_title(tr("Reading log"))
        self.add.setText(tr("Add a tag"))
        self.new_tag.setPlaceholderText(tr("a tag, then Enter"))
        self.new_tag.setAccessibleName(tr("New tag"))

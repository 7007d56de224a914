"""Late work on the case or the file that is open: whoever has the duty now reads it, and decides some."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from gridclient import forms
from gridclient.domain.record import Kind
from gridclient.domain.schema import may_decide
from gridclient.domain.zone import ZONE
from gridclient.forms import Form
from gridclient.store import lists
from gridclient.store.cache import Changes
from gridclient.store.late import Late, LateField, close_late, late_about
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case import session
from gridclient.ui.desk import Desk
from gridclient.ui.fields import kind_text, value_text
from gridclient.ui.review.late import LateSheet, facts_of, lay_fields
from gridclient.ui.widgets import Banner, outlined_button, primary_button, text_label
from gridclient.ui.widgets.sheets import Sheet
from gridclient.workflow import Pack


class LateBand(Banner):
    """Says that there is some, and opens it to be read; hidden while there is none."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__()
        self._desk, self._over = desk, over
        self._records: list[str] = []
        self._pack: Pack | None = None
        self.works: list[Late] = []  # in words
        self._as_sent: dict[str, Late] = {}
        self._names: Mapping[str, str] = {}
        self.hide()
        self.action_wanted.connect(self._open)
        desk.changed.connect(self._changed)

    def show_for(self, about: Iterable[str], pack: Pack | None = None) -> None:
        """From now on tells of these records; `pack` is that of a case among them."""
        self._pack = pack
        self._records = list(about)
        self._desk.start(self._read())

    async def _read(self) -> None:
        records, pack, mine = self._records, self._pack, self._desk.actor.worker_id
        found = await self._desk.read(lambda c: late_about(c, records))
        self._names = await self._desk.read(lists.worker_names)
        if records is not self._records:
            return
        others = [late for late in found if late.by != mine]
        self._as_sent = {late.id: late for late in others}
        self.works = await self._desk.run(lambda: [_in_words(pack, late) for late in others])
        self._say()

    def _mine(self) -> list[Late]:
        """What is for this worker to decide, not for a supervisor."""
        return [late for late in self.works if may_decide(self._desk.actor.role, late.kind)]

    def _say(self) -> None:
        names = dict.fromkeys(self._names.get(late.by) or tr("another worker") for late in self.works)
        text = tr("Written by {names}. It changes nothing here by itself.", names=tr(", ").join(names))
        self.say("info", tr("Late work"), text, tr("Read it"), "hourglass")
        self.setVisible(bool(self.works))

    def _changed(self, changes: Changes) -> None:
        if "review" in changes.areas and self._records:
            self._desk.start(self._read())

    def _open(self) -> None:
        sheet = LateReadSheet(self._desk, self.works, self._names, self._over)
        sheet.decide.setVisible(bool(self._mine()))
        sheet.decide.clicked.connect(self._decide)
        sheet.open()

    def _decide(self) -> None:
        sheet = LateSheet(self._mine(), self._names, self._desk.now(), self._over)
        sheet.decided.connect(self._decided)
        sheet.open()

    def _decided(self, work: Late, note: str, take: bool) -> None:
        actor, sent = self._desk.actor, self._as_sent[work.id]
        self._desk.start(self._desk.write(lambda tx: close_late(tx, sent, actor, note, take=take)))


def _in_words(pack: Pack | None, late: Late) -> Late:
    """Late work on a case with its answers by their questions, and its states by their titles."""
    if late.kind not in (Kind.CASE, Kind.CONFIDENTIAL) or pack is None:
        return late
    asked = (field for field in late.fields if late.kind == Kind.CASE or field.name.startswith("answers."))
    return replace(late, fields=tuple(each for field in asked for each in _read_field(pack, field)))


def _read_field(pack: Pack, field: LateField) -> list[LateField]:
    values = (field.before, field.late, field.now)
    if field.name == "state":
        states = [pack.state(str(value)) for value in values]
        return [LateField("state", *(pick(state.title) if state else "" for state in states))]
    if field.name.startswith("done."):
        return []  # who finished the step and when, which is said above
    if not field.name.startswith("answers."):
        return [field]
    before, late, now = ({ref: str(text) for ref, text in v.items()} if isinstance(v, Mapping) else {} for v in values)
    form = forms.load(pack.form, tz=ZONE.key, missing="blank")
    session.choose_language(form)
    session.lay_answers(form, {**before, **late})
    asked = form.refs()
    gone = sorted((before.keys() | late.keys()) - set(asked))  # not asked with these answers
    labels = {ref: form.label(ref) for ref in asked}
    return [
        LateField(
            labels.get(ref) or ref.rpartition("/")[2],
            *(_words(pack, form if ref in labels else None, ref, side.get(ref)) for side in (before, late, now)),
        )
        for ref in (*asked, *gone)
        if before.get(ref, "") != late.get(ref, "")
    ]


def _words(pack: Pack, form: Form | None, ref: str, text: str | None) -> str:
    """An answer as a person reads it; one that confirms an identity or a phone is masked as in the file."""
    kind, _, name = (pack.prefill.get(ref) or pack.updates.get(ref, "")).partition(".")
    if not text:
        return ""
    if session.blobs_in([text]):
        return tr("a photo or file")
    if kind == "ident" or form is None:
        return value_text(name, text)
    return session.in_words(form, ref, text)


class LateReadSheet(Sheet):
    """Every piece of it, with what its author saw and how the record is now."""

    def __init__(self, desk: Desk, works: Sequence[Late], names: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(
            tr("Late work"),
            tr("It came when its author had no duty over the record any more, or the case had moved on."),
            parent,
        )
        self.resize(theme.window_size(720, 460))
        content = QWidget()
        theme.set_role(content, "plain")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(10)
        for work in works:
            column.addWidget(text_label(f"{work.title} · {kind_text(work.kind)}", "heading", wrap=True))
            column.addWidget(text_label(facts_of(work, names, desk.now()), "muted", wrap=True))
            if work.why:
                column.addWidget(text_label(tr("Reason given: {reason}", reason=work.why), "strong", wrap=True))
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            lay_fields(grid, work)
            column.addLayout(grid)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(tr("Late work"))
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(content)
        self.body.addWidget(area, 1)
        self.buttons.addStretch(1)
        self.decide = outlined_button(tr("Decide"))
        self.decide.clicked.connect(self.accept)
        self.decide.setAutoDefault(False)
        self.buttons.addWidget(self.decide)
        close = primary_button(tr("Close"))
        close.clicked.connect(self.accept)
        close.setDefault(True)
        self.buttons.addWidget(close)

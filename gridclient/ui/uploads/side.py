"""Beside the outcomes: what the last synchronisation did, why the pill is or is not green, and the chosen edit."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gridclient.store.blobs import HeldBack
from gridclient.store.outbox import OutcomeRow
from gridclient.store.payloads import PayloadGone
from gridclient.sync.cycle import Report
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name, kind_text, what_text
from gridclient.ui.others import OthersCard
from gridclient.ui.uploads.by_file import ByFile
from gridclient.ui.uploads.held import HeldPhotos
from gridclient.ui.uploads.lines import add_line
from gridclient.ui.uploads.words import ICONS, TONES, status_text, why_text
from gridclient.ui.widgets import Banner, Card, compact_button, text_label
from gridclient.ui.widgets.layouts import clear


@dataclass(frozen=True, slots=True)
class Standing:
    """How this PC stands against the platform."""

    unsent: int
    photos: int
    in_step: bool
    open_conflicts: int
    synced_at: str  # as people read it; empty before the first time
    report: Report | None
    held: list[HeldBack]  # photos among those that cannot be sent
    fault: str  # why the last attempt failed; empty when it did not


class SidePanel(QScrollArea):
    """The cards; reports that a person wants a payload exported, a conflict decided or a case opened."""

    export_wanted = Signal(str)  # mid
    conflict_wanted = Signal()
    retry_wanted = Signal()
    case_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: OutcomeRow | None = None
        self.setWidgetResizable(True)
        self.setFixedWidth(theme.px(392))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = content = QWidget()
        theme.set_role(content, "plain")
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        self._last, self._why, self._chosen = Card(), Card(), Card()
        self.held, self.by_file, self.others = HeldPhotos(desk), ByFile(desk), OthersCard()
        self.held.case_wanted.connect(self.case_wanted)
        for card in (self.held, self._last, self._why, self.others, self._chosen, self.by_file):
            column.addWidget(card)
        self.others.setVisible(desk.actor.role == "supervisor")
        column.addStretch(1)
        self.setWidget(content)
        self._chosen.hide()
        self.by_file.finished.connect(self._show_by_file)

    def _show_by_file(self) -> None:
        """What came of a bundle is read even where the card lies further down."""
        self._content.adjustSize()
        self.ensureWidgetVisible(self.by_file)

    def show_standing(self, now: Standing) -> None:
        """Shows the last synchronisation and the three conditions of a green pill."""
        self._last.set_title(
            tr("Last synchronisation {at}", at=now.synced_at) if now.synced_at else tr("Not synchronised yet")
        )
        clear(self._last.body)
        if now.report is not None:
            report = now.report
            applied = report.results.get("applied", 0)
            add_line(self._last, True, tr("{n} uploaded, {applied} applied", n=report.pushed, applied=applied),
                  _rest(report.results))  # fmt: skip
            if report.blobs_sent:
                add_line(self._last, True, tr("{n} photos and signatures uploaded", n=report.blobs_sent), "")
            add_line(self._last, True, tr("{n} rows received", n=f"{report.rows:,}"), "")
            add_line(self._last, not report.mismatched, tr("checksums compared"),
                  tr("{n} parts differ and are fetched again", n=len(report.mismatched)) if report.mismatched else
                  tr("all equal to the platform's"))  # fmt: skip
        if now.fault:
            add_line(self._last, False, tr("The last attempt failed"), now.fault, "wifi-off")
        self._last.setVisible(bool(now.report or now.fault or now.synced_at))
        self._show_conditions(now)
        self.held.show_photos(now.held)

    def _show_conditions(self, now: Standing) -> None:
        green = now.in_step and not now.unsent and not now.photos
        self._why.set_title(tr("In step with the platform") if green else tr("Why the pill is not green"))
        clear(self._why.body)
        unsent = tr("{n} edits and {photos} photos wait", n=now.unsent, photos=now.photos)
        nothing = not now.unsent and not now.photos
        add_line(self._why, nothing, tr("Nothing left to upload"), "" if nothing else unsent)
        reached = now.in_step and not now.fault
        add_line(self._why, reached, tr("The platform's latest state is here"),
              "" if reached else tr("known only after the next synchronisation"))  # fmt: skip
        add_line(self._why, now.in_step, tr("All checksums equal"),
              "" if now.in_step else tr("compared at the end of each synchronisation"))  # fmt: skip
        if now.open_conflicts:
            add_line(self._why, False, tr("{n} conflicts wait for you", n=now.open_conflicts),
                  tr("they do not hold up anything else"), "git-merge", "bad")  # fmt: skip

    def show_row(self, row: OutcomeRow | None) -> None:
        """Shows the chosen edit with everything that can be done about it."""
        self._row = row
        self._chosen.setVisible(row is not None)
        clear(self._chosen.body)
        if row is None:
            return
        self._chosen.set_title(f"{what_text(row.what)} · {kind_text(row.kind)}")
        body = self._chosen.body
        body.addWidget(text_label(row.title, "label", wrap=True))
        decided = row.status == "conflict" and not row.conflict_open
        kind = {"ok": "ok", "warn": "warn", "bad": "bad"}.get("ok" if decided else TONES.get(row.status, ""), "info")
        banner = Banner(kind, tr("Resolved") if decided else status_text(row.status), why_text(row),
                        icon=ICONS.get(row.status, "info"))  # fmt: skip
        body.addWidget(banner)
        if row.problem is not None and row.problem.detail:
            named = tr(", ").join(field_name(each.strip()) for each in row.problem.detail.split(","))
            body.addWidget(text_label(named, "small", wrap=True))
        if not row.is_kept:
            body.addWidget(text_label(str(PayloadGone()), "small", wrap=True))
        elif row.status == "rejected":
            kept = tr("What you entered is kept on this PC; export it for an administrator if you need it.")
            body.addWidget(text_label(kept, "small", wrap=True))
        acts = QHBoxLayout()
        acts.setSpacing(8)
        if row.conflict_open:
            self._act(acts, tr("Decide the conflict"), "git-merge", self.conflict_wanted.emit)
        if row.status in ("pending", "wait", "quarantined"):
            self._act(acts, tr("Try now"), "refresh-cw", self.retry_wanted.emit)
        if row.is_kept:
            self._act(acts, tr("Export this one"), "download", self._export)
        acts.addStretch(1)
        body.addLayout(acts)

    def _act(self, row: QHBoxLayout, text: str, icon: str, act: object) -> None:
        button = compact_button(text, icon)
        button.clicked.connect(act)
        row.addWidget(button)

    def _export(self) -> None:
        if self._row is not None:
            self.export_wanted.emit(self._row.mid)


def _rest(results: dict[str, int]) -> str:
    """What else became of the uploads."""
    words = {"conflict": tr("conflict"), "review": tr("In review"), "rejected": tr("Refused"), "wait": tr("Waiting")}
    return tr(", ").join(f"{word} {results[name]}" for name, word in words.items() if results.get(name))

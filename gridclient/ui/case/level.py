"""The level of an assessment after GB/T 42195-2022 while its items are answered: sums, level, and what is still open.

Nothing is guessed: while an item is open there is no level, only what the open items can still make of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.domain.assessment import DIMENSIONS, ITEMS, MOST, Assessment, Circumstances, assess
from gridclient.forms import Form
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.widgets import ProgressBar, text_label

_ITEM = re.compile(r"/b([1-4])_(\d+)\Z")
_COMA, _CONSENT, _DISORDER, _EVENTS = "coma", "/consent", "/disorder", "/events"
_BESIDE = (_DISORDER, _EVENTS, "/score_level")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the answers make of the assessment now; `best` and `worst` are what the open items can still make of it."""

    sums: Mapping[str, int]
    result: Assessment
    best: Assessment
    worst: Assessment
    groups: frozenset[str]  # those that have something to do with it
    refused: bool


def standing(form: Form) -> Standing | None:
    """Reads an assessment off its form; None for a form that does not have its 26 items."""
    refs = form.refs()
    items = {f"B{found[1]}.{found[2]}": ref for ref in refs if (found := _ITEM.search(ref))}
    if items.keys() != {item.code for item in ITEMS}:
        return None
    given = {code: form.get(ref) for code, ref in items.items()}
    scores = {code: int(text) if text.isdigit() else 0 if text == _COMA else None for code, text in given.items()}
    events = _answer(form, refs, _EVENTS)
    found = Circumstances(
        _COMA in given.values(), _answer(form, refs, _DISORDER) == "yes", int(events) if events.isdigit() else 0
    )
    most = {item.code: item.most for item in ITEMS}
    best = {code: most[code] if score is None else score for code, score in scores.items()}
    worst = {code: score or 0 for code, score in scores.items()}
    return Standing(
        {each.code: sum(scores[item.code] or 0 for item in each.items) for each in DIMENSIONS},
        assess(scores, found), assess(best, found), assess(worst, found),
        frozenset(ref.rpartition("/")[0] for ref in refs if _ITEM.search(ref) or ref.endswith(_BESIDE)),
        refused=_answer(form, refs, _CONSENT) == "refused",
    )  # fmt: skip


def _answer(form: Form, refs: list[str], name: str) -> str:
    return next((form.get(ref) for ref in refs if ref.endswith(name)), "")


class LevelPanel(QFrame):
    """Four bars, the total, the level with its basis, and what is to be verified."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        self._names = {each.code: text_label("", "small", wrap=True) for each in DIMENSIONS}
        self._sums = {each.code: text_label("", "small") for each in DIMENSIONS}
        self.bars = {each.code: ProgressBar() for each in DIMENSIONS}
        bars = QGridLayout()
        bars.setHorizontalSpacing(14)
        bars.setVerticalSpacing(3)
        for place, (code, bar) in enumerate(self.bars.items()):
            bars.addWidget(self._names[code], 0, place)
            bars.addWidget(bar, 1, place)
            bars.addWidget(self._sums[code], 2, place)
            bars.setColumnStretch(place, 1)
        column.addLayout(bars)
        self.total = text_label("", "strong")
        self.level = text_label("", "heading", wrap=True)
        self.reason = text_label("", "small", wrap=True)
        self.verify = text_label("", "small", wrap=True)
        self.verify.setProperty("tone", "warn")
        line = QHBoxLayout()
        line.addWidget(self.level, 1)
        line.addWidget(self.total)
        column.addLayout(line)
        column.addWidget(self.reason)
        column.addWidget(self.verify)

    def show_standing(self, now: Standing) -> None:
        """Shows what the answers make of it."""
        self.setAccessibleName(tr("Ability (GB/T 42195)"))
        for each in DIMENSIONS:
            said = tr("{sum} of {most}", sum=now.sums[each.code], most=each.most)
            self._names[each.code].setText(pick(each.title))
            self._sums[each.code].setText(said)
            self.bars[each.code].set_share(now.sums[each.code] / each.most)
            self.bars[each.code].setAccessibleName(pick(each.title))
            self.bars[each.code].setAccessibleDescription(said)
        self.total.setText(tr("{sum} of {most} points", sum=sum(now.sums.values()), most=MOST))
        self.level.setText(_level(now))
        self.reason.setText(_reason(now))
        points = () if now.refused else now.result.to_verify
        self.verify.setText("\n".join(points))
        self.verify.setVisible(bool(points))


def _level(now: Standing) -> str:
    if now.refused:
        return tr("No level: consent was refused")
    level = now.result.level
    return tr("No level yet") if level is None else level.title


def _reason(now: Standing) -> str:
    if now.refused:
        return ""
    if not now.result.missing:
        return "\n".join(now.result.basis)
    best, worst = now.best.level, now.worst.level
    assert best is not None
    assert worst is not None
    left = len(now.result.missing)
    if best is worst:
        return tr("{n} items are open; whatever they say, it will be: {level}", n=left, level=best.title)
    return tr("{n} items are open; it can still become: {best} to {worst}", n=left, best=best.title, worst=worst.title)

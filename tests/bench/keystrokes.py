"""The widgets of a form with 500 questions: from a key until everything that it changes is painted.

The form has 500 questions in one group: each second one depends on the one before, one total depends on all, and
a repeat has 50 entries. Keys go to a number at the top, to one in the middle, and to one in the repeat.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gridclient import forms
from gridclient.forms import Form
from gridclient.forms.loading import xform_of
from gridclient.ui import theme
from gridclient.ui.forms import FormPage
from tests.bench.rows import Options, Row

_GROUP = "/data/page"


def rows(options: Options) -> Iterator[Row]:
    """The 95th percentile over all keys, and what the processor spent on them."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app)
    questions, keys = (100, 20) if options.quick else (500, 200)
    with TemporaryDirectory(dir=options.scratch) as folder:
        form = _form(Path(folder), questions)
    page = FormPage(form, _GROUP)
    page.resize(860, 720)
    page.show()
    page.activateWindow()
    took, spent = list[float](), list[float]()
    middle = questions // 4 * 2
    for name in ("q0", f"q{middle}", "entry[25]/size"):
        page.focus_ref(f"{_GROUP}/{name}")
        app.processEvents()
        for number in range(keys):
            key = (Qt.Key.Key_9, Qt.Key.Key_Backspace)[number % 2]
            began, began_cpu = perf_counter(), process_time()
            focused = app.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, key)
            app.processEvents()
            took.append(perf_counter() - began)
            spent.append(process_time() - began_cpu)
    assert form.get(f"{_GROUP}/total") == "0"
    page.close()
    took.sort()
    yield Row("keystroke_500", 1000 * took[len(took) * 95 // 100], "ms")
    yield Row("keystroke_500_median", 1000 * median(took), "ms")
    yield Row("keystroke_500_cpu", 1000 * median(spent), "ms")


def _form(folder: Path, questions: int) -> Form:
    lines = ["| survey |", "| | type | name | label | relevant | calculation | repeat_count |"]
    lines.append("| | begin group | page | Page | | | |")
    for n in range(0, questions - 2, 2):
        lines.append(f"| | integer | q{n} | Number {n} | | | |")
        lines.append(f"| | text | q{n + 1} | Why ${{q{n}}} | ${{q{n}}} > 5 | | |")
    total = " + ".join(f"coalesce(${{q{n}}}, 0)" for n in range(0, questions - 2, 2))
    lines.append(f"| | calculate | total | | | {total} | |")
    lines.append("| | begin repeat | entry | Entry | | | 50 |")
    lines += [
        "| | integer | size | Size | | | |",
        "| | text | what | What | ${size} > 5 | | |",
        "| | end repeat | | | | | |",
    ]
    lines += ["| | end group | | | | | |", "| settings |", "| | form_id | version |", "| | bench | 1 |"]
    path = folder / "form.md"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return forms.load(xform_of(path), tz="Asia/Shanghai", missing="blank")

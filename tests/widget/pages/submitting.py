"""A whole visit, from its first step to the supervisor, by the case page's one button."""

from gridclient.forms import Form
from gridclient.store import shown
from gridclient.store.lists import Ask, QueueFilter, first_page
from gridclient.ui.workbench import Workbench
from gridclient.workflow import answers_of
from tests.widget.stage import VISIT, quiet


async def untouched(bench: Workbench) -> list[str]:
    """The visits of which no step is finished."""
    rows = await bench.desk.read(lambda c: first_page(c, Ask(QueueFilter.OPEN, pack=VISIT), 200))
    cases = [await bench.desk.read(lambda c, i=row.id: shown.find(c, i)) for row in rows]
    worker = bench.desk.actor.worker_id
    return [
        case.id
        for case in cases
        if case is not None and case.text("assignee") == worker and not answers_of(case.fields)
    ]


def fill(form: Form) -> None:
    """Answers whatever is missing, by the first value that fits."""
    usual = ("120", "80", "5", "13800138000", "2026-12-01", "2026-12-01T09:30:00.000+08:00", "无")
    for _ in range(60):
        left = form.validate()
        if not left:
            return
        offered = [choice.value for choice in form.choices(left[0].ref)]
        assert any(form.set(left[0].ref, value).status == "ok" for value in (*offered, *usual)), left[0]


async def submit(bench: Workbench) -> None:
    """Finishes every step of the open case and sends it."""
    for _ in range(12):
        if bench.case.form is not None and bench.case.primary.isVisible():
            fill(bench.case.form)
            bench.case.primary.click()
            await quiet(bench.desk)

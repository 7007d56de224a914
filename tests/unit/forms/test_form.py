"""The engine through its interface, on small forms written as Markdown tables."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridclient import forms
from gridclient.forms import Form, FormError, UnknownReference

from .samples import opened, xform

VISIT = """
| survey | | | | | | | | |
| | type | name | label::中文 (zh) | label::English (en) | relevant | constraint | constraint_message | calculation |
| | integer | age | 年龄 | Age | | . >= 0 and . < 130 | 0 to 129. | |
| | select_one yn | alone | 独居 | Lives alone | ${age} >= 60 | | | |
| | text | who | 谁照顾 ${age} 岁 | Who cares at ${age} | ${alone} = 'no' | | | |
| | calculate | next | | | | | | ${age} + 1 |
| | begin repeat | fall | 跌倒 | Fall | | | | |
| | date | day | 日期 | Day | | . <= today() | Not in the future. | |
| | integer | times | 次数 | Times | | | | |
| | end repeat | | | | | | | |
| | calculate | falls | | | | | | sum(${times}) |
| choices | | | | |
| | list_name | name | label::中文 (zh) | label::English (en) |
| | yn | yes | 是 | Yes |
| | yn | no | 否 | No |
| settings | | | |
| | form_id | version | default_language |
| | small-visit | 1 | 中文 (zh) |
"""
NOW = datetime(2026, 11, 24, 10, 21, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forms") / "visit.md"
    path.write_text(VISIT, "utf-8")
    return path


@pytest.fixture
def form(source: Path) -> Form:
    return _open(source)


def _open(source: Path, instance: bytes | None = None) -> Form:
    return forms.load(source, instance=instance, now=NOW, tz="Asia/Shanghai")


def test_a_form_knows_its_title_languages_and_questions(form: Form) -> None:
    assert (form.form_id, form.version, form.questions) == ("small-visit", "1", 5)
    assert form.languages == ["中文 (zh)", "English (en)"]


def test_relevance_follows_an_answer_and_a_hidden_answer_comes_back(form: Form) -> None:
    form.set("/data/age", "84")
    form.set("/data/alone", "no")
    form.set("/data/who", "女儿")

    hidden = form.set("/data/age", "40")
    assert (form.relevant("/data/alone"), form.get("/data/who")) == (False, "")
    assert "/data/alone" in hidden.changed

    form.set("/data/age", "85")
    assert form.get("/data/who") == "女儿"


def test_calculations_and_labels_follow(form: Form) -> None:
    result = form.set("/data/age", "84")

    assert form.get("/data/next") == "85"
    assert form.label("/data/who") == "谁照顾 84 岁"
    assert "/data/who" in result.changed
    form.set_language("English (en)")
    assert form.label("/data/who") == "Who cares at 84"


def test_a_value_that_breaks_a_constraint_is_kept_and_told(form: Form) -> None:
    form.set_language("English (en)")

    result = form.set("/data/age", "130")

    assert (result.status, result.message) == ("constraint", "0 to 129.")
    assert form.get("/data/age") == "130"
    assert [v.condition for v in form.validate()] == ["constraint"]


def test_a_value_of_the_wrong_type_is_not_taken(form: Form) -> None:
    form.set("/data/age", "84")

    assert form.set("/data/age", "old").status == "type"
    assert form.set("/data/alone", "maybe").status == "type"
    assert form.get("/data/age") == "84"


def test_repeats_grow_and_shrink_and_sums_follow(form: Form) -> None:
    assert form.add_repeat("/data/fall") == "/data/fall[2]"
    form.set("/data/fall[1]/times", "2")
    form.set("/data/fall[2]/times", "3")
    assert form.get("/data/falls") == "5"

    form.remove_repeat("/data/fall[1]")

    assert (form.count("/data/fall"), form.get("/data/falls")) == (1, "3")


def test_a_date_is_compared_with_today(form: Form) -> None:
    assert form.set("/data/fall[1]/day", "2026-11-24").status == "ok"
    assert form.set("/data/fall[1]/day", "2026-11-25").status == "constraint"


def test_a_reference_that_is_not_there_is_told(form: Form) -> None:
    with pytest.raises(UnknownReference):
        form.get("/data/fall[2]/day")


def test_what_is_not_relevant_is_in_the_draft_but_not_in_the_submission(form: Form) -> None:
    form.set("/data/age", "84")
    form.set("/data/alone", "yes")
    form.set("/data/age", "40")

    assert "<alone>" in form.save().decode()
    assert "alone" not in form.to_xml()


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("${age} >= 60", "${age} >= (60", "/data/alone"),
        ("${age} >= 60", "agee(${age})", "agee"),
        ("${age} >= 60", "${who} != ''", "depends on itself"),
    ],
)
def test_what_cannot_be_run_is_refused_and_named(tmp_path: Path, before: str, after: str, named: str) -> None:
    path = tmp_path / "bad.md"
    path.write_text(VISIT.replace(before, after), "utf-8")

    with pytest.raises(FormError, match=named):
        forms.load(path)


_ANSWERS = st.lists(
    st.one_of(
        st.tuples(st.just("/data/age"), st.integers(-5, 140).map(str)),
        st.tuples(st.just("/data/alone"), st.sampled_from(["yes", "no", ""])),
        st.tuples(st.just("/data/who"), st.sampled_from(["女儿", "邻居", ""])),
        st.tuples(st.just("/data/fall[1]/times"), st.integers(0, 9).map(str)),
    ),
    max_size=12,
)


@given(answers=_ANSWERS)
def test_a_saved_draft_opens_as_it_was(source: Path, answers: list[tuple[str, str]]) -> None:
    form = _open(source)
    for ref, value in answers:
        form.set(ref, value)

    again = _open(source, form.save())

    assert _state(again) == _state(form)


@given(answers=_ANSWERS)
def test_the_order_of_answers_does_not_matter(source: Path, answers: list[tuple[str, str]]) -> None:
    last = dict(answers)
    forwards, backwards = _open(source), _open(source)
    for ref, value in answers:
        forwards.set(ref, value)
    for ref, value in reversed(last.items()):
        backwards.set(ref, value)

    assert _state(forwards) == _state(backwards)


def _state(form: Form) -> list[tuple[str, str, bool, bool, bool]]:
    return [(r, form.get(r), form.relevant(r), form.valid(r), form.required(r)) for r in form.refs() if "meta" not in r]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("English (en)", "Mon 30 Nov"),
        ("中文 (zh)", "星期一 30 十一月"),
        ("Français (fr)", "lun. 30 nov."),
        ("plain", "Mon 30 Nov"),
    ],
)
def test_a_date_is_said_in_the_language_of_the_form(language: str, said: str) -> None:
    names = ("English (en)", "中文 (zh)", "Français (fr)", "plain")
    output = "<output value=\"format-date(/data/day, '%a %e %b')\"/>"
    said_so = f'<text id="l"><value>{output}</value></text>'
    texts = "".join(f'<translation lang="{each}">{said_so}</translation>' for each in names)
    form = opened(xform(
        "<day>2026-11-30</day><said/>",
        f"<itext>{texts}</itext><bind nodeset=\"/data/said\" calculate=\"format-date(/data/day, '%a %e %b')\"/>",
        "<input ref=\"/data/day\"><label ref=\"jr:itext('l')\"/></input>",
    ))  # fmt: skip

    form.set_language(language)

    assert (form.label("/data/day"), form.get("/data/said")) == (said, said)

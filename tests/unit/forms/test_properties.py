"""What must hold for any answers: upkeep equals a fresh evaluation, a language changes nothing, nothing is lost."""

from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from gridclient.forms import Form, FormError
from tests.fuzz.__main__ import KINDS
from tests.oracle.sample import do
from tests.oracle.wide import WideForms

from .samples import opened, xform

BUILDING = xform(
    "<kind/><floors/><limit/><total/><worst/><flat><no/><people/><load/><before/>"
    "<child><age/><school/></child><kids/></flat>",
    """<itext><translation lang="English"><text id="a"><value>Flats</value></text></translation>
    <translation lang="中文"><text id="a"><value>住宅</value></text></translation></itext>
    <bind nodeset="/data/floors" type="int" constraint=". &lt; 40" relevant="/data/kind != 'b'"/>
    <bind nodeset="/data/limit" calculate="coalesce(/data/floors, 0) * 2"/>
    <bind nodeset="/data/total" calculate="sum(/data/flat/load)"/>
    <bind nodeset="/data/worst" calculate="max(/data/flat[people &gt; 0]/load)"/>
    <bind nodeset="/data/flat" relevant="/data/kind != 'c' or position(/data/flat) &lt; 3"/>
    <bind nodeset="/data/flat/no" calculate="concat(position(..), '/', count(/data/flat))"/>
    <bind nodeset="/data/flat/people" type="int" required="/data/limit &gt; 4" constraint=". &lt;= /data/limit"/>
    <bind nodeset="/data/flat/load" calculate="coalesce(../people, 0) * 2 + ../kids"/>
    <bind nodeset="/data/flat/before"
      calculate="../load + coalesce(/data/flat[position() = position(current()/..) - 1]/before, 0)"/>
    <bind nodeset="/data/flat/child/age" type="int"/>
    <bind nodeset="/data/flat/child/school" calculate="if(../age &gt; 5, concat('s', position(../..)), '')"/>
    <bind nodeset="/data/flat/kids" calculate="count(../child[age &lt; 18])"/>""",
    """<select1 ref="/data/kind"><item><label ref="jr:itext('a')"/><value>a</value></item><item><value>b</value></item>
    <item><value>c</value></item></select1><input ref="/data/floors"/><repeat nodeset="/data/flat">
    <input ref="/data/flat/people"/><repeat nodeset="/data/flat/child"><input ref="/data/flat/child/age"/></repeat>
    </repeat>""",
)
_PLACE = st.integers(1, 4)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("kind"), st.sampled_from(["a", "b", "c", ""])),
        st.tuples(st.just("floors"), st.sampled_from(["1", "7", "99", ""])),
        st.tuples(st.just("people"), _PLACE, st.sampled_from(["0", "3", "50", ""])),
        st.tuples(st.just("age"), _PLACE, _PLACE, st.sampled_from(["4", "17", "60", ""])),
        st.tuples(st.just("add flat")), st.tuples(st.just("drop flat"), _PLACE),
        st.tuples(st.just("add child"), _PLACE), st.tuples(st.just("drop child"), _PLACE, _PLACE),
    ),
    max_size=25,
)  # fmt: skip


def play(form: Form, steps: list[tuple[object, ...]]) -> None:
    """Does what the steps say, as far as the instances they name are there."""
    for step in steps:
        match step:
            case ("kind" | "floors" as name, value):
                form.set(f"/data/{name}", str(value))
            case ("add flat",):
                form.add_repeat("/data/flat")
            case (action, int(flat), *rest) if flat <= form.count("/data/flat"):
                in_flat(form, str(action), f"/data/flat[{flat}]", rest)
            case _:
                pass


def in_flat(form: Form, action: str, flat: str, rest: list[object]) -> None:
    match action, rest:
        case "people", [value]:
            form.set(f"{flat}/people", str(value))
        case "age", [int(child), value] if child <= form.count(f"{flat}/child"):
            form.set(f"{flat}/child[{child}]/age", str(value))
        case "drop flat", []:
            form.remove_repeat(flat)
        case "add child", []:
            form.add_repeat(f"{flat}/child")
        case "drop child", [int(child)] if child <= form.count(f"{flat}/child"):
            form.remove_repeat(f"{flat}/child[{child}]")
        case _:
            pass


def state(form: Form) -> list[tuple[object, ...]]:
    """All that can be seen of a form, apart from what is new in each instance."""
    return [
        (ref, form.get(ref), form.relevant(ref), form.required(ref), form.readonly(ref), form.valid(ref))
        for ref in form.refs()
        if "meta" not in ref
    ]


@given(steps=_STEPS)
@settings(max_examples=150, deadline=None)
def test_what_is_kept_up_equals_what_a_fresh_evaluation_gives(steps: list[tuple[object, ...]]) -> None:
    form = opened(BUILDING)
    play(form, steps)

    assert state(opened(BUILDING, saved=form.save())) == state(form)


def test_what_is_kept_up_equals_a_fresh_evaluation_on_forms_with_actions_itemsets_and_counts() -> None:
    """The random forms of `python -m tests.oracle --kind wide`, without JavaRosa."""
    source = WideForms(11)
    opened_forms = 0
    for _ in range(60):
        sample = source.form()
        try:
            form = opened(sample.xml)
        except FormError:
            continue  # a rule that depends on itself
        opened_forms += 1
        for _ in range(20):
            do(form, source.step(form, sample))
        form.set("/data/n", str(max(0, form.count("/data/t") - 2)))

        assert state(opened(sample.xml, saved=form.save())) == state(form), sample.xml
    assert opened_forms > 40


@given(steps=_STEPS)
@settings(max_examples=60, deadline=None)
def test_a_changed_state_is_always_told(steps: list[tuple[object, ...]]) -> None:
    form = opened(BUILDING)
    play(form, steps)
    before = {seen[0]: seen for seen in state(form)}

    told = form.set("/data/floors", "9").changed

    assert {seen[0] for seen in state(form) if before[seen[0]] != seen} <= told


@given(steps=_STEPS)
@settings(max_examples=40, deadline=None)
def test_a_language_changes_no_answer_and_nothing_that_follows_from_one(steps: list[tuple[object, ...]]) -> None:
    form = opened(BUILDING)
    play(form, steps)
    before = state(form)

    form.set_language("中文")

    assert state(form) == before
    assert form.label("/data/kind") is None
    assert form.choices("/data/kind")[0].label == "住宅"


@given(steps=_STEPS)
@settings(max_examples=40, deadline=None)
def test_a_submission_that_is_edited_shows_what_was_sent(steps: list[tuple[object, ...]]) -> None:
    form = opened(BUILDING)
    play(form, steps)

    edited = opened(BUILDING, saved=form.to_xml())

    sent = {str(seen[0]): seen[1] for seen in state(form) if seen[2]}
    assert {ref: edited.get(ref) for ref in sent if ref in edited.refs()} == {
        ref: value for ref, value in sent.items() if ref in edited.refs()
    }
    assert not [ref for ref in sent if ref not in edited.refs()] or form.get("/data/kind") == "c"


def test_random_input_is_refused_or_works_but_never_crashes() -> None:
    """`python -m tests.fuzz --count N` does the same for as long as wanted."""
    for kind, count in (("expressions", 1500), ("forms", 150), ("books", 60), ("files", 300)):
        for text, run in islice(KINDS[kind](7), count):
            try:
                run()
            except FormError as error:
                said = str(error)
            else:
                said = "nothing"
            assert said, text

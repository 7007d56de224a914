"""Laws of the merge, which both sides judge with."""

from hypothesis import given
from hypothesis import strategies as st

from gridclient.domain.merge import merge, same
from gridclient.domain.record import Value

_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.text("ab", max_size=2), st.lists(st.integers(0, 2))
)
_FIELDS = st.dictionaries(st.sampled_from("abcd"), _VALUES, max_size=4)


@given(base=_FIELDS, theirs=_FIELDS)
def test_setting_nothing_keeps_theirs(base: dict[str, Value], theirs: dict[str, Value]) -> None:
    assert merge(base, {}, theirs) == (theirs, [])


@given(base=_FIELDS, mine=_FIELDS)
def test_without_their_change_mine_is_taken(base: dict[str, Value], mine: dict[str, Value]) -> None:
    merged, conflicts = merge(base, mine, base)

    assert conflicts == []
    assert all(same(merged.get(name), value) for name, value in mine.items())


@given(base=_FIELDS, mine=_FIELDS, theirs=_FIELDS)
def test_no_value_of_either_side_is_overwritten_unseen(
    base: dict[str, Value], mine: dict[str, Value], theirs: dict[str, Value]
) -> None:
    merged, conflicts = merge(base, mine, theirs)

    open_fields = {conflict.field for conflict in conflicts}
    for name in base.keys() | mine.keys() | theirs.keys():
        if same(merged.get(name), theirs.get(name)):
            continue
        assert name in mine
        assert same(theirs.get(name), base.get(name))  # only what they had not touched
    for name, value in mine.items():
        if name not in open_fields:
            assert same(merged.get(name), value) or same(value, base.get(name))


@given(base=_FIELDS, mine=_FIELDS, theirs=_FIELDS)
def test_merging_twice_changes_nothing_more(
    base: dict[str, Value], mine: dict[str, Value], theirs: dict[str, Value]
) -> None:
    merged, conflicts = merge(base, mine, theirs)
    settled = {name: value for name, value in mine.items() if name not in {c.field for c in conflicts}}

    assert merge(base, settled, merged)[0] == merged

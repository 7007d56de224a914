"""Search on one PC: two characters of a name, a piece of an address, the tail of a phone, a case number."""

from collections.abc import Generator

import pytest

from gridclient.store import lists
from gridclient.store.residents import ResidentAsk, ResidentFilter, ids
from tests.system.district import District, Pc


@pytest.fixture(scope="module")
def lin(tmp_path_factory: pytest.TempPathFactory) -> Generator[Pc]:
    """Lin's PC with one elder, her contact and her visit."""
    district = District.start(tmp_path_factory.mktemp("search"))
    pc = district.pc("lin")
    pc.sync()
    yield pc
    district.stop()


def found(pc: Pc, question: str) -> set[str]:
    """The kinds that a question finds; every hit must be one of the district's records."""
    with pc.opened.cache.read() as connection:
        hits = lists.search(connection, question)
    assert {hit.id for hit in hits} <= {pc.district.resident, pc.district.case}
    assert len({hit.id for hit in hits}) == len(hits)
    return {hit.kind for hit in hits}


BOTH, NOBODY = {"resident", "case"}, set[str]()


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("秀英", BOTH), ("王秀英", BOTH), ("秀", BOTH), ("走访", {"case"}), ("独居老人", {"case"}),
        ("祖冲", BOTH), ("祖冲之路", BOTH), ("1239", BOTH), ("302", BOTH), ("祖冲之路 302", BOTH),
        ("8 号 302 室", BOTH), ("祖冲之路 1239 弄 8 号 302 室", BOTH), ("1239弄", BOTH),
        ("王秀英 1239", BOTH), ("104233", {"case"}), ("PD-2026-104233", {"case"}), ("pd-2026", {"case"}),
        ("4233", {"case"}), ("1042", {"case"}), ("6120", {"resident"}), ("13800006120", {"resident"}),
        ("1380000", {"resident"}), ("陈敏", {"resident"}),
    ],
)  # fmt: skip
def test_what_a_worker_types_is_found(lin: Pc, question: str, kinds: set[str]) -> None:
    assert found(lin, question) == kinds


@pytest.mark.parametrize(
    "question",
    [
        "王英",
        "英秀",
        "冲路",
        "路弄",
        "李建国",
        "秀英 李建国",
        "6121",
        "0006",
        "1239 303",
        "1239 巷",
        "104234",
        "",
        "   ",
        "-",
        "'\"*",
    ],
)
def test_what_is_not_there_is_not_found(lin: Pc, question: str) -> None:
    assert found(lin, question) == NOBODY


def test_the_tail_of_a_changed_phone_is_found_at_once_and_the_old_one_no_more(lin: Pc) -> None:
    before = str(lin.fields(lin.district.ident)["phone"])

    lin.edit(lin.district.ident, phone="13900007741")

    assert found(lin, "7741") == {"resident"}
    assert found(lin, "6120") == NOBODY
    lin.edit(lin.district.ident, phone=before)
    assert found(lin, "6120") == {"resident"}


def test_the_list_of_residents_finds_by_the_same_words(lin: Pc) -> None:
    with lin.opened.cache.read() as connection:
        counts = [
            len(ids(connection, ResidentAsk(ResidentFilter.CARE, words)))
            for words in ("秀英", "6120", "祖冲", "李建国")
        ]

    assert counts == [1, 1, 1, 0]

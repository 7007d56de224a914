"""An urging is a supervisor's, and is answered once by whoever has the case."""

import pytest

from gridclient.store import urging
from gridclient.store.urging import NothingToReply, Urge
from gridclient.store.work import NotAllowed
from tests.system.district import District, Pc


def _urges(pc: Pc, assignee: str = "") -> list[Urge]:
    with pc.opened.cache.read() as connection:
        return urging.urges(connection, pc.district.platform.packs, assignee)


def _urge(pc: Pc, case: str, text: str) -> None:
    with pc.opened.cache.write() as tx:
        urging.urge(tx, pc.district.platform.packs, case, text, pc.actor)


def _reply(pc: Pc, case: str, text: str) -> None:
    with pc.opened.cache.write() as tx:
        urging.reply(tx, case, text, pc.actor)


def test_an_urging_waits_for_its_own_reply_and_a_newer_one_for_another(district: District) -> None:
    zhao, lin = district.pc("zhao"), district.pc("lin")
    zhao.sync()
    _urge(zhao, district.case, "today, please")
    zhao.sync()
    lin.sync()
    assert [(each.text, each.by, each.waits) for each in _urges(lin, "w-lin")] == [("today, please", "w-zhao", True)]
    assert _urges(lin, "w-chen") == []

    _reply(lin, district.case, "on my way")
    with pytest.raises(NothingToReply):
        _reply(lin, district.case, "again")
    lin.sync()
    zhao.sync()
    assert [(each.reply, each.waits) for each in _urges(zhao)] == [("on my way", False)]

    district.clock.forward(hours=1)
    _urge(zhao, district.case, "and now?")
    assert [(each.text, each.reply, each.waits) for each in _urges(zhao)] == [("and now?", "", True)]


def test_a_worker_who_urges_is_refused_here_and_by_the_platform(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    with pytest.raises(NotAllowed):
        _urge(lin, district.case, "hurry")

    lin.edit(district.case, urged={"text": "hurry", "by": "w-lin", "at": "2026-11-24T02:00:00Z"})
    lin.sync()

    assert lin.statuses() == ["rejected"]
    assert _urges(lin) == []

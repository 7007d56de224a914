"""SIGKILL at each named point, of the client's process and of the platform's: no acknowledged edit is lost.

On PostgreSQL at the points where the platform has a transaction open, where a push was answered, and after a restore:
of the client's other points the database knows nothing. `python -m tests.system.kill --postgresql` has them all.
"""

from collections.abc import Generator

import pytest

from tests.system.databases import Server
from tests.system.kill import Scene, finish, kill_at, points
from tests.system.scan import find

_PEOPLE = {"王秀英", "祖冲之路 1239 弄 8 号 302 室", "310101194203050029", "陈敏"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """One district, killed again and again; it is never repaired in between."""
    return Scene.make(tmp_path_factory.mktemp("kill") / "district")


@pytest.mark.parametrize("point", points("client") + points("platform"))
def test_a_kill_at_a_named_point_loses_no_acknowledged_edit(scene: Scene, point: str) -> None:
    assert kill_at(scene, point), "the program never came to this point"

    assert scene.lost() == set()
    assert scene.stray_photos() == set()


@pytest.fixture(scope="module")
def scene_on_postgresql(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Generator[Scene]:
    """The same with the platform's records on a server."""
    yield Scene.make(tmp_path_factory.mktemp("kill") / "district", server)
    server.drop("kill")


@pytest.mark.parametrize("point", [*points("platform"), "push.answered", "epoch.put-back"])
def test_a_kill_loses_no_acknowledged_edit_on_postgresql(scene_on_postgresql: Scene, point: str) -> None:
    assert kill_at(scene_on_postgresql, point), "the program never came to this point"

    assert scene_on_postgresql.lost() == set()


def test_what_the_killed_processes_leave_on_the_disk_of_the_pc_names_nobody(scene: Scene) -> None:
    found, size = find([scene.profile, scene.temporary], _PEOPLE)

    assert found == []
    assert size > 200_000
    assert {secret for _, secret in find([scene.folder / "platform"], _PEOPLE)[0]} == _PEOPLE


def test_after_all_these_kills_both_sides_come_into_step(scene: Scene) -> None:
    assert finish(scene) == ""
    assert scene.acknowledged


def test_after_the_kills_on_postgresql_both_sides_come_into_step(scene_on_postgresql: Scene) -> None:
    assert finish(scene_on_postgresql) == ""
    assert scene_on_postgresql.acknowledged

"""Wrong PINs are counted beside the profile, and a forgotten one costs the cache but never deletes it."""

from datetime import timedelta
from pathlib import Path

import pytest

from gridclient.store import relock, tries
from gridclient.store.keys import WrongPin
from gridclient.store.profile import Profile, profiles
from gridclient.store.tries import TooSoon, TriesUsedUp
from gridclient.sync.sign_in import Credentials, Opened, sign_in, unlock
from gridclient.sync.troubles import Answered
from tests.system.district import PASSWORD, PIN, Pc

WRONG, NEW = "000000", "864209"


def _root(lin: Pc) -> Path:
    return lin.district.folder / "pc-lin"


def _unlock(lin: Pc, pin: str) -> Opened:
    """As after a new start of the program: nothing of the profile is in memory."""
    return unlock(Profile(lin.opened.profile.folder), pin, None, clock=lin.district.clock)


def _sign_in(lin: Pc, pin: str, password: str = PASSWORD, *, anew: bool = False) -> Opened:
    who = Credentials(lin.district.running.url, "lin", password, "PC", pin)
    return sign_in(_root(lin), who, None, anew=anew, clock=lin.district.clock)


def _use_up(lin: Pc) -> None:
    for _ in range(tries.TRIES):
        with pytest.raises((WrongPin, TriesUsedUp)):
            _unlock(lin, WRONG)
        lin.district.clock.forward(minutes=5)


def test_five_wrong_pins_are_remembered_over_new_starts_and_then_not_even_the_right_one_is_tried(lin: Pc) -> None:
    left: list[object] = []
    for _ in range(tries.TRIES - 1):
        with pytest.raises(WrongPin) as wrong:
            _unlock(lin, WRONG)
        left.append(wrong.value.values["left"])
        lin.district.clock.forward(minutes=5)
    with pytest.raises(TriesUsedUp):
        _unlock(lin, WRONG)
    lin.district.clock.forward(days=365)

    assert left == [4, 3, 2, 1]
    with pytest.raises(TriesUsedUp):
        _unlock(lin, PIN)


def test_a_right_pin_forgets_the_wrong_ones_before_it(lin: Pc) -> None:
    for _ in range(2):
        with pytest.raises(WrongPin):
            _unlock(lin, WRONG)
    lin.district.clock.forward(minutes=5)
    _unlock(lin, PIN).close()

    assert tries.left(lin.opened.profile) == tries.TRIES


def test_the_pause_grows_with_the_wrong_tries(lin: Pc) -> None:
    pauses: list[object] = []
    while len(pauses) < 3:
        try:
            _unlock(lin, WRONG)
        except WrongPin:
            continue
        except TooSoon as pause:
            pauses.append(pause.values["seconds"])
            lin.district.clock.forward(seconds=float(str(pause.values["seconds"])))

    assert pauses == [5, 15, 60]


def test_a_clock_that_was_years_ahead_locks_nobody_out(lin: Pc) -> None:
    clock = lin.district.clock
    right = clock.now
    clock.now = right + timedelta(days=3650)
    for _ in range(3):
        with pytest.raises(WrongPin):
            _unlock(lin, WRONG)
        clock.forward(minutes=5)
    clock.now = right

    _unlock(lin, PIN).close()


def test_the_platforms_yes_gives_new_tries_and_its_no_does_not(lin: Pc) -> None:
    _use_up(lin)
    with pytest.raises(Answered):
        _sign_in(lin, PIN, "a wrong password")
    with pytest.raises(TriesUsedUp):
        _unlock(lin, PIN)
    with pytest.raises(WrongPin):
        _sign_in(lin, WRONG)
    assert tries.left(lin.opened.profile) == tries.TRIES - 1

    lin.opened = _unlock(lin, PIN)
    assert lin.unsent() == 1
    lin.opened.close()


def test_five_tries_used_up_the_right_pin_and_the_password_open_what_was_there(lin: Pc) -> None:
    _use_up(lin)

    lin.opened = _sign_in(lin, PIN)

    assert lin.unsent() == 1
    assert tries.left(lin.opened.profile) == tries.TRIES
    lin.opened.close()


def test_the_lock_counts_into_the_same_number(lin: Pc) -> None:
    opened = _unlock(lin, PIN)
    with pytest.raises(WrongPin):
        relock.check(opened.profile, opened.cache, WRONG)
    opened.close()

    assert tries.left(lin.opened.profile) == tries.TRIES - 1


def test_a_forgotten_pin_sets_the_old_cache_aside_as_it_is_and_a_new_pin_opens_a_new_one(lin: Pc) -> None:
    before = (lin.opened.profile.folder / "cache.db").read_bytes()
    with pytest.raises(Answered):
        _sign_in(lin, NEW, "a wrong password", anew=True)
    assert [each.name for each in (_root(lin) / "profiles").iterdir()] == [lin.opened.profile.folder.name]

    opened = _sign_in(lin, NEW, anew=True)
    opened.close()
    [aside] = [each for each in (_root(lin) / "profiles").iterdir() if each != opened.profile.folder]

    assert (aside / "cache.db").read_bytes() == before
    assert [each.folder for each in profiles(_root(lin))] == [opened.profile.folder]
    _unlock(lin, NEW).close()
    opened.profile.folder.rename(_root(lin) / "kept")
    aside.rename(opened.profile.folder)
    lin.opened = _unlock(lin, PIN)  # whoever remembers it has all that waits, and it can go up
    assert lin.unsent() == 1
    lin.sync()
    assert lin.unsent() == 0
    lin.opened.close()


def test_an_ordered_wipe_destroys_what_was_set_aside_too(lin: Pc) -> None:
    opened = _sign_in(lin, NEW, anew=True)
    opened.close()

    opened.profile.wipe(None)

    assert list((_root(lin) / "profiles").iterdir()) == []

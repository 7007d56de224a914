"""The invariants I1 to I8 over random schedules; `python -m tests.system.schedules --runs N` plays many more."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.system.databases import Server
from tests.system.mutants import QUICK, Mutant, hunt
from tests.system.oracle import check
from tests.system.schedules import play
from tests.system.steps import WEIGHTS, Step
from tests.system.world import world

# Seeds that once were broken stay here: 6 a record out of scope, 9 a photo of a form that was not saved stayed behind,
# 18 a photo was gone after a restore, 27 and 30 honest work refused, 32 and 41 the oracle itself, 3049 a step overtaken
# by a return, 7020 a step that two people did apart, 70 and 1000 a bucket that was empty before a restore and kept out
# what the restore had made older, 1000051 work that was sent after a restore out of sight for a moment, 1000052 a photo
# that was sent after its case had left and stayed.
SEEDS = (6, 9, 18, 27, 30, 32, 41, 70, 3049, 7020, 1000051, 1000052, *range(1000, 1010))
_number = st.integers(0, 59)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_schedule_breaks_an_invariant(seed: int) -> None:
    assert play(seed).broken == ""


def test_the_workers_of_a_campaign_end_with_it_however_it_ends() -> None:
    command = [sys.executable, "-u", "-m", "tests.system.schedules", "--runs", "1", "--aloud"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as campaign:
        assert campaign.stdout is not None
        assert campaign.stdout.readline()  # a worker's own words

        campaign.kill()

        campaign.communicate(timeout=60)  # until nobody holds the line open


@pytest.mark.parametrize("seed", range(1, 7))
def test_no_schedule_breaks_an_invariant_on_postgresql(seed: int, server: Server) -> None:
    assert play(seed, server=server).broken == ""


@pytest.mark.parametrize("mutant", QUICK, ids=lambda mutant: mutant.__name__)
def test_a_protocol_without_one_of_its_rules_is_caught(mutant: Mutant) -> None:
    after, _ = hunt(mutant, runs=40)

    assert after > 0


class Schedules(RuleBasedStateMachine):
    """Hypothesis chooses and shrinks the schedule; every step is a rule."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.here = self._open.enter_context(world(page_bytes=400))

    def teardown(self) -> None:
        """At rest everything must hold."""
        with self._open:
            self.here.settle()
            check(self.here)


def _rule(step: Step) -> Callable[[Schedules, int, int, int], None]:
    def run(machine: Schedules, d: int, a: int, b: int) -> None:
        step(machine.here, d, a, b)

    run.__name__ = step.__name__
    return rule(d=_number, a=_number, b=_number)(run)


for _step in WEIGHTS:
    setattr(Schedules, _step.__name__, _rule(_step))

TestSchedules = Schedules.TestCase
TestSchedules.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip

"""Every scenario has its test, and every test its scenario."""

import re
from pathlib import Path

from tests.system.scenarios.story import scenarios

_WANTED = {*range(1, 13), *range(14, 23), 26}


def test_every_scenario_is_played() -> None:
    text = "".join(path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))
    played = [int(number) for number in re.findall(r"^def test_scenario_(\d+)_", text, flags=re.MULTILINE)]
    assert sorted(played) == sorted(_WANTED)
    assert scenarios().keys() == _WANTED

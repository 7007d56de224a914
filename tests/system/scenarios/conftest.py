"""Each scenario has a street of its own, and the text that it has to say."""

import re
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.system.district import District
from tests.system.scenarios.story import Story, Street, scenarios


@pytest.fixture
def street(tmp_path: Path) -> Generator[Street]:
    """The platform with one street and its people."""
    district = District.start(tmp_path / "street")
    yield Street(district)
    district.stop()


@pytest.fixture
def story(request: pytest.FixtureRequest) -> Generator[Story]:
    """The text of the test's scenario; at the end all of it was said."""
    number = re.match(r"test_scenario_(\d+)_", request.node.name)
    assert number is not None
    story = Story(scenarios()[int(number[1])])
    yield story
    assert story.lines[story.said :] == [], "the scenario was not played to its end"

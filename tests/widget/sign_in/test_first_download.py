"""The first download told as it goes."""

from datetime import UTC, datetime, timedelta

from gridclient.sync.cycle import Progress
from gridclient.ui.first_download import FirstDownload

BEGAN = datetime(2026, 11, 24, 2, 21, tzinfo=UTC)


def test_the_speed_and_the_rest_follow_from_what_came() -> None:
    told = FirstDownload("Lin", BEGAN).standing(
        Progress(1, 4, 250, 1000, 5_000_000, "download"), BEGAN + timedelta(seconds=10), ""
    )

    assert told.speed_and_rest == "0.5 MB/s · about 30 s left"
    assert [step.state for step in told.steps] == ["done", "done", "current", "todo", "todo"]
    assert told.steps[2].detail == "1 of 4 parts"


def test_a_problem_is_written_into_the_log_once_and_again_when_it_comes_back() -> None:
    download, now = FirstDownload("Lin", BEGAN), Progress(1, 4, 250, 1000, 5_000_000, "download")

    download.standing(now, BEGAN, "no network")
    download.standing(now, BEGAN + timedelta(seconds=1), "no network")
    download.standing(now, BEGAN + timedelta(seconds=2), "")
    told = download.standing(now, BEGAN + timedelta(seconds=3), "no network")

    assert told.log == ("10:21:00　no network", "10:21:03　no network")
    assert (told.running, told.data_sets[0].state) == (False, "paused")


def test_building_the_lists_is_a_step_of_its_own() -> None:
    told = FirstDownload("Lin", BEGAN).standing(Progress(4, 4, 1000, 1000, 9_000_000, "index"), BEGAN, "")

    assert [step.state for step in told.steps] == ["done", "done", "done", "current", "todo"]
    assert [part.state for part in told.data_sets] == ["ready", "running"]

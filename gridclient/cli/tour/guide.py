"""Leads through the tour: one step after the other, each with its picture and its line in the report."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

PATIENCE_S = 30.0
Act = Callable[[], Awaitable[None]]


class TourFailed(Exception):
    """Something that the tour expected did not come."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the report."""

    step: str
    ok: bool
    seconds: float
    screenshot: str
    problem: str = ""


@dataclass(slots=True)
class Report:
    """The steps so far; every step is printed as it ends and the report is written at once."""

    folder: Path
    steps: list[Step] = field(default_factory=list[Step])

    def add(self, step: Step) -> None:
        """Adds and prints a step."""
        self.steps.append(step)
        mark = "ok  " if step.ok else "FAIL"
        print(f"{mark} {step.seconds:6.2f} s  {step.step}{'  ' + step.problem if step.problem else ''}", flush=True)
        path = self.folder / "report.json"
        lines = [asdict(each) for each in self.steps]
        path.write_text(json.dumps(lines, ensure_ascii=False, indent=2), "utf-8")

    @property
    def ok(self) -> bool:
        """Whether every step went well."""
        return bool(self.steps) and all(step.ok for step in self.steps)


async def until(condition: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Waits until something is so; raises `TourFailed` when it does not come."""
    end = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end:
            raise TourFailed(f"waited in vain: {what}")
        await asyncio.sleep(0.02)


@dataclass(slots=True)
class Camera:
    """Takes one picture a step."""

    folder: Path
    number: int = 0

    def shoot(self, widget: QWidget, name: str) -> str:
        """Saves what a window shows and returns the file's name, which is safe on every file system."""
        self.number += 1
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        file = f"{self.number:02d}-{slug}.png"
        picture = widget.grab()
        if (sheet := QApplication.activeModalWidget()) is not None and widget.isAncestorOf(sheet):
            place = widget.rect().center() - sheet.rect().center()
            sheet.render(picture, place)  # a window of its own, which `grab` leaves out
        picture.save(str(self.folder / file))
        return file


@dataclass(slots=True)
class Guide:
    """Runs steps one after the other; a step that fails ends the tour."""

    report: Report
    camera: Camera
    bugs: list[BaseException] = field(default_factory=list[BaseException])  # of the pages' own tasks

    async def step(self, name: str, window: QWidget, act: Act, save: Act | None = None) -> None:
        """Does one step, takes its picture and reports it; `save` ends what the picture shows, such as a form."""
        began = time.monotonic()
        picture = problem = ""
        try:
            await act()
            await asyncio.sleep(0.05)  # one frame, so that the picture shows what was just done
            picture = self.camera.shoot(window, name)
            if save is not None:
                await save()
            problem = ", ".join(type(bug).__name__ for bug in self.bugs)
        except TourFailed as failed:
            problem = str(failed)
        if problem:
            picture = self.camera.shoot(window, f"{name} failed")
        self.report.add(Step(name, not problem, round(time.monotonic() - began, 2), picture, problem))
        if problem:
            raise TourFailed(problem)

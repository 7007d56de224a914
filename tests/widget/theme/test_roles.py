"""The colours keep their promise: text can be read and controls can be seen, light and dark."""

import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

import gridclient.ui
from gridclient.ui import theme
from gridclient.ui.theme import DARK, LIGHT, TONES, Roles

LOOKS = {"light": LIGHT, "dark": DARK}
GROUNDS = ("canvas", "surface", "sunken")
TEXT_PAIRS = [
    *product(("text_1", "text_2", "text_3", "accent_ink", "ok", "warn", "bad"), GROUNDS),
    *product(("text_1", "text_2", "accent_ink", "ok", "warn", "bad"), ("select",)),
    *((tone.ink, tone.ground) for tone in TONES.values()),
    ("text_1", "accent_soft"),
    ("text_2", "accent_soft"),
    ("text_1", "border"),
    ("on_accent", "accent_fill"),
    ("on_accent", "accent_hover"),
]
CONTROL_PAIRS = [
    *product(("border_strong", "accent"), GROUNDS),
    ("accent_fill", "surface"),
    ("accent", "select"),
]


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def _contrast(look: Roles, ink: str, ground: str) -> float:
    light, dark = sorted((_luminance(look.named(ink)), _luminance(look.named(ground))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_stands_out_from_its_ground(look: Roles, ink: str, ground: str) -> None:
    assert _contrast(look, ink, ground) >= 4.5


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize(("ink", "ground"), CONTROL_PAIRS)
def test_the_border_of_a_control_can_be_seen(look: Roles, ink: str, ground: str) -> None:
    assert _contrast(look, ink, ground) >= 3.0


def test_no_other_module_of_the_ui_sets_a_style_or_names_a_colour() -> None:
    ui = Path(gridclient.ui.__file__).parent
    guilty = [
        str(path.relative_to(ui))
        for path in ui.rglob("*.py")
        if "theme" not in path.relative_to(ui).parts
        and re.search(r"setStyleSheet|QColor\(|\"#[0-9A-Fa-f]{6}\"", path.read_text(encoding="utf-8"))
    ]

    assert guilty == []


def test_a_picture_that_is_not_shipped_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        theme.pixmap("no-such-picture")

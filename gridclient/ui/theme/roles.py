"""The colours of the application, by what they are for, in a light and a dark set.

Everything that paints asks for a role; no other module names a colour. A test keeps every pair that
carries text at 4.5:1 or better, and every border of a control at 3:1.
"""

from dataclasses import dataclass, fields

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Roles:
    """One colour per role; `*_soft` is the ground on which the colour before it is written."""

    canvas: QColor
    surface: QColor
    sunken: QColor
    border: QColor
    border_strong: QColor
    line: QColor
    text_1: QColor
    text_2: QColor
    text_3: QColor
    accent: QColor  # marks, rings and the border of what is chosen
    accent_fill: QColor  # ground of the primary button
    accent_hover: QColor
    accent_soft: QColor
    accent_ink: QColor  # links and text on accent_soft
    on_accent: QColor  # text on accent_fill
    ok: QColor
    ok_soft: QColor
    warn: QColor
    warn_soft: QColor
    bad: QColor
    bad_soft: QColor
    select: QColor
    bar: QColor  # neutral fill of a chart
    scrim: QColor  # laid over the window beneath a popover

    def css(self) -> dict[str, str]:
        """The colours as a stylesheet writes them."""
        return {each.name: _css(self.named(each.name)) for each in fields(self)}

    def named(self, role: str) -> QColor:
        """The colour of the role with this name."""
        colour: QColor = getattr(self, role)
        return colour


def _css(colour: QColor) -> str:
    return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {colour.alpha()})"


LIGHT = Roles(
    canvas=QColor("#F5F6F8"),
    surface=QColor("#FFFFFF"),
    sunken=QColor("#F9FAFB"),
    border=QColor("#E5E8ED"),
    border_strong=QColor("#808B9E"),
    line=QColor("#F0F2F5"),
    text_1=QColor("#1B2330"),
    text_2=QColor("#566173"),
    text_3=QColor("#606A7D"),
    accent=QColor("#2463C8"),
    accent_fill=QColor("#2463C8"),
    accent_hover=QColor("#1D55B0"),
    accent_soft=QColor("#EAF1FC"),
    accent_ink=QColor("#1D5BBF"),
    on_accent=QColor("#FFFFFF"),
    ok=QColor("#1C7A4B"),
    ok_soft=QColor("#E7F5ED"),
    warn=QColor("#8F5E00"),
    warn_soft=QColor("#FFF3D9"),
    bad=QColor("#B3261E"),
    bad_soft=QColor("#FCEBEA"),
    select=QColor("#EAF1FC"),
    bar=QColor("#B9C6DC"),
    scrim=QColor(27, 35, 48, 97),
)

DARK = Roles(
    canvas=QColor("#13161B"),
    surface=QColor("#1A1E24"),
    sunken=QColor("#20252C"),
    border=QColor("#2B313A"),
    border_strong=QColor("#6B7686"),
    line=QColor("#252A32"),
    text_1=QColor("#E7EAF0"),
    text_2=QColor("#A7B0BF"),
    text_3=QColor("#8993A4"),
    accent=QColor("#5C8FE8"),
    accent_fill=QColor("#3A6FD0"),
    accent_hover=QColor("#3263C0"),
    accent_soft=QColor("#22304A"),
    accent_ink=QColor("#8AB4F8"),
    on_accent=QColor("#FFFFFF"),
    ok=QColor("#7BD3A2"),
    ok_soft=QColor("#1B3428"),
    warn=QColor("#EBBE6A"),
    warn_soft=QColor("#3A2F18"),
    bad=QColor("#F2958D"),
    bad_soft=QColor("#42211F"),
    select=QColor("#233250"),
    bar=QColor("#4B5B78"),
    scrim=QColor(0, 0, 0, 128),
)


@dataclass(frozen=True, slots=True)
class Tone:
    """What a coloured mark means: the ink it is written in, its ground and its border, as role names."""

    ink: str
    ground: str
    border: str


TONES = {
    "neutral": Tone("text_2", "sunken", "border"),
    "accent": Tone("accent_ink", "accent_soft", "accent_soft"),
    "ok": Tone("ok", "ok_soft", "ok_soft"),
    "warn": Tone("warn", "warn_soft", "warn_soft"),
    "bad": Tone("bad", "bad_soft", "bad_soft"),
}

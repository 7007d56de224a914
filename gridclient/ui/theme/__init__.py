"""The look of the application: colours by role, pictures, type sizes and the one stylesheet."""

from gridclient.ui.theme.active import (
    FAMILIES,
    apply,
    control_height,
    font,
    font_px,
    icon,
    is_dark,
    is_large,
    pixmap,
    repolish,
    roles,
    row_height,
    set_icon,
    set_role,
    veil,
)
from gridclient.ui.theme.roles import DARK, LIGHT, TONES, Roles, Tone

__all__ = [
    "DARK",
    "FAMILIES",
    "LIGHT",
    "TONES",
    "Roles",
    "Tone",
    "apply",
    "control_height",
    "font",
    "font_px",
    "icon",
    "is_dark",
    "is_large",
    "pixmap",
    "repolish",
    "roles",
    "row_height",
    "set_icon",
    "set_role",
    "veil",
]

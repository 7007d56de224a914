"""Every test here starts and ends with the plain look."""

from tests.widget.theme.driving import plain_look

__all__ = ["plain_look"]

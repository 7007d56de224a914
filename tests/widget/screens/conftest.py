"""Every walk begins in light colours and English."""

from tests.widget.theme.driving import plain_look

__all__ = ["plain_look"]

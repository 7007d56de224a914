"""Numbers as arguments: what cannot be meant is refused in one plain line, before anything is done."""

from argparse import ArgumentTypeError

from gridclient.text import tr


def how_many(text: str) -> int:
    """A whole number from 0 on."""
    if text.isascii() and text.isdigit():
        return int(text)
    raise ArgumentTypeError(tr("a whole number from 0 on is expected, not {given}", given=text))

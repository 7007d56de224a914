"""The simple formatting of labels, hints and notes, turned into safe rich text.

Knows headings, **bold**, *italic*, lists, line breaks and web links. Everything else is shown as it was written: no
tag, picture, script or style of a form ever reaches the screen.
"""

import html
import re

_MARKED = re.compile(r"[*_#\[]|^\s*[-+]|<[a-zA-Z/]|\n", re.MULTILINE)
_TAG = re.compile(r"</?(?:span|p|div|font|b|i|u|em|strong|br)\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HEADING, _ITEM = re.compile(r"(#{1,6})\s+(.*)\Z"), re.compile(r"\s*[-+*]\s+(.*)\Z")
_INLINE = (
    (re.compile(r"\*\*(\S(?:.*?\S)?)\*\*|__(\S(?:.*?\S)?)__"), "b"),
    (re.compile(r"\*(\S(?:.*?\S)?)\*|(?<!\w)_(\S(?:.*?\S)?)_(?!\w)"), "i"),
)
_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^\s()<>\"']+)\)")


def is_marked(text: str) -> bool:
    """Whether a text holds anything that formatting could mean; most labels do not."""
    return _MARKED.search(text) is not None


def to_html(text: str) -> str:
    """The text as rich text with nothing in it but what this module wrote."""
    lines = _TAG.sub("", _BREAK.sub("\n", text)).split("\n")
    made: list[str] = []
    for line in lines:
        item = _ITEM.match(line)
        if item is not None:
            made.append(f'<p style="margin:0 0 0 8px">•&nbsp; {_inline(item[1])}</p>')
        elif heading := _HEADING.match(line):
            made.append(f'<p style="margin:0;font-weight:600;font-size:large">{_inline(heading[2])}</p>')
        elif line.strip() or not made:
            made.append(f'<p style="margin:0">{_inline(line)}</p>')
    return "".join(made)


def plain(text: str) -> str:
    """The text without its marks, for screen readers and lists."""
    text = _LINK.sub(r"\1", _TAG.sub("", _BREAK.sub(" ", text)))
    for pattern, _ in _INLINE:
        text = pattern.sub(lambda found: found[1] or found[2], text)
    return " ".join(re.sub(r"^#{1,6}\s+", "", line).strip() for line in text.split("\n")).strip()


def _inline(text: str) -> str:
    made = html.escape(text.strip())
    made = _LINK.sub(r'<a href="\2">\1</a>', made)
    for pattern, tag in _INLINE:
        made = pattern.sub(lambda found, tag=tag: f"<{tag}>{found[1] or found[2]}</{tag}>", made)
    return made

"""Search by pairs: Chinese text has no spaces, so every two neighbouring characters are one token.

Words of letters and digits are tokens as a whole; of a long number its last four digits are one as well. The
index tells which records have all pairs of a question; the caller verifies the text itself.

The index also answers which records are about another one: what it takes costs the same in a large cache as in a
small one, where a B-tree over random ids would rewrite a page for nearly every record.
"""

import re

_pairs = re.compile("(?=([\u3400-\u9fff]{2}))").findall
_words = re.compile("[0-9a-z]+").findall
_runs = re.compile("[\u3400-\u9fff]+|[0-9A-Za-z]+").findall
_TAIL = 4


def tokens(text: str) -> str:
    """The tokens of a text, parted by spaces, as the index takes them."""
    words = _words(text.lower())
    tails = [word[-_TAIL:] for word in words if len(word) > _TAIL and word[-_TAIL:].isdigit()]
    return " ".join([*_pairs(text), *words, *tails])


def reference(record_id: str) -> str:
    """The token of a reference to another record; no question that a person types can be one."""
    token = record_id.replace("-", "")
    return "→" + (token if token.isalnum() else token.encode().hex())


def match(question: str) -> str:
    """The question as an FTS5 expression; empty when it has nothing to look for.

    A single Chinese character finds the pairs that begin with it; an unfinished word or number finds the words
    that begin with it. Beside other words a single character, as the 弄 and 号 of an address, is left to `holds`:
    it may stand alone in the text, where it is in no pair.
    """
    terms: list[str] = []
    alone: list[str] = []
    for run in _runs(question):
        if run.isascii():
            terms.append(f'"{run.lower()}"*')
        elif len(run) == 1:
            alone.append(f'"{run}"*')
        else:
            terms += [f'"{pair}"' for pair in _pairs(run)]
    return " AND ".join(terms or alone)


def holds(question: str, *texts: str | None) -> bool:
    """Whether the texts really have every run of the question (pairs alone may come from different places)."""
    whole = "\n".join(text.lower() for text in texts if text)
    return all(run.lower() in whole for run in _runs(question))

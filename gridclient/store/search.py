"""Search by pairs: Chinese text has no spaces, so every two neighbouring characters are one token.

A character that stands alone, as the 弄 and 号 of an address, is one too.

Words of letters and digits are tokens as a whole; of a long number its last four digits are one as well. The
index tells which records have all pairs of a question; the caller verifies the text itself.

The index also answers which records are about another one: what it takes costs the same in a large cache as in a
small one, where a B-tree over random ids would rewrite a page for nearly every record.
"""

import re

from gridclient.domain.letters import HAN, joined, name_letters, place_letters

_pairs = re.compile(f"(?=([{HAN}]{{2}}|(?<![{HAN}])[{HAN}]))").findall
_words = re.compile("[0-9a-z]+").findall
_runs = re.compile(f"[{HAN}]+|[0-9A-Za-z]+").findall
_TAIL = 4


def tokens(text: str) -> str:
    """The tokens of a text, parted by spaces, as the index takes them."""
    words = _words(text.lower())
    tails = [word[-_TAIL:] for word in words if len(word) > _TAIL and word[-_TAIL:].isdigit()]
    return " ".join([*_pairs(joined(text)), *words, *tails])


def reference(record_id: str) -> str:
    """The token of a reference to another record; no question that a person types can be one."""
    token = record_id.replace("-", "")
    return "→" + (token if token.isalnum() else token.encode().hex())


MERGED = reference("merged")
"""The token of a file that was merged into another one: lists leave it out, and no question finds it."""


def match(question: str) -> str:
    """The question as an FTS5 expression; empty when it has nothing to look for.

    A word finds the words that begin with it, and so does the last number: it may be unfinished. A single Chinese
    character finds the pairs that begin with it, and itself where it stands alone; beside other words it is left
    to `holds`, for in the text it may be the second of a pair.
    """
    runs = _runs(question)
    terms: list[str] = []
    alone: list[str] = []
    for place, run in enumerate(runs):
        if run.isdigit() and place < len(runs) - 1:
            terms.append(f'"{run}"')
        elif run.isascii():
            terms.append(f'"{run.lower()}"*')
        elif len(run) == 1:
            alone.append(f'"{run}"*')
        else:
            terms += [f'"{pair}"' for pair in _pairs(run)]
    return " AND ".join(terms or alone)


def holds(question: str, *texts: str | None) -> bool:
    """Whether the texts really have every run of the question (pairs alone may come from different places)."""
    whole = joined("\n".join(text.lower() for text in texts if text))
    return all(run.lower() in whole for run in _runs(question))


def holds_letters(question: str, name: str, *texts: str | None) -> bool:
    """The same where a run of letters may also be pinyin or its initials: of the name, or of what the texts name."""
    whole = joined("\n".join(text.lower() for text in (name, *texts) if text))
    said = [*name_letters(name.partition(" ")[0]), *(word for text in texts if text for word in place_letters(text))]
    return all(run in whole or any(word.startswith(run) for word in said) for run in _runs(question.lower()))

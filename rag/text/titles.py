"""Titles of papers: normalised, shortened, and the name of the work before the colon."""

from __future__ import annotations

import re
import unicodedata

from rag.text.lexicons import function_words

_NAME_WORDS = 2  # a longer beginning of a title is no name
_SHORT = 8  # words that a short title may have
_CUT = 6  # words to which a longer one is cut


def normalise_title(title: str) -> str:
    """The title as words of letters and digits: lower case, no accents, single spaces."""
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    # A title without any ASCII letter, such as a Chinese one, is not folded.
    base = folded if re.search(r"[A-Za-z0-9]", folded) else title
    return " ".join(re.findall(r"\w+", base.lower()))


def head_of(title: str) -> str:
    """The part before the first colon: "SINet" of "SINet: Extreme ..."; else the whole title."""
    return title.partition(":")[0].strip()


def work_name(title: str) -> str:
    """The name of a paper's work: one or two words before a colon; else empty."""
    head = head_of(title)
    return head if ":" in title and len(head.split()) <= _NAME_WORDS else ""


def short_title(title: str) -> str:
    """A short name for use in a sentence: the title's head, or the first words of it."""
    words = head_of(title).partition("- ")[0].split()
    if len(words) <= _SHORT:
        return " ".join(words)
    head = words[:_CUT]
    while len(head) > 1 and head[-1].lower() in function_words():
        head.pop()  # must not end as "... Segmentation for"
    return f"{' '.join(head)} ..."

"""Titles of papers: made comparable, cut short, and the name of the work that they begin with."""

from __future__ import annotations

import re
import unicodedata

from rag.text.lexicons import function_words

_NAME_WORDS = 2  # a longer beginning of a title is no name
_SHORT = 8  # words that a short title may have
_CUT = 6  # words that are left of a longer one


def normalise_title(title: str) -> str:
    """The title as words of letters and digits: lower case, no accents, single spaces."""
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    # A title with no ASCII letter at all (Chinese, say) keeps its own letters.
    base = folded if re.search(r"[A-Za-z0-9]", folded) else title
    return " ".join(re.findall(r"\w+", base.lower()))


def head_of(title: str) -> str:
    """What stands before the first colon: "SINet" of "SINet: Extreme ..."; else the whole title."""
    return title.partition(":")[0].strip()


def work_name(title: str) -> str:
    """What a paper calls its work: one or two words before a colon; empty if there are none."""
    head = head_of(title)
    return head if ":" in title and len(head.split()) <= _NAME_WORDS else ""


def short_title(title: str) -> str:
    """What the paper is called in a sentence: its title's head, or the head's first words."""
    words = head_of(title).partition("- ")[0].split()
    if len(words) <= _SHORT:
        return " ".join(words)
    head = words[:_CUT]
    while len(head) > 1 and head[-1].lower() in function_words():
        head.pop()  # "... Segmentation for" is no place to stop
    return f"{' '.join(head)} ..."

"""Titles of papers: normalised, shortened, and the name of the work before the colon."""

from __future__ import annotations

import re
import unicodedata

from rag.text.lexicons import function_words
from rag.types import PaperStatus

# The status that begins a paper's title, if it has one worse than a correction.
_MARK = re.compile(r"(?:RETRACTED|WITHDRAWN|EXPRESSION OF CONCERN): ")
# What is before the colon in the title of a note on another paper: "Author Correction: ...".
_NOTICE = re.compile(
    r"(?:\w+ )?(?:errat(?:um|a)|corrigend(?:um|a)|corrections?|addendum|retraction|withdrawal|reply"
    r"|response|comments?|commentary|editorial|letter)(?: (?:note|notice))?(?: (?:to|on|for|of))?",
    re.IGNORECASE,
)
# Whatever is no part of a word becomes a blank; in ASCII this takes half as long as a pattern does.
_BLANKS = str.maketrans({ch: " " for ch in map(chr, range(128)) if not (ch.isalnum() or ch == "_")})
_NAME_WORDS = 2  # a longer beginning of a title is no name
_SHORT = 8  # words that a short title may have
_CUT = 6  # words to which a longer one is cut


def marked_title(title: str, status: PaperStatus) -> str:
    """The title after the status of the paper: "RETRACTED: ..."; a corrected paper has no mark."""
    return title if status in ("", "corrected") else f"{status.upper()}: {title}"


def unmarked(title: str) -> str:
    """The title without the mark of `marked_title`."""
    return title[mark_length(title) :]


def mark_length(title: str) -> int:
    """How many characters the mark of `marked_title` takes; 0 if there is none."""
    found = _MARK.match(title)
    return found.end() if found else 0


def normalise_title(title: str) -> str:
    """The title as words of letters and digits: lower case, no mark or accents, single spaces."""
    title = unmarked(title)
    folded = title
    if not title.isascii():
        folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    if re.search(r"[A-Za-z0-9]", folded):
        return " ".join(folded.lower().translate(_BLANKS).split())
    # A title without any ASCII letter, such as a Chinese one, is not folded.
    return " ".join(re.findall(r"\w+", title.lower()))


def head_of(title: str) -> str:
    """The part before the first colon: "SINet" of "SINet: Extreme ..."; else the whole title.

    A mark such as "RETRACTED:" is left out. "Erratum to" names no paper: that title is whole.
    """
    head = unmarked(title).partition(":")[0].strip()
    return unmarked(title) if _NOTICE.fullmatch(head) else head


def work_name(title: str) -> str:
    """The name of a paper's work: one or two words before a colon; else empty."""
    head = head_of(title)
    return head if head != unmarked(title) and len(head.split()) <= _NAME_WORDS else ""


def short_title(title: str) -> str:
    """A short name for use in a sentence: its mark, and its head or first words."""
    mark = title[: mark_length(title)]
    words = head_of(title).partition("- ")[0].split()
    if len(words) <= _SHORT:
        return mark + " ".join(words)
    head = words[:_CUT]
    while len(head) > 1 and head[-1].lower() in function_words():
        head.pop()  # must not end as "... Segmentation for"
    return f"{mark}{' '.join(head)} ..."

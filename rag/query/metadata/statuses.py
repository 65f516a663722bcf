"""Finds in a question whether retracted papers count: "without retracted papers". Pure."""

from __future__ import annotations

import re

from rag.query.metadata.phrases import MANY_PAPERS, LibraryFacts, Phrase
from rag.types import Filter

_STATE = r"(?:retracted|withdrawn)(?:\s+(?:or|and)\s+(?:retracted|withdrawn))?"
_ONES = rf"(?:{MANY_PAPERS}|ones|literature)"
_ARE = r"(?:are|were|got|ha(?:ve|d)\s+been|haven['’]t\s+been|aren['’]t|weren['’]t)"
_LEAVE_OUT = (
    r"(?:without|exclud(?:e|ing)|except(?:\s+for)?|(?:but\s+)?not?|ignor(?:e|ing)|omit(?:ting)?"
    r"|leav(?:e|ing)\s+out|other\s+than|apart\s+from)"
)
_WITHOUT = re.compile(
    rf"[,;]?\s*\(?\b(?:please\s+)?{_LEAVE_OUT}\s+(?:any(?:\s+of)?\s+|all\s+)?(?:the\s+)?{_STATE}"
    rf"\s+{_ONES}\)?(?:\.\s*$)?"
    rf"|\s+(?:that|which)\s+(?:(?:are|were|ha(?:ve|d))\s+not(?:\s+been)?"
    rf"|(?:are|were|have)n['’]t(?:\s+been)?)\s+{_STATE}"
    rf"|\b(?:non-?|un|not\s+){_STATE}(?=\s+{_ONES})",
    re.IGNORECASE,
)
# "gout papers not retracted", "which papers are not retracted?"
_NOT_AT_END = re.compile(rf"\s+(?:{_ARE}\s+)?not\s+(?:been\s+)?{_STATE}(?=\W*$)", re.IGNORECASE)
_YES_NO = re.compile(r"\s*(?:is|was|has|are|were|have)\b", re.IGNORECASE)
_ASKED = r"^\s*(?:which|what|list|show|name|find|how\s+many|are\s+there|do\s+you\s+have)\b"
_ONLY = re.compile(
    rf"(?:\bonly\s+)?\b{_STATE}(?=\s+{_ONES})|(?<=\w)\s+(?:(?:that|which)\s+)?{_ARE}\s+{_STATE}\b",
    re.IGNORECASE,
)


def find_status(text: str, library: LibraryFacts) -> Phrase | None:
    """The phrase that leaves out retracted papers, or asks only for these where there are some.

    What is asked about retracted papers, and not for them, may be a topic.
    """
    found = _WITHOUT.search(text)
    if found is None and not _YES_NO.match(text):
        found = _NOT_AT_END.search(text)
    if found:
        return Phrase(found.start(), found.end(), "", Filter(retracted=False))
    found = _ONLY.search(text)
    if found and re.match(_ASKED, text, re.IGNORECASE) and library.matching(Filter(retracted=True)):
        return Phrase(found.start(), found.end(), "", Filter(retracted=True))
    return None

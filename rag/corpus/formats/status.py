"""Finds out whether a paper was retracted, withdrawn, questioned or corrected. Pure.

Publishers write it into the title ("RETRACTED: ..."), catalogues into a type, a list of notices,
or a field of its own. A notice about another paper ("Retraction of ...") has no status.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rag.corpus.formats.column_names import plain
from rag.types import PaperStatus, worst

_MOST = 200  # values of one list
_LONGEST = 300  # characters of a value that is a type or a keyword, and not a text
_WORK = r"(?:article|paper|publication|chapter|manuscript|preprint|study|work|review|letter)"
_STATES: Mapping[PaperStatus, str] = {
    "retracted": "retracted|retractado|retratado|rétracté|zurückgezogen|撤稿",
    "withdrawn": "withdrawn|removed|temporary removal",
    "expression of concern": "expression of concern",
}
_STATE = "|".join(_STATES.values())
_SAID = rf"(?:{_STATE})(?:\s+{_WORK})?"
# "RETRACTED ARTICLE: ...", "[Retracted] ...", "RETRACTED Effects of ...".
_BEFORE = re.compile(
    rf"\s*(?:[\[(【]\s*({_SAID})\s*[\])】]\s*[:.–—-]?|({_SAID})\s*(?:[:：]|\s[-–—]\s)"
    rf"|((?-i:RETRACTED(?: [A-Z]{{5,}})?))\s(?=\S*[a-z]))\s*(?=\S)",
    re.IGNORECASE,
)
# "... (Retracted article. See vol. 12, pg 34, 2010)", "... [WITHDRAWN]", "... - RETRACTED".
_AFTER = re.compile(
    rf"\s*(?:[\[(]\s*({_SAID})\b(?!\s+of\b)[^\[\]()]*[\])]|\s[-–—]\s*({_SAID}))\s*\.?\s*$",
    re.IGNORECASE,
)
_AT_END = 200  # characters; a longer remark after a title is not looked for
# The first words of an abstract that was replaced, as arXiv and Elsevier have it.
_REPLACED = re.compile(
    rf"\W*(?:this|the) (?:{_WORK}|submission) (?:has been|was|is) (retracted|withdrawn|removed)\b",
    re.IGNORECASE,
)
# "Retraction notice to “...” [J. Iron 12 (2010) 34]", "Author Correction: ...", "Erratum to ...".
_NOTICE_TITLE = re.compile(
    r"\W*(?:(?:author|publisher)\s+)?(?:notice\s+of\s+)?"
    r"(retraction|withdrawal|removal|expression of concern|erratum|corrigendum|correction)"
    r"(?:\s+(?:notice|note|statement))?(?:\s*:|\s+(?:to|of|for|on|regarding)\b\s*:?)\s*"
    r"(?:[\"“‘'«]\s*([^\"“”«»]+?)\s*[\"”’'»]|([^\[]+))",
    re.IGNORECASE,
)


def _by_word(*rows: tuple[PaperStatus, str]) -> Mapping[str, PaperStatus]:
    return {word: status for status, words in rows for word in words.split()}


# What a type, a keyword or a notice says, in small letters without blanks.
_WORDS = _by_word(
    ("retracted", "retracted retractedarticle retractedpaper retractedpublication"),
    ("retracted", "retractedchapter retractionin retractedin retractedandrepublishedin"),
    ("withdrawn", "withdrawnarticle withdrawnpaper withdrawnpublication withdrawalin"),
    ("expression of concern", "expressionofconcernin"),
    ("corrected", "erratumin correctedandrepublishedin correctedandrepublishedarticle"),
    ("corrected", "correctionin corrigendumin partialretractionin"),
)
# "Retraction in: Iron J. 2012 ...", a note of PubMed in other programs' exports.
_NOTICE = re.compile(
    r"(?:retraction|retracted(?: and republished)?|expression of concern|erratum"
    r"|corrected and republished|partial retraction) in(?=:|$|\s+(?-i:[A-Z]))",
    re.IGNORECASE,
)
# Fields that have a value only if it is so. Three letters are PubMed's.
_FIELDS = _by_word(
    ("retracted", "isretracted retracted retractedin retractionin rin rri isretractedby"),
    ("withdrawn", "iswithdrawn iswithdrawnby withdrawndate"),
    ("expression of concern", "eci expressionofconcernin expressionofconcern"),
    ("corrected", "ein cri prin erratumin correctionin correctedandrepublishedin"),
    ("corrected", "iscorrectedby"),
)
# Fields whose values are kinds of notices about the paper.
_NOTICES = frozenset("updatedby retractionnature".split())
_KINDS = _by_word(
    ("retracted", "retraction"),
    ("withdrawn", "withdrawal removal"),
    ("expression of concern", "expressionofconcern"),
    ("corrected", "correction erratum corrigendum partialretraction"),
)
# The one field in which a bare "withdrawn" is a paper's and not that of a trial or a vote.
_TYPES = frozenset("type pt dt m3 documenttype publicationtype publicationtypes pubtype".split())
_NO = frozenset(("", "0", "no", "n", "false", "none", "null", "nan", "unavailable", "na"))
_HINT = re.compile(
    r"retract|withdr|remov|concern|errat|corr[ei]|updated|^(?:rin|rri|eci|ein|cri|prin)$"
)
_SPLIT = re.compile(r"[;|\n,]")


def split_mark(title: str) -> tuple[str, PaperStatus]:
    """The title without a mark such as "RETRACTED:", and the status that the mark gives."""
    if found := _BEFORE.match(title):
        return title[found.end() :].strip(), _state(found)
    if found := _AFTER.search(title, max(1, len(title) - _AT_END)):
        return title[: found.start()].strip(), _state(found)
    return title, ""


def noticed(title: str) -> tuple[str, PaperStatus]:
    """The title of the paper that a notice is about, and the status that it gives to that paper.

    The title is empty if ``title`` is not that of a notice.
    """
    found = _NOTICE_TITLE.match(title)
    if not found:
        return "", ""
    return (found[2] or found[3]).strip(), _KINDS[plain(found[1])]


def _state(found: re.Match[str]) -> PaperStatus:
    said = next(filter(None, found.groups())).casefold()
    states = (state for state, words in _STATES.items() if re.match(words, said, re.IGNORECASE))
    return next(states, "retracted")


def status_of_abstract(title: str, abstract: str) -> PaperStatus:
    """The status of a paper whose abstract begins with a note that it was retracted or withdrawn.

    A notice about another paper begins so, too, and has none.
    """
    found = _REPLACED.match(abstract)
    if not found or _NOTICE_TITLE.match(title):
        return ""
    return "retracted" if found[1].casefold() == "retracted" else "withdrawn"


def status_in(fields: Iterable[tuple[str, object]]) -> PaperStatus:
    """The worst status that any of these (name, value) says; values may be nested as in JSON."""
    return worst(status for name, value in fields for status in _said(plain(name), value))


def _said(name: str, value: object) -> Iterator[PaperStatus]:
    if isinstance(value, Mapping):
        for inner, item in value.items():
            within = name if name in _NOTICES else plain(str(inner))
            yield from _said(within, item)
            if item and isinstance(item, Mapping | list):  # "is-retracted-by": [{...}]
                yield _FIELDS.get(within, "")
    elif isinstance(value, list | tuple):
        for item in value[:_MOST]:
            yield from _said(name, item)
    elif isinstance(value, str | bool | int):
        yield _told(name, str(value))


def _told(name: str, text: str) -> PaperStatus:
    """What one text says as the value of a field."""
    if not _HINT.search(name) and not _HINT.search(text[:_LONGEST].casefold()):
        return ""
    if name in _FIELDS and plain(text) not in _NO:
        return _FIELDS[name]
    found: list[PaperStatus] = []
    for part in _SPLIT.split(text[:_LONGEST]):
        word = plain(part)
        notice = _NOTICE.match(part.strip())
        found.append(_WORDS.get(plain(notice[0]) if notice else word, ""))
        found.append(_KINDS.get(word, "") if name in _NOTICES else "")
        found.append("withdrawn" if name in _TYPES and word == "withdrawn" else "")
    return worst(found)

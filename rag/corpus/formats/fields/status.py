"""Finds out whether a paper was retracted, withdrawn, questioned or corrected. Pure.

Publishers write it into the title ("RETRACTED: ..."), catalogues into a type, a list of notices,
or a field of its own. A notice about another paper ("Retraction of ...") has no status.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rag.corpus.formats.fields.column_names import plain
from rag.corpus.formats.fields.placeholders import is_nothing
from rag.text.lexicons import lexicon
from rag.text.words import words_of
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
_WITH_WORK = rf"(?:{_STATE})\s+{_WORK}\b"
_SHORT = rf"(?!removed)(?:{_STATE})"
# Without brackets "Withdrawn: ..." and "Removed: ..." may begin any title.
_ALONE = rf"{_WITH_WORK}|(?!withdrawn){_SHORT}|(?-i:WITHDRAWN|REMOVED)"
# "RETRACTED ARTICLE: ...", "[Retracted] ...", "RETRACTED Effects of ...".
_BEFORE = re.compile(
    rf"\s*(?:[\[(【]\s*({_WITH_WORK}|{_SHORT})\s*[\])】]\s*[:.–—-]?|({_ALONE})\s*(?:[:：]|\s[-–—]\s)"
    rf"|((?-i:RETRACTED(?: [A-Z]{{5,}})?))\s(?=\S*[a-z]))\s*(?=\S)",
    re.IGNORECASE,
)
# "... (Retracted article. See vol. 12, pg 34, 2010)", "... [WITHDRAWN]", "... - RETRACTED"; but
# not "... (withdrawn from the market)".
_AFTER = re.compile(
    rf"\s*(?:[\[(]\s*(?:({_WITH_WORK})(?!\s+of\b)[^\[\]()]*"
    rf"|({_SHORT})(?:[.,;:]?\s+(?:see|vol)\b[^\[\]()]*)?\s*)[\])]|\s[-–—]\s*({_ALONE}))\s*\.?\s*$",
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
    r"\W*(?:(?:author|publisher)\s+)?(?P<of>(?:notice|statement)\s+of\s+)?"
    r"(?P<kind>(?P<only>retraction|erratum|corrigendum)"
    r"|withdrawal|removal|expression of concern|correction)"
    r"(?P<note>\s+(?:notice|note|statement))?(?P<to>\s+(?:to|of|for|on|regarding)\b)?"
    r"(?P<colon>\s*:)?\s*"
    r"(?:[\"“‘'«]\s*(?P<quoted>[^\"“”«»]+?)\s*[\"”’'»](?=\s*(?:$|[\[(,.;]|by\b))|(?P<bare>[^\[]+))",
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
# Fields that say yes or no, or when or where it was said.
_YES_OR_NO = _by_word(("retracted", "isretracted retracted"), ("withdrawn", "iswithdrawn"))
# Fields that have a value only if it is so. Three letters are PubMed's.
_FIELDS = _by_word(
    ("retracted", "retractedin retractionin rin rri isretractedby"),
    ("withdrawn", "iswithdrawnby withdrawndate"),
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
_YES = frozenset("true yes y t retracted withdrawn".split())
_NO = lexicon("negations", "unknown_words", "empty_values") | {"false", "f", "n"}
_DIGIT = re.compile("[1-9]")  # of a date or a reference; "0000-00-00" is none
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
    # "Removal of heavy metals" and "Correction for motion" are about no paper.
    sure = found and (
        found["colon"]
        or found["quoted"]
        or (found["to"] and (found["of"] or found["note"] or found["only"]))
    )
    if not found or not sure:
        return "", ""
    return (found["quoted"] or found["bare"]).strip(), _KINDS[plain(found["kind"])]


def _state(found: re.Match[str]) -> PaperStatus:
    said = next(filter(None, found.groups())).casefold()
    states = (state for state, words in _STATES.items() if re.match(words, said, re.IGNORECASE))
    return next(states, "retracted")


def status_of_abstract(title: str, abstract: str) -> PaperStatus:
    """The status of a paper whose abstract begins with a note of what became of it.

    A notice about another paper begins so, too, and has none.
    """
    if noticed(title)[0]:
        return ""
    if (notice := _NOTICE.match(abstract)) and abstract.startswith(":", notice.end()):
        return _WORDS.get(plain(notice[0]), "")
    found = _REPLACED.match(abstract)
    if not found:
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
    elif isinstance(value, str | bool | int | float):
        yield _told(name, str(value))


def _told(name: str, text: str) -> PaperStatus:
    """What one text says as the value of a field."""
    if not _HINT.search(name) and not _HINT.search(text[:_LONGEST].casefold()):
        return ""
    if name in _YES_OR_NO:
        return _YES_OR_NO[name] if _affirms(text) else ""
    if name in _FIELDS and (_DIGIT.search(text) or _tells(text)):
        return _FIELDS[name]
    found: list[PaperStatus] = []
    for part in _SPLIT.split(text[:_LONGEST]):
        word = plain(part)
        notice = _NOTICE.match(part.strip())
        found.append(_WORDS.get(plain(notice[0]) if notice else word, ""))
        found.append(_KINDS.get(word, "") if name in _NOTICES else "")
        found.append("withdrawn" if name in _TYPES and word == "withdrawn" else "")
    return worst(found)


def _affirms(text: str) -> bool:
    """Whether the value of a field for yes or no is a word for yes, a date or a reference."""
    words = set(words_of(text[:_LONGEST]))
    return words.isdisjoint(_NO) and bool(_DIGIT.search(text) or words & _YES)


def _tells(text: str) -> bool:
    """Whether a text without a number says anything else than that there is nothing."""
    words = set(words_of(text[:_LONGEST]))
    return not is_nothing(text) and any(map(str.isalpha, text)) and words.isdisjoint(_NO)

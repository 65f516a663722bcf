"""What a sentence says of each paper that it cites: its clauses, without the citations. Pure.

A citation in the middle of a sentence is for the clause that it follows: of "A does X [1], while B
does Y [2]" the first paper is asked for "A does X" alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.answering.verify.clauses import boundaries, stems_of
from rag.checking.manuscripts.citing import EMPTY_BRACKETS
from rag.checking.manuscripts.draft import Block, Mark
from rag.text.languages import script_of
from rag.text.lexicons import function_words, lexicon
from rag.text.sentences.imperatives import addresses_reader

_FEWEST_STEMS = 2  # of a clause that says something
FIRST_PERSON = re.compile(r"\b(?:we|our|us|ours|my)\b|\b(?:We|Our|I|My)\b")
_REPORTED = re.compile(
    r"\b(?:show|find|found|demonstrate|observe|report|argue|reveal|know|saw|see|note|notice|conclude"
    r"|recall|believe|assume|suggest|emphasi[sz]e|stress|mention|expect|hypothesi[sz]e)(?:n|s|d|ed)?\s"
    r"(?:\w+\s)?that\s(.+)",
    re.IGNORECASE | re.DOTALL,
)
_YOU = re.compile(r"\byou", re.IGNORECASE)  # as in a title
_POSSESSIVE = re.compile(r"['’]s\b")
_MASK = re.compile(r"\b[Qq]q*\b")
_WHERE = re.compile(r"\b(?:in|from|of|see)\s*$", re.IGNORECASE)  # "in [3]"
_OPENER = re.compile(
    r"^[\s,;:.–—-]*(?:(?:and|but|so|while|whereas|although|though|yet)\b,?\s*)?", re.IGNORECASE
)
_JOINED = re.compile(r"^[\s,;:.–—-]*(?:(?:and|but|so|yet)\b,?\s*)?", re.IGNORECASE)
# "While A does X [1], B does Y [2]": the comma behind the citation ends the first clause.
_SUBORDINATE = re.compile(r"(?:while|whereas|although|though)\s", re.IGNORECASE)
_CITED_COMMA = re.compile(r"(?<=q)[)\]]?(?=, )")
_FEWEST_SUBORDINATE = 3  # stems of a clause with a subject and a verb; a list's first noun has less
_SUBJECT = re.compile(r"[\s,;:]*(?:while|whereas|although|though|however)\b|\s*[;:]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A clause and the keys that are cited for it; ``why`` says why it is not checked, if so."""

    claim: str
    keys: tuple[str, ...]
    why: str = ""


def parts_of(
    block: Block, masked: str, start: int, end: int, marks: Sequence[Mark]
) -> Iterator[Part]:
    """The clauses that cite within ``start:end`` of a block, with what each cites.

    ``masked`` is the block's text with a word that begins with "q" for each citation.
    """
    clauses = list(_clauses(masked, start, end, marks))
    for begin, stop in clauses:
        own = [mark for mark in marks if begin <= mark.start < stop]
        keys = tuple(dict.fromkeys(key for mark in own for key in mark.keys))
        if keys:
            claim = claim_of(block, begin, stop, whole=len(clauses) == 1)
            yield Part(claim, keys, _why_not(claim))


def _clauses(masked: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    """Where the clauses are; one ends only behind a citation and before another clause."""
    sentence = masked[start:end]
    if (comma := _end_of_subordinate(sentence)) is not None:
        yield start, start + comma
        start, sentence = start + comma, sentence[comma:]
    cuts = [start]
    for at, contrast, interrupted in boundaries(sentence):
        place = start + at
        cited = any(cuts[-1] <= mark.start < place for mark in marks)
        if contrast or interrupted or not cited or not _has_subject(sentence[at:]):
            continue
        if all(_says(part) for part in (masked[cuts[-1] : place], masked[place:end])):
            cuts.append(place)
    yield from pairwise([*cuts, end])


def _end_of_subordinate(sentence: str) -> int | None:
    """Where the main clause begins behind one that cites; None if that cannot be told."""
    if not _SUBORDINATE.match(sentence):
        return None
    commas = [found.end() for found in _CITED_COMMA.finditer(sentence)]
    if len(commas) != 1:
        return None  # none, or a list
    [at] = commas
    return at if _says(sentence[:at], _FEWEST_SUBORDINATE) and _says(sentence[at:]) else None


def _says(masked: str, least: int = _FEWEST_STEMS) -> bool:
    """Whether there is more than citations and words of grammar."""
    return len(set(stems_of(_MASK.sub(" ", masked)))) >= least


def _has_subject(clause: str) -> bool:
    """Whether the clause has a subject of its own: "while B does Y", not "but fails at Y"."""
    if _SUBJECT.match(clause):
        return True
    word = re.match(r"[\w-]*", _OPENER.sub("", clause))
    first = word[0] if word else ""
    return first[:1].isupper() or first.lower() in lexicon(
        "articles", "pronouns", "quantifiers", "clause_subjects"
    )


def claim_of(block: Block, start: int, end: int, *, whole: bool = True) -> str:
    """The text without its citations; one that is a word becomes "the authors" or "the paper".

    A clause that is not the ``whole`` sentence goes without its conjunction, too.
    """
    text, at = "", start
    for mark in block.marks:
        if not start <= mark.start < end or mark.role == "words":
            continue
        text += block.text[at : mark.start]
        if mark.role == "noun":
            text += "the paper" if _WHERE.search(text) else "the authors"
            text += "'" * bool(_POSSESSIVE.search(block.text, mark.start, mark.end))
        else:
            text = text.rstrip()
        at = mark.end
    text += block.text[at:end]
    text = (_JOINED if whole else _OPENER).sub("", text)
    text = " ".join(EMPTY_BRACKETS.sub("", text).split()).strip(" ,;:")
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    return f"{text[:1].upper()}{text[1:]}" if text else ""


def _why_not(claim: str) -> str:
    """Why a clause that cites says nothing that an abstract could support; empty if it does."""
    if script_of(claim) is not None:
        return ""  # its words cannot be told apart here
    empty = function_words() | lexicon("reader_verbs") | {"author"}
    words = {word for word in stems_of(claim) if word not in empty and len(word) > 1}
    if sum(not word.isdigit() and word != "pp" for word in words) < _FEWEST_STEMS:
        return "it says nothing of the paper's content"
    if addresses_reader(claim) and not _YOU.search(claim):
        return "it sends the reader to the paper, and says nothing of its content"
    return ""


def says_nothing(block: Block) -> bool:
    """Whether nothing is left of the text without its citations but "see", "e.g." or a page."""
    return bool(_why_not(claim_of(block, 0, len(block.text))))


def is_own(claim: str) -> bool:
    """Whether the clause tells what the manuscript's own authors do, which no abstract can say."""
    reported = _REPORTED.search(claim)
    return bool(FIRST_PERSON.search(reported[1] if reported else claim))

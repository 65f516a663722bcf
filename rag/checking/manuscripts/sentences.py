"""The sentences of a manuscript, and what each says of each paper that it cites. Pure.

A citation in the middle of a sentence is for the clause that it follows: of "A does X [1], while B
does Y [2]" the first paper is asked for "A does X" alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.answering.verify.clauses import boundaries, stems_of
from rag.checking.manuscripts.draft import Block, Mark
from rag.text.imperatives import addresses_reader
from rag.text.lexicons import function_words, lexicon
from rag.text.sentences import split_sentences, trim
from rag.types import Span

_FEWEST_STEMS = 2  # of a clause that says something
_FEWEST_UNCITED = 5  # of a sentence for which papers are sought
_FIRST_PERSON = re.compile(r"\b(?:we|our|us|ours|my)\b|\b(?:We|Our|I|My)\b")
_REPORTED = re.compile(
    r"\b(?:show|find|found|demonstrate|observe|report|argue|reveal|know|saw|see)(?:n|s|d|ed)?\s"
    r"(?:\w+\s)?that\s(.+)",
    re.IGNORECASE | re.DOTALL,
)
# The manuscript speaks of itself: "this section", "Figure 3", "the next chapter".
_ITSELF = re.compile(
    r"\b(?:this|the (?:present|following|next|previous|remaining|rest of the))\s"
    r"(?:paper|section|subsection|chapter|appendix|work|study|article|thesis|review|survey"
    r"|manuscript|report)\b"
    r"|\b(?:fig(?:ure|s|\.)?|tab(?:le|\.)?|sec(?:tion|\.|s\.)?|chapter|appendix|eq(?:uation|\.)?"
    r"|algorithm|theorem|lemma)s?\s*(?:\(?\d|[A-Z]\b|\w+:\w)",
    re.IGNORECASE,
)
_YOU = re.compile(r"\byou", re.IGNORECASE)  # as in a title
# Ends of "sentences" that stand before a name or a number, besides those of `rag.text.sentences`.
_ABBREVIATED = re.compile(
    r"\b(?:Drs?|Profs?|Mrs?|Ms|St|Secs?|Tabs?|Refs?|Nos?|Vols?|Chaps?|Thms?|Defs?|App|Alg)\.\s*$"
)
_POSSESSIVE = re.compile(r"['’]s\b")
_MASK = re.compile(r"\b[Qq]q*\b")
_WHERE = re.compile(r"\b(?:in|from|of|see)\s*$", re.IGNORECASE)  # "in [3]"
# What is left of brackets that held a citation.
_EMPTY = re.compile(r"[(\[](?:see(?: also)?|e\.g\.|cf\.?|for example)?[\s,;]*[)\]]", re.IGNORECASE)
_OPENER = re.compile(r"^[\s,;:.–—-]*(?:(?:and|but|so|while|whereas|although|though|yet)\b,?\s*)?")
_SUBJECT = re.compile(r"[\s,;:]*(?:while|whereas|although|though|however)\b|\s*[;:]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A clause and the keys that are cited for it; ``why`` says why it is not checked, if so."""

    claim: str
    keys: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence at ``start:end`` of a block; without ``parts`` it cites nothing.

    ``claim`` is the sentence without its citations.
    """

    block: int
    start: int
    end: int
    claim: str
    parts: tuple[Part, ...]

    @property
    def is_searched(self) -> bool:
        """Whether papers are sought for it: it cites nothing and states something."""
        long = len(set(stems_of(self.claim))) >= _FEWEST_UNCITED
        own = _FIRST_PERSON.search(self.claim) or _ITSELF.search(self.claim)
        return not self.parts and long and not own and self.claim.endswith((".", "!"))


def sentences_of(blocks: Sequence[Block]) -> Iterator[Sentence]:
    """The sentences of all blocks but headings, in order."""
    for at, block in enumerate(blocks):
        if block.kind == "heading":
            continue
        masked = _masked(block)
        for span in _whole(split_sentences(masked)):
            bare = trim(span)
            end = bare.start + len(bare.text)
            marks = [m for m in block.marks if bare.start <= m.start < end]
            parts = tuple(_parts(block, masked, bare.start, end, marks))
            claim = _claim(block, bare.start, end)
            if parts or claim:
                yield Sentence(at, bare.start, end, claim, parts)


def _whole(spans: Iterable[Span]) -> Iterator[Span]:
    """The sentences, in which "Dr. Smith" and "Secs. 2 and 3" are not cut."""
    held: Span | None = None
    for span in spans:
        if held is not None:
            span = Span(held.text + span.text, held.start, span.end)
        held = span if _ABBREVIATED.search(span.text) else None
        if held is None:
            yield span
    if held is not None:
        yield held


def _masked(block: Block) -> str:
    """The text with a word of the same length for each citation, so that it splits as prose does.

    A citation behind a full stop goes with the sentence before it.
    """
    text = block.text
    for mark in block.marks:
        if mark.role == "words":
            continue
        word = "Q" + "q" * (mark.end - mark.start - 1)
        before = text[: mark.start]
        stop = re.search(r"[.!?](\s?)$", before)
        follows = re.match(r"\s+[^\Wa-z]|\s*$", text[mark.end :])
        if stop and follows and mark.role == "aside" and len(word) > 1:
            before = before[: stop.start()] + "," + stop[1]
            word = "q" * (len(word) - 1) + "."
        text = before + word + text[mark.end :]
    return text


def _parts(
    block: Block, masked: str, start: int, end: int, marks: Sequence[Mark]
) -> Iterator[Part]:
    """The clauses that cite, with what each cites."""
    for begin, stop in _clauses(masked, start, end, marks):
        own = [mark for mark in marks if begin <= mark.start < stop]
        keys = tuple(dict.fromkeys(key for mark in own for key in mark.keys))
        if keys:
            claim = _claim(block, begin, stop)
            yield Part(claim, keys, _why_not(claim))


def _clauses(masked: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    """Where the clauses are; one ends only behind a citation and before another clause."""
    sentence = masked[start:end]
    cuts = [start]
    for at, contrast, interrupted in boundaries(sentence):
        place = start + at
        cited = any(cuts[-1] <= mark.start < place for mark in marks)
        if contrast or interrupted or not cited or not _has_subject(sentence[at:]):
            continue
        if all(_says(part) for part in (masked[cuts[-1] : place], masked[place:end])):
            cuts.append(place)
    yield from pairwise([*cuts, end])


def _says(masked: str) -> bool:
    """Whether there is more than citations and words of grammar."""
    return len(set(stems_of(_MASK.sub(" ", masked)))) >= _FEWEST_STEMS


def _has_subject(clause: str) -> bool:
    """Whether the clause has a subject of its own: "while B does Y", not "but fails at Y"."""
    if _SUBJECT.match(clause):
        return True
    word = re.match(r"[\w-]*", _OPENER.sub("", clause))
    first = word[0] if word else ""
    return first[:1].isupper() or first.lower() in lexicon(
        "articles", "pronouns", "quantifiers", "clause_subjects"
    )


def _claim(block: Block, start: int, end: int) -> str:
    """The text without its citations; one that is a word becomes "the authors" or "the paper"."""
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
    text = _OPENER.sub("", text) if start else text
    text = " ".join(_EMPTY.sub("", text).split()).strip(" ,;:")
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    return f"{text[:1].upper()}{text[1:]}" if text else ""


def _why_not(claim: str) -> str:
    """Why a clause that cites says nothing that an abstract could support; empty if it does."""
    empty = function_words() | lexicon("reader_verbs") | {"author"}
    words = {word for word in stems_of(claim) if word not in empty and len(word) > 1}
    if sum(not word.isdigit() and word != "pp" for word in words) < _FEWEST_STEMS:
        return "it says nothing of the paper's content"
    if addresses_reader(claim) and not _YOU.search(claim):
        return "it sends the reader to the paper, and says nothing of its content"
    return ""


def says_nothing(block: Block) -> bool:
    """Whether nothing is left of the text without its citations but "see", "e.g." or a page."""
    return bool(_why_not(_claim(block, 0, len(block.text))))


def is_own(claim: str) -> bool:
    """Whether the clause tells what the manuscript's own authors do, which no abstract can say."""
    reported = _REPORTED.search(claim)
    return bool(_FIRST_PERSON.search(reported[1] if reported else claim))

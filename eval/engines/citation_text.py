"""Reads CitationQueryEngine's replies, in its favour: numbers, claims, refusals. Pure.

It numbers chunks; a reader wants papers. So a marker is any of [2], [1, 2], (Source 2), "Source 2:"
and "Source 2"; each is replaced by the number of its paper, in order of first use, and quotes the
chunk. A number that no source has is taken out and counted. Every sentence is a claim; one that
cites nothing is unsupported (as in ALCE, Gao et al. 2023, arXiv:2305.14627).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.answering.verify.alignment import QuoteSimilarity, Similarity
from rag.answering.verify.support import check_claim
from rag.text.sentences.sentences import split_sentences
from rag.types import Citation, Claim, Paper, Removed, Span

_NUMBERS = r"\d+(?:\s*(?:,|;|&|\band\b)\s*(?:[Ss]ource\s+)?\d+)*"
_MARKER = re.compile(
    rf"\[\s*(?:[Ss]ources?:?\s*)?(?P<square>{_NUMBERS})\s*\]"
    rf"|\(\s*[Ss]ources?:?\s*(?P<round>{_NUMBERS})\s*\)"
    rf"|\b[Ss]ources?\s+(?P<prose>{_NUMBERS})\b(?P<heading>:\s*)?"
)
_HEADER = re.compile(r"^Source \d+:\n")
_OURS = r"\[\d+\]"
_ALONE = re.compile(rf"\n\s*((?:{_OURS}\s*)+)(?=\n|$)")
_AFTER_STOP = re.compile(rf"([.!?])[ \t]*((?:{_OURS}[ \t]*)+)")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_STRIPPED = re.compile(rf"\s*(?:\b[Ss]ources?\s+)?{_OURS}")
_LABEL = re.compile(r"\W*(?:answer|sources?|references?|citations?)?\W*", re.IGNORECASE)

# What it says if the sources do not answer, collected from replies of small and large models.
_MATERIAL = r"(?:sources?|texts?|contexts?|abstracts?|papers?|passages?|documents?|information)"
_REFUSAL = re.compile(
    rf"\b(?:none|neither) of the (?:\w+ )*{_MATERIAL}\b"
    rf"|\bno (?:\w+ ){{0,2}}(?:sources?|information|mention|details?)\b"
    rf"|\b{_MATERIAL}\b[^.]{{0,60}}\b(?:do|does|did)(?: not|n't)\b"
    rf"|\b{_MATERIAL}\b[^.]{{0,60}}\b(?:is|are)(?: not|n't) (?:\w+ )?(?:helpful|relevant|enough)"
    r"|(?: not|n't) (?:\w+ly )?(?:mentioned|provided|stated|specified|given|found|available"
    r"|discussed|included|addressed|disclosed|reported|known)\b"
    r"|\b(?:cannot|can't|could not|couldn't|unable to|not possible to|impossible to)"
    r" (?:\w+ ){0,2}(?:answer|determine|provide|find|say|tell)"
    r"|\b(?:not enough|insufficient) (?:\w+ )?information\b"
    r"|\b(?:do not|don't) (?:know|have)\b|\bI(?:'m| am) sorry\b",
    re.IGNORECASE,
)
_EMPTY = "Empty Response"  # llama-index's own words for no reply


@dataclass(frozen=True, slots=True)
class Source:
    """One numbered source: a chunk. ``span`` starts at -1 if the abstract lacks its text."""

    paper: Paper
    span: Span


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply in our terms; one that abstains has neither claims nor citations."""

    text: str
    abstained: bool
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    removed: Removed = field(default_factory=Removed)


def locate(text: str, paper: Paper, near: int) -> Span:
    """A source's text, without its header, as a stretch of the abstract at or after ``near``."""
    bare = _HEADER.sub("", text).strip()
    start = paper.abstract.find(bare, near)
    if start < 0:
        start = paper.abstract.find(bare)
    return Span(bare, start, start + len(bare)) if start >= 0 else Span(bare, -1, -1)


def by_sentence(similarity: Similarity) -> Similarity:
    """``similarity`` to the nearest sentence of the quotes, or to a quote as a whole.

    A whole chunk is less similar to a claim than the sentence in it that says the same, which would
    put engines that quote chunks at a disadvantage. For quotes of one sentence nothing changes.
    """

    def nearest(claim: str, quotes: Sequence[str]) -> QuoteSimilarity:
        parts = [span.text.strip() for quote in quotes for span in split_sentences(quote)]
        return similarity(claim, list(dict.fromkeys([*quotes, *parts])))

    return nearest


def read(text: str, sources: Sequence[Source], similarity: Similarity) -> Reply:
    """The reply in our terms; its numbers, from 1, are those of ``sources``."""
    numbering = _Numbering(sources)
    renumbered = _tidy(_MARKER.sub(numbering.replace, text))
    sentences = _sentences(renumbered)
    if _refuses(renumbered, sentences):
        return Reply(text.strip(), True)
    citations = numbering.citations()
    claims = tuple(_claim(sentence, citations, similarity) for sentence in sentences)
    return Reply(renumbered, False, claims, citations, Removed(citations=numbering.invented))


@dataclass(slots=True)
class _Numbering:
    """From numbers of chunks to numbers of papers, while one reply is read."""

    sources: Sequence[Source]
    invented: int = 0
    _quotes: dict[str, list[Span]] = field(default_factory=dict)
    _papers: dict[str, Paper] = field(default_factory=dict)

    def replace(self, match: re.Match[str]) -> str:
        """The text that replaces one of their markers."""
        said = match["square"] or match["round"] or match["prose"]
        numbers = (self._cite(int(number)) for number in re.findall(r"\d+", said))
        marks = "".join(f"[{n}]" for n in dict.fromkeys(numbers) if n is not None)
        if match["prose"] is None:
            return marks
        if not marks:
            return match[0]
        return f"{marks} " if match["heading"] else f"Source {marks}"

    def citations(self) -> tuple[Citation, ...]:
        """The papers cited so far, by number."""
        return tuple(
            Citation(number, paper_id, paper.title, paper.url, tuple(self._quotes[paper_id]))
            for number, (paper_id, paper) in enumerate(self._papers.items(), start=1)
        )

    def _cite(self, number: int) -> int | None:
        if not 1 <= number <= len(self.sources):
            self.invented += 1
            return None
        source = self.sources[number - 1]
        paper_id = source.paper.paper_id
        self._papers.setdefault(paper_id, source.paper)
        quotes = self._quotes.setdefault(paper_id, [])
        if source.span not in quotes:
            quotes.append(source.span)
        return list(self._papers).index(paper_id) + 1


def _tidy(text: str) -> str:
    """Remove the blanks that markers leave, and join lone markers to their sentence."""
    joined = _ALONE.sub(r" \1", text.strip())
    return re.sub(r"[ \t]+(?=[.,;:!?](?:\s|$))|(?<=\S)[ \t]+(?=\n|$)", "", joined).strip()


def _sentences(text: str) -> list[str]:
    """The sentences with their markers; a marker after a full stop is moved before it.

    In a line that begins with a marker, markers come before their sentences and stay there.
    """
    found = []
    for line in text.split("\n"):
        bare = _BULLET.sub("", line).strip()
        if not bare.startswith("["):
            bare = _AFTER_STOP.sub(lambda match: f" {match[2].strip()}{match[1]} ", bare)
        found += [span.text.strip() for span in split_sentences(bare)]
    return [sentence for sentence in found if not _LABEL.fullmatch(_without_markers(sentence))]


def _refuses(text: str, sentences: Sequence[str]) -> bool:
    """Whether the reply is empty, opens with a refusal, or cites only in refusals."""
    if not text or text == _EMPTY:
        return True
    refusing = [_REFUSAL.search(sentence) is not None for sentence in sentences]
    if not any(refusing):
        return False
    cited = [re.search(_OURS, sentence) is not None for sentence in sentences]
    has_cited_claim = any(c and not r for c, r in zip(cited, refusing, strict=True))
    return refusing[0] or not has_cited_claim


def _claim(sentence: str, citations: Sequence[Citation], similarity: Similarity) -> Claim:
    text = _without_markers(sentence)
    numbers = tuple(dict.fromkeys(int(mark[1:-1]) for mark in re.findall(_OURS, sentence)))
    cited = [citation for citation in citations if citation.number in numbers]
    quotes = [quote.text for citation in cited for quote in citation.quotes]
    if not quotes:
        return Claim(text, (), "unsupported", 0.0)
    titles = [citation.title for citation in cited]
    check = check_claim(text, quotes, similarity(text, quotes), titles)
    return Claim(text, numbers, check.verdict, check.support)


def _without_markers(sentence: str) -> str:
    return _STRIPPED.sub("", sentence).strip()

"""Reads a claim with papers: of each an excerpt, and what the claim reader says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from rag.answering.verify.alignment import quote_similarity
from rag.answering.verify.literals import missing_names, missing_numbers
from rag.answering.verify.support import contradicted
from rag.answering.verify.turned import turned_round
from rag.checking.excerpt import ROOM, excerpt
from rag.decisions.claim_verdict import VETO
from rag.index.library import Library
from rag.models.embedding.claim_reader import ClaimReading, claim_reader
from rag.query.query import QueryText
from rag.retrieval.maxsim import similarities
from rag.text.quantities.numbers import numbers_in
from rag.text.sentences.reporting import reports
from rag.text.sentences.sentences import trim
from rag.types import Paper, Span

_ROUNDED = Decimal("0.06")  # by which share a number may be off: "80%" of 79%, "100" of 94.5
_DECIDING = 2  # sentences that are compared with the claim word by word


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The sentences of a paper that a claim is read with; ``similar`` is the highest MaxSim."""

    paper: Paper
    spans: tuple[Span, ...]
    similar: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the claim reader says of one or more papers read together.

    ``spans`` are their sentences, the most telling first, with their papers and shares of evidence,
    which add up to 1.
    """

    papers: tuple[Paper, ...]
    spans: tuple[tuple[Paper, Span, float], ...]
    features: dict[str, float]


def excerpts_of(
    library: Library, claim: str, papers: Sequence[Paper], room: int = ROOM
) -> list[Excerpt]:
    """The excerpt of each paper that has a sentence, in order."""
    question = QueryText(library, claim)
    ids = [paper.paper_id for paper in papers]
    read = library.tokens.of(ids)
    found = {}
    for paper_id, similar in similarities(question, read):
        paper = library.by_id[paper_id]
        lengths = np.diff(read[paper_id].ends[:, 1]).tolist()
        near = similar["maxsim"].tolist()
        spans = read[paper_id].sentences(paper.abstract)
        shown = [n for n, span in enumerate(spans) if reports(span.text, paper.abstract)]
        kept = excerpt([near[n] for n in shown], [lengths[n] for n in shown], room)
        if kept:
            best = max(near[shown[n]] for n in kept)
            found[paper_id] = Excerpt(paper, tuple(trim(spans[shown[n]]) for n in kept), best)
    return [found[i] for i in ids if i in found]


def read_apart(library: Library, claim: str, excerpts: Sequence[Excerpt]) -> list[Reading]:
    """The claim read with each excerpt."""
    return _read(library, claim, [(one,) for one in excerpts])


def read_together(library: Library, claim: str, excerpts: Sequence[Excerpt]) -> Reading:
    """The claim read with all excerpts as one text: what none says alone, they may say together."""
    [reading] = _read(library, claim, [tuple(excerpts)])
    return reading


def _read(library: Library, claim: str, groups: Sequence[tuple[Excerpt, ...]]) -> list[Reading]:
    texts, places = [], []
    for group in groups:
        text, offsets = _text_of(group)
        texts.append(text)
        places.append(offsets)
    readings = claim_reader().read(claim, texts, places)
    ranked = [_ranked(group, read) for group, read in zip(groups, readings, strict=True)]
    # The sentences that decide are compared with the claim word by word, all in one pass.
    deciding = [[span.text for _, span, _ in spans[:_DECIDING]] for spans in ranked]
    every = list(dict.fromkeys(text for some in deciding for text in some))
    asked, *states = library.embedder.embed_tokens([claim, *every])
    tokens = dict(zip(every, states, strict=True))
    found = []
    for group, read, spans, some in zip(groups, readings, ranked, deciding, strict=True):
        near = quote_similarity(asked, [tokens[text] for text in some])
        features = {
            **dict(zip(_READ, _log_softmax(read.verdicts).tolist(), strict=True)),
            **_literals(claim, group),
            "denied": float(contradicted(claim, some)),
            "turned": float(bool(turned_round(claim, some))),
            "opposed": near.against,
            "recalled": near.recall,
            "similar": max(one.similar for one in group),
        }
        found.append(Reading(tuple(one.paper for one in group), tuple(spans), features))
    return found


def _text_of(group: Iterable[Excerpt]) -> tuple[str, list[tuple[int, int]]]:
    """Titles and sentences as one text, and where each sentence is."""
    text = "; ".join(one.paper.title for one in group) + "\n"
    offsets = []
    for one in group:
        for span in one.spans:
            offsets.append((len(text), len(text) + len(span.text)))
            text += f"{span.text} "
    return text, offsets


def _ranked(group: Iterable[Excerpt], read: ClaimReading) -> list[tuple[Paper, Span, float]]:
    """The sentences of a text with their papers and shares of the evidence, best first."""
    pairs = [(one.paper, span) for one in group for span in one.spans]
    shares = np.exp(_log_softmax(read.sentences)).tolist()
    ranked = [(paper, span, share) for (paper, span), share in zip(pairs, shares, strict=True)]
    return sorted(ranked, key=lambda item: -item[2])


def _literals(claim: str, group: Iterable[Excerpt]) -> dict[str, float]:
    """Whether the claim has a name or a number that the papers lack, or one far from theirs."""
    text = " ".join(f"{one.paper.title} {one.paper.abstract}" for one in group)
    missing = missing_numbers(claim, text)
    return {
        "missing_number": float(bool(missing)),
        VETO: float(any(_is_far(raw, text) for raw in missing)),
        "missing_name": float(bool(missing_names(claim, text))),
    }


def _is_far(raw: str, text: str) -> bool:
    """Whether no number of the text is near enough to be rounded to this one, which is in digits.

    A number in words is often counted: "two species" for the mouse and the marmoset.
    """
    if not raw[0].isdigit():
        return False
    values = [number.value for number in numbers_in(raw) if number.value]
    known = [number.value for number in numbers_in(text) if number.value]
    return any(all(abs(a - b) > _ROUNDED * abs(b) for b in known) for a in values)


# The features of what the claim reader says, in the order of its outputs.
_READ = ("read_supported", "read_partly", "read_contradicted", "read_not_found")


def _log_softmax(values: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = values - values.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)

"""Proposes columns that distinguish a set of papers: what some of them state and others do not.

Names come from the papers' own words or from a language model. rag/decisions/aspect_sentences.py
decides which papers state what a name asks for, in whatever words. Why: docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.comparing.columns.phrases import Candidate, candidates
from rag.comparing.columns.prompts import TOKENS, ColumnsReply, column_messages
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.aspects import APPROACH, ASPECTS, Aspect
from rag.errors import EndpointError
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.structured import stream
from rag.types import Paper

MOST_PROPOSED = 5
_CHECKED = 20  # phrases to check against the papers, about 3 ms per phrase and paper
_LEAST_SHARE, _MOST_SHARE = 0.25, 0.8  # of the papers that state it
_BACKGROUND = 500  # papers outside the set, in which a phrase must be less frequent
_SAME_MEANING = 0.62  # cosine from which on two names ask for the same
_SAME_PAPERS = 0.75  # share of the papers that state both, of those that state either
_SHOWN = 20  # papers that the language model sees: its context is short
_NOTHING = -9.0  # log-odds of a paper without a sentence


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column, and the ids of the papers that state it, in the order of the papers."""

    aspect: Aspect
    stated_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """At most five proposals; ``trouble`` says why the language model made none, or is None."""

    proposals: tuple[Proposal, ...]
    trouble: str | None = None


class Proposer:
    """Proposes columns for papers of one library. Has no state; safe to share among threads."""

    def __init__(
        self, library: Library, aspect_ranker: AspectRanker, chat: ChatModel | None
    ) -> None:
        self._library = library
        self._aspect_ranker = aspect_ranker
        self._chat = chat

    def propose(self, papers: Sequence[Paper]) -> Proposed:
        """The language model's names first, then phrases from the papers' own words."""
        words = self._from_words(papers)
        if self._chat is None:
            return Proposed(distinct(self._library, words))
        try:
            named = self._from_model(self._chat, papers, [p.aspect.label for p in words])
        except EndpointError as exc:
            return Proposed(distinct(self._library, words), str(exc))
        trouble = None if named else "The model named no column that these papers state."
        return Proposed(distinct(self._library, [*named, *words]), trouble)

    def _from_words(self, papers: Sequence[Paper]) -> list[Proposal]:
        """Phrases from the papers' own words, best first."""
        chosen = {paper.paper_id for paper in papers}
        others = [paper for paper in self._library.papers if paper.paper_id not in chosen]
        found = candidates(papers, others[:: 1 + len(others) // _BACKGROUND])[:_CHECKED]
        margins = self._margins(papers, [candidate.name for candidate in found])
        rated = [(worth_of(c, margins[c.name]), c.name) for c in found]
        best = [name for worth, name in sorted(rated, key=lambda item: -item[0]) if worth > 0]
        return [_proposal(name, margins[name]) for name in best]

    def _from_model(
        self, chat: ChatModel, papers: Sequence[Paper], words: Sequence[str]
    ) -> list[Proposal]:
        """The model's names that enough papers state; names that nearly all state come last.

        Raises EndpointError.
        """
        shown = papers[:_SHOWN]
        ranking = self._aspect_ranker.rank(shown, [APPROACH])
        sentences = [ranking.get((paper.paper_id, APPROACH.id), ()) for paper in shown]
        described = [
            (paper.title, found[0].span.text if found else "")
            for paper, found in zip(shown, sentences, strict=True)
        ]
        names = _names_by_model(chat, described, words[:MOST_PROPOSED])
        margins = self._margins(papers, names)
        proposals = [_proposal(name, margins[name]) for name in names]
        enough = min(2.0, len(papers) / 3)
        stated = [proposal for proposal in proposals if len(proposal.stated_by) >= enough]
        return sorted(stated, key=lambda p: len(p.stated_by) > _MOST_SHARE * len(papers))

    def _margins(
        self, papers: Sequence[Paper], names: Sequence[str]
    ) -> dict[str, dict[str, float]]:
        """By name and paper id: the log-odds that the paper states it, minus the threshold."""
        aspects = [Aspect.own(name) for name in names]
        ranking = self._aspect_ranker.rank(papers, aspects)
        return {
            aspect.label: {
                paper.paper_id: max(
                    (r.margin for r in ranking.get((paper.paper_id, aspect.id), ())),
                    default=_NOTHING,
                )
                for paper in papers
            }
            for aspect in aspects
        }


def worth_of(candidate: Candidate, margins: Mapping[str, float]) -> float:
    """How well a column distinguishes these papers; 0 is not at all. Pure.

    It is high if about half of the papers state it, if the papers that use the phrase are among
    them, and if the decisions are clear. ``margins`` are log-odds over the threshold, by paper id.
    """
    stated = {paper_id for paper_id, margin in margins.items() if margin >= 0}
    share = len(stated) / len(margins)
    if len(stated) < 2 or not _LEAST_SHARE <= share <= _MOST_SHARE:
        return 0.0
    both = len(candidate.written_by & stated)
    overlap = both / len(candidate.written_by) * (1 + both / len(stated)) / 2
    clear = sum(min(abs(margin), 3.0) for margin in margins.values()) / (3 * len(margins))
    return share * (1 - share) * overlap * clear**2 * candidate.weight


def distinct(library: Library, proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The first five proposals that repeat neither a known aspect nor an earlier proposal."""
    labels = [aspect.label for aspect in (*ASPECTS, *(p.aspect for p in proposals))]
    vectors = library.embedder.embed(labels)
    taken = list(range(len(ASPECTS)))
    selected: list[Proposal] = []
    for place, proposal in enumerate(proposals, start=len(ASPECTS)):
        nearest = max(float(vectors[place] @ vectors[other]) for other in taken)
        if nearest < _SAME_MEANING and all(
            _common(proposal, other) < _SAME_PAPERS for other in selected
        ):
            taken.append(place)
            selected.append(proposal)
    return tuple(selected[:MOST_PROPOSED])


def _proposal(name: str, margins: Mapping[str, float]) -> Proposal:
    """The column by this name, with the papers whose margins reach 0."""
    stated = tuple(paper_id for paper_id, margin in margins.items() if margin >= 0)
    return Proposal(Aspect.own(name), stated)


def _names_by_model(
    chat: ChatModel, papers: Sequence[tuple[str, str]], words: Sequence[str]
) -> tuple[str, ...]:
    """The names in the model's reply; none if the reply has another form."""
    names: tuple[str, ...] = ()
    for reply in stream(chat, column_messages(papers, words), ColumnsReply, TOKENS):
        names = reply.names()
    return names


def _common(one: Proposal, other: Proposal) -> float:
    """The share of papers that state both, of those that state either (Jaccard)."""
    here, there = set(one.stated_by), set(other.stated_by)
    return len(here & there) / max(1, len(here | there))

"""Columns that tell a given set of papers apart: what some of them state and others do not.

Names come from the papers' own words, or from a language model; whether a paper states what a name
asks for is the decision of rag/assign, also where it is put otherwise. Why: docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.comparing.columns.phrases import Candidate, candidates
from rag.comparing.columns.prompts import TOKENS, column_messages, column_schema, parse_columns
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.aspects import ASPECTS, Aspect
from rag.errors import EndpointError
from rag.index.library import Library
from rag.models.chat import ChatModel, SchemaRefusedError
from rag.types import Paper

MOST_PROPOSED = 5
_CHECKED = 20  # phrases that are put to the papers; each takes some 3 ms a paper
_LEAST_SHARE, _MOST_SHARE = 0.25, 0.8  # of the papers that state it
_BACKGROUND = 500  # papers beyond the set by which a phrase is known to be its own
_ALIKE = 0.62  # cosine of two names that ask for the same
_SAME_PAPERS = 0.75  # papers that two proposals have in common, of those that either has
_SHOWN = 20  # papers that the language model sees: its context is short
_NOTHING = -9.0  # log odds of a paper without a sentence


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column worth adding, and the ids of the papers that state it, in their order."""

    aspect: Aspect
    stated_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """At most five proposals, and why the language model made none of them, or None."""

    proposals: tuple[Proposal, ...]
    trouble: str | None = None


class Proposer:
    """Proposes columns for papers of one library. Keeps nothing; safe to share."""

    def __init__(
        self, library: Library, aspect_ranker: AspectRanker, chat: ChatModel | None
    ) -> None:
        self._library = library
        self._aspect_ranker = aspect_ranker
        self._chat = chat

    def propose(self, papers: Sequence[Paper]) -> Proposed:
        """What tells most first: names of the language model that hold, then the papers' words."""
        own = self._from_words(papers)
        if self._chat is None:
            return Proposed(distinct(self._library, own))
        try:
            named = self._from_model(self._chat, papers, [p.aspect.name for p in own])
        except EndpointError as exc:
            return Proposed(distinct(self._library, own), str(exc))
        trouble = None if named else "The model named no column that these papers state."
        return Proposed(distinct(self._library, [*named, *own]), trouble)

    def _from_words(self, papers: Sequence[Paper]) -> list[Proposal]:
        """Phrases of the papers that tell them apart, best first."""
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
        """The model's names that enough papers state; those that nearly all state come last.

        Raises EndpointError.
        """
        [approach] = [aspect for aspect in ASPECTS if aspect.name == "approach"]
        shown = papers[:_SHOWN]
        ranking = self._aspect_ranker.rank(shown, [approach])
        sentences = [ranking.get((p.paper_id, approach.name), ()) for p in shown]
        told = [
            (p.title, s[0].span.text if s else "") for p, s in zip(shown, sentences, strict=True)
        ]
        names = parse_columns(_reply(chat, told, words[:MOST_PROPOSED]))
        margins = self._margins(papers, names)
        proposals = [_proposal(name, margins[name]) for name in names]
        enough = min(2.0, len(papers) / 3)
        kept = [proposal for proposal in proposals if len(proposal.stated_by) >= enough]
        return sorted(kept, key=lambda p: len(p.stated_by) > _MOST_SHARE * len(papers))

    def _margins(
        self, papers: Sequence[Paper], names: Sequence[str]
    ) -> dict[str, dict[str, float]]:
        """By name and paper id: the log odds, over the threshold, that the paper states it."""
        ranking = self._aspect_ranker.rank(
            papers, [Aspect(name, name, kind="own") for name in names]
        )
        ids = [paper.paper_id for paper in papers]
        return {
            name: {
                i: max((r.margin for r in ranking.get((i, name), ())), default=_NOTHING)
                for i in ids
            }
            for name in names
        }


def worth_of(candidate: Candidate, margins: Mapping[str, float]) -> float:
    """How well a column tells these papers apart; 0: not at all. Pure.

    The papers that state it are neither few nor all, those that write it are among them, and the
    decisions are clear. ``margins`` are by paper id.
    """
    stated = {paper_id for paper_id, margin in margins.items() if margin >= 0}
    share = len(stated) / len(margins)
    if len(stated) < 2 or not _LEAST_SHARE <= share <= _MOST_SHARE:
        return 0.0
    both = len(candidate.held_by & stated)
    held = both / len(candidate.held_by) * (1 + both / len(stated)) / 2
    clear = sum(min(abs(margin), 3.0) for margin in margins.values()) / (3 * len(margins))
    return share * (1 - share) * held * clear**2 * candidate.weight


def distinct(library: Library, proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The first five that ask for none of the eight aspects, nor for the same as another."""
    names = [aspect.name for aspect in ASPECTS] + [p.aspect.name for p in proposals]
    vectors = library.embedder.embed(names)
    taken = list(range(len(ASPECTS)))
    kept: list[Proposal] = []
    for place, proposal in enumerate(proposals, start=len(ASPECTS)):
        near = max(float(vectors[place] @ vectors[other]) for other in taken)
        if near < _ALIKE and all(_common(proposal, other) < _SAME_PAPERS for other in kept):
            taken.append(place)
            kept.append(proposal)
    return tuple(kept[:MOST_PROPOSED])


def _proposal(name: str, margins: Mapping[str, float]) -> Proposal:
    """The column by this name, with the papers whose margins reach 0."""
    stated = tuple(paper_id for paper_id, margin in margins.items() if margin >= 0)
    return Proposal(Aspect(name, name, kind="own"), stated)


def _reply(chat: ChatModel, papers: Sequence[tuple[str, str]], words: Sequence[str]) -> str:
    messages = column_messages(papers, words)
    try:
        schema = column_schema() if chat.supports_schema else None
        return chat.complete(messages, schema=schema, max_tokens=TOKENS)
    except SchemaRefusedError:
        return chat.complete(messages, max_tokens=TOKENS)


def _common(one: Proposal, other: Proposal) -> float:
    """The share of papers that both have, of those that either has."""
    here, there = set(one.stated_by), set(other.stated_by)
    return len(here & there) / max(1, len(here | there))

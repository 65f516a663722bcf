"""Selects the sentence of an abstract that states an aspect, for a comparison's cell.

There is one fitted decision per aspect. It weighs what the encoder said of the sentence when the
paper was indexed, the log-odds of the role of sentences that state the aspect, and which words of
the aspect's description the sentence has. Without roles, its similarity to the descriptions of all
aspects takes their place. The paper states the aspect if its best sentence reaches the threshold.

Fitted by `python -m eval.fit aspect`; figures in docs/decisions/0009.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.aspects import KNOWN_ASPECTS, Aspect
from rag.decisions.logistic import LogisticModel, load
from rag.decisions.telling_words import telling_places
from rag.index.library import Library
from rag.index.vectors.read_paper import ReadPaper
from rag.models.embedding.tokens import signs_of
from rag.query.query import QueryText
from rag.retrieval.maxsim import Similarities, similarities
from rag.text.sentences.reporting import reports
from rag.text.sentences.sentences import trim
from rag.types import Paper, Span

_WEIGHED = ("gist", "background")  # roles that weigh for or against every aspect


@dataclass(frozen=True, slots=True)
class AspectSentence:
    """A sentence with its features: ``features`` for all aspects, ``own`` by aspect id.

    ``places`` are the offsets of the words that speak most for an aspect, by its id.
    """

    span: Span
    features: Mapping[str, float]
    own: Mapping[str, Mapping[str, float]]
    places: Mapping[str, int]

    def for_aspect(self, aspect: Aspect) -> dict[str, float]:
        """The features of the decision on a known aspect."""
        return {**self.features, **self.own[aspect.id]}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with its margin: log-odds minus the threshold; it states the aspect from 0 on.

    ``place`` is the offset in the sentence of the words that speak most for the aspect.
    """

    span: Span
    margin: float
    place: int = 0


class AspectRanker:
    """Finds the sentences that state aspects. Safe to share among threads."""

    def __init__(
        self,
        library: Library,
        models: Mapping[str, LogisticModel] = MappingProxyType({}),
        aspects: Sequence[Aspect] = KNOWN_ASPECTS,
    ) -> None:
        """Rank for the known ``aspects``; ``models``, by their ids, replace the fitted ones."""
        self._library = library
        self._roles = library.embedder.roles
        self._aspects = aspects
        self._models = models
        described = {aspect.id: aspect.description for aspect in aspects}
        self._terms = {name: sorted(library.terms_of(of)) for name, of in described.items()}
        # An encoder that reads roles has no need of what a sentence means.
        self._asked = (
            {} if self._roles else {name: QueryText(library, of) for name, of in described.items()}
        )

    def rank(
        self, papers: Sequence[Paper], aspects: Sequence[Aspect]
    ) -> dict[tuple[str, str], list[Ranked]]:
        """By paper id and aspect id: the paper's sentences, best first. Statements are skipped."""
        found: dict[tuple[str, str], list[Ranked]] = {}
        known = [aspect for aspect in aspects if aspect.kind == "known"]
        sentences_of = self.sentences_of(papers) if known else {}
        for paper_id, sentences in sentences_of.items():
            for aspect in known:
                model = self._models.get(aspect.id) or self._fitted(aspect.id)
                found[paper_id, aspect.id] = rank_sentences(sentences, aspect, model)
        for aspect in aspects:
            if aspect.kind == "own":
                for paper_id, ranked in self._rank_own(papers, aspect).items():
                    found[paper_id, aspect.id] = ranked
        return found

    def sentences_of(self, papers: Sequence[Paper]) -> dict[str, list[AspectSentence]]:
        """The sentences of these papers by paper id, in order, each with its features.

        Those that address the reader are left out.
        """
        read = self._library.tokens.of([paper.paper_id for paper in papers])
        meaning: dict[str, dict[str, Similarities]] = {paper_id: {} for paper_id in read}
        for name, question in self._asked.items():
            for paper_id, similar in similarities(question, read):
                meaning[paper_id][name] = similar
        return {
            paper.paper_id: self._with_features(
                paper, read[paper.paper_id], meaning[paper.paper_id]
            )
            for paper in papers
        }

    def _with_features(
        self, paper: Paper, read: ReadPaper, meaning: Mapping[str, Similarities]
    ) -> list[AspectSentence]:
        """One paper's sentences; similarities have shape (sentences,)."""
        spans = [trim(span) for span in read.sentences(paper.abstract)]
        if not spans:
            return []
        roles = dict(zip(self._roles, read.roles.T.astype(float), strict=True))
        scores = roles or {name: similar["maxsim"] for name, similar in meaning.items()}
        shared = {
            "place": np.arange(len(spans)) / max(1, len(spans) - 1),
            **{name: roles[name] for name in _WEIGHED if roles},
            **{f"maxsim {name}": similar["maxsim"] for name, similar in meaning.items()},
            **{f"cosine {name}": similar["cosine"] for name, similar in meaning.items()},
        }
        own = {}
        for aspect in self._aspects:
            score = scores[aspect.role if roles else aspect.id]
            own[aspect.id] = {
                "score": score,
                "behind": score.max() - score,  # the paper's best sentence
            }
        terms = [self._library.terms_of(span.text) for span in spans]
        places = telling_places(read, self._words(read))
        return [
            AspectSentence(
                span,
                _at(i, shared),
                {a.id: _at(i, own[a.id]) | self._has(a, terms[i]) for a in self._aspects},
                {a.id: int(at * len(span.text)) for a, at in zip(self._aspects, of, strict=True)},
            )
            for i, (span, of) in enumerate(zip(spans, places, strict=True))
            if span.text and reports(span.text, paper.abstract)
        ]

    def _has(self, aspect: Aspect, terms: frozenset[str]) -> dict[str, float]:
        """Which terms of the aspect's description a sentence has: 1, or else 0."""
        return {f"has {term}": float(term in terms) for term in self._terms[aspect.id]}

    def _words(self, read: ReadPaper) -> NDArray[np.float32]:
        """How much each token speaks for each aspect; shape (tokens, aspects)."""
        if not read.bits.size:
            return np.zeros((0, len(self._aspects)), dtype=np.float32)
        if self._roles:
            signs = signs_of(read.bits, 8 * read.bits.shape[1])
            each = np.arange(len(signs))[:, None] + (0, 1)
            columns = [self._roles.index(aspect.role) for aspect in self._aspects]
            states = signs / np.sqrt(np.float32(signs.shape[1]))
            return self._library.embedder.read_roles(states, each)[:, columns]
        vectors = np.stack([question.vector for question in self._asked.values()])
        return signs_of(read.bits, vectors.shape[1]) @ vectors.T

    def _fitted(self, name: str) -> LogisticModel:
        return load(f"aspect_{name}", plain=not self._roles)

    def _rank_own(self, papers: Sequence[Paper], aspect: Aspect) -> dict[str, list[Ranked]]:
        """Rank sentences for the reader's own aspect, which is asked as a question."""
        question = QueryText(self._library, aspect.description)
        scored = score_sentences(question, [paper.paper_id for paper in papers])
        found: dict[str, list[Ranked]] = {}
        model = self._fitted("own")
        for item in scored:
            margin = model.log_odds(own_aspect_features(item)) - model.threshold
            found.setdefault(item.paper.paper_id, []).append(Ranked(item.span, margin))
        return {i: sorted(ranked, key=lambda r: -r.margin) for i, ranked in found.items()}


def _at(place: int, columns: Mapping[str, NDArray[np.floating]]) -> dict[str, float]:
    return {name: float(of[place]) for name, of in columns.items()}


def rank_sentences(
    sentences: Sequence[AspectSentence], aspect: Aspect, model: LogisticModel
) -> list[Ranked]:
    """One paper's sentences for a known aspect, best first."""
    ranked = [
        Ranked(
            sentence.span,
            model.log_odds(sentence.for_aspect(aspect)) - model.threshold,
            sentence.places[aspect.id],
        )
        for sentence in sentences
    ]
    return sorted(ranked, key=lambda item: (-item.margin, item.span.start))


def own_aspect_features(item: ScoredSentence) -> dict[str, float]:
    """The features of the decision on a reader's own aspect; scores 0 to 1, cosines -1 to 1."""
    return {
        "score": item.score,
        "cosine": item.cosine,
        "term_coverage": item.term_coverage,
        "maxsim": item.features["maxsim"],
        "reverse_maxsim": item.features["reverse_maxsim"],
    }

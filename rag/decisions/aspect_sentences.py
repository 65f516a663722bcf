"""Selects the sentence of an abstract that states an aspect, for a comparison's cell.

There is one fitted decision per aspect. Its features are the sentence's cue words, its place in the
abstract, and its similarity in meaning to the aspect's description. The paper states the aspect if
its best sentence reaches the threshold.

Fitted by `python -m eval.fit aspect`; figures in docs/decisions/0009.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.aspects import ASPECTS, Aspect
from rag.decisions.cues import cues_in
from rag.decisions.logistic import LogisticModel, load
from rag.index.library import Library
from rag.retrieval.maxsim import Similarities, similarities
from rag.retrieval.query.query import QueryText
from rag.text.imperatives import addresses_reader
from rag.text.sentences import trim
from rag.types import Paper, Span

# Each of these has a second feature, "_own": the cue comes after the paper turns to its own work.
_OWN_CUES = (
    "novel unlike first_of than future own_limit counterpart overtakes dataset modality better "
    "shows"
).split()


_MODELS = {aspect.id: load(f"aspect_{aspect.id}") for aspect in ASPECTS}
_OWN_ASPECT = load("aspect_own")


@dataclass(frozen=True, slots=True)
class AspectSentence:
    """A sentence with its features: ``features`` for all aspects, ``meaning`` by aspect id.

    ``meaning`` is the similarity to the aspect's description: cosine and MaxSim.
    """

    span: Span
    features: Mapping[str, float]
    meaning: Mapping[str, Mapping[str, float]]

    def for_aspect(self, aspect: Aspect) -> dict[str, float]:
        """The features of the decision on a known aspect."""
        return {k: self.features[k] for k in aspect.features} | dict(self.meaning[aspect.id])


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with its margin: log-odds minus the threshold; it states the aspect from 0 on."""

    span: Span
    margin: float


class AspectRanker:
    """Finds the sentences that state aspects. Safe to share among threads."""

    def __init__(
        self,
        library: Library,
        models: Mapping[str, LogisticModel] = _MODELS,
        aspects: Sequence[Aspect] = ASPECTS,
    ) -> None:
        """Rank for the known ``aspects``, by their descriptions; ``models`` are theirs, by id."""
        self._library = library
        self._models = models
        self._asked = {aspect.id: QueryText(library, aspect.description) for aspect in aspects}

    def rank(
        self, papers: Sequence[Paper], aspects: Sequence[Aspect]
    ) -> dict[tuple[str, str], list[Ranked]]:
        """By paper id and aspect id: the paper's sentences, best first. Statements are skipped."""
        found: dict[tuple[str, str], list[Ranked]] = {}
        known = [aspect for aspect in aspects if aspect.kind == "known"]
        sentences_of = self.sentences_of(papers) if known else {}
        for paper_id, sentences in sentences_of.items():
            for aspect in known:
                model = self._models[aspect.id]
                found[paper_id, aspect.id] = rank_sentences(sentences, aspect, model)
        for aspect in aspects:
            if aspect.kind == "own":
                for paper_id, ranked in self._rank_own(papers, aspect).items():
                    found[paper_id, aspect.id] = ranked
        return found

    def sentences_of(self, papers: Sequence[Paper]) -> dict[str, list[AspectSentence]]:
        """The sentences of these papers by paper id, in order, each with its features."""
        read = self._library.tokens.of([paper.paper_id for paper in papers])
        meaning: dict[str, dict[str, Similarities]] = {paper_id: {} for paper_id in read}
        for name, question in self._asked.items():
            for paper_id, similar in similarities(question, read):
                meaning[paper_id][name] = similar
        return {
            paper.paper_id: _with_features(
                read[paper.paper_id].sentences(paper.abstract), meaning[paper.paper_id]
            )
            for paper in papers
        }

    def _rank_own(self, papers: Sequence[Paper], aspect: Aspect) -> dict[str, list[Ranked]]:
        """Rank sentences for the reader's own aspect, which is asked as a question."""
        question = QueryText(self._library, aspect.description)
        scored = score_sentences(question, [paper.paper_id for paper in papers])
        found: dict[str, list[Ranked]] = {}
        for item in scored:
            margin = _OWN_ASPECT.log_odds(own_aspect_features(item)) - _OWN_ASPECT.threshold
            found.setdefault(item.paper.paper_id, []).append(Ranked(item.span, margin))
        return {i: sorted(ranked, key=lambda r: -r.margin) for i, ranked in found.items()}


def _with_features(
    whole: Sequence[Span], meaning: Mapping[str, Similarities]
) -> list[AspectSentence]:
    """One paper's sentences, without those that address the reader."""
    spans = [trim(span) for span in whole]
    return [
        AspectSentence(
            span,
            found,
            {
                name: {key: float(similar[key][i]) for key in ("cosine", "maxsim")}
                for name, similar in meaning.items()
            },
        )
        for i, (span, found) in enumerate(zip(spans, sentence_features(spans), strict=True))
        if span.text and not addresses_reader(span.text)
    ]


def rank_sentences(
    sentences: Sequence[AspectSentence], aspect: Aspect, model: LogisticModel
) -> list[Ranked]:
    """One paper's sentences for a known aspect, best first."""
    ranked = [
        Ranked(sentence.span, model.log_odds(sentence.for_aspect(aspect)) - model.threshold)
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


def sentence_features(spans: Sequence[Span]) -> list[dict[str, float]]:
    """The features but meaning of each sentence of an abstract, in order; each 0 to 1. Pure."""
    cues = [cues_in(span.text) for span in spans]
    turns = [i for i, c in enumerate(cues) if c["we_propose"] or c["coin"] or c["this_paper"]]
    turn = turns[0] if turns else 0  # the first sentence on the paper's own work
    last = len(spans) - 1
    nothing = dict.fromkeys(cues_in(""), 0.0)
    found = []
    for i, own in enumerate(cues):
        before = cues[i - 1] if i else nothing
        place = {
            "last": float(i == last),
            "place": i / last if last else 0.0,
            "before_own": float(i < turn),
            "opens_own": float(i == turn),
            "just_before": float(i == turn - 1),
        }
        joint = {f"{name}_own": own[name] * float(i >= turn) for name in _OWN_CUES} | {
            "we_propose_before": before["we_propose"],
            "fault_before": before["fault"],
            "fault_before_own": own["fault"] * float(i < turn),
            "overtakes_counterpart": own["overtakes"] * own["counterpart"],
            "own_limit_last": own["own_limit"] * float(i == last),
        }
        found.append({**own, **place, **joint})
    return found

"""Which sentence of an abstract states an aspect, if any: a fitted decision an aspect.

A sentence is weighed by its cue words, by where it stands, and by how near it is in meaning to
what the aspect asks. The paper states the aspect where its best sentence reaches the threshold.
Fitted by `python -m eval.fit aspect`; figures in docs/decisions/0009.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.decisions.aspects import ASPECTS, Aspect
from rag.decisions.cues import cues_in
from rag.decisions.evidence import Scored, score_sentences
from rag.decisions.logistic import LogisticModel, load
from rag.index.dense import VectorRecord
from rag.index.library import Library
from rag.models.tokens import PackedTokens
from rag.retrieval.focus import Focus, term_weights
from rag.retrieval.maxsim import maxsim
from rag.text.imperatives import addresses_reader
from rag.text.sentences import trim
from rag.types import Paper, Span

# What is weighed for each aspect; "own" marks a cue that stands after the paper turns to itself.
_FEATURES = {
    "problem": "turn fault unknown earlier we_propose our_method we before_own opens_own "
    "just_before place shows fault_before_own has_been fault_before",
    "approach": "we_propose coin this_paper our_method works step shows better before_own "
    "opens_own place url experiments we_propose_before has_been earlier metric",
    "what is new": "novel first_of unlike contribution we_propose coin before_own opens_own "
    "novel_own unlike_own first_of_own shows we earlier",
    "data or modality": "dataset modality subjects named_set used_on number dataset_own "
    "modality_own before_own we we_propose url place",
    "reported result": "shows we_show better experiments metric number before_own shows_own "
    "better_own place last we_propose opens_own works step outlook url",
    "baseline": "than overtakes counterpart sota before_own overtakes_counterpart than_own "
    "counterpart_own overtakes_own better_own metric we_propose experiments shows earlier",
    "code or project": "url release provide_for last place",
    "limitation or open question": "future own_limit unknown outlook place last before_own turn "
    "future_own own_limit_own own_limit_last shows",
}
_OWN_CUES = (
    "novel unlike first_of than future own_limit counterpart overtakes dataset modality better "
    "shows"
).split()


# Shorter names of aspects, for the files of their models.
_SHORT = {
    "what is new": "novelty",
    "data or modality": "data",
    "reported result": "result",
    "code or project": "code",
    "limitation or open question": "limit",
}


def model_name(aspect: Aspect) -> str:
    """The name of an aspect's model in `weights/`."""
    return f"aspect_{_SHORT.get(aspect.name, aspect.name)}"


_ASPECT_MODELS = {aspect.name: load(model_name(aspect)) for aspect in ASPECTS}
_OWN_ASPECT = load("aspect_own")


@dataclass(frozen=True, slots=True)
class AspectSentence:
    """A sentence with its features: those of any aspect, and its meaning by the aspect's name."""

    span: Span
    features: Mapping[str, float]
    meaning: Mapping[str, Mapping[str, float]]

    def for_aspect(self, name: str) -> dict[str, float]:
        """What is weighed for one of the eight aspects."""
        return {k: self.features[k] for k in _FEATURES[name].split()} | dict(self.meaning[name])


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with its log odds over the threshold: from 0 on it states the aspect."""

    span: Span
    margin: float


class AspectRanker:
    """Finds the sentences for aspects. Keeps what the eight ask for; safe to share."""

    def __init__(
        self, library: Library, models: Mapping[str, LogisticModel] = _ASPECT_MODELS
    ) -> None:
        self._library = library
        self._models = models
        self._asked = {aspect.name: library.embedder.ask(aspect.description) for aspect in ASPECTS}

    def rank(
        self, papers: Sequence[Paper], aspects: Sequence[Aspect]
    ) -> dict[tuple[str, str], list[Ranked]]:
        """By paper id and aspect, statements left out: the paper's sentences, best first."""
        found: dict[tuple[str, str], list[Ranked]] = {}
        known = [aspect.name for aspect in aspects if aspect.kind == "known"]
        sentences_of = self.sentences_of(papers) if known else {}
        for paper_id, of_paper in sentences_of.items():
            for name in known:
                found[paper_id, name] = rank_sentences(of_paper, name, self._models[name])
        for aspect in aspects:
            if aspect.kind == "own":
                for paper_id, ranked in self._rank_own(papers, aspect).items():
                    found[paper_id, aspect.name] = ranked
        return found

    def sentences_of(self, papers: Sequence[Paper]) -> dict[str, list[AspectSentence]]:
        """The sentences of these papers by paper id, in order, each with its features."""
        ids = [paper.paper_id for paper in papers]
        records: dict[str, list[VectorRecord]] = {paper_id: [] for paper_id in ids}
        for record in self._library.dense.sentences_of(ids):
            records[record.paper_id].append(record)
        pieces = self._library.tokens.of(ids)
        return {
            # A paper without an abstract has neither sentences nor pieces.
            paper_id: self._see(of_paper, pieces[paper_id]) if of_paper else []
            for paper_id, of_paper in records.items()
        }

    def _see(self, records: Sequence[VectorRecord], pieces: PackedTokens) -> list[AspectSentence]:
        ordered = sorted(records, key=lambda record: record.span.start)
        spans = [trim(record.span) for record in ordered]
        cosines = {n: pieces.cosines(tokens.states) for n, (_, tokens) in self._asked.items()}
        sentences_of = []
        for record, span, found in zip(ordered, spans, sentence_features(spans), strict=True):
            if not span.text or addresses_reader(span.text):
                continue
            inside = pieces.within(record.span.start, record.span.end)
            meaning = {
                name: {
                    "cosine": float(record.vector @ vector),
                    "maxsim": maxsim(cosines[name][:, inside]),
                }
                for name, (vector, _) in self._asked.items()
            }
            sentences_of.append(AspectSentence(span, found, meaning))
        return sentences_of

    def _rank_own(self, papers: Sequence[Paper], aspect: Aspect) -> dict[str, list[Ranked]]:
        """The reader's own aspect is a question that is asked of each paper."""
        focus = own_focus(self._library, aspect.description)
        scored = score_sentences(self._library, focus, [paper.paper_id for paper in papers])
        found: dict[str, list[Ranked]] = {}
        for item in scored:
            margin = _OWN_ASPECT.log_odds(own_aspect_features(item)) - _OWN_ASPECT.threshold
            found.setdefault(item.paper.paper_id, []).append(Ranked(item.span, margin))
        return {i: sorted(ranked, key=lambda r: -r.margin) for i, ranked in found.items()}


def rank_sentences(
    sentences_of: Sequence[AspectSentence], aspect: str, decide: LogisticModel
) -> list[Ranked]:
    """One paper's sentences for one of the eight aspects, best first."""
    ranked = [
        Ranked(sight.span, decide.log_odds(sight.for_aspect(aspect)) - decide.threshold)
        for sight in sentences_of
    ]
    return sorted(ranked, key=lambda item: (-item.margin, item.span.start))


def own_focus(library: Library, text: str) -> Focus:
    """An aspect in the reader's words, as what is asked of a paper."""
    weights = term_weights(library, text)
    return Focus(text, *library.embedder.ask(text), weights, weights)


def own_aspect_features(item: Scored) -> dict[str, float]:
    """What says whether a sentence answers an aspect in words at all; each 0 to 1."""
    return {
        "score": item.score,
        "cosine": item.cosine,
        "term_coverage": item.term_coverage,
        "maxsim": item.features["maxsim"],
        "reverse_maxsim": item.features["reverse_maxsim"],
    }


def sentence_features(spans: Sequence[Span]) -> list[dict[str, float]]:
    """Every feature but meaning of one abstract's sentences; each is 0 to 1. Pure."""
    cues = [cues_in(span.text) for span in spans]
    turns = [i for i, c in enumerate(cues) if c["we_propose"] or c["coin"] or c["this_paper"]]
    turn = turns[0] if turns else 0  # where the paper comes to speak of itself
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

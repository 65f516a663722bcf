"""Which reported values a question for an extreme asks for: by role, name, meaning and topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.answering.selecting.reported_values import ReportedValue, values_in
from rag.decisions.answer_sentences import score_sentences
from rag.index.library import Library
from rag.models.embedding.tokens import TokenStates, cosines, signs_of
from rag.query.extremes import Extreme
from rag.query.query import QueryText
from rag.query.terms import term_weights
from rag.text.names.coined_names import coined_words, name_matches
from rag.text.quantities.measurements import Measurement
from rag.text.words import fold, words_of

# The relevance of a value is the sum of two cosines: of its metric with what is asked, and the
# MaxSim of its sentence. Fixed on the questions of eval/questions/superlative.jsonl whose split is
# "dev", and on sixty about the reader data's abstracts, by reading what they found.
RELEVANT = 0.80
_SAME_UNIT = 0.15  # added if the question names the unit
_IMPLIED = 0.60  # weight of what an adjective measures ("best": accuracy), if more may be meant
_MOST_WEIGHED = 40
# Cosines of a question's token with metrics below which it belongs to the topic; how much of it
# there must be; and how much less of the topic a paper may have than the best one.
_NO_METRIC = 0.60
_LEAST_TOPIC = 0.30
_TOPIC_MARGIN = 0.25


class Phrases:
    """The token states of short texts, each read once."""

    def __init__(self, library: Library) -> None:
        self._embedder = library.embedder
        self._read: dict[str, TokenStates] = {}

    def read(self, texts: Sequence[str]) -> None:
        """Read those that are new, in one pass."""
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        if new:
            self._read.update(zip(new, self._embedder.embed_tokens(new), strict=True))

    def tokens(self, text: str) -> TokenStates:
        """The tokens of a text that was read."""
        return self._read[text]

    def cosine(self, one: str, other: str) -> float:
        """The cosine of the mean tokens of two texts that were read; 0 if one has none."""
        means = [self._read[text].states.sum(axis=0) for text in (one, other)]
        lengths = float(np.linalg.norm(means[0]) * np.linalg.norm(means[1]))
        return float(means[0] @ means[1]) / lengths if lengths else 0.0


def phrase_of(one: ReportedValue) -> str:
    """The metric of a value in words, or else the value itself."""
    return one.measured.metric or one.said


def relevant_values(
    question: QueryText,
    asked: Extreme,
    papers: Sequence[str],
    phrases: Phrases,
    least: float = RELEVANT,
) -> list[ReportedValue]:
    """The values of these papers that are asked for, with their relevance, in no order.

    Those whose relevance is under ``least`` are left out.
    """
    found = [v for v in values_in(question.library, papers) if _may_answer(v.measured, asked)]
    found = _weighed(question, asked, _of_named(question, asked, found), phrases)
    found = [one for one in found if one.relevance >= least]
    return _on_topic(question, asked, found, papers, phrases)


def _may_answer(measured: Measurement, asked: Extreme) -> bool:
    """Whether a measurement has the role, the direction and the unit that are asked for."""
    if asked.unit is not None and measured.unit != asked.unit:
        return False
    if asked.change is not None and (measured.role == "change") != asked.change:
        return False
    # "Two datasets" is no answer to a question for the largest one, nor a count to one for a rate.
    if not asked.counts and (_is_spelled(measured) or (asked.of_rate and measured.counts)):
        return False
    return measured.sign * asked.change_sign >= 0


def _is_spelled(measured: Measurement) -> bool:
    return measured.unit is None and measured.raw.isalpha()


def _of_named(
    question: QueryText, asked: Extreme, found: Sequence[ReportedValue]
) -> list[ReportedValue]:
    """Those of papers, and on data sets, that the question names, in whatever case."""
    settings = {
        part
        for c in found
        for m in name_matches(c.measured.setting)
        for part in m.group().split("-")
    }
    folded = {fold(name): name for name in settings if len(name) > 1}
    words = {folded[w] for w in words_of(question.text) if w in folded}
    names = {part for name in asked.names for part in coined_words(name)} | words
    data = {name for name in names if any(name in other for other in settings)}

    def fits(one: ReportedValue) -> bool:
        paper = question.library.by_id[one.paper_id]
        text = f"{paper.title} {paper.abstract}"
        if not all(name in text for name in names):
            return False
        on = [m.group() for m in name_matches(one.measured.setting)]
        return not (data and on) or any(name in other for other in on for name in data)

    return [one for one in found if fits(one)]


def _weighed(
    question: QueryText, asked: Extreme, found: Sequence[ReportedValue], phrases: Phrases
) -> list[ReportedValue]:
    """With their relevance: how near the metric is to what is asked, and the sentence to all.

    Only those of the nearest sentences are weighed.
    """
    papers = list(dict.fromkeys(one.paper_id for one in found))
    near = {
        (s.paper.paper_id, s.span.start): s.features["maxsim_with_title"]
        for s in score_sentences(question, papers)
    }
    placed = [(near.get((one.paper_id, one.span.start), 0.0), one) for one in found]
    placed = sorted(placed, key=lambda pair: -pair[0])[:_MOST_WEIGHED]
    bonus = _SAME_UNIT if asked.unit else 0.0
    nearest = [one for _, one in placed]
    similar = _metric_similarity(question, asked, nearest, phrases)
    return [
        replace(one, relevance=metric + sentence + bonus)
        for (sentence, one), metric in zip(placed, similar, strict=True)
    ]


def _metric_similarity(
    question: QueryText, asked: Extreme, found: Sequence[ReportedValue], phrases: Phrases
) -> list[float]:
    """How near in meaning each metric, alone or with its setting, is to what is asked."""
    pairs = [(phrase_of(one), f"{phrase_of(one)} {one.measured.setting}".strip()) for one in found]
    asking = [question.text, " ".join(asked.words) or question.text]
    phrases.read([*asking, asked.dimension, *(text for pair in pairs for text in pair)])
    similar = []
    for pair in pairs:
        named = max(phrases.cosine(text, asks) for text in pair for asks in asking)
        implied = max(phrases.cosine(text, asked.dimension) for text in pair)
        similar.append(implied if asked.only_dimension else max(named, _IMPLIED * implied))
    return similar


def _on_topic(
    question: QueryText,
    asked: Extreme,
    found: Sequence[ReportedValue],
    papers: Sequence[str],
    phrases: Phrases,
) -> list[ReportedValue]:
    """Those of papers that are about what the question names besides the metric.

    Of the tokens of its topic those count that no metric resembles ("fake audio detection" in a
    question for the best F1), the rarer the more; a paper is on the topic if it has them about as
    well as any paper.
    """
    library, topic = question.library, " ".join(asked.topic)
    phrases.read([topic])
    tokens = phrases.tokens(topic)
    if not found or not len(tokens.states):
        return list(found)
    metrics = [phrases.tokens(phrase_of(one)) for one in found]
    metrics.append(phrases.tokens(asked.dimension))
    near = [(tokens.states @ one.states.T).max(axis=1) for one in metrics if len(one.states)]
    weights = np.maximum(0.0, _NO_METRIC - np.max(near, axis=0))
    if weights.sum() < _LEAST_TOPIC:
        return list(found)
    weights *= [_rarity(library, topic, offset) for offset, _ in tokens.offsets]
    weights /= weights.sum()
    about: Mapping[str, float] = {
        paper_id: float(_nearest(paper.bits, tokens) @ weights)
        for paper_id, paper in library.tokens.of(papers).items()
    }
    least = max(about.values()) - _TOPIC_MARGIN
    return [one for one in found if about[one.paper_id] >= least]


def _nearest(bits: NDArray[np.uint8], tokens: TokenStates) -> NDArray[np.float32]:
    """The cosine of each token of a text with the nearest one of a paper."""
    near = cosines(signs_of(bits, tokens.states.shape[1]), tokens.states)
    return np.asarray(near.max(axis=0, initial=0.0))


def _rarity(library: Library, text: str, offset: int) -> float:
    """The highest inverse document frequency of the word at an offset."""
    start = text.rfind(" ", 0, offset) + 1
    word = text[start:].split(" ", 1)[0]
    return max(term_weights(library, word).values(), default=0.1)

"""Questions about a paper as a whole, or about one of its aspects: "Summarise it", "its limits?".

Such a question has no word in common with the sentences that answer it. They are found by the
aspect that they state, as the cells of a comparison are (rag/decisions/aspect_sentences.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.decisions.aspect_sentences import AspectRanker, Ranked
from rag.decisions.aspects import APPROACH, ASPECTS, GIST, PROBLEM, RESULT, Aspect
from rag.decisions.logistic import sigmoid
from rag.query.mentions import Mention, without_names, without_titles
from rag.text.lexicons import lexicon
from rag.types import Evidence, Paper

# A question is of this kind if it has only these words and those of an aspect.
_GENERAL = lexicon(
    "articles",
    "pronouns",
    "auxiliaries",
    "modals",
    "asking_words",
    "paper_words",
    "whole_paper",
)
# Beside the word of an aspect these say nothing either: "and what data did they use?".
_BESIDE_ASPECT = _GENERAL | lexicon("conjunctions") | {"use", "used", "uses", "trained", "tried"}
_ASPECT_OF = {word: aspect for aspect in ASPECTS for word in aspect.asked_by}
_WHOLE = (GIST, APPROACH, PROBLEM, RESULT)


def aspects_asked(question: str, mentions: Sequence[Mention]) -> tuple[Aspect, ...]:
    """The aspects that a question asks of the papers it names; empty for any other question.

    A question that names a paper by its title, but no aspect, asks for the paper as a whole. One
    that names it by a word of its abstract ("What is GPSA?") asks about that word.
    """
    by_title = _aspects_in(without_titles(question, mentions))
    if by_title == ():
        return _WHOLE
    return by_title or _aspects_in(without_names(question, mentions)) or ()


def aspects_named(message: str) -> tuple[Aspect, ...]:
    """The aspects that a message has a word for, whatever else it asks: "and its limits?"."""
    words = re.findall(r"[a-z]+", message.lower())
    return tuple(dict.fromkeys(_ASPECT_OF[word] for word in words if word in _ASPECT_OF))


def _aspects_in(rest: str) -> tuple[Aspect, ...] | None:
    """The aspects that are named, perhaps none; None if the question asks something else."""
    asked = re.findall(r"[a-z]+", re.sub(r"['’]s\b", "", rest.lower()))
    found = tuple(dict.fromkeys(_ASPECT_OF[word] for word in asked if word in _ASPECT_OF))
    general = _BESIDE_ASPECT if found else _GENERAL
    return found if asked and general.union(_ASPECT_OF).issuperset(asked) else None


def quote_aspects(
    aspect_ranker: AspectRanker, papers: Sequence[Paper], aspects: Sequence[Aspect], most: int = 1
) -> list[Evidence]:
    """For each paper and aspect the ``most`` sentences that state it best, paper by paper.

    Numbered from 1. The score is the probability that the sentence states the aspect, 0 to 1.
    """
    ranking = aspect_ranker.rank(papers, aspects)
    found: list[Evidence] = []
    for paper in papers:
        for aspect in aspects:
            for best in ranking.get((paper.paper_id, aspect.id), [])[:most]:
                known = any(item.paper == paper and item.span == best.span for item in found)
                if best.margin >= 0 and not known:
                    found.append(Evidence(len(found) + 1, paper, best.span, _probability(best)))
    return found


def quote_gists(aspect_ranker: AspectRanker, papers: Sequence[Paper]) -> list[Evidence]:
    """The sentence of each paper that most likely says what it does or finds, paper by paper.

    Numbered from 1. The score is the probability that the sentence says so, 0 to 1.
    """
    ranking = aspect_ranker.rank(papers, [GIST])
    found = [(paper, ranking.get((paper.paper_id, GIST.id))) for paper in papers]
    best = [(paper, ranked[0]) for paper, ranked in found if ranked]
    return [
        Evidence(number, paper, first.span, _probability(first))
        for number, (paper, first) in enumerate(best, start=1)
    ]


def _probability(ranked: Ranked) -> float:
    return round(sigmoid(ranked.margin), 4)

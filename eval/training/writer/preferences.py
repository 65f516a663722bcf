"""A second round: the adapter learns to prefer the written reply to its own mistakes.

Direct preference optimisation (Rafailov et al. 2023, arXiv:2305.18290, equation 7), with the loss
of the written reply beside it, so that the right one does not become less likely too.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from eval.training.writer.generating import reply_to
from eval.training.writer.tuning import Text

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the second round is trained."""

    beta: float = 0.1
    rate: float = 2e-5
    epochs: int = 1
    batch: int = 8  # pairs
    written: float = 0.2  # weight of the written reply's own loss
    temperature: float = 0.9  # at which mistakes are looked for
    seed: int = 0


def mistakes(model: Any, tokenizer: Any, file: Path, how: Preferences) -> list[tuple[Text, Text]]:
    """The written replies of a prepared file, each with a reply of the model that is wrong.

    Wrong is one that cites other sentences, answers where nothing does or the other way round, or
    has a number that the request has not.
    """
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    lines = [line for line in lines if line["kind"] not in ("rewrite", "cells")]
    prompts = [line["prompt"] for line in lines]
    torch.manual_seed(how.seed)
    said = reply_to(model, tokenizer, prompts, longest=200, temperature=how.temperature)
    found = []
    for line, reply in zip(lines, said, strict=True):
        if is_wrong(reply, line["reply"], line["prompt"]):
            prompt = tokenizer.encode(line["prompt"], add_special_tokens=False)
            right, wrong = (
                tokenizer.encode(f"{text}<|im_end|>", add_special_tokens=False)
                for text in (line["reply"], reply)
            )
            found.append((Text(prompt, right), Text(prompt, wrong)))
    return found


def is_wrong(reply: str, written: str, prompt: str) -> bool:
    """Whether a reply cites other sentences than the written one, or has a number of its own."""
    try:
        cited = _cited(reply)
    except (ValueError, KeyError, TypeError):
        return True
    alien = set(_NUMBER.findall(reply)) - set(_NUMBER.findall(prompt))
    return cited != _cited(written) or bool(alien)


def prefer(model: Any, pairs: Sequence[tuple[Text, Text]], how: Preferences) -> Any:
    """Train the adapter in place on pairs of a right and a wrong reply; how it went."""
    started = time.monotonic()
    rng = random.Random(how.seed)
    model.eval()
    with torch.no_grad():
        before = [[likelihood(model, [text]).item() for text in pair] for pair in pairs]
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=how.rate, weight_decay=0.0)
    log = []
    for _ in range(how.epochs):
        order = list(range(len(pairs)))
        rng.shuffle(order)
        for start in range(0, len(order), how.batch):
            batch = order[start : start + how.batch]
            right = likelihood(model, [pairs[at][0] for at in batch])
            wrong = likelihood(model, [pairs[at][1] for at in batch])
            reference = torch.tensor([before[at] for at in batch], device=right.device)
            margin = (right - reference[:, 0]) - (wrong - reference[:, 1])
            lengths = torch.tensor([len(pairs[at][0].reply) for at in batch], device=right.device)
            loss = -functional.logsigmoid(how.beta * margin).mean()
            loss = loss + how.written * (-right / lengths).mean()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            log.append((margin > 0).float().mean().item())
    tail = log[-max(1, len(log) // 4) :]
    seconds = round(time.monotonic() - started, 1)
    return {"pairs": len(pairs), "preferred": sum(tail) / len(tail), "seconds": seconds}


def likelihood(model: Any, texts: Sequence[Text]) -> Tensor:
    """The log-probability of each reply, shape (texts,)."""
    from eval.training.writer.tuning import padded

    device = next(model.parameters()).device
    tokens, labels = padded(texts, device)
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        logits = model(input_ids=tokens).logits
    each = functional.cross_entropy(
        logits[:, :-1].float().transpose(1, 2), labels[:, 1:], ignore_index=-100, reduction="none"
    )
    return -each.sum(1)


def _cited(reply: str) -> set[int]:
    return {number for claim in json.loads(reply)["claims"] for number in claim["sources"]}

"""Low-rank adaptation (LoRA, arXiv:2106.09685) of the pinned base, on the replies alone.

Runs where torch, transformers, peft and gguf are; nothing else of this project is needed. The base
is read from its GGUF file, so it is trained with the same rounded weights that it runs with.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

_IGNORED = -100  # the label of a token that is not to be learnt
_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the adapter is trained; one recipe and one seed always give the same batches."""

    rank: int = 8
    alpha: int = 16
    dropout: float = 0.05
    rate: float = 2e-4
    epochs: int = 3
    batch_tokens: int = 16_000
    warmup: float = 0.05  # of the steps
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A request in the model's own format, and the reply to learn; token ids."""

    prompt: list[int]
    reply: list[int]


def load_base(gguf: Path, device: str) -> tuple[Any, Any]:
    """The model and its tokenizer, from a GGUF file whose weights are rounded back to bfloat16."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder, name = str(gguf.parent), gguf.name
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    kind = torch.bfloat16 if device == "cuda" else torch.float32
    model: Any = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=kind)
    return model.to(device), tokenizer


def with_adapter(model: Any, recipe: Recipe) -> Any:
    """The model with a new adapter on all linear layers, in float32; nothing else is trained."""
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        target_modules=_LINEAR,
        task_type="CAUSAL_LM",
    )
    adapted = get_peft_model(model, config)
    for parameter in adapted.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    return adapted


def texts_of(tokenizer: Any, file: Path) -> list[Text]:
    """The lines of a prepared file: {"prompt", "reply", ...}, in the model's own format."""
    found = []
    for line in file.read_text("utf-8").splitlines():
        raw = json.loads(line)
        prompt = tokenizer.encode(raw["prompt"], add_special_tokens=False)
        reply = tokenizer.encode(raw["reply"] + "<|im_end|>", add_special_tokens=False)
        found.append(Text(prompt, reply))
    return found


def train(model: Any, texts: Sequence[Text], recipe: Recipe, held: Sequence[Text] = ()) -> Any:
    """Train the adapter in place; the loss by epoch, and the seconds that it took.

    Raises FloatingPointError for a gradient that is no number.
    """
    started = time.monotonic()
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    epochs = [list(batches(texts, recipe.batch_tokens, rng)) for _ in range(recipe.epochs)]
    steps = sum(map(len, epochs))
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=recipe.rate, weight_decay=0.0)
    step, log = 0, []
    for epoch in epochs:
        model.train()
        total = 0.0
        for batch in epoch:
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate * _pace(step / steps, recipe.warmup)
            loss = reply_loss(model, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            norm = torch.nn.utils.clip_grad_norm_(trained, 1.0)
            if not torch.isfinite(norm):
                raise FloatingPointError(f"The gradient of step {step} is {norm.item()}.")
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            total, step = total + loss.item(), step + 1
        log.append({"trained": total / len(epoch), "held": mean_loss(model, held, recipe)})
        print(json.dumps({"step": step, **log[-1]}), flush=True)
    return {"recipe": asdict(recipe), "log": log, "seconds": round(time.monotonic() - started, 1)}


def mean_loss(model: Any, texts: Sequence[Text], recipe: Recipe) -> float | None:
    """The mean cross-entropy of the replies' tokens; None without texts."""
    if not texts:
        return None
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for batch in batches(texts, recipe.batch_tokens, random.Random(0)):
            tokens = sum(len(text.reply) for text in batch)
            total, count = total + reply_loss(model, batch).item() * tokens, count + tokens
    return total / count


def reply_loss(model: Any, batch: Sequence[Text]) -> Tensor:
    """The mean cross-entropy of the tokens of the batch's replies."""
    device = next(model.parameters()).device
    tokens, labels = padded(batch, device)
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        logits = model(input_ids=tokens).logits
    return functional.cross_entropy(
        logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten(), ignore_index=_IGNORED
    )


def padded(batch: Sequence[Text], device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Token ids and labels, padded on the right; each (texts, tokens).

    No mask is needed: no token sees what comes after it, and what is padded is not learnt.
    """
    length = max(len(text.prompt) + len(text.reply) for text in batch)
    tokens = torch.zeros((len(batch), length), dtype=torch.long)
    labels = torch.full_like(tokens, _IGNORED)
    for row, text in enumerate(batch):
        ids = torch.tensor(text.prompt + text.reply)
        tokens[row, : len(ids)] = ids
        labels[row, len(text.prompt) : len(ids)] = ids[len(text.prompt) :]
    return tokens.to(device), labels.to(device)


def batches(texts: Sequence[Text], most_tokens: int, rng: random.Random) -> Iterator[list[Text]]:
    """Texts of about the same length together, in an order by chance."""
    ordered = sorted(texts, key=lambda t: len(t.prompt) + len(t.reply) + rng.random() * 40)
    batches: list[list[Text]] = [[]]
    for text in ordered:
        length = len(text.prompt) + len(text.reply)
        if batches[-1] and length * (len(batches[-1]) + 1) > most_tokens:
            batches.append([])
        batches[-1].append(text)
    rng.shuffle(batches)
    yield from batches


def _pace(done: float, warmup: float) -> float:
    """The share of the highest rate: a rise, then half a cosine down to a tenth."""
    if done < warmup:
        return (done + 1e-3) / warmup
    return 0.1 + 0.45 * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup)))

"""Replies of a model to prepared prompts, greedily and many at a time. Runs where torch is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch


def reply_to(
    model: Any,
    tokenizer: Any,
    prompts: Sequence[str],
    *,
    longest: int = 320,
    batch: int = 96,
    temperature: float = 0.0,
) -> list[str]:
    """One reply for each prompt, in order; the most likely one at temperature 0."""
    model.eval()
    tokenizer.padding_side = "left"
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    order = sorted(range(len(prompts)), key=lambda at: len(prompts[at]))
    replies = [""] * len(prompts)
    for start in range(0, len(order), batch):
        places = order[start : start + batch]
        read = tokenizer(
            [prompts[at] for at in places],
            return_tensors="pt",
            padding=True,
            add_special_tokens=False,
        ).to(next(model.parameters()).device)
        chance = {"do_sample": True, "temperature": temperature} if temperature else {}
        with (
            torch.no_grad(),
            torch.autocast("cuda", torch.bfloat16, enabled=torch.cuda.is_available()),
        ):
            made = model.generate(
                **read,
                max_new_tokens=longest,
                eos_token_id=end,
                pad_token_id=end,
                **({"do_sample": False} | chance),
            )
        said = tokenizer.batch_decode(
            made[:, read["input_ids"].shape[1] :], skip_special_tokens=True
        )
        for at, text in zip(places, said, strict=True):
            replies[at] = text
    return replies


def write_replies(model: Any, tokenizer: Any, file: Path, out: Path, **how: Any) -> None:
    """Reply to each line {"prompt", ...} of ``file``; writes the same lines with "said"."""
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    said = reply_to(model, tokenizer, [line["prompt"] for line in lines], **how)
    rows = [{**line, "said": text} for line, text in zip(lines, said, strict=True)]
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")

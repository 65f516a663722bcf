"""The written replies as plain texts in the model's own format, to travel to a GPU."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eval.reader.data import SPLITS
from eval.training.writer.examples import Example, load_examples
from rag.models.endpoints.chat import Message


def prepare(folder: Path) -> None:
    """Write train.jsonl, fit.jsonl and held_out.jsonl into ``folder``, and print their sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    examples = load_examples()
    for split in SPLITS:
        own = [example for example in examples if example.split == split]
        lines = [json.dumps(_line(example), ensure_ascii=False) for example in own]
        (folder / f"{split}.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        print(f"{split}: {len(own)} replies")


def in_chatml(messages: Sequence[Message]) -> str:
    """The messages as the base's chat template writes them, up to where its reply begins."""
    said = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
    return f"{said}<|im_start|>assistant\n"


def _line(example: Example) -> dict[str, str]:
    return {
        "kind": example.kind,
        "prompt": in_chatml(example.messages),
        "reply": example.reply,
    }

"""Teach the embedded model.

    python -m eval.training.writer prepare DATA
    python -m eval.training.writer train DATA --base BASE.gguf --out FOLDER [--set rank=8 epochs=3]
    python -m eval.training.writer prefer DATA --base BASE.gguf --adapter FOLDER --out FOLDER
    python -m eval.training.writer reply FILE --base BASE.gguf [--adapter FOLDER] --out FILE
    python -m eval.training.writer export FOLDER ADAPTER.gguf
    python -m eval.training.writer measure FOLDER [--adapter ADAPTER.gguf | --untaught] [--limit N]

`train`, `prefer` and `reply` need only torch, transformers, peft and gguf, and take minutes on a
GPU; the others need the project. `prepare` writes train.jsonl, fit.jsonl and held_out.jsonl into
DATA, and `measure` keeps an index in FOLDER.
"""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

from eval.training.writer.tuning import Recipe


def main() -> None:
    """The command line."""
    given = _parser().parse_args()
    if given.verb == "prepare":
        from eval.training.writer.prepare import prepare

        prepare(given.data)
    elif given.verb == "export":
        from eval.training.writer.to_gguf import to_gguf

        print(to_gguf(given.folder, given.file))
    elif given.verb == "measure":
        _measure(given)
    elif given.verb == "train":
        _train(given)
    elif given.verb == "prefer":
        _prefer(given)
    else:
        _reply(given)


def _measure(given: argparse.Namespace) -> None:
    from eval.training.writer.measure import measure, show
    from rag.models.local.adapter import ADAPTER
    from rag.models.local.embedded import EmbeddedModel, EmbeddedServer
    from rag.models.local.weights import EMBEDDED_MODELS
    from rag.settings import Settings

    adapter = None if given.untaught else given.adapter or ADAPTER
    server = EmbeddedServer(EMBEDDED_MODELS[0], Settings().models, adapter=adapter)
    with closing(EmbeddedModel(server)) as chat:
        print(show(measure(chat, given.folder, given.limit)))


def _train(given: argparse.Namespace) -> None:
    from eval.training.writer.tuning import load_base, texts_of, train, with_adapter

    recipe = _set(given.set)
    model, tokenizer = load_base(given.base, given.device)
    adapted = with_adapter(model, recipe)
    texts = texts_of(tokenizer, given.data / "train.jsonl")
    said = train(adapted, texts, recipe, texts_of(tokenizer, given.data / "fit.jsonl"))
    adapted.save_pretrained(given.out)
    (given.out / "training.json").write_text(json.dumps(said, indent=1) + "\n", "utf-8")


def _reply(given: argparse.Namespace) -> None:
    from eval.training.writer.generating import write_replies
    from eval.training.writer.tuning import load_base

    model, tokenizer = load_base(given.base, given.device)
    if given.adapter:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, given.adapter)
    write_replies(model, tokenizer, given.file, given.out)


def _prefer(given: argparse.Namespace) -> None:
    from peft import PeftModel

    from eval.training.writer.preferences import Preferences, mistakes, prefer
    from eval.training.writer.tuning import load_base

    model, tokenizer = load_base(given.base, given.device)
    adapted = PeftModel.from_pretrained(model, given.adapter, is_trainable=True)
    pairs = mistakes(adapted, tokenizer, given.data / "train.jsonl", Preferences())
    said = prefer(adapted, pairs, Preferences())
    adapted.save_pretrained(given.out)
    (given.out / "preferences.json").write_text(json.dumps(said, indent=1) + "\n", "utf-8")


def _set(pairs: list[str]) -> Recipe:
    """The recipe with other values: rank=16."""
    kinds = {field.name: type(getattr(Recipe(), field.name)) for field in fields(Recipe)}
    chosen = dict(pair.split("=", 1) for pair in pairs)
    return replace(Recipe(), **{name: kinds[name](value) for name, value in chosen.items()})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("prepare").add_argument("data", type=Path)
    export = verbs.add_parser("export")
    export.add_argument("folder", type=Path)
    export.add_argument("file", type=Path)
    measuring = verbs.add_parser("measure")
    measuring.add_argument("folder", type=Path)
    measuring.add_argument("--adapter", type=Path)
    measuring.add_argument("--untaught", action="store_true")
    measuring.add_argument("--limit", type=int)
    training, preferring, reply = (verbs.add_parser(verb) for verb in ("train", "prefer", "reply"))
    training.add_argument("data", type=Path)
    training.add_argument("--set", nargs="*", default=[])
    preferring.add_argument("data", type=Path)
    preferring.add_argument("--adapter", type=Path, required=True)
    reply.add_argument("file", type=Path)
    reply.add_argument("--adapter", type=Path)
    for verb in (training, preferring, reply):
        verb.add_argument("--base", type=Path, required=True)
        verb.add_argument("--out", type=Path, required=True)
        verb.add_argument("--device", default="cuda")
    return parser


if __name__ == "__main__":
    main()

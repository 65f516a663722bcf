"""Train the encoder.

    python -m eval.training prepare BENCH DATA
    python -m eval.training student DATA --base MINILM --out FIRST --set steps=250 judge=0
    python -m eval.training teacher DATA --base MPNET --miner FIRST --out SCORES
    python -m eval.training student DATA --base MINILM --miner FIRST --scores SCORES --out FOLDER
    python -m eval.training average FOLDER FOLDER ... --out FOLDER
    python -m eval.training roles DATA --base FOLDER
    python -m eval.training measure DATA --base FOLDER

Or the claim reader, which goes with an encoder:

    python -m eval.training claims DATA --base ENCODER --out FOLDER
    python -m eval.training claims-export FOLDER --base ENCODER

Minutes on a GPU, hours on a CPU. Figures go to standard output as JSON, and beside the weights.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file, save_file

from eval.training.claims.training import ClaimRecipe, run
from eval.training.encoder import Encoder
from eval.training.examples import Examples, load
from eval.training.measure import measure
from eval.training.mining import candidates
from eval.training.student import Recipe, train
from eval.training.teacher import CrossEncoder, Scores, TeacherRecipe, score, train_teacher
from eval.training.texts import Texts

R = TypeVar("R", Recipe, TeacherRecipe, ClaimRecipe)
_NEAR = 32  # candidates of a query, from which wrong documents are taken


def main() -> None:
    """The command line."""
    given = _parser().parse_args()
    torch.set_float32_matmul_precision("high")
    if given.verb == "prepare":
        from eval.training.prepare import prepare

        prepare(given.bench, given.written, given.data, given.titles)
    elif given.verb == "average":
        average(given.folders, given.out)
    elif given.verb == "roles":
        from eval.training.roles import refit_roles

        print(f"mean F1 on the split fit: {refit_roles(given.base, load(given.data)):.3f}")
    elif given.verb == "claims":
        recipe = _recipe(ClaimRecipe(), given.set)
        run(given.data, given.base, given.out, recipe, given.written, given.start)
    elif given.verb == "claims-export":
        from eval.training.claims.export import export

        export(given.folder, given.base)
    elif given.verb == "teacher":
        _teacher(given)
    elif given.verb == "student":
        _student(given)
    else:
        examples, device = _load(given)
        encoder = Encoder.load(given.base).to(device)
        texts = Texts(encoder.tokenizer, examples, device)
        print(json.dumps(measure(encoder, texts, examples, given.data, given.split)))


def average(folders: list[Path], out: Path) -> None:
    """Write the mean of several trainings' weights (Wortsman et al. 2022, arXiv:2203.05482)."""
    first, *others = [Encoder.load(folder) for folder in folders]
    states = [encoder.state_dict() for encoder in (first, *others)]
    mean = {
        name: torch.stack([state[name].float() for state in states]).mean(0).to(value.dtype)
        for name, value in states[0].items()
    }
    first.load_state_dict(mean)
    first.save(out)


def _load(given: argparse.Namespace) -> tuple[Examples, torch.device]:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    examples = load(given.data, given.papers, given.titles)
    print(f"{len(examples.documents)} documents, {len(examples.queries)} queries", flush=True)
    return examples, device


def _student(given: argparse.Namespace) -> None:
    examples, device = _load(given)
    encoder = Encoder.load(given.base, given.layers).to(device)
    texts = Texts(encoder.tokenizer, examples, device)
    scores = Scores.load(given.scores) if given.scores else None
    miner = Encoder.load(given.miner).to(device) if given.miner else encoder
    near = candidates(miner, texts, examples, examples.of("train"), _NEAR)
    seconds = train(encoder, texts, examples, _recipe(Recipe(), given.set), near, scores)
    encoder.save(given.out)
    if given.unmeasured:
        return
    figures = {"seconds": round(seconds, 1), **measure(encoder, texts, examples, given.data)}
    (given.out / "figures.json").write_text(json.dumps(figures))
    print(json.dumps(figures), flush=True)


def _recipe(recipe: R, settings: list[str]) -> R:
    """The recipe with NAME=VALUE replaced."""
    known = {field.name: type(getattr(recipe, field.name)) for field in fields(recipe)}
    pairs = dict(setting.split("=", 1) for setting in settings)
    return replace(recipe, **{name: known[name](value) for name, value in pairs.items()})


def _teacher(given: argparse.Namespace) -> None:
    """Train the teacher, unless it is there, and keep its scores."""
    examples, device = _load(given)
    miner = Encoder.load(given.miner).to(device)
    mined = Texts(miner.tokenizer, examples, device)
    held = [i for i in examples.of("held_out") if examples.queries[i].kind in ("fact", "para",
            "search", "near", "topic", "nottopic")]  # fmt: skip
    near = candidates(miner, mined, examples, [*examples.of("train"), *held], _NEAR)
    teacher = CrossEncoder.load(given.base).to(device)
    texts = Texts(teacher.tokenizer, examples, device)
    kept = given.out.with_suffix(".teacher")
    if kept.exists():
        teacher.load_state_dict(load_file(kept))
    else:
        train_teacher(teacher, texts, examples, near, _recipe(TeacherRecipe(), given.set))
        save_file(teacher.state_dict(), kept)
    started = time.monotonic()
    told = score(teacher, texts, examples, held, near, _NEAR)
    print(json.dumps(_teacher_figures(examples, told, held)), flush=True)
    written = [i for i in examples.of("train") if examples.queries[i].kind != "title"]
    titles = [i for i in examples.of("train") if examples.queries[i].kind == "title"]
    asked = [*written, *titles[: given.scored_titles]]
    scores = score(teacher, texts, examples, asked, near, given.candidates)
    scores.save(given.out)
    print(f"{len(asked)} queries scored in {time.monotonic() - started:.0f} s", flush=True)


def _teacher_figures(examples: Examples, told: Scores, held: list[int]) -> dict[str, float]:
    from eval.training.measure import auroc, declined

    figures: dict[str, float] = {}
    for kind in ("fact", "para", "search"):
        asked = [i for i in held if examples.queries[i].kind == kind]
        first = sum(int(told.ranks[i].argmax()) == 0 for i in asked)
        right = sum(int(told.sentences[i].argmax()) in examples.queries[i].sentences for i in asked)
        figures[f"paper/{kind}"] = round(first / max(1, len(asked)), 4)
        figures[f"sentence/{kind}"] = round(right / max(1, len(asked)), 4)
    for positive, negative in ((("fact", "para", "search"), "near"), (("topic",), "nottopic")):
        some = [i for i in held if examples.queries[i].kind in (*positive, negative)]
        values = [float(told.answers[i][0]) for i in some]
        labels = [examples.queries[i].kind in positive for i in some]
        figures[f"answers/{negative}/auroc"] = round(auroc(values, labels), 4)
        figures[f"answers/{negative}/declined"] = round(declined(values, labels), 4)
    return figures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    preparing = verbs.add_parser("prepare")
    preparing.add_argument("bench", type=Path)
    preparing.add_argument("data", type=Path)
    preparing.add_argument("--written", type=Path, default=Path("data/reader"))
    preparing.add_argument("--titles", type=int, default=24_000)
    averaging = verbs.add_parser("average")
    averaging.add_argument("folders", type=Path, nargs="+")
    averaging.add_argument("--out", type=Path, required=True)
    fitting = verbs.add_parser("roles")
    fitting.add_argument("data", type=Path)
    fitting.add_argument("--base", type=Path, required=True)
    claiming = verbs.add_parser("claims")
    claiming.add_argument("data", type=Path)
    claiming.add_argument("--base", type=Path, required=True, help="the encoder's folder")
    claiming.add_argument("--out", type=Path, required=True)
    claiming.add_argument("--written", type=Path, default=Path("data/claims"))
    claiming.add_argument("--start", type=Path, help="an earlier --out, to go on with")
    claiming.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    exporting = verbs.add_parser("claims-export")
    exporting.add_argument("folder", type=Path, help="what `claims` wrote")
    exporting.add_argument("--base", type=Path, required=True, help="the encoder's folder")
    for verb in ("teacher", "student", "measure"):
        one = verbs.add_parser(verb)
        one.add_argument("data", type=Path)
        one.add_argument("--base", type=Path, required=True, help="a folder of transformers")
        one.add_argument("--papers", type=int, help="of the written ones, for a learning curve")
        one.add_argument("--titles", type=int)
        if verb == "measure":
            one.add_argument("--split", default="held_out")
            continue
        one.add_argument("--out", type=Path, required=True)
        one.add_argument("--miner", type=Path, help="an encoder that finds wrong documents")
        one.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="of the recipe")
        if verb == "teacher":
            one.add_argument("--candidates", type=int, default=24)
            one.add_argument("--scored-titles", type=int, default=6000)
        else:
            one.add_argument("--layers", type=int, help="of the base, evenly spread")
            one.add_argument("--scores", type=Path)
            one.add_argument("--unmeasured", action="store_true", help="without figures")
    return parser


if __name__ == "__main__":
    main()

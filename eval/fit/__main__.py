"""Fits the models of rag/decisions, and measures them on examples that they have not seen.

    python -m eval.fit MODEL ... [--index DIR] [--scifact DIR] [--reader PATH] [--write]

MODEL is a file's name in rag/decisions/weights, the beginning of one, or `all`. Without --write
only the new coefficients are printed, beside those that are in use. Two models need SciFact's
corpus.jsonl and evidence_train.jsonl, whose abstracts are indexed beside the index. With --reader
the reader data's split `fit` is used beside the development questions, and counts the same. Models
that use the encoder's heads are written to weights/plain where the embedder has none.
"""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sklearn.metrics import roc_auc_score

from eval.fit.fitting import by_source, cross_fit, labels_of
from eval.fit.models import MODELS, SCIFACT, Data, Recipe
from rag.decisions.logistic import LogisticModel, load, weights_file
from rag.errors import InputError
from rag.settings import load_settings

PLAIN = "PAPERCHAT_EMBEDDER=minilm "
READS = " --reader data/reader"
AND_READER = " and the reader data's split fit (data/reader)"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model, the number of its examples, and its figures on unseen ones."""

    model: LogisticModel
    examples: int
    positive: int
    figures: str


def fit_model(recipe: Recipe, data: Data) -> Fitted:
    """Fit one model; threshold and figures come from models that had not seen the example."""
    examples = recipe.examples(data)
    unseen, yes = cross_fit(examples, recipe.l2, some=recipe.some), labels_of(examples)
    log_odds = unseen.log_odds(examples)
    rejects = recipe.rejects_below and recipe.rejects_below(examples, log_odds)
    threshold = recipe.threshold(examples, log_odds)
    model = replace(unseen.whole, threshold=threshold, rejects_below=rejects)
    areas = [
        f"AUROC {source} {roc_auc_score(yes[own], log_odds[own]):.3f}".replace("  ", " ")
        for source, own in by_source(examples).items()
    ]
    figures = ", ".join(areas)
    if recipe.measure:
        figures = f"{figures}; {recipe.measure(data, examples, unseen)}"
    return Fitted(model, len(examples), int(yes.sum()), figures)


def as_json(
    name: str, recipe: Recipe, fitted: Fitted, *, reader: bool = False, plain: bool = False
) -> str:
    """The text of a weights file; ``reader`` if it was fitted on the reader data too.

    ``plain`` if it was fitted with an embedder without heads.
    """
    model = fitted.model
    bounds = {} if model.rejects_below is None else {"rejects_below": model.rejects_below}
    corpus = " --scifact DIR" if recipe.fitted_on.startswith(SCIFACT) else ""
    read = reader and recipe.reads
    command = f"{PLAIN if plain else ''}python -m eval.fit {name}{corpus}{READS if read else ''}"
    known: dict[str, Any] = {
        "model": name,
        "decides": recipe.decides,
        "command": f"{command} --write",
        "fitted_on": f"{recipe.fitted_on}{AND_READER if read else ''}",
        "examples": fitted.examples,
        "positive": fitted.positive,
        "bias": model.bias,
        "coefficients": dict(model.coefficients),
        "threshold": model.threshold,
        **bounds,
    }
    return json.dumps(known, indent=2, ensure_ascii=False) + "\n"


def against_today(name: str, fitted: Fitted, *, plain: bool = False) -> str:
    """Markdown: the coefficients in use and the new ones, then the new model's figures."""
    new = _numbers(fitted.model)
    there = weights_file(name, plain=plain).exists()
    today = _numbers(load(name, plain=plain)) if there else {}
    lines = [f"\n### {name}", "", "| feature | in use | refitted |", "|---|---:|---:|"]
    lines += [f"| {key} | {today.get(key, '')} | {value} |" for key, value in new.items()]
    note = f"{fitted.examples} examples, {fitted.positive} of them yes. {fitted.figures}"
    return "\n".join([*lines, "", note])


def _numbers(model: LogisticModel) -> dict[str, float | None]:
    return {
        "bias": model.bias,
        **model.coefficients,
        "threshold": model.threshold,
        **({} if model.rejects_below is None else {"rejects_below": model.rejects_below}),
    }


def chosen(names: list[str]) -> list[str]:
    """The models whose names begin with one of ``names``, in the registry's order.

    Raises InputError for a name that no model begins with.
    """
    wanted = []
    for name in names:
        found = [known for known in MODELS if name == "all" or known.startswith(name)]
        if not found:
            raise InputError(f"There is no model {name!r}.", f"There are: {', '.join(MODELS)}.")
        wanted += found
    return [name for name in MODELS if name in wanted]


def main() -> None:
    """Fit and print, or write."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description=__doc__)
    parser.add_argument("models", nargs="+", metavar="MODEL", help=", ".join(["all", *MODELS]))
    parser.add_argument("--index", type=Path)
    parser.add_argument("--scifact", type=Path, metavar="DIR")
    parser.add_argument("--reader", type=Path, metavar="PATH")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    settings = load_settings(index=given.index, llm="quotes")
    with closing(Data(settings, given.scifact, given.reader)) as data:
        for name in chosen(given.models):
            recipe = MODELS[name]
            plain = recipe.reads and not data.has_heads
            fitted = fit_model(recipe, data)
            print(against_today(name, fitted, plain=plain), flush=True)
            if given.write:
                reader = given.reader is not None
                text = as_json(name, recipe, fitted, reader=reader, plain=plain)
                weights_file(name, plain=plain).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""The training folder, made from the data where it lies: small files that travel to a GPU.

``BENCH`` holds scitldr/, scifact/ and arxiv_100k.jsonl.gz. Abstracts of the delivered corpus and of
the written data are left out of the titles.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rag.settings import CHECKOUT
from rag.text.sentences.sentences import split_sentences

_STEP = 7  # of the hundred thousand abstracts two of every seven, so that all fields are there


def prepare(bench: Path, written: Path, folder: Path, titles: int) -> None:
    """Write the training folder. ``written`` is the folder of the written data."""
    folder.mkdir(parents=True, exist_ok=True)
    reader = [raw for file in sorted(written.glob("*.jsonl")) for raw in _lines(file)]
    _write(folder / "reader.jsonl", reader)
    _write(folder / "scitldr.jsonl", map(_tldr, _lines(bench / "scitldr" / "train.jsonl")))
    corpus = map(_document, _lines(bench / "scifact" / "corpus.jsonl"))
    _write(folder / "scifact_corpus.jsonl.gz", corpus)
    _write(folder / "scifact_claims.jsonl", _lines(bench / "scifact" / "evidence_train.jsonl"))
    known = {_plain(raw["title"]) for raw in reader} | _own_titles()
    _write(folder / "titles.jsonl.gz", _titles(bench / "arxiv_100k.jsonl.gz", known, titles))


def _own_titles() -> set[str]:
    """Every line of the delivered corpus, of which the titles are some."""
    files = (CHECKOUT / "data").glob("*.txt")
    return {_plain(line) for file in files for line in file.read_text("utf-8").splitlines()}


def _titles(file: Path, known: set[str], most: int) -> Iterator[Any]:
    written = 0
    for number, raw in enumerate(_lines(file)):
        if number % _STEP > 1 or _plain(raw["title"]) in known:
            continue
        sentences = _sentences(raw["abstract"])
        if 3 <= len(sentences) <= 20:
            yield {"id": raw["id"], "title": " ".join(raw["title"].split()), "sentences": sentences}
            written += 1
        if written == most:
            return


def _tldr(raw: Any) -> Any:
    return {"sentences": raw["sentences"], "summary": raw["tldrs"][0]}


def _document(raw: Any) -> Any:
    return {"id": str(raw["_id"]), "title": raw["title"], "sentences": _sentences(raw["text"])}


def _sentences(text: str) -> list[str]:
    return [span.text.strip() for span in split_sentences(" ".join(text.split()))]


def _plain(title: str) -> str:
    return "".join(filter(str.isalnum, title.lower()))


def _lines(file: Path) -> Iterator[Any]:
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _write(file: Path, items: Iterable[Any]) -> None:
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "wt", encoding="utf-8") as out:
        out.writelines(f"{json.dumps(item, ensure_ascii=False)}\n" for item in items)

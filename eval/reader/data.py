"""The reader data: abstracts with written questions, topics, claims and roles of their sentences.

A file has one JSON object a line, in one of two forms:

    {"id", "title", "sentences", "items": {kind: {"q" or "c", "s"} or text}, "roles"}
    {"id", "title", "sentences", "ask": [{"q", "s", "kind"}], "near", "topic", "nottopic"}

``s`` are numbers of sentences, from 0. A paper may be in several files; its items are joined.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from eval.dataset import read_lines
from rag.errors import FileError, InputError
from rag.settings import CHECKOUT
from rag.text.names.identifiers import find_urls
from rag.types import Paper

READER = CHECKOUT / "data" / "reader"
Split: TypeAlias = Literal["held_out", "fit", "train"]
SPLITS: tuple[Split, ...] = get_args(Split)
ItemKind: TypeAlias = Literal[
    "fact", "para", "search", "near", "topic", "nottopic", "sup", "con", "nei"
]
KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
ANSWERABLE: tuple[ItemKind, ...] = ("fact", "para", "search")
TOPICS: tuple[ItemKind, ...] = ("topic", "nottopic")
CLAIMS: tuple[ItemKind, ...] = ("sup", "con", "nei")
_WITH_SENTENCES = (*ANSWERABLE, "sup", "con")
Role: TypeAlias = Literal[
    "problem", "approach", "new", "data", "result", "baseline", "code", "limitation", "background"
]
ROLES: tuple[Role, ...] = get_args(Role)
_PARTS = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One text written about a paper; ``id`` is unique in the data.

    ``fact``, ``para`` (in other words) and ``search`` (typed into a search box) are answered by
    ``sentences``; ``near`` is not answered. ``topic`` completes "Which papers ...?" and is true of
    the paper, ``nottopic`` nearly is. The claim ``sup`` is supported by ``sentences``, ``con`` is
    contradicted by them, and ``nei`` is neither.
    """

    id: str
    kind: ItemKind
    text: str
    sentences: tuple[int, ...] = ()

    @property
    def question(self) -> str:
        """What is asked of the product."""
        return f"Which papers {self.text}?" if self.kind in TOPICS else self.text


@dataclass(frozen=True, slots=True)
class Roles:
    """What the sentences of an abstract are for: ``numbers`` by role, the best sentence first.

    ``gist`` is the number of the sentence that best says what the paper does or finds.
    """

    gist: int
    numbers: Mapping[Role, tuple[int, ...]]

    def of(self, name: str) -> tuple[int, ...]:
        """The numbers of the sentences with this role, or for "gist" of the gist."""
        named = {str(role): numbers for role, numbers in self.numbers.items()}
        return named.get(name, (self.gist,))


@dataclass(frozen=True, slots=True)
class ReaderPaper:
    """One paper with its items; ``roles`` is None where nobody has labelled them."""

    paper_id: str
    title: str
    sentences: tuple[str, ...]
    items: tuple[Item, ...]
    roles: Roles | None

    @property
    def abstract(self) -> str:
        """The sentences, joined by one space."""
        return " ".join(self.sentences)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where each sentence starts and ends in the abstract."""
        starts = accumulate((len(text) + 1 for text in self.sentences), initial=0)
        return [(at, at + len(text)) for at, text in zip(starts, self.sentences, strict=False)]

    def of(self, *kinds: ItemKind) -> list[Item]:
        """The items of these kinds, in order."""
        return [item for item in self.items if item.kind in kinds]

    def sentence_at(self, start: int, end: int) -> int:
        """The number of the sentence that has most of ``abstract[start:end]``."""
        shared = [min(end, e) - max(start, s) for s, e in self.spans]
        return shared.index(max(shared))

    def as_paper(self, order: int) -> Paper:
        """The paper as the index takes it."""
        abstract = self.abstract
        return Paper(self.paper_id, self.title, abstract, find_urls(abstract), order, "reader")


def split_of(paper_id: str) -> Split:
    """A tenth of the papers is held out and a tenth is for fitting decisions, by a hash of the id.

    The encoder is trained on the rest.
    """
    part = int(hashlib.sha256(paper_id.encode()).hexdigest()[:12], 16) % _PARTS
    return "held_out" if part == 0 else "fit" if part == 1 else "train"


def load_papers(path: Path = READER, split: Split | None = None) -> list[ReaderPaper]:
    """The papers of a split, or all, from a .jsonl file or all such files in a folder.

    Raises FileError for what cannot be read, FormatError for a malformed line, and InputError for a
    paper that has other sentences in another file.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise FileError(f"The folder {path} has no .jsonl file.", "Name the reader data's folder.")
    found: dict[str, ReaderPaper] = {}
    for file in files:
        for paper in read_lines(file, "paper of the reader data", _paper):
            known = found.get(paper.paper_id)
            if known and known.sentences != paper.sentences:
                what = f"{file}: {paper.paper_id} has other sentences in an earlier file."
                raise InputError(what, "Give both the same abstract.")
            found[paper.paper_id] = _joined(known, paper) if known else paper
    papers = map(_numbered, found.values())
    return [paper for paper in papers if split in (None, split_of(paper.paper_id))]


def _joined(one: ReaderPaper, other: ReaderPaper) -> ReaderPaper:
    return replace(one, items=one.items + other.items, roles=one.roles or other.roles)


def _numbered(paper: ReaderPaper) -> ReaderPaper:
    """The paper with the ids of its items: paper, kind and number within the kind."""
    count = dict.fromkeys(KINDS, 0)
    items = []
    for item in paper.items:
        count[item.kind] += 1
        items.append(replace(item, id=f"{paper.paper_id} {item.kind} {count[item.kind]}"))
    return replace(paper, items=tuple(items))


def _paper(raw: Any) -> ReaderPaper:
    sentences = tuple(map(str, raw["sentences"]))
    texts = _by_kind(raw["items"]) if "items" in raw else _asked(raw)
    items = tuple(Item("", kind, text.strip(), tuple(s)) for kind, text, s in texts)
    for item in items:
        if item.kind not in KINDS or not item.text:
            raise ValueError(f"an item of kind {item.kind!r} that is unknown or empty")
        if not item.sentences and item.kind in _WITH_SENTENCES:
            raise ValueError(f"a {item.kind} without the sentences that decide it")
        _check(item.sentences, len(sentences))
    roles = _roles(raw["roles"], len(sentences)) if raw.get("roles") else None
    return ReaderPaper(str(raw["id"]), str(raw["title"]), sentences, items, roles)


def _by_kind(items: Mapping[str, Any]) -> Iterator[tuple[Any, str, Sequence[int]]]:
    for kind, item in items.items():
        if isinstance(item, str):
            yield kind, item, ()
        else:
            yield kind, item["q"] if "q" in item else item["c"], item.get("s", ())


def _asked(raw: Mapping[str, Any]) -> Iterator[tuple[Any, str, Sequence[int]]]:
    for item in raw["ask"]:
        yield item["kind"], item["q"], item["s"]
    for kind in ("near", "topic", "nottopic"):
        for text in raw.get(kind, ()):
            yield kind, text, ()


def _roles(raw: Mapping[str, Any], count: int) -> Roles:
    numbers: dict[Role, tuple[int, ...]] = {role: tuple(raw[role]) for role in ROLES}
    _check((raw["gist"], *(n for of_role in numbers.values() for n in of_role)), count)
    return Roles(raw["gist"], numbers)


def _check(numbers: Sequence[int], count: int) -> None:
    for number in numbers:
        if not 0 <= number < count:
            raise ValueError(f"sentence {number} of {count}")

"""What the encoder is trained on: documents, and texts that are asked of them.

Sources, each a file: the reader data (written questions, claims, topics and sentence roles),
SciTLDR, SciFact's training claims, and titles of arXiv abstracts. Papers are held out as a whole.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from eval.reader.data import ROLES, Split, split_of

Kind: TypeAlias = Literal[
    "fact", "para", "search", "topic", "sup", "con", "tldr", "scifact", "title",
    "near", "nottopic", "nei",
]  # fmt: skip
UNANSWERED: frozenset[Kind] = frozenset(("near", "nottopic", "nei"))


@dataclass(frozen=True, slots=True)
class Document:
    """One abstract. ``roles`` has the sentences of each of ROLES, ``gist`` one sentence, or None.

    Sentences are counted from 0. Without a title the abstract is read alone.
    """

    id: str
    title: str
    sentences: tuple[str, ...]
    split: Split
    roles: tuple[tuple[int, ...], ...] | None = None
    gist: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A text that is asked of a document, by its place in the list of documents.

    ``sentences`` are those that answer; empty where that is not known, or for kinds in UNANSWERED,
    of which the document is the nearest one that does not answer.
    """

    text: str
    kind: Kind
    document: int
    sentences: tuple[int, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the document answers."""
        return self.kind not in UNANSWERED


@dataclass(frozen=True, slots=True)
class Examples:
    """Documents and the queries about them."""

    documents: tuple[Document, ...]
    queries: tuple[Query, ...]

    def of(self, split: Split) -> list[int]:
        """The places of the queries of the documents in one split."""
        return [
            at for at, q in enumerate(self.queries) if self.documents[q.document].split == split
        ]


def load(folder: Path, papers: int | None = None, titles: int | None = None) -> Examples:
    """Everything in ``folder``, as `eval.training.prepare` wrote it.

    ``papers`` bounds the written training papers (for a learning curve), ``titles`` the titles.
    """
    documents: list[Document] = []
    queries: list[Query] = []
    trained = 0
    for document, asked, written in _every(folder, titles):
        if written and document.split == "train":
            trained += 1
            if papers is not None and trained > papers:
                continue
        queries += [Query(q.text, q.kind, len(documents), q.sentences) for q in asked]
        documents.append(document)
    return Examples(tuple(documents), tuple(queries))


def _every(folder: Path, titles: int | None) -> Iterator[tuple[Document, list[Query], bool]]:
    for raw in _lines(folder / "reader.jsonl"):
        document = _document(raw)
        asked = _asked_with_roles(raw["items"]) if "items" in raw else _asked(raw)
        yield document, asked, True
    for number, raw in enumerate(_lines(folder / "scitldr.jsonl")):
        document = Document(f"tldr:{number}", "", tuple(raw["sentences"]), "train")
        yield document, [Query(raw["summary"], "tldr", 0)], False
    for document, asked in _scifact(folder):
        yield document, asked, False
    for number, raw in enumerate(_lines(folder / "titles.jsonl.gz")):
        if titles is not None and number >= titles:
            return
        document = Document(raw["id"], "", tuple(raw["sentences"]), "train")
        yield document, [Query(raw["title"], "title", 0)], False


def _document(raw: Any) -> Document:
    roles = raw.get("roles")
    return Document(
        raw["id"],
        raw["title"],
        tuple(raw["sentences"]),
        split_of(raw["id"]),
        roles and tuple(tuple(roles.get(name, ())) for name in ROLES),
        roles and roles.get("gist"),
    )


def _asked_with_roles(items: Any) -> list[Query]:
    """The items of the first form: one of each kind."""
    questions: Sequence[Kind] = ("fact", "para", "search")
    claims: Sequence[Kind] = ("sup", "con")
    return [
        *(Query(items[kind]["q"], kind, 0, tuple(items[kind]["s"])) for kind in questions),
        *(Query(items[kind]["c"], kind, 0, tuple(items[kind]["s"])) for kind in claims),
        *_topics(items["topic"], "topic"),
        *_topics(items["nottopic"], "nottopic"),
        Query(items["near"]["q"], "near", 0),
        Query(items["nei"]["c"], "nei", 0),
    ]


def _asked(raw: Any) -> list[Query]:
    """The items of the second form: several questions and topics, no claims."""
    return [
        *(Query(item["q"], item["kind"], 0, tuple(item["s"])) for item in raw["ask"]),
        *(Query(text, "near", 0) for text in raw["near"]),
        *(q for text in raw["topic"] for q in _topics(text, "topic")),
        *(q for text in raw["nottopic"] for q in _topics(text, "nottopic")),
    ]


def _topics(text: str, kind: Kind) -> list[Query]:
    """A topic as it stands, and as the question that it completes."""
    return [Query(text, kind, 0), Query(f"Which papers {text.rstrip('.')}?", kind, 0)]


def _scifact(folder: Path) -> Iterator[tuple[Document, list[Query]]]:
    """The abstracts that training claims cite, each with the claims about it."""
    claims: dict[str, list[Query]] = {}
    for raw in _lines(folder / "scifact_claims.jsonl"):
        if split_claim(str(raw["_id"])) == "train":
            told = {str(e["doc_id"]): tuple(e["sentences"]) for e in raw["evidence"]}
            for cited in map(str, raw["cited_doc_ids"]):
                query = Query(raw["claim"], "scifact", 0, told.get(cited, ()))
                claims.setdefault(cited, []).append(query)
    for raw in _lines(folder / "scifact_corpus.jsonl.gz"):
        if raw["id"] in claims:
            sentences = tuple(raw["sentences"])
            # Sentences are split here as everywhere, not as those who labelled them did.
            within = [
                Query(q.text, q.kind, 0, tuple(n for n in q.sentences if n < len(sentences)))
                for q in claims[raw["id"]]
            ]
            yield Document(f"scifact:{raw['id']}", raw["title"], sentences, "train"), within


def split_claim(claim_id: str) -> Split:
    """Half of SciFact's claims is held out, by a hash of the id."""
    return "held_out" if _digest(f"scifact {claim_id}") % 2 == 0 else "train"


def _digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def _lines(file: Path) -> Iterator[Any]:
    """The JSON values of a file's lines; none where there is no such file."""
    if not file.exists():
        return
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode()
    yield from map(json.loads, filter(None, text.split("\n")))

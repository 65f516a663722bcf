"""What the claim reader is trained on: claims with an abstract, a verdict, and its sentences.

The reader data has for each paper a supported, a contradicted and an unmentioned claim, half of
SciFact's training claims has supported and contradicted ones. A folder of written claims that are
partly true may be added. `composing` makes more of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from eval.training.examples import Document, Examples, Query, load, split_claim
from rag.types import ClaimVerdict

VERDICTS: tuple[ClaimVerdict, ...] = get_args(ClaimVerdict)
_OF_KIND: dict[str, ClaimVerdict] = {
    "sup": "supported",
    "con": "contradicted",
    "nei": "not_found",
}


@dataclass(frozen=True, slots=True)
class ClaimExample:
    """A claim and the document that it is read with; ``sentences`` are those that decide.

    With ``beside`` a second document is read with it in the same text, of which ``also`` decide.
    """

    text: str
    document: int
    verdict: ClaimVerdict
    sentences: tuple[int, ...] = ()
    beside: int | None = None
    also: tuple[int, ...] = ()

    @property
    def query(self) -> Query:
        """The claim as a query, for `Texts`."""
        return Query(self.text, "sup", self.document, self.sentences)


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims about some documents."""

    documents: tuple[Document, ...]
    written: tuple[ClaimExample, ...]

    def texts(self, examples: Sequence[ClaimExample]) -> Examples:
        """The documents and these claims as `Texts` takes them."""
        return Examples(self.documents, tuple(example.query for example in examples))

    def of(self, split: str) -> list[ClaimExample]:
        """The written claims about documents of a split."""
        return [one for one in self.written if self.documents[one.document].split == split]


def load_claims(folder: Path, further: Path | None = None, times: int = 1) -> Claims:
    """The claims of a folder that `eval.training prepare` wrote, and further ones.

    ``further`` is a folder of .jsonl files whose lines are {"id", "claim", "s", "verdict"}, as
    data/claims; each of these claims is there ``times`` times.
    """
    everything = load(folder, titles=0)
    documents, written = everything.documents, []
    for query in everything.queries:
        if query.kind in _OF_KIND:
            verdict = _OF_KIND[query.kind]
            written.append(ClaimExample(query.text, query.document, verdict, query.sentences))
    places = {document.id: place for place, document in enumerate(documents)}
    written += _scifact(folder, documents, places)
    if further is not None:
        written += [*_further(further, places)] * times
    return Claims(documents, tuple(written))


def _scifact(
    folder: Path, documents: Sequence[Document], places: dict[str, int]
) -> Iterator[ClaimExample]:
    """The half that is trained on, by the split of its claims."""
    named: dict[str, ClaimVerdict] = {"SUPPORT": "supported", "CONTRADICT": "contradicted"}
    for line in (folder / "scifact_claims.jsonl").read_text("utf-8").splitlines():
        raw = json.loads(line)
        if split_claim(str(raw["_id"])) != "train":
            continue
        told = {str(item["doc_id"]): item for item in raw["evidence"]}
        for cited in map(str, raw["cited_doc_ids"]):
            place = places.get(f"scifact:{cited}")
            if place is None:
                continue
            item = told.get(cited)
            count = len(documents[place].sentences)
            sentences = tuple(n for n in (item["sentences"] if item else ()) if n < count)
            verdict = named[item["label"]] if item else "not_found"
            yield ClaimExample(raw["claim"], place, verdict, sentences)


def _further(folder: Path, places: dict[str, int]) -> Iterator[ClaimExample]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            raw = json.loads(line)
            if raw["id"] in places:
                sentences = tuple(raw["s"])
                yield ClaimExample(raw["claim"], places[raw["id"]], raw["verdict"], sentences)

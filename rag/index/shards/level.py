"""Makes the lexical indexes of all shards score as one index.

BM25 depends on three figures of the whole corpus: how many papers there are, how many of them have
a term, and how long a field is on average. The first two weigh each term as a whole, so a query can
correct them by the term's boost. The average length is inside the formula, where no query reaches.
So a shard's segments are linked into a folder beside one more segment, the ballast: documents that
no search finds, with as many words as make the shard's average length that of the corpus.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from rag.index.generations.durable import link_file
from rag.index.words.lexical import LexicalIndex

FIELDS = ("title", "abstract", "ngrams")
BALLAST = "\0ballast"  # the paper_id of documents that only have a length
_WORD = "qxzballastzxq"  # that no text has
_FEWEST = 1000  # documents, so that rounding to whole words changes an average by less than 1e-5
_TRIED = 100  # words of a field, until one is in a paper that was not removed
_META, _OWN = "meta.json", (".managed.json", ".lock")


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many documents an index counts in its scores, and how many words each field has.

    Removed papers count until tantivy merges their segment.
    """

    documents: int
    words: Mapping[str, float]


def lengths_of(index: LexicalIndex) -> Lengths:
    """The lengths of an index, as tantivy's scores use them."""
    searcher, schema = index.engine.searcher(), index.engine.schema
    documents, words = 0, {}
    for field in ("paper_id", *FIELDS):
        words[field] = 0.0
        for term, _ in searcher.terms_with_prefix(field, "", limit=_TRIED):
            query = tantivy.Query.term_query(schema, field, term)
            if hits := searcher.search(query, 1).hits:  # none where its papers were removed
                said = _values(json.loads(query.explain(searcher, hits[0][1]).to_json()))
                documents = round(said["N"])
                words[field] = said["avgdl"] * documents
                break
    return Lengths(documents, words)


def together(lengths: Iterable[Lengths]) -> Lengths:
    """The lengths of all shards as one index."""
    given = list(lengths)
    words = {field: sum(one.words[field] for one in given) for field in FIELDS}
    return Lengths(sum(one.documents for one in given), words)


def level(shard: Path, folder: Path, own: Lengths, every: Lengths) -> None:
    """Make in ``folder`` the index of ``shard`` with the average lengths of ``every`` shard.

    The shard's files are linked, not copied. Raises OSError, and ValueError as tantivy does.
    """
    ballast = folder.with_name(f"{folder.name}.ballast")
    _write_ballast(ballast, own, every)
    folder.mkdir()
    metas = []
    for place in (shard, ballast):
        metas.append(json.loads((place / _META).read_text(encoding="utf-8")))
        for file in place.iterdir():
            if file.name != _META and not file.name.endswith(_OWN):
                link_file(file, folder / file.name)
    segments = [*metas[0]["segments"], *metas[1]["segments"]]
    (folder / _META).write_text(json.dumps({**metas[0], "segments": segments}), encoding="utf-8")
    shutil.rmtree(ballast)


def documents_in(folder: Path) -> int:
    """How many documents the index in ``folder`` counts, ballast too. Raises OSError."""
    meta = json.loads((folder / _META).read_text(encoding="utf-8"))
    return sum(segment["max_doc"] for segment in meta["segments"])


def _write_ballast(folder: Path, own: Lengths, every: Lengths) -> None:
    averages = {field: every.words[field] / max(1, every.documents) for field in FIELDS}
    needed = [
        own.words[field] / average - own.documents for field, average in averages.items() if average
    ]
    documents = max(_FEWEST, *map(math.ceil, needed)) if needed else _FEWEST
    missing = {
        field: round(average * (own.documents + documents) - own.words[field])
        for field, average in averages.items()
    }
    folder.mkdir()
    index = LexicalIndex(folder, create=True)
    writer = index.engine.writer(num_threads=1)
    for document in _documents(documents, missing):
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _documents(count: int, words: Mapping[str, int]) -> Iterable[tantivy.Document]:
    """Documents with so many words in all; the words are spread evenly."""
    for place in range(count):
        document = tantivy.Document()
        document.add_text("paper_id", BALLAST)
        for field, total in words.items():
            share = total * (place + 1) // count - total * place // count
            document.add_text(field, f"{_WORD} " * share)
        yield document


def _values(explanation: Mapping[str, Any]) -> dict[str, float]:
    """The named values in tantivy's explanation of a score: {"N": 82.0, "avgdl": 9.5, ...}."""
    found = {explanation["description"].partition(",")[0]: float(explanation["value"])}
    details: Sequence[Mapping[str, Any]] = explanation.get("details", ())
    for detail in details:
        found |= _values(detail)
    return found

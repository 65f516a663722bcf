"""Retrieval figures on a folder in the layout of BEIR (Thakur et al. 2021, arXiv:2104.08663).

Each query is searched three times in one index: dense alone, lexical alone, and fused as for a
question. The index is beside the user's own; its name is a hash of the documents and the index's
identity, so that a second run embeds only the queries.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from pydantic import BaseModel, Field, ValidationError

from eval.dataset import corpus_fingerprint
from eval.retrieval import MEASURES, per_query
from eval.scoring.stats import Figure, figure
from rag.engine import Engine
from rag.errors import FileError, FormatError
from rag.index.library import Library
from rag.models.choice import open_embedder
from rag.models.embedding.embedder import Embedder
from rag.retrieval.search import retrieve
from rag.settings import Settings
from rag.text.names.identifiers import find_urls
from rag.types import Paper

Progress = Callable[[int, int], None]
_Run: TypeAlias = dict[str, dict[str, float]]

_LAYOUT = "A BEIR folder has corpus.jsonl, queries.jsonl and qrels/NAME.tsv."
_HEADER = re.compile(r"query-id\tcorpus-id\tscore")
_JUDGEMENT = re.compile(r"([^\t]+)\t([^\t]+)\t(-?[0-9]+)")
# Candidates of a side, in chunks or papers: nDCG and recall need ten, RR the rest.
_DEPTH = 100
# Papers indexed at once: what an interruption costs, and what is in memory.
# Chroma refuses more than 5,461 chunks in one call; these are some 2,000.
_STEP = 1000


@dataclass(frozen=True, slots=True)
class Collection:
    """One BEIR folder under one split; queries are those that have a relevant document.

    ``skipped`` counts documents with neither title nor text, ``missing`` the relevant ones that
    are not among ``papers``: no search can find them, and they count as not found.
    """

    papers: tuple[Paper, ...]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]
    skipped: int
    missing: int


@dataclass(frozen=True, slots=True)
class BeirReport:
    """The outcome, by side: dense, lexical, fused. ``ms`` is the median time of one query."""

    name: str
    split: str
    documents: int
    skipped: int
    missing: int
    queries: int
    figures: dict[str, dict[str, Figure]]
    ms: dict[str, float]
    seconds: float


class _Record(BaseModel):
    """One line of corpus.jsonl or queries.jsonl."""

    id: str = Field(alias="_id", min_length=1)
    title: str | None = None
    text: str | None


def run_beir(
    folder: Path,
    split: str,
    settings: Settings,
    embedding: Progress | None = None,
    asking: Progress | None = None,
    *,
    embedder: Embedder | None = None,
) -> BeirReport:
    """Index ``folder`` apart from the user's corpus and ask every judged query of ``split``.

    ``embedding`` gets (documents done, total) while the index is built, ``asking`` gets (queries
    done, total). An interrupted build continues where it stopped. Raises FileError and FormatError
    for a malformed folder, IndexUnavailableError if the index cannot be written.
    """
    started = time.perf_counter()
    collection = read_collection(folder, split)
    own = settings.model_copy(update={"index": index_path(settings, collection)})
    model = embedder or open_embedder(own)
    with Engine(own, embedder=lambda: model) as engine:
        _build(engine, collection.papers, embedding)
        runs, times = _ask(engine.library, collection.queries, asking)
    return BeirReport(
        name=folder.resolve().name,
        split=split,
        documents=len(collection.papers),
        skipped=collection.skipped,
        missing=collection.missing,
        queries=len(collection.queries),
        figures={side: _figures(collection.qrels, run) for side, run in runs.items()},
        ms={side: round(median(taken), 1) for side, taken in times.items()},
        seconds=round(time.perf_counter() - started, 2),
    )


def index_path(settings: Settings, collection: Collection) -> Path:
    """The folder of the collection's index: beside the user's, named by a hash of its documents."""
    made_of = f"{corpus_fingerprint(collection.papers)} {asdict(Engine(settings).identity)}"
    return settings.index.parent / "beir" / hashlib.sha256(made_of.encode()).hexdigest()[:16]


def read_collection(folder: Path, split: str) -> Collection:
    """Read a BEIR folder. Raises FileError, or FormatError with the line that is malformed."""
    records = _read_records(folder / "queries.jsonl").values()
    texts = {record.id: record.text for record in records if record.text and record.text.strip()}
    qrels = _read_qrels(folder, split, texts)
    papers, skipped = _read_corpus(folder / "corpus.jsonl")
    there = {paper.paper_id for paper in papers}
    return Collection(
        papers=papers,
        queries={query: texts[query] for query in qrels},
        qrels=qrels,
        skipped=skipped,
        missing=sum(document not in there for judged in qrels.values() for document in judged),
    )


def beir_json(report: BeirReport) -> dict[str, Any]:
    """The contract's ``eval --json``; figures are named like ``fused/nDCG@10``."""
    figures = {
        f"{side}/{measure}": asdict(value)
        for side, figures in report.figures.items()
        for measure, value in figures.items()
    }
    rest = {"mode": "quotes", "model": "none", "seconds": report.seconds}
    return {"figures": figures, "by_kind": {}, "floors": {}, "regressions": [], **rest}


def beir_markdown(report: BeirReport) -> str:
    """The sides as the rows of one table, each figure with its 95% interval."""
    facts = [f"{report.documents:,} documents", f"{report.queries:,} queries"]
    if report.skipped:
        facts.append(f"{report.skipped:,} empty documents left out")
    if report.missing:
        facts.append(f"{report.missing:,} judged documents are not in the corpus")
    rows = [["Side", *MEASURES, "ms a query"], ["---"] * (len(MEASURES) + 2)]
    for side, figures in report.figures.items():
        cells = [f"{f.value:.3f} ({f.low:.3f}–{f.high:.3f})" for f in figures.values()]
        rows.append([side, *cells, f"{report.ms[side]:.1f}"])
    table = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"# {report.name}, {report.split}", "", " · ".join(facts), "", *table, ""])


def _build(engine: Engine, papers: tuple[Paper, ...], progress: Progress | None) -> None:
    """Index in steps what is not indexed yet; each step is on disk before the next begins."""
    # The folder's name is a hash of every text, so a paper that is indexed has not changed.
    there = {paper.paper_id for paper in engine.folder.papers()}
    todo = [paper for paper in papers if paper.paper_id not in there]
    for start in range(0, len(todo), _STEP):
        step = todo[start : start + _STEP]
        report = progress and partial(_report, progress, len(there) + start, len(papers))
        engine.add(step, report)


def _report(progress: Progress, before: int, total: int, done: int, papers: int) -> None:
    progress(before + done, total)


def _ask(
    library: Library, queries: Mapping[str, str], progress: Progress | None
) -> tuple[dict[str, _Run], dict[str, list[float]]]:
    """Each side's run, and its milliseconds for each query."""
    sides: dict[str, Callable[[str], list[str]]] = {
        "dense": lambda text: _dense(library, text),
        "lexical": lambda text: [paper for paper, _ in library.lexical.search(text, _DEPTH)],
        "fused": lambda text: [r.paper.paper_id for r in retrieve(library, text, _DEPTH).ranked],
    }
    runs: dict[str, _Run] = {side: {} for side in sides}
    times: dict[str, list[float]] = {side: [] for side in sides}
    for done, (query, text) in enumerate(queries.items(), start=1):
        for side, search in sides.items():
            started = time.perf_counter()
            found = search(text)
            times[side].append((time.perf_counter() - started) * 1000)
            # Negative ranks are used as scores, so that ties keep their order. As in BEIR's own
            # evaluation, a query that is itself a document (ArguAna, Quora) does not find itself.
            runs[side][query] = {i: float(-rank) for rank, i in enumerate(found) if i != query}
        if progress:
            progress(done, len(queries))
    return runs, times


def _dense(library: Library, text: str) -> list[str]:
    """Papers by the cosine of their best chunk."""
    hits = library.dense.search_chunks(library.embedder.embed_query(text), _DEPTH)
    return list(dict.fromkeys(paper for paper, _ in hits))


def _figures(qrels: Mapping[str, Mapping[str, int]], run: _Run) -> dict[str, Figure]:
    scores = per_query(qrels, run).values()
    return {name: figure([score[name] for score in scores]) for name in MEASURES}


def _read_corpus(path: Path) -> tuple[tuple[Paper, ...], int]:
    """The documents as papers, and how many have neither title nor text."""
    papers: list[Paper] = []
    records = _read_records(path)
    for record in records.values():
        title, text = (record.title or "").strip(), (record.text or "").strip()
        if not text:
            # Chunks are cut from the text; a title alone is indexed in its place.
            title, text = "", title
        if text:
            papers.append(Paper(record.id, title, text, find_urls(text), len(papers), path.name))
    if not papers:
        raise _wrong(path, 1, "the file has no document with a title or a text.")
    return tuple(papers), len(records) - len(papers)


def _read_records(path: Path) -> dict[str, _Record]:
    """The lines of a .jsonl file by id."""
    records: dict[str, _Record] = {}
    for number, line in _lines(path):
        try:
            record = _Record.model_validate_json(line)
        except ValidationError as exc:
            first = exc.errors()[0]
            where = "".join(f"{part}: " for part in first["loc"])
            raise _wrong(path, number, f"{where}{first['msg']}.") from exc
        if record.id in records:
            raise _wrong(path, number, f"the _id {record.id!r} is already on an earlier line.")
        records[record.id] = record
    return records


def _read_qrels(folder: Path, split: str, queries: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Grades of relevant documents, by query and document; the measures ignore the others."""
    path = folder / "qrels" / f"{split}.tsv"
    if not path.exists():
        there = sorted(other.stem for other in folder.glob("qrels/*.tsv"))
        hint = f"There is: {', '.join(there)}." if there else _LAYOUT
        raise FileError(f"There is no split {split!r} in {folder}.", hint)
    qrels: dict[str, dict[str, int]] = {}
    number = 1
    for number, line in _lines(path):
        found = (_HEADER if number == 1 else _JUDGEMENT).fullmatch(line)
        if not found:
            what = "the header" if number == 1 else "a judgement with a whole number as its score"
            raise _wrong(path, number, f"this is not {what}: query-id TAB corpus-id TAB score.")
        if number == 1:
            continue
        query, document, grade = found.groups()
        if query not in queries:
            raise _wrong(path, number, f"queries.jsonl has no text for the query {query!r}.")
        if int(grade) > 0:
            qrels.setdefault(query, {})[document] = int(grade)
    if not qrels:
        raise _wrong(path, number, "the file ends and no query has a relevant document.")
    return qrels


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, without their ends, with their numbers from 1."""
    number = 0
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                line = raw.decode("utf-8-sig").rstrip("\r\n")
                if line.strip():
                    yield number, line
    except UnicodeDecodeError as exc:
        raise _wrong(path, number, "this is not UTF-8 text.") from exc
    except OSError as exc:
        raise FileError(f"{path} cannot be read: {exc.strerror}.", _LAYOUT) from exc


def _wrong(path: Path, line: int, what: str) -> FormatError:
    return FormatError(str(path), line, what, "Correct the file and run this again.")

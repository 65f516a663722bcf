"""BEIR folders: figures per side, an index of its own, and mistakes named by their line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import eval.beir as module
from eval.beir import BeirReport, beir_json, beir_markdown, index_path, read_collection, run_beir
from eval.scoring.stats import Figure
from rag.errors import FileError, FormatError
from rag.index.generations.generations import IndexFolder
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.retrieval.search import Retrieval, retrieve
from rag.settings import Settings, load_settings
from rag.types import Paper

Line = dict[str, object]


class Folder:
    """A BEIR folder of the first papers of the delivered corpus; query n asks for paper n."""

    def __init__(self, path: Path, papers: list[Paper]) -> None:
        self.path = path
        self.corpus: list[Line] = [
            {"_id": f"d{n}", "title": paper.title, "text": paper.abstract, "metadata": {}}
            for n, paper in enumerate(papers)
        ]
        self.queries: list[Line] = [
            {"_id": f"q{n}", "text": paper.title} for n, paper in enumerate(papers)
        ]
        self.qrels = [f"q{n}\td{n}\t1" for n in range(len(papers))]

    def write(self) -> Path:
        (self.path / "qrels").mkdir(parents=True, exist_ok=True)
        for name, lines in (("corpus", self.corpus), ("queries", self.queries)):
            text = "".join(f"{json.dumps(line)}\n" for line in lines)
            (self.path / f"{name}.jsonl").write_text(text, encoding="utf-8")
        rows = "\n".join(["query-id\tcorpus-id\tscore", *self.qrels])
        (self.path / "qrels" / "test.tsv").write_text(f"{rows}\n", encoding="utf-8")
        return self.path


@pytest.fixture
def beir(tmp_path: Path, papers: list[Paper]) -> Folder:
    return Folder(tmp_path / "tiny", papers[:4])


@pytest.fixture
def mine(tmp_path: Path) -> Settings:
    return load_settings(index=tmp_path / "home" / "index", llm="quotes")


def values(report: BeirReport, measure: str) -> dict[str, float]:
    return {side: figures[measure].value for side, figures in report.figures.items()}


def test_titles_find_their_papers_on_every_side(
    beir: Folder, mine: Settings, embedder: Embedder
) -> None:
    asked: list[tuple[int, int]] = []
    embedded: list[tuple[int, int]] = []
    told = [lambda done, total, told=told: told.append((done, total)) for told in (embedded, asked)]
    report = run_beir(beir.write(), "test", mine, *told, embedder=embedder)
    assert (report.name, report.split, report.documents, report.queries) == ("tiny", "test", 4, 4)
    assert (report.skipped, report.missing) == (0, 0)
    assert report.figures == {
        side: dict.fromkeys(("nDCG@10", "R@5", "R@10", "RR"), Figure(1.0, 1.0, 1.0, 4))
        for side in ("dense", "lexical", "fused")
    }
    assert set(report.ms) == {"dense", "lexical", "fused"}
    assert asked == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert embedded[-1] == (4, 4)


def test_the_second_run_embeds_no_document_and_the_users_index_is_not_touched(
    beir: Folder, mine: Settings, embedder: Embedder
) -> None:
    first = run_beir(beir.write(), "test", mine, embedder=embedder)

    def never(done: int, total: int) -> None:
        raise AssertionError("documents were embedded again")

    again = run_beir(beir.path, "test", mine, never, embedder=embedder)
    assert again.figures == first.figures
    assert not mine.index.exists()
    assert len(list((mine.index.parent / "beir").iterdir())) == 1
    # Another document, another index; the first is left as it is.
    beir.corpus[0]["text"] = "Of something else."
    with pytest.raises(AssertionError, match="embedded again"):
        run_beir(beir.write(), "test", mine, never, embedder=embedder)


def test_the_place_of_the_index_follows_texts_and_embedder(beir: Folder, mine: Settings) -> None:
    collection = read_collection(beir.write(), "test")
    place = index_path(mine, collection)
    beir.queries[0]["text"] = "other words"
    assert index_path(mine, read_collection(beir.write(), "test")) == place
    other = mine.model_copy(update={"embedder": "some/other-model"})
    assert index_path(other, collection) != place
    beir.corpus[0]["title"] = "Another title"
    assert index_path(mine, read_collection(beir.write(), "test")) != place


def test_an_interrupted_build_goes_on_where_it_stopped(
    beir: Folder, mine: Settings, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STEP", 3)

    def stop_at_four(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_beir(beir.write(), "test", mine, stop_at_four, embedder=embedder)
    kept = IndexFolder(index_path(mine, read_collection(beir.path, "test")))
    assert [paper.paper_id for paper in kept.papers()] == ["d0", "d1", "d2"]
    told: list[int] = []
    report = run_beir(beir.path, "test", mine, lambda *at: told.append(at[0]), embedder=embedder)
    assert told == [4]
    assert values(report, "RR") == {"dense": 1.0, "lexical": 1.0, "fused": 1.0}


def test_each_side_searches_in_its_own_way(
    beir: Folder, mine: Settings, embedder: Embedder
) -> None:
    beir.corpus += [
        {"_id": "cats", "title": "", "text": "The domestic cat sleeps for most of the day."},
        {"_id": "word", "title": "", "text": "Zyzzyva is the last word in some dictionaries."},
    ]
    beir.queries = [
        # No word in common with its document but "a", which is no term.
        {"_id": "meaning", "text": "how long a feline pet naps"},
        # Only question words: BM25 has nothing to search for and finds nothing.
        {"_id": "nothing", "text": "what is it about"},
    ]
    beir.qrels = ["meaning\tcats\t1", "nothing\tword\t1"]
    report = run_beir(beir.write(), "test", mine, embedder=embedder)
    assert values(report, "R@5")["lexical"] == 0.0
    assert values(report, "R@10")["dense"] == 1.0
    assert values(report, "RR")["dense"] > 0.5
    assert report.figures["lexical"]["R@5"].n == 2


def test_fused_is_what_a_question_gets(
    beir: Folder, mine: Settings, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def backwards(library: Library, query: str, k: int) -> Retrieval:
        found = retrieve(library, query, k)
        return replace(found, ranked=found.ranked[::-1])

    monkeypatch.setattr(module, "retrieve", backwards)
    report = run_beir(beir.write(), "test", mine, embedder=embedder)
    assert values(report, "RR") == {"dense": 1.0, "lexical": 1.0, "fused": 0.25}


def test_documents_without_a_text_or_a_title(
    beir: Folder, mine: Settings, embedder: Embedder
) -> None:
    beir.corpus += [
        {"_id": "title", "title": "Quokkas of Rottnest Island", "text": ""},
        {"_id": "text", "text": "Axolotls keep their gills.\nThey regrow limbs."},
        {"_id": "neither", "title": " ", "text": None},
    ]
    beir.queries = [{"_id": "1", "text": "quokkas"}, {"_id": "2", "text": "axolotls"}]
    beir.qrels = ["1\ttitle\t2", "2\ttext\t1"]
    report = run_beir(beir.write(), "test", mine, embedder=embedder)
    assert (report.documents, report.skipped, report.missing) == (6, 1, 0)
    assert values(report, "nDCG@10") == {"dense": 1.0, "lexical": 1.0, "fused": 1.0}


def test_a_judged_document_that_is_not_there_counts_as_not_found(
    beir: Folder, mine: Settings, embedder: Embedder
) -> None:
    beir.qrels = ["q0\td0\t1", "q0\tgone\t1", "q1\td1\t0", "q2\td2\t-1"]
    report = run_beir(beir.write(), "test", mine, embedder=embedder)
    # A query whose documents are all irrelevant is not judged.
    assert (report.queries, report.missing) == (1, 1)
    assert values(report, "R@10") == {"dense": 0.5, "lexical": 0.5, "fused": 0.5}


def test_a_query_that_is_a_document_does_not_find_itself(
    beir: Folder, mine: Settings, embedder: Embedder
) -> None:
    beir.corpus.append({"_id": "copy", "title": "", "text": beir.corpus[0]["text"]})
    beir.queries = [{"_id": "d0", "text": beir.corpus[0]["text"]}]
    beir.qrels = ["d0\tcopy\t1"]
    report = run_beir(beir.write(), "test", mine, embedder=embedder)
    assert values(report, "RR") == {"dense": 1.0, "lexical": 1.0, "fused": 1.0}


@pytest.mark.parametrize(
    ("name", "line", "text", "says"),
    [
        ("corpus.jsonl", 2, b'{"_id": "d1", "text": ', "Invalid JSON"),
        ("corpus.jsonl", 3, b'{"title": "a", "text": "b"}', "_id"),
        ("corpus.jsonl", 3, b'{"_id": 7, "text": "b"}', "_id"),
        ("corpus.jsonl", 3, b'{"_id": "d7", "title": "a"}', "text"),
        ("corpus.jsonl", 3, b'{"_id": "d7", "text": "\\ud800"}', "Invalid JSON"),
        ("corpus.jsonl", 4, b'{"_id": "d0", "text": "b"}', "'d0' is already on"),
        ("corpus.jsonl", 4, b'{"_id": "d0", "text": "\xff"}', "UTF-8"),
        ("queries.jsonl", 1, b"[]", "object"),
        ("qrels/test.tsv", 1, b"q0\td0\t1", "header"),
        ("qrels/test.tsv", 2, b"q0 d0 1", "judgement"),
        ("qrels/test.tsv", 3, b"q0\td0\tyes", "judgement"),
        ("qrels/test.tsv", 4, b"q9\td0\t1", "'q9'"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    name: str, line: int, text: bytes, says: str, beir: Folder
) -> None:
    path = beir.write() / name
    lines = path.read_bytes().split(b"\n")
    lines[line - 1] = text
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(FormatError, match=says) as caught:
        read_collection(beir.path, "test")
    assert (caught.value.source, caught.value.line) == (str(path), line)


@pytest.mark.parametrize("rows", [[], ["q0\td0\t0"]])
def test_qrels_that_judge_nothing(rows: list[str], beir: Folder) -> None:
    beir.qrels = rows
    with pytest.raises(FormatError, match="no query has a relevant document") as caught:
        read_collection(beir.write(), "test")
    assert caught.value.line == 1 + len(rows)


def test_a_corpus_that_holds_nothing(beir: Folder) -> None:
    beir.corpus = [{"_id": "d0", "title": "", "text": ""}]
    with pytest.raises(FormatError, match="no document with a title or a text"):
        read_collection(beir.write(), "test")


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
def test_a_missing_file(name: str, beir: Folder) -> None:
    beir.write()
    (beir.path / name).unlink()
    with pytest.raises(FileError, match=f"{name} cannot be read.*A BEIR folder has"):
        read_collection(beir.path, "test")


def test_a_missing_split_names_those_there_are(beir: Folder, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no split 'dev'.*There is: test\."):
        read_collection(beir.write(), "dev")
    with pytest.raises(FileError, match="A BEIR folder has"):
        read_collection(tmp_path / "nowhere", "test")


def test_windows_line_ends_blank_lines_and_a_byte_order_mark(beir: Folder) -> None:
    plain = read_collection(beir.write(), "test")
    for path in [*beir.path.glob("*.jsonl"), *beir.path.glob("qrels/*")]:
        text = path.read_bytes().replace(b"\n", b"\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text + b"\r\n")
    assert read_collection(beir.path, "test") == plain


SAME = dict.fromkeys(("R@5", "R@10", "RR"), Figure(0.5, 0.5, 0.5, 300))
REPORT = BeirReport(
    name="tiny",
    split="test",
    documents=5183,
    skipped=2,
    missing=1,
    queries=300,
    figures={
        "dense": {"nDCG@10": Figure(0.6, 0.25, 0.75, 300), **SAME},
        "lexical": {"nDCG@10": Figure(0.65, 0.25, 0.75, 300), **SAME},
        "fused": {"nDCG@10": Figure(0.7, 0.25, 0.75, 300), **SAME},
    },
    ms={"dense": 20.04, "lexical": 1.0, "fused": 30.0},
    seconds=12.5,
)


def test_json_has_the_shape_of_every_evaluation() -> None:
    found = beir_json(REPORT)
    assert found["figures"]["fused/nDCG@10"] == {"value": 0.7, "low": 0.25, "high": 0.75, "n": 300}
    assert len(found.pop("figures")) == 12
    rest = {"mode": "quotes", "model": "none", "seconds": 12.5}
    assert found == {"by_kind": {}, "floors": {}, "regressions": [], **rest}


def test_markdown_is_one_table_with_a_row_a_side() -> None:
    lines = beir_markdown(REPORT).split("\n")
    assert lines[0] == "# tiny, test"
    assert lines[2] == (
        "5,183 documents · 300 queries · 2 empty documents left out"
        " · 1 judged documents are not in the corpus"
    )
    assert lines[4] == "| Side | nDCG@10 | R@5 | R@10 | RR | ms a query |"
    assert lines[6].endswith("| 20.0 |")
    assert lines[6].startswith("| dense | 0.600 (0.250–0.750) | 0.500")
    assert [line.split()[1] for line in lines[6:9]] == ["dense", "lexical", "fused"]

"""The whole check with the real library: verdicts, quotes, what is cited, what is suggested."""

from __future__ import annotations

from pathlib import Path

import pytest
from manuscripts import BRAIN, CONVIT, MLPS, SAMPLES, SINET

from rag.checking.manuscripts.flow import check_manuscript
from rag.engine import Engine
from rag.errors import QuestionError
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.settings import Settings
from rag.types import (
    CheckedClaim,
    CheckedManuscript,
    ClaimSource,
    ClaimVerdict,
    Scope,
    SentenceChecked,
    Span,
)


@pytest.fixture(scope="module")
def engine(settings: Settings, embedder: Embedder) -> Engine:
    return Engine(settings, embedder=lambda: embedder)


def whole(engine: Engine, name: str) -> CheckedManuscript:
    *_, last = engine.check_manuscript(SAMPLES / name)
    assert isinstance(last, CheckedManuscript)
    return last


def test_a_manuscript_in_markdown(engine: Engine) -> None:
    checked = whole(engine, "review.md")
    said = {sentence.text.split(" [")[0]: sentence for sentence in checked.sentences}
    first = said["SINet reduces the number of parameters from 2.1M to 86.9K"]
    assert first.verdict in ("supported", "partly")
    assert [citation.paper_id for citation in first.citations] == [SINET]
    assert "86.9K" in first.citations[0].quotes[0].text
    [again] = said["It also runs on a mobile device at 100.6 FPS"].citations
    assert again.claim == "SINet also runs on a mobile device at 100.6 FPS."
    two = said["The performance of MLPs improves with scale"]
    assert [(c.key, c.paper_id) for c in two.citations] == [
        ("bachmann2023mlps", MLPS), ("dascoli2021convit", CONVIT), ("missing2020", ""),
    ]  # fmt: skip
    assert two.why == "1 of 3 cited papers not in the library"
    assert (
        said["As @vaswani2017 show, a model can do without recurrence."].verdict == "not_in_library"
    )
    assert said["We follow the recipe of @dascoli2021convit."].verdict == "not_checked"
    assert said["For a review see"].verdict == "not_checked"
    note = said[
        "Multi-modal Transformers predict brain activity better than single-modal ones.[^1]"
    ]
    assert [citation.paper_id for citation in note.citations] == [BRAIN]
    assert not any("In this section" in text for text in said)
    missing = {work.key: work for work in checked.works if not work.paper_id}
    assert set(missing) == {"vaswani2017", "missing2020"}
    assert "no entry" in missing["missing2020"].problem
    assert missing["vaswani2017"].title == "Attention is all you need"
    assert checked.sentences[missing["vaswani2017"].sentences[0]].text.startswith("As @vaswani2017")


@pytest.mark.parametrize("name", ["review.md", "review.tex", "review.txt"])
def test_quotes_and_sentences_are_verbatim(engine: Engine, name: str) -> None:
    checked = whole(engine, name)
    lines = {path.name: path.read_text("utf-8").split("\n") for path in SAMPLES.rglob("*.*")}
    assert checked.sentences
    for sentence in checked.sentences:
        passage = checked.passages[sentence.passage].text
        assert passage[sentence.start : sentence.end] == sentence.text
        line = lines[Path(sentence.place.file).name][sentence.place.number - 1]
        assert sentence.text.split()[0].strip("[]") in line
        for citation in sentence.citations:
            for quote in citation.quotes:
                abstract = engine.papers[citation.paper_id].abstract
                assert abstract[quote.start : quote.end] == quote.text


def test_nothing_is_changed_and_progress_is_told(engine: Engine) -> None:
    before = {path: path.read_bytes() for path in SAMPLES.rglob("*.*")}
    *events, last = engine.check_manuscript(SAMPLES / "review.md")
    told = [event for event in events if isinstance(event, SentenceChecked)]
    assert [event.done for event in told] == list(range(1, told[0].total + 1))
    assert isinstance(last, CheckedManuscript)
    assert tuple(e.sentence for e in told if e.sentence) == last.sentences
    assert before == {path: path.read_bytes() for path in SAMPLES.rglob("*.*")}


def answering(verdict: ClaimVerdict, confidence: float = 0.9) -> object:
    """A check of claims that always says the same."""

    def check(claim: str, scope: Scope) -> CheckedClaim:
        papers = scope.papers or (MLPS,)
        quotes = () if verdict == "not_found" else (Span("x", 0, 1),)
        sources = tuple(
            ClaimSource(paper, "title", None, verdict, quotes, confidence) for paper in papers
        )
        return CheckedClaim(claim, verdict, sources, (), 1)

    return check


@pytest.mark.parametrize(
    ("text", "verdict", "confidence", "wanted"),
    [
        ("Large perceptrons learn well [@a].", "contradicted", 0.9, ["contradicted"]),
        ("Large perceptrons learn well [@a; @z].", "supported", 0.9, ["supported"]),
        ("We train large perceptrons well, as [@a].", "contradicted", 0.9, ["not_checked"]),
        ("We train large perceptrons well, as [@a].", "supported", 0.9, ["supported"]),
        ("We train large perceptrons well, as [@a].", "supported", 0.6, ["not_checked"]),
        ("Large perceptrons learn images well at any scale.", "supported", 0.9, ["uncited"]),
        ("Large perceptrons learn images well at any scale.", "supported", 0.4, []),
        ("Large perceptrons learn images well at any scale.", "partly", 0.9, []),
        ("Large perceptrons learn images well at any scale.", "contradicted", 0.9, []),
        ("In this paper, large perceptrons learn images well.", "supported", 0.9, []),
    ],
)
def test_what_verdicts_become(
    tmp_path: Path, library: Library, text: str, verdict: ClaimVerdict, confidence: float,
    wanted: list[str],
) -> None:  # fmt: skip
    (tmp_path / "a.bib").write_text("@article{a, title={Scaling MLPs: A Tale of Inductive Bias}}")
    path = tmp_path / "text.md"
    path.write_text(text)
    check = answering(verdict, confidence)
    *_, last = check_manuscript(library, check, path, [tmp_path / "a.bib"])  # type: ignore[arg-type]
    assert isinstance(last, CheckedManuscript)
    assert [sentence.verdict for sentence in last.sentences] == wanted
    assert [bool(sentence.papers) for sentence in last.sentences] == [
        w == "uncited" for w in wanted
    ]


def test_what_cannot_be_asked_is_told(tmp_path: Path, library: Library) -> None:
    def refuse(claim: str, scope: Scope) -> CheckedClaim:
        raise QuestionError("The claim is not in Latin script.", "Write it in English.")

    (tmp_path / "a.bib").write_text("@article{a, title={Scaling MLPs: A Tale of Inductive Bias}}")
    (tmp_path / "text.md").write_text("Большие сети хорошо учатся на картинках [@a].")
    *_, last = check_manuscript(library, refuse, tmp_path / "text.md", [tmp_path / "a.bib"])
    assert isinstance(last, CheckedManuscript)
    assert [(s.verdict, s.why) for s in last.sentences] == [("not_checked", "it is not in English")]


def test_a_claim_is_asked_once_for_all_its_papers(tmp_path: Path, library: Library) -> None:
    asked: list[tuple[str, Scope]] = []

    def check(claim: str, scope: Scope) -> CheckedClaim:
        asked.append((claim, scope))
        return CheckedClaim(claim, "not_found", (), (), 1)

    titles = {key: library.by_id[paper].title for key, paper in (("a", MLPS), ("b", SINET))}
    bib = "\n".join(f"@article{{{key}, title={{{title}}}}}" for key, title in titles.items())
    (tmp_path / "a.bib").write_text(bib)
    (tmp_path / "text.md").write_text("Perceptrons learn images well [@a; @b; @a].")
    list(check_manuscript(library, check, tmp_path / "text.md", [tmp_path / "a.bib"]))
    [(claim, scope)] = asked
    assert claim == "Perceptrons learn images well."
    assert scope.papers == (MLPS, SINET)


def test_why_a_cited_paper_is_not_found(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "text.md"
    path.write_text("Large perceptrons learn well [@gone].")
    *_, last = check_manuscript(library, answering("supported", 0.9), path)  # type: ignore[arg-type]
    assert isinstance(last, CheckedManuscript)
    [sentence] = last.sentences
    assert sentence.verdict == "not_in_library"
    assert sentence.why == "no entry of the bibliography has this key"

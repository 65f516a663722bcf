"""Stances of papers on statements, with and without a language model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from comparers import Making
from scripted_server import Body, ScriptedServer

from eval.comparing.stances import LABELS, STANCES, Prediction, f1, load_stances, predict, report
from rag.comparing.flow import Comparer
from rag.comparing.papers import papers_on
from rag.comparing.stances.opposition import Opposition, opposition
from rag.comparing.stances.prompts import StanceDraft, drafts_in, stances_reply
from rag.comparing.stances.stance import decide_stance
from rag.decisions.aspects import choose_columns
from rag.errors import ComparisonError, FormatError
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.types import Comparison

HEADS = "All attention heads are equally important."
BIAS = "A lack of inductive bias can be compensated by scale."
NOBODY = choose_columns((), ["Tractors are expensive."])


@pytest.fixture
def ids(library: Library) -> list[str]:
    """MoH and Scaling MLPs."""
    titles = {paper.title.split(":")[0]: paper.paper_id for paper in library.papers}
    return [titles["MoH"], titles["Scaling MLPs"]]


def shown(body: Body) -> list[str]:
    """The sentences that a request shows, in order."""
    lines = body["messages"][1]["content"].splitlines()
    return [line.partition("] ")[2] for line in lines if line.startswith("[")]


def saying(*stances: tuple[str, int]) -> str:
    return json.dumps(
        {f"statement_{n}": {"stance": s, "sentence": i} for n, (s, i) in enumerate(stances, 1)}
    )


def check(comparison: Comparison, library: Library) -> None:
    """What holds for every stance: quotes are verbatim, values are few, verdicts go with them."""
    for cell in comparison.cells:
        abstract = library.by_id[cell.paper_id].abstract
        assert all(abstract[q.start : q.end] == q.text for q in cell.quotes)
        assert cell.value in ("supports", "contradicts", "unclear", "")
        assert (cell.status == "stated") == bool(cell.value) == bool(cell.quotes)
        assert (cell.verdict is None) == (cell.status == "not_stated")
        assert cell.value != "unclear" or cell.verdict == "partial"


def test_a_stance_is_a_column(plain: Comparer, library: Library, ids: Sequence[str]) -> None:
    made = plain.compare(ids, choose_columns(["approach"], [HEADS, BIAS]))
    check(plain.compare(ids, choose_columns((), [HEADS, BIAS])), library)
    assert made.aspects == ("approach", HEADS, BIAS)
    cells = {(cell.paper_id, cell.aspect): cell for cell in made.cells}
    moh, mlp = ids
    heads, bias = cells[moh, HEADS], cells[mlp, BIAS]
    assert (heads.value, heads.verdict) == ("contradicts", "partial"), "a denial is a hint"
    assert "not all attention heads" in heads.quotes[0].text
    assert (bias.value, bias.verdict) == ("supports", "supported")
    assert "can indeed be compensated" in bias.quotes[0].text
    assert cells[moh, BIAS].status == cells[mlp, HEADS].status == "not_stated"
    assert cells[moh, "approach"].status == "stated"
    told = {claim.text: claim for claim in made.summary}
    heads_claim = told[f"“{HEADS}”: perhaps contradicted by: MoH."]
    assert (heads_claim.citations, heads_claim.verdict) == ((moh,), "partial")
    assert told[f"“{BIAS}”: supported by: Scaling MLPs."].verdict == "supported"
    [silence] = plain.compare(ids, NOBODY).summary
    assert "no abstract addresses it" in silence.text and silence.verdict == "partial"


def test_the_development_half_keeps_its_figures(plain: Comparer) -> None:
    predictions = predict(plain.compare, load_stances(STANCES / "dev.jsonl"))
    heard = [j for j in predictions if j.stance != "silent"]
    assert sum(j.label != "silent" for j in heard) >= 9
    assert sum(j.label == "silent" for j in heard) <= 2
    assert all(j.label == j.stance for j in heard if j.stance != "unclear" and j.sure)
    assert sum(j.quoted for j in heard) >= 9


def test_labels_are_complete_and_verbatim(library: Library) -> None:
    for split in ("dev", "test"):
        for line in (STANCES / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
            for paper in json.loads(line)["papers"]:
                abstract = library.by_id[paper["paper_id"]].abstract
                assert paper["stance"] in LABELS
                assert (paper["stance"] == "silent") == (not paper["quotes"])
                for quote in paper["quotes"]:
                    assert abstract.startswith(quote["text"], quote["start"])


def test_an_invalid_label_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"statement": "x", "papers": []}\n{"statement": "y"}\n', encoding="utf-8")
    with pytest.raises(FormatError, match=r"broken\.jsonl.*2"):
        load_stances(path)


def test_figures_are_what_they_are_called() -> None:
    predictions = [
        Prediction("supports", "supports", True),
        Prediction("supports", "unclear", True, sure=False),
        Prediction("silent", "supports", False),
        Prediction("contradicts", "contradicts", False),
        Prediction("silent", "silent", False),
    ]
    assert f1(predictions, "supports") == pytest.approx(0.5)
    assert f1(predictions, "contradicts") == 1.0
    assert f1(predictions[:1], "contradicts") == 0.0
    told = report(predictions)
    assert "Deciding papers found: 3 of 3; silent papers left silent: 1 of 2." in told
    assert "First quote accepted: 2 of 3." in told


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("Our method reduces the memory that is needed.", -1),
        ("Our method increases the memory that is needed.", 1),
        ("Our method does not reduce the memory that is needed.", 1),
        ("Our method stores the memory that is needed.", 0),
    ],
)
def test_words_of_direction_oppose_each_other(embedder: Embedder, sentence: str, sign: int) -> None:
    texts = ["The method reduces memory.", "Cats sleep.", sentence]
    statement, *sentences = embedder.embed_tokens(texts)
    found = opposition(statement, sentences)
    assert (found.opposed > 0.1) == (sign > 0)
    assert (found.opposed < -0.1) == (sign < 0)
    assert found.place == (1 if sign else None)


LESS = "MambaNet is faster than ResNet."


@pytest.mark.parametrize(
    ("statement", "sentence", "opposed", "value", "sure"),
    [
        ("Dropout reduces overfitting.", "Dropout prevents overfitting.", -0.6, "supports", True),
        ("Dropout reduces overfitting.", "Dropout worsens it.", 0.6, "contradicts", True),
        ("Dropout is used.", "Dropout is a layer.", 0.0, "unclear", False),
        ("All heads matter.", "We show that not all heads matter.", 0.0, "contradicts", False),
        ("All heads matter.", "Not all heads matter.", -0.6, "unclear", False),
        (LESS, "We show that MambaNet is faster than ResNet.", -0.6, "supports", True),
        (LESS, "We show that ResNet is faster than MambaNet.", -0.6, "unclear", False),
        (LESS, "We show that MambaNet is fast.", -0.6, "unclear", False),
    ],
)
def test_sides(statement: str, sentence: str, opposed: float, value: str, sure: bool) -> None:
    assert decide_stance(statement, [sentence], Opposition(opposed, 0)) == (value, sure)


@pytest.mark.parametrize(
    ("aspects", "statements", "says"),
    [
        ((), [" "], "A statement is empty"),
        ((), ["x" * 201], "A statement has 201 characters"),
        ((), [HEADS, HEADS.upper()], "The statement .* is given twice"),
        (["Heads matter"], ["heads matter"], "given twice"),
        ((), ["Baseline"], "is an aspect, no statement"),
        (["problem"], [f"claim {n}" for n in range(20)], "21 columns are too many"),
    ],
)
def test_statements_that_cannot_be(
    aspects: Sequence[str], statements: Sequence[str], says: str
) -> None:
    with pytest.raises(ComparisonError, match=says) as raised:
        choose_columns(aspects, statements)
    assert "\n" not in str(raised.value)


def test_an_endpoint_is_asked_once_a_paper_and_its_choice_is_quoted(
    server: ScriptedServer, scripted: Making, library: Library, ids: Sequence[str], tmp_path: Path
) -> None:
    server.script = lambda body: saying(("supports", 2), ("silent", 0))
    columns = choose_columns((), [HEADS, BIAS])
    made = scripted(tmp_path, "openai").compare(ids, columns)
    check(made, library)
    assert len(server.requests) == 2
    for paper, body in zip(made.papers, server.requests, strict=True):
        said, silent = [cell for cell in made.cells if cell.paper_id == paper.paper_id]
        assert [quote.text for quote in said.quotes] == [shown(body)[1]]
        assert said.value == "supports" and silent.status == "not_stated"
    assert made.cells[0].verdict == "partial", "the fitted decision hears the contrary"
    assert made.trouble is None
    again = scripted(tmp_path, "openai").compare(ids, columns)
    assert again.cells == made.cells and len(server.requests) == 2, "everything is kept"
    scripted(tmp_path, "openai").compare(ids, choose_columns((), [HEADS]))
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "reply",
    [
        "I would rather not.",
        saying(("supports", 99)),
        saying(("supports", 0)),
        saying(("agrees", 1)),
        '{"statement_1": {"stance": "supports", "sentence": "the first"}}',
    ],
)
def test_an_invalid_stance_leaves_the_fitted_one(
    server: ScriptedServer, scripted: Making, plain: Comparer, ids: Sequence[str],
    tmp_path: Path, reply: str,
) -> None:  # fmt: skip
    server.script = lambda body: reply
    columns = choose_columns((), [BIAS])
    made = scripted(tmp_path / "kept", "openai").compare(ids, columns)
    assert made.cells == plain.compare(ids, columns).cells
    assert made.trouble is not None and "\n" not in made.trouble
    assert len(server.requests) == 2, "a broken reply is no reason to give up the next paper"
    server.script = lambda body: saying(("contradicts", 1))
    anew = scripted(tmp_path / "kept", "openai").compare(ids, columns)
    assert {cell.value for cell in anew.cells} == {"contradicts"}, "nothing broken was kept"


def test_a_dead_endpoint_is_given_up(
    server: ScriptedServer, scripted: Making, plain: Comparer, ids: Sequence[str], tmp_path: Path
) -> None:
    server.status = 402
    columns = choose_columns((), [BIAS])
    made = scripted(tmp_path / "kept", "openai").compare(ids, columns)
    assert made.cells == plain.compare(ids, columns).cells
    assert made.trouble is not None and len(server.requests) == 1


def test_the_embedded_model_judges_no_statement(
    server: ScriptedServer, scripted: Making, plain: Comparer, ids: Sequence[str], tmp_path: Path
) -> None:
    columns = choose_columns((), [BIAS])
    made = scripted(tmp_path / "kept", "local").compare(ids, columns)
    assert made.cells == plain.compare(ids, columns).cells
    assert server.requests == []


def parse_stances(text: str, statements: Sequence[str]) -> dict[str, StanceDraft]:
    reply = stances_reply(4, len(statements)).parse(text)
    return drafts_in(reply, statements) if reply else {}


def test_replies_are_read_as_far_as_they_go() -> None:
    cut = '```json\n{"statement_1": {"stance": "silent", "sentence": 0}, "statement_2": {"st'
    assert list(parse_stances(cut, [HEADS, BIAS])) == [HEADS]
    assert parse_stances(saying(("supports", 3)), [BIAS])[BIAS].sentence == 3
    assert parse_stances("[]", [BIAS]) == {}


def test_papers_on_a_statement(library: Library, ids: Sequence[str]) -> None:
    found = [paper.paper_id for paper in papers_on(library, [HEADS])]
    assert len(found) == 10 and ids[0] in found
    both = [paper.paper_id for paper in papers_on(library, [HEADS, BIAS])]
    assert both[:10] == found and ids[1] in both and len(set(both)) == len(both) > 10

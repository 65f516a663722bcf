"""`python -m eval.claims`, its figures, and the claims that the reader is trained on."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from eval.claims.__main__ import check_all, main
from eval.claims.cases import ClaimCase, Quoted, manuscript_cases, scifact_cases
from eval.claims.figures import Told, confusion, figures_of
from eval.training.claims.composing import Shares, compose
from eval.training.claims.examples import ClaimExample, Claims, load_claims
from eval.training.examples import Document, split_claim
from rag.types import CheckedClaim, ClaimSource, ClaimVerdict, Scope, Span

EVERY = Shares(*[1.0] * 8)


def source(paper_id: str, verdict: ClaimVerdict, *quotes: Span) -> ClaimSource:
    return ClaimSource(paper_id, "T", None, verdict, quotes, 0.75)


def checked(claim: str, scope: Scope) -> CheckedClaim:
    """Paper "a" supports everything, in its first ten characters; no other says anything."""
    found = [
        source(i, "supported", Span("x" * 10, 0, 10)) if i == "a" else source(i, "not_found")
        for i in scope.papers or ("a",)
    ]
    return CheckedClaim(claim, found[0].verdict, tuple(found), (), len(found))


def test_verdicts_are_told_of_each_paper_and_of_all() -> None:
    cases = [
        ClaimCase("1", "c", ("a",), "supported", {"a": "supported"}, (Quoted("a", 9, 20),)),
        ClaimCase("2", "c", ("a",), "partly", {"a": "partly"}, (Quoted("a", 10, 20),)),
        ClaimCase("3", "c", ("b", "a"), "partly", {"b": "not_found", "a": "partly"}),
        ClaimCase("4", "c", (), None, papers=("a",)),
        ClaimCase("5", "c", (), None),
    ]
    told, uncited, seconds = check_all(checked, cases)
    each = figures_of(told["each cited paper"])
    assert (each["accuracy"].value, each["accuracy"].n) == (0.5, 4)
    assert each["quote accepted"].value == 0.5
    assert each["calibration error"].value == pytest.approx(0.25)
    assert [one.given for one in told["several papers together"]] == ["not_found"]
    assert len(told["whole claims"]) == 3 and len(seconds) == 5
    assert (uncited["found"].value, uncited["none"].value) == (1.0, 0.0)


def test_macro_f1_is_of_verdicts_that_are_ever_right() -> None:
    pairs: list[tuple[ClaimVerdict, ClaimVerdict]] = [
        ("supported", "supported"),
        ("supported", "partly"),
        ("not_found", "not_found"),
    ]
    told = [Told(a, b, None, None, str(n)) for n, (a, b) in enumerate(pairs)]
    assert figures_of(told)["macro-F1"].value == pytest.approx((2 / 3 + 1) / 2, abs=1e-4)
    assert confusion(told)["supported"]["partly"] == 1


def test_sentences_of_manuscripts(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "sentence": "S.", "cites": ["a"], "verdict": "partly", "quotes": [
            {"paper_id": "a", "start": 3, "text": "four"}]},
        {"id": "2", "sentence": "S.", "cites": ["x"], "verdict": "not_in_library", "quotes": []},
        {"id": "3", "sentence": "S.", "cites": [], "verdict": "uncited", "papers": ["a"],
         "quotes": []},
    ]  # fmt: skip
    file = tmp_path / "dev.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    one, three = manuscript_cases(file)
    assert (one.by_paper, one.quotes) == ({"a": "partly"}, (Quoted("a", 3, 7),))
    assert (three.verdict, three.papers) == (None, ("a",))


def test_scifact_is_read_in_the_half_that_nothing_is_trained_on(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\n0\t7\t1\n")
    (tmp_path / "queries.jsonl").write_text('{"_id": "0", "text": "Q"}\n')
    (tmp_path / "corpus.jsonl").write_text('{"_id": "7", "title": "T", "text": "Cats purr."}\n')
    claims = [
        {"_id": str(n), "claim": "Cats purr.", "cited_doc_ids": [7], "evidence": [
            {"doc_id": "7", "label": "CONTRADICT", "sentences": [0]}]}
        for n in range(10)
    ]  # fmt: skip
    text = "\n".join(map(json.dumps, claims))
    (tmp_path / "evidence_train.jsonl").write_text(text, encoding="utf-8")
    papers, cases = scifact_cases(tmp_path)
    assert [paper.paper_id for paper in papers] == ["7"]
    assert {case.verdict for case in cases} == {"contradicted"}
    assert {case.id.split()[0] for case in cases} == {
        str(n) for n in range(10) if split_claim(str(n)) == "held_out"
    }


def test_the_command_measures_a_few_papers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = tmp_path / "told.json"
    asked = ["eval.claims", "reader", "--limit", "2", "--json", str(told)]
    monkeypatch.setattr("sys.argv", asked)
    main()
    assert "6 claims" in capsys.readouterr().out
    figures = json.loads(told.read_text("utf-8"))["each cited paper"]["figures"]
    assert figures["accuracy"]["n"] == 6
    monkeypatch.setattr("sys.argv", ["eval.claims", "scifact"])
    with pytest.raises(SystemExit, match="--scifact DIR"):
        main()


def toy_claims() -> Claims:
    documents = tuple(
        Document(f"d{n}", "T", (f"Cats {n} sleep 13 hours.", "Dogs bark."), "train")
        for n in range(3)
    )
    kinds: tuple[ClaimVerdict, ...] = ("supported", "contradicted", "not_found")
    written = tuple(
        ClaimExample(f"{kind} of {place}: 13.", place, kind, () if kind == "not_found" else (0,))
        for place in range(3)
        for kind in kinds
    )
    return Claims(documents, written)


def test_composed_claims_have_the_verdict_of_their_parts() -> None:
    near = {0: [1, 2], 1: [0, 2], 2: [0, 1]}
    for seed in range(5):
        made = list(compose(toy_claims(), near, EVERY, random.Random(seed)))
        for one in made:
            own = [kind for kind in ("supported", "contradicted") if f"{kind} of {one.document}" in
                   one.text]  # fmt: skip
            if "contradicted" in own:
                assert one.verdict == "contradicted"
            elif one.verdict == "partly" and one.beside is None:
                assert own == ["supported"] and one.text.count(" of ") == 2
            elif one.verdict == "not_found" and one.beside is None:
                assert own == [] and one.sentences == ()
            if one.verdict != "not_found" and one.beside is None:
                assert one.sentences
        numbers = [one for one in made if one.verdict == "contradicted" and "13" not in one.text]
        assert numbers and all("supported" in one.text or "Cats" in one.text for one in numbers)


def test_claims_are_loaded_from_a_training_folder(tmp_path: Path) -> None:
    paper = {
        "id": "arxiv:1", "title": "T", "sentences": ["Cats purr.", "Dogs bark."], "roles": None,
        "items": {
            **{kind: {"q": "Q?", "s": [0]} for kind in ("fact", "para", "search")},
            "near": {"q": "N?"}, "topic": "study cats", "nottopic": "study birds",
            "sup": {"c": "Cats do purr.", "s": [0]}, "con": {"c": "Cats bark.", "s": [0, 1]},
            "nei": {"c": "Cats climb."},
        },
    }  # fmt: skip
    (tmp_path / "reader.jsonl").write_text(json.dumps(paper), encoding="utf-8")
    (tmp_path / "scifact_claims.jsonl").write_text("", encoding="utf-8")
    further = tmp_path / "further"
    further.mkdir()
    lines = [
        {"id": "arxiv:1", "claim": "All pets purr.", "verdict": "partly", "s": [0]},
        {"id": "arxiv:2", "claim": "Of a paper that is not there.", "verdict": "partly", "s": [0]},
    ]
    (further / "claims.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    claims = load_claims(tmp_path, further, times=2)
    assert [one.verdict for one in claims.written] == [
        "supported", "contradicted", "not_found", "partly", "partly"
    ]  # fmt: skip
    assert claims.written[1].sentences == (0, 1)


@pytest.mark.parametrize("name", ["claims"])
def test_the_further_claims_are_of_papers_that_are_trained_on(name: str) -> None:
    from eval.reader.data import load_papers, split_of
    from rag.settings import CHECKOUT

    sentences = {paper.paper_id: len(paper.sentences) for paper in load_papers()}
    for line in (CHECKOUT / "data" / name / "claims.jsonl").read_text("utf-8").splitlines():
        raw = json.loads(line)
        assert split_of(raw["id"]) == "train"
        assert raw["verdict"] in ("supported", "partly", "contradicted")
        assert raw["s"] and max(raw["s"]) < sentences[raw["id"]]

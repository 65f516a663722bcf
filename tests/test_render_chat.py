"""What leaves the Chat page and stands under an answer: references, bundles, traces, thumbs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pylatexenc.latex2text import LatexNodes2Text
from test_render import ABSTRACT, Seen, answer, citation, hostile, paper, span

from eval.cases import Case
from eval.dataset import Dataset
from eval.metrics import score_case
from eval.report.page import symptoms
from eval.results import Outcome
from rag.errors import FileError, InputError
from rag.text.escaping import visible
from rag.types import (
    Answer,
    Check,
    Claim,
    Evidence,
    ModelChoice,
    Paper,
    PaperRef,
    RankedPaper,
    Refused,
    Removed,
    Searched,
    Timings,
    Trace,
    Turn,
)
from ui import feedback
from ui.exports import answer_page as bundled
from ui.exports.bundle import LARGEST, Bundle, bundle_of, read_bundle
from ui.exports.cite import apa, bibtex, escape_bibtex, markdown, references
from ui.exports.files import export_answer
from ui.exports.json_text import as_json
from ui.web.render import source, welcome
from ui.web.render.answer import abstention
from ui.web.render.source import Relevance
from ui.web.render.text import verdict
from ui.web.render.trace import trace

CLAIM = Claim("We make it linear.", (1,), "supported", 1.0)


def answered(claim: Claim = CLAIM, title: str = "Linear attention") -> Answer:
    return answer(claims=(claim,), citations=(citation(span(21, 39), title=title),))


def bundle(said: Answer | None = None, held: Paper | None = None) -> Bundle:
    return bundle_of(said or answered(), {"p1": held or paper(url="https://a.org/x")})


# ---- references: what is known and nothing else


@given(hostile, st.text(max_size=20))
def test_an_entry_closes_whatever_the_title_holds(title: str, paper_id: str) -> None:
    entry = bibtex(replace(paper(title), paper_id=paper_id))
    depth = [entry[: at + 1].count("{") - entry[: at + 1].count("}") for at in range(len(entry))]
    assert min(depth) >= 0
    assert depth.index(0, depth.index(1)) == len(entry) - 2  # it closes once, at its end
    assert re.match(r"@misc\{[\w:.-]+,\n", entry)


@given(st.text("ab {}\\$&#%_<é", max_size=30))
def test_an_escaped_title_reads_as_it_stands(title: str) -> None:
    escaped = escape_bibtex(title)
    for name, brace in (("left", "{"), ("right", "}")):  # which pylatexenc does not know
        escaped = escaped.replace(rf"\textbrace{name}{{}}", rf"\{brace}")
    read = LatexNodes2Text(strict_latex_spaces=True).latex_to_text(escaped)
    assert read == visible(title)


def test_references_hold_title_address_and_id() -> None:
    one = paper("50% of A & B", url="https://a.org/x_y")
    assert set(references(one)) == {"BibTeX", "APA", "Markdown"}
    assert bibtex(one) == (
        "@misc{p1,\n  title = {{50\\% of A \\& B}},\n  url = {https://a.org/x_y},\n"
        "  note = {Id in paperchat: p1},\n}\n"
    )
    assert apa(one) == "50% of A & B. (n.d.). https://a.org/x_y"
    assert apa(paper("Why?")) == "Why? (n.d.)."
    assert markdown(one) == "[50% of A & B](<https://a.org/x_y>)"
    assert markdown(paper("A *b*")) == "A \\*b\\*"


@pytest.mark.parametrize(
    ("paper_id", "url"),
    [
        ("2405.12345", "https://arxiv.org/abs/2405.12345"),
        ("arXiv:2405.12345v2", "https://arxiv.org/abs/2405.12345v2"),
        ("10.1000/a(b)", "https://doi.org/10.1000/a(b)"),
        ("https://doi.org/10.1000/x", "https://doi.org/10.1000/x"),
    ],
)
def test_an_identifier_is_an_address(paper_id: str, url: str) -> None:
    one = replace(paper(url="https://a.org"), paper_id=paper_id)
    assert apa(one).endswith(url)
    assert url in bibtex(one)


@given(hostile, hostile)
def test_a_reference_in_markdown_is_a_title_and_a_link_at_most(title: str, tail: str) -> None:
    html = MarkdownIt("commonmark").render(markdown(paper(title, url=f"https://a.org/{tail}")))
    assert {tag for tag, _ in Seen(html).shape} <= {"p", "a"}


# ---- the card's bar


@pytest.mark.parametrize(
    ("relevance", "words"),
    [
        (Relevance(0.974, "sentence"), "97% likely to answer"),
        (Relevance(0.613, "search"), "search score 0.61"),
        (Relevance(1.2, "search"), "search score 1.00"),
    ],
)
def test_a_bar_says_what_it_measures(relevance: Relevance, words: str) -> None:
    shown = source.bar(relevance)
    assert Seen(shown).text.startswith(f"{words}. ")
    assert 'title="' in shown
    assert source.bar(None) == ""


# ---- verdicts and abstentions


def test_a_verbatim_sentence_is_told_from_one_that_is_borne_out() -> None:
    assert "in these words" in Seen(verdict("supported", 1.0)).text
    assert "87% sure" in Seen(verdict("supported", 0.87)).text


@given(hostile)
def test_a_better_question_is_offered_as_text(question: str) -> None:
    shown = abstention(answer("weak_evidence"), question)
    assert ('class="try"' in shown) is bool(question)
    seen = Seen(shown)
    assert not question or question in seen.values
    assert [tag for tag, _ in seen.shape if tag in ("script", "img", "svg")] == []


# ---- how it was made


def made(prompt: bool = False, removed: Removed | None = None) -> str:
    said = replace(
        answered(),
        standalone_question="How, <b>?",
        timings=Timings(1, 40, 9, 60, 100),
        removed=removed or Removed(),
        mode="openai" if prompt else "quotes",
        model="gpt" if prompt else "none",
    )
    searched = Searched(
        "How?",
        (Evidence(1, paper(), span(21, 39), 0.93),),
        (RankedPaper(paper("<i>One</i>"), 0.5894, ()),),
        ("p1", "p2", "p3"),
    )
    refused = (Refused("It <b>flies</b>.", "not_borne_out"),)
    sent = Trace((("system", "Obey <them>."), ("user", "[1] We make")), refused, 120, 30)
    return trace(said, searched, sent if prompt else Trace())


def test_a_trace_counts_every_step() -> None:
    seen = Seen(made())
    for words in (
        "for “How, <b>?”",
        "3 papers scored",
        "0.589",
        "<i>One</i>",
        "1 sentence of 1 paper",
        "93%",
        "word for word",
        "1 supported; nothing removed",
        "1 paper, 1 quote",
        "search 40 ms",
        "write and check 50 ms",
        "first sentence after 60 ms",
        "in all 100 ms",
    ):
        assert words in seen.text
    assert "prompt" not in made()


def test_a_trace_shows_the_prompt_its_tokens_and_what_was_removed() -> None:
    seen = Seen(made(prompt=True, removed=Removed(2, 1, 1)))
    for words in (
        "Obey <them>.",
        "120 tokens in, 30 tokens out",
        "1 sentence left out",
        "1 sentence replaced by the quote",
        "2 citations without a source removed",
        "It <b>flies</b>. its quotes do not say so",
    ):
        assert words in seen.text


# ---- bundles: whole, and believed only where the abstract says so


def test_a_bundle_comes_back_as_it_went() -> None:
    kept = bundle()
    assert read_bundle(as_json(kept)) == kept
    assert kept.papers[0].abstract == ABSTRACT
    refused = bundle(answer("not_in_corpus"))
    assert [held.paper_id for held in refused.papers] == ["p1"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda plain: plain["papers"].clear(), "does not stand in its abstract"),
        (lambda plain: plain["answer"]["citations"][0]["quotes"][0].update(text="It"), "stand"),
        (lambda plain: plain["answer"]["claims"][0].update(citations=[7]), "not there"),
        (lambda plain: plain["answer"].pop("mode"), "answer.mode"),
        (lambda plain: plain.clear(), "not an answer"),
    ],
)
def test_a_changed_bundle_is_refused(change: object, words: str) -> None:
    plain = json.loads(as_json(bundle()))
    assert callable(change)
    change(plain)
    with pytest.raises(InputError, match=words):
        read_bundle(json.dumps(plain))


def test_what_is_too_large_is_not_even_read() -> None:
    with pytest.raises(InputError, match="too large"):
        read_bundle(" " * (LARGEST + 1))


@given(hostile, hostile, hostile)
def test_a_page_of_its_own_keeps_its_shape(text: str, title: str, url: str) -> None:
    def shown(text: str, title: str, url: str) -> Seen:
        said = replace(answered(replace(CLAIM, text=text), title), question=title)
        html = bundled.document(bundle(said, paper(title, url=f"https://a.org/{url}")))
        return Seen(html.removeprefix("<!doctype html>"))

    seen = shown(text, title, url)
    tags = {tag for tag, _ in seen.shape}
    assert not tags & {"script", "img", "svg", "link", "iframe"}
    assert seen.marks == [(21, 39, ABSTRACT[21:39])]


def test_a_page_of_its_own_has_quotes_marked_and_asks_nobody() -> None:
    html = export_answer("html", bundle())["text"]
    assert f'<mark data-start="21" data-end="39">{ABSTRACT[21:39]}</mark>' in html
    assert 'href="#p1"' in html
    assert 'id="p1"' in html
    assert not re.search(r"""(?:src|@import|url\()""", html)
    with pytest.raises(InputError, match="pdf"):
        export_answer("pdf", bundle())


def test_sentences_of_a_list_stand_under_each_other_by_paper() -> None:
    listed = bundled.document(bundle(replace(answered(), kind="list")))
    assert "<li><strong>Linear attention</strong>: We make it linear." in listed
    assert "<li>We make it linear." in bundled.document(bundle(replace(answered(), kind="compare")))
    assert "<li>" not in bundled.document(bundle())


def test_a_copied_answer_has_its_markers_and_quotes() -> None:
    said = replace(answered(), answer="We make it linear. [1]", question="How *so*?")
    assert bundled.markdown(said) == (
        "**How \\*so\\*?**\n\nWe make it linear. [1]\n\n\\[1\\] Linear attention\n\n"
        "> We make it linear.\n"
    )


# ---- thumbs


def test_a_thumb_becomes_a_case_that_is_run_and_not_scored(tmp_path: Path) -> None:
    path = tmp_path / "new" / "feedback.jsonl"
    history = (Turn("user", "What is it?"),)
    for thumb in ("down", "up"):
        assert thumb in ("down", "up")
        feedback.save_case(
            feedback.case_of(answered(), history, thumb, " wrong\npaper ", ["p1"]), path
        )
    one, other = Dataset.load(path, [paper()])
    assert (one.kind, one.question, one.turns) == ("feedback", "How?", list(history))
    assert one.note.startswith("thumb down: wrong paper [answered, citing p1; asked only of p1;")
    assert one.id != other.id
    judged = score_case(
        one, Outcome(answered()), {"p1": paper()}, lambda *_: Check("supported", 1.0, ())
    )
    assert set(judged.scores) == {"quote_fidelity", "grounded", "number_fidelity"}
    assert symptoms(judged) == ("not judged",)


def test_a_feedback_case_expects_nothing() -> None:
    case = feedback.case_of(answered(), (), "down", "")
    assert (case.answerable, case.must_cite, case.facts) == (False, (), ())
    assert Case.model_validate(case.model_dump()) == case


def test_feedback_does_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = feedback.feedback_file(tmp_path / "index")
    case = feedback.case_of(answered(), (), "down", "x" * 10_000)
    assert len(case.note) < 1000
    feedback.save_case(case, path)
    monkeypatch.setattr(feedback, "_LARGEST", 1000)
    with pytest.raises(InputError, match="file is full"):
        feedback.save_case(case, path)
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(FileError):
        feedback.save_case(case, tmp_path / "file" / "feedback.jsonl")


# ---- the empty page


def test_the_empty_page_says_what_it_knows_and_how_to_change_who_answers() -> None:
    seen = Seen(welcome.about(1, ("brains", "<b>maps", "eyes"), ModelChoice("quotes", "none", "")))
    assert "It knows 1 abstract, mostly on brains, <b>maps and eyes" in seen.text
    assert "without a language model" in seen.text and "#settings" in seen.values
    assert "mostly" not in welcome.about(3, (), None)


@given(hostile)
def test_an_example_stays_text(question: str) -> None:
    seen = Seen(welcome.examples([("A", question)]))
    assert seen.shape == Seen(welcome.examples([("A", "b")])).shape
    assert question in seen.values


def test_nearest_papers_are_in_the_bundle_of_a_refusal() -> None:
    said = replace(answer("weak_evidence"), nearest=(PaperRef("p1", "A"), PaperRef("p9", "Gone")))
    assert [held.paper_id for held in bundle(said).papers] == ["p1"]

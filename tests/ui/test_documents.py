"""Conversations, comparisons and notebooks as notes and Word files, opened by real readers."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import Any

import docx
import pytest
import yaml
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rendering import ABSTRACT, answer, citation, hostile, paper, span
from test_saved import comparison

from rag.errors import InputError, UnknownPaperError
from rag.types import Answer, Claim, Paper, PaperRef, Section
from ui.exports.bundle import Bundle, bundle_of
from ui.exports.conversation import Conversation, conversation_of, read_conversation
from ui.exports.documents.vault import safe_name
from ui.exports.files import (
    ANSWER_FORMATS,
    CONVERSATION_FORMATS,
    FORMATS,
    NOTEBOOK_FORMATS,
    export,
    export_answer,
    export_conversation,
    export_notebook,
)
from ui.exports.json_text import as_json
from ui.exports.notebook import MOST, Pin, pin_of, place_of, read_pins

CLAIM = Claim("We make it linear.", (1,), "partial", 0.6)
LIBRARY = {"p1": replace(paper(url="https://a.org/x"), authors=("Ada Strix",), year=2021)}
PIN = Pin("p1", "Linear attention", ABSTRACT[21:39], 21, 39, "Why?\nSee table 3.", "How?")


def answered(title: str = "Linear attention", **fields: Any) -> Answer:
    said = answer(claims=(CLAIM,), citations=(citation(span(21, 39), title=title),))
    return replace(said, **fields)


def bundle(said: Answer | None = None) -> Bundle:
    return replace(bundle_of(said or answered(), LIBRARY), asked_at="2026-03-04T05:06:07+00:00")


def front(note: str) -> dict[str, Any]:
    """The front matter, read by a reader of YAML."""
    found = re.match(r"---\n(.+?)\n---\n", note, re.DOTALL)
    assert found
    known: dict[str, Any] = yaml.safe_load(found[1])
    return known


def unpacked(content: str | bytes) -> dict[str, str]:
    assert isinstance(content, bytes)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def opened(content: str | bytes) -> Any:
    assert isinstance(content, bytes)
    return docx.Document(io.BytesIO(content))


# ---- notes


def test_a_note_has_its_facts_in_front_and_cites_by_key() -> None:
    note = str(export_answer("md", bundle(), LIBRARY).content)
    assert front(note) == {
        "title": "How?",
        "date": datetime(2026, 3, 4, 5, 6, 7),
        "question": "How?",
        "mode": "quotes",
        "model": "none",
        "papers": ["@strixLinearAttention2021"],
        "tags": ["paperchat"],
    }
    assert "We make it linear. (partly supported) [@strixLinearAttention2021]" in note
    assert "> We make it linear.\n>\n> (abstract, characters 21–39)" in note
    assert "Strix · 2021 · <https://a.org/x>" in note


def test_a_zip_has_a_note_for_each_paper_that_the_answer_links_to() -> None:
    files = unpacked(export_answer("obsidian", bundle(), LIBRARY).content)
    assert set(files) == {"How.md", "papers/@strixLinearAttention2021.md"}
    assert "We make it linear. (partly supported) [[@strixLinearAttention2021]]" in files["How.md"]
    assert front(files["How.md"])["papers"] == ["[[@strixLinearAttention2021]]"]
    known = files["papers/@strixLinearAttention2021.md"]
    assert front(known)["citekey"] == "strixLinearAttention2021"
    assert front(known)["authors"] == ["Ada Strix"]
    assert ABSTRACT in known and "Cited in [[How]]." in known
    assert "@misc{strixLinearAttention2021," in known


@given(hostile, st.text(max_size=40))
def test_a_note_is_a_note_whatever_is_in_it(title: str, question: str) -> None:
    said = answered(title, question=question)
    held = replace(bundle(said), papers=bundle().papers)
    note = str(export_answer("md", held, {}).content)
    assert isinstance(front(note)["title"], str)
    tokens = MarkdownIt("commonmark").parse(note.split("\n---\n", 1)[1])
    inside = [child for token in tokens for child in token.children or ()]
    assert not any(t.type in ("html_block", "html_inline", "image") for t in (*tokens, *inside))
    (name,) = [n for n in unpacked(export_answer("obsidian", held, {}).content) if "/" not in n]
    assert not re.search(r'[\\:*?"<>|#^\[\]\x00-\x1f]|^\.|[. ]\.md$', name)


def test_names_of_notes_are_safe_and_apart() -> None:
    assert safe_name("../../etc: a|b?") == "etc a b"
    assert safe_name("???") == "note"
    twins = {
        f"p{at}": Paper(f"p{at}", "T", "A text.", (), 0, "", extra=(("key", key),))
        for at, key in enumerate(("a:b", "a/b"))
    }
    pins = tuple(Pin(key, "T", "A text.", 0, 7) for key in twins)
    files = unpacked(export_notebook("obsidian", pins, twins).content)
    assert set(files) == {"Notebook.md", "papers/@a-b.md", "papers/@a-b-2.md"}


# ---- Word


def test_a_word_file_has_headings_sources_and_properties() -> None:
    made = opened(export_answer("docx", bundle(), LIBRARY).content)
    styles = [(p.style.name, p.text) for p in made.paragraphs]
    assert styles[0] == ("Title", "How?")
    assert ("Heading 1", "Sources") in styles
    assert ("Heading 2", "[1] Linear attention") in styles
    (quote,) = [p for p in made.paragraphs if p.style.name == "Quote"]
    assert quote.text == "“We make it linear.” (abstract, characters 21–39)"
    assert quote.runs[0].italic
    said = next(p for p in made.paragraphs if p.text.startswith("We make it linear."))
    (link,) = said._p.iter(qn("w:hyperlink"))
    anchors = [b.get(qn("w:name")) for b in made.element.body.iter(qn("w:bookmarkStart"))]
    assert link.get(qn("w:anchor")) in anchors
    about = made.core_properties
    assert (about.title, about.subject) == ("How?", "How?")
    assert about.author.startswith("paperchat ")
    assert about.created.replace(tzinfo=None) == datetime(2026, 3, 4, 5, 6, 7)


def test_formulas_are_drawn_and_signs_that_xml_cannot_hold_are_not_lost() -> None:
    said = answered(answer="", lead="It is $O(n^2)$ \x0b\ufffe **here**.")
    made = opened(export_answer("docx", bundle(said), LIBRARY).content)
    runs = next(p for p in made.paragraphs if "O(n" in p.text).runs
    assert [run.text for run in runs if run.font.superscript] == ["2"]
    assert any(run.bold and run.text == "here" for run in runs)


def test_each_numbered_list_begins_with_one() -> None:
    said = answered(lead="1. One\n2. Two\n\nAnd:\n\n1. Three")
    made = opened(export_answer("docx", bundle(said), LIBRARY).content)
    words = [p.text for p in made.paragraphs]
    assert [text for text in words if text[1:3] == ". "] == ["1. One", "2. Two", "1. Three"]


def test_a_comparison_is_a_table_in_landscape() -> None:
    made = opened(export("docx", comparison(), {}).content)
    assert made.sections[0].orientation == WD_ORIENT.LANDSCAPE
    assert made.sections[0].page_width > made.sections[0].page_height
    assert made.paragraphs[0].text == "A, B compared"
    (table,) = made.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["Paper", "approach", "baseline"]
    assert rows[1] == ["A [1]", "We make it linear.", "not stated in the abstract"]
    assert rows[2][2] == "linear (partial)"
    assert "All papers name it. [1][2]" in [p.text for p in made.paragraphs]


# ---- every format of everything


@pytest.mark.parametrize("form", sorted({*ANSWER_FORMATS, *FORMATS, *NOTEBOOK_FORMATS}))
def test_every_format_is_a_file_for_the_page(form: str) -> None:
    made = [export(form, comparison(), {})] if form in FORMATS else []
    if form in ANSWER_FORMATS:
        made.append(export_answer(form, bundle(), LIBRARY))
    if form in CONVERSATION_FORMATS:
        made.append(export_conversation(form, conversation_of(bundle()), LIBRARY))
    if form in NOTEBOOK_FORMATS:
        made.append(export_notebook(form, (PIN,), LIBRARY))
    assert len({file.name.rpartition(".")[2] for file in made}) == 1
    for file in made:
        assert file.data
        assert ("base64" in file.payload()) == isinstance(file.content, bytes)


def test_a_paper_that_is_in_no_library_is_cited_with_what_the_answer_has() -> None:
    assert "title = {{Linear attention}}" in export_answer("bibtex", bundle(), {}).data.decode()


# ---- conversations


def test_the_answers_of_a_conversation_share_their_sources() -> None:
    other = PaperRef("p2", "Owls at night", ())
    refused = replace(answer("not_in_corpus"), question="And owls?", nearest=(other,))
    listed = answered(
        sections=(Section("Certain", (0,)), Section("Maybe", (), "No more.", (other,)))
    )
    whole = Conversation("Talk", (bundle(), bundle(listed), bundle(refused)))
    assert read_conversation(as_json(whole)) == whole
    note = str(export_conversation("md", whole, LIBRARY).content)
    assert front(note)["questions"] == ["How?", "How?", "And owls?"]
    assert [*re.findall(r"^##+ (.+)$", note, re.MULTILINE)] == [
        "How?", "How?", "Certain", "Maybe", "And owls?", "Nearest papers", "Sources",
        "[@strixLinearAttention2021] Linear attention", "[@OwlsNight] Owls at night",
    ]  # fmt: skip
    assert note.count("> We make it linear.") == 1  # quoted twice, kept once


def test_what_nothing_is_quoted_from_is_no_source() -> None:
    refused = replace(answer("not_in_corpus"), nearest=(PaperRef("p2", "Owls at night", ()),))
    note = str(export_conversation("md", Conversation("T", (bundle(refused),)), LIBRARY).content)
    assert "## Papers" in note and "Sources" not in note


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not a conversation"),
        ('{"title": "T", "turns": []}', "no answer yet"),
        ('{"title": "T", "turns": [{"answer": 3}]}', "turns.0.answer"),
        (as_json(conversation_of(bundle())).replace('"start": 21', '"start": 22'), "is not in its"),
        ("x" * 7_500_001, "too large"),
    ],
)
def test_what_is_no_conversation_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_conversation(text)


# ---- the notebook


def test_a_notebook_has_quotes_with_their_notes() -> None:
    second = replace(PIN, paper="gone", title="Gone")
    note = str(export_notebook("md", (PIN, second), LIBRARY).content)
    kept = "(abstract, characters 21–39; kept for the question “How?”)"
    assert f"{kept}\n\nWhy?\n\nSee table 3." in note
    assert "characters 21–39; the paper is not in this library; kept" in note
    with pytest.raises(InputError, match="empty"):
        export_notebook("md", (), LIBRARY)


def test_a_quote_is_looked_up_in_the_abstract_as_it_is_now() -> None:
    def now(abstract: str) -> tuple[str, int]:
        place, where = place_of(PIN, {"p1": replace(LIBRARY["p1"], abstract=abstract)})
        return place, where.start

    assert now(ABSTRACT) == ("kept", 21)
    assert now(f"New. {ABSTRACT}") == ("moved", 26)
    assert now("We make it quadratic.") == ("changed", 21)
    assert place_of(PIN, {})[0] == "gone"


def test_a_selection_is_pinned_where_the_abstract_has_it() -> None:
    assert pin_of("p1", "  We make it linear. ", 0, LIBRARY) == replace(PIN, note="", question="")
    for words, error in (("We make it cubic.", "does not have"), (" ", "No words")):
        with pytest.raises(InputError, match=error):
            pin_of("p1", words, 0, LIBRARY)
    with pytest.raises(UnknownPaperError):
        pin_of("p2", "We", 0, LIBRARY)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start": 40}, "cannot be used"),
        ({"start": -1}, "cannot be used"),
        ({"text": " "}, "cannot be used"),
        ({"note": "x" * 20_001}, "cannot be used"),
        ({"end": "x"}, "0.end"),
    ],
)
def test_what_is_no_pin_is_refused(change: dict[str, Any], words: str) -> None:
    assert read_pins(as_json([_plain(PIN)])) == (PIN,)
    with pytest.raises(InputError, match=words):
        read_pins(as_json([{**_plain(PIN), **change}]))
    with pytest.raises(InputError, match="more than 2,000"):
        read_pins(as_json([_plain(PIN)] * (MOST + 1)))


def _plain(pin: Pin) -> dict[str, Any]:
    return {name: getattr(pin, name) for name in Pin.__slots__}

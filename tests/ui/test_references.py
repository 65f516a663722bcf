"""A paper as a reference: BibTeX, APA, Markdown, and where it is on the web."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pylatexenc.latex2text import LatexNodes2Text
from rendering import Seen, hostile, paper

from rag.text.characters.escaping import visible
from ui.exports.cite import apa, byline, markdown, references
from ui.exports.references.bibtex import bibtex, escape_bibtex

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
        "@misc{50B,\n  title = {{50\\% of A \\& B}},\n  url = {https://a.org/x_y},\n"
        "  note = {Id in paperchat: p1},\n}\n"
    )
    assert apa(one) == "50% of A & B. (n.d.). https://a.org/x_y"
    assert apa(paper("Why?")) == "Why? (n.d.)."
    assert markdown(one) == "[50% of A & B](<https://a.org/x_y>)"
    assert markdown(paper("A *b*")) == "A \\*b\\*"


def test_references_tell_of_a_retraction() -> None:
    one = replace(paper("RETRACTED: Owls"), status="retracted", authors=("Ada Strix",))
    assert "  note = {Retracted. Id in paperchat: p1},\n" in bibtex(one)
    assert byline(one) == "Strix"
    assert byline(replace(one, status="corrected")) == "Corrected · Strix"
    assert byline(paper("Owls")) == ""
    assert all("RETRACTED: Owls" in text for text in references(one).values())


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

"""What is copied: text without escapes or TeX, and rich text with links."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from rendering import Seen, hostile, paper, span
from test_bundle import answered

from rag.types import Answer, PaperRef, Section
from ui.exports.bundle import bundle_of
from ui.exports.cite import references
from ui.exports.clipboard import as_html, markdown
from ui.exports.conversation import conversation_document, conversation_of
from ui.web.render.basics.readable import readable

PAPER = paper(r"\textbf{Mamba} in $O(n^2)$ [v2]", url="https://a.org/x_y")


def rich(said: Answer) -> str:
    known = {"p1": PAPER}
    return as_html(conversation_document(conversation_of(bundle_of(said, known)), known))


def test_a_copied_answer_reads_well_anywhere() -> None:
    said = replace(answered(), question="How *so*?")
    listed = replace(
        said, intent="list", lead="**1 paper** [1].", sections=(Section("Certain", (0,)),)
    )
    sources = "**Sources**\n\n[1] Mamba in O(n²) [v2] · https://a.org/x_y\n\n> We make it linear.\n"
    assert markdown(said, {"p1": PAPER}) == (
        f"**How *so*?**\n\nWe make it linear. [1]\n\n{sources}"
    )
    assert markdown(listed, {"p1": PAPER}) == (
        "**How *so*?**\n\n**1 paper** [1].\n\n**Certain**\n\n"
        f"- **Linear attention:** We make it linear. [1]\n\n{sources}"
    )


def test_rich_text_has_links_and_lists() -> None:
    listed = replace(answered(), intent="list", sections=(Section("", (0,)),))
    html = rich(listed)
    assert (
        '<ul><li><b>Linear attention: </b>We make it linear. <a href="https://a.org/x_y">[1]'
        in html
    )
    assert '<p>[1] <a href="https://a.org/x_y"><b>Mamba</b> in ' in html
    assert "<blockquote>“We make it linear.”</blockquote>" in html


@given(hostile)
def test_rich_text_keeps_its_shape(text: str) -> None:
    near = (PaperRef("p1", text, (span(21, 39),)),)
    said = replace(answered(), question=text, sections=(Section("Maybe", (0,), "", near),))
    assert Seen(rich(said)).shape == Seen(rich(replace(said, question="a"))).shape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\textbf{Mamba} runs in $O(n^2)$, 7\% faster", "Mamba runs in O(n²), 7% faster"),
        (r"CO$_2$ and $x_{best}$, $e^{-\alpha}$", "CO₂ and x_(best), e^(-α)"),
        ("a ``soft'' bias, 5' and <b>", "a “soft” bias, 5' and <b>"),
    ],
)
def test_tex_becomes_characters(text: str, expected: str) -> None:
    assert readable(text) == expected


def test_a_copied_reference_has_no_tex() -> None:
    forms = references(PAPER)
    assert forms["APA"] == "Mamba in O(n²) [v2]. (n.d.). https://a.org/x_y"
    assert forms["Markdown"] == "[Mamba in O(n²) \\[v2\\]](<https://a.org/x_y>)"

r"""Addresses in running text become links, and nothing else changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendering import hostile

from ui.web.render.basics.linked import linked
from ui.web.render.basics.math import prose

_SPOKEN = '<span class="sr"> (opens in a new tab)</span>'


def links(html: str) -> list[tuple[str, str]]:
    """(address, what is shown) of each link."""
    return re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)<span class="sr">', html)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Code: https://github.com/a/R_b_MoGe.", [("https://github.com/a/R_b_MoGe",) * 2]),
        ("(at www.kaggle.com/x [1])", [("https://www.kaggle.com/x", "www.kaggle.com/x")]),
        ("[https://a.b/c]", [("https://a.b/c",) * 2]),
        ("see 10.1234/abc(1)).", [("https://doi.org/10.1234/abc(1)", "10.1234/abc(1)")]),
        (
            "doi:10.1002/(S)1<5::A-S9>3,",
            [("https://doi.org/10.1002/(S)1%3C5::A-S9%3E3", "doi:10.1002/(S)1&lt;5::A-S9&gt;3")],
        ),
        ("arXiv:1807.06236v2]", [("https://arxiv.org/abs/1807.06236v2", "arXiv:1807.06236v2")]),
        ("请看https://a.b/c。然后", [("https://a.b/c",) * 2]),
        (r"\href{https://a.b/c}{\textbf{code}}", [("https://a.b/c", "<b>code</b>")]),
        (r"\url{https://a.b/c_(d)}", [("https://a.b/c_(d)",) * 2]),
        ("10.1234/5 of them, 2401.00001, https://, a@www.x.org, javascript:alert(1)", []),
    ],
)  # fmt: skip
def test_what_is_a_link(text: str, expected: list[tuple[str, str]]) -> None:
    assert links(linked(text)) == expected


def test_a_link_is_safe_and_says_that_it_opens_a_tab() -> None:
    html = linked('a <b> https://a.b/?x=1&y="z" $x^2$')
    link = 'href="https://a.b/?x=1&amp;y=" target="_blank" rel="noopener noreferrer"'
    assert link in html
    assert _SPOKEN in html
    assert "&lt;b&gt;" in html
    assert "x<sup>2</sup>" in html


def test_an_address_that_is_cut_leads_to_the_whole_from_each_piece() -> None:
    text = "at https://a.b/cde now"
    pieces = linked(text, 0, 12) + "|" + linked(text, 12)
    assert links(pieces) == [("https://a.b/cde", "https://a"), ("https://a.b/cde", ".b/cde")]


_PIECES = st.sampled_from(["https://a.b", "10.1234/ab", "(", ")", " ", "<", "é"])


@given(st.one_of(hostile, st.lists(_PIECES).map("".join)))
def test_links_add_nothing_to_the_text(text: str) -> None:
    bare = re.sub(r"<a [^>]*>|</a>", "", linked(text).replace(_SPOKEN, ""))
    assert bare == prose(text)

"""An answer's lead: Markdown that becomes HTML without letting anything else become markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from rendering import Seen, citation, hostile, span

from rag.text.characters.escaping import as_markdown, plain_text, visible
from ui.markdown import Block, Marker, Words, read_blocks
from ui.web.render.chat.lead import counted, lead

CITED = {1: citation(span(0, 20))}


def test_paragraphs_lists_bold_code_and_markers_are_read() -> None:
    told = "Two papers\nare here: **A \\*b\\*** [1], `run it`.\n\n- one [2]\n- two\n\n1. first"
    assert read_blocks(told) == (
        Block(
            "paragraph",
            (
                (
                    Words("Two papers are here: "),
                    Words("A *b*", "bold"),
                    Words(" "),
                    Marker(1),
                    Words(", "),
                    Words("run it", "code"),
                    Words("."),
                ),
            ),
        ),
        Block("bullets", ((Words("one "), Marker(2)), (Words("two"),))),
        Block("numbers", ((Words("first"),),)),
    )
    assert read_blocks("") == ()


def test_a_lead_has_chips_lists_and_text() -> None:
    shown = lead("**Linear attention** [1] is here.\n\n- a & b [7]", CITED)
    assert shown.startswith('<p><strong><a href="#chat" class="titled" dir="auto" data-key=')
    assert ">Linear attention</a></strong>" in shown
    assert "</button></span> is here.</p>" in shown
    assert Seen(shown).text.endswith("is here.a & b [7]")  # there is no seventh citation


def test_groups_of_papers_are_headings_with_cards() -> None:
    groups = (
        "The largest groups:\n\n- **self-attention and owls** (20 papers), such as "
        "Linear attention [1]\n- **others** (2 papers), such as Linear attention [1]\n"
        "- and 3 smaller groups"
    )
    shown = lead(groups, CITED)
    assert shown.startswith("<p>The largest groups:</p><div")
    assert '<h3>Self-attention and owls</h3><p class="size">20 papers</p>' in shown
    assert shown.count('class="near mini" data-key="p1"') == 2
    assert shown.endswith("<ul><li>and 3 smaller groups</li></ul>")


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("26 papers, and 5 more that may belong here.", "26"),
        ("At least 1,234 papers, of which 60 are shown.", "1,234"),
        ("1 paper.", "1"),
        ("Nothing here.", ""),
        ("3 of the papers", ""),
    ],
)
def test_a_count_shows_its_number(told: str, number: str) -> None:
    shown = counted(told)
    assert (f"<strong>{number}</strong>" in shown) == bool(number)
    assert Seen(shown).text == (told.removesuffix(".") if number else "")


@given(hostile)
def test_what_a_lead_quotes_stays_text(title: str) -> None:
    def shown(title: str) -> Seen:
        return Seen(
            lead(f"**{as_markdown(title)}** [1] says so.\n\n- {as_markdown(title)}.", CITED)
        )

    seen = shown(f"x{title}")  # an empty bold text is no Markdown
    assert {tag for tag, _ in seen.shape} <= {"p", "ul", "li", "strong", "span", "button", "a"}
    assert " ".join(seen.text.split()).startswith(visible(f"x{title}"))


@pytest.mark.parametrize(
    ("url", "linked"),
    [("https://a.org/x?y=1&z=2", True), ("https://evil.org/x", False), ("javascript:alert", False)],
)
def test_only_the_papers_own_addresses_become_links(url: str, linked: bool) -> None:
    shown = lead(f"It is at {as_markdown(url)}.", {}, {"https://a.org/x?y=1&z=2"})
    assert ("<a " in shown) is linked
    assert Seen(shown).text.startswith(f"It is at {url}")


def test_questions_of_an_inviting_lead_can_be_asked() -> None:
    told = "Hello! You could ask:\n\n- What is GPSA?\n- no question"
    assert lead(told, {}, asks=True).count('class="try" data-question="What is GPSA?"') == 1
    assert "try" not in lead(told, {})


def test_plain_text_has_no_marks_of_markdown() -> None:
    told = "**A \\*b\\*** [1][2] runs `it`.\n\n- x\\[1\\] [3]"
    assert plain_text(told) == "A *b* runs it.\n\n- x[1]"

"""Names of papers in text lead to their cards."""

from __future__ import annotations

import re

from hypothesis import given
from rendering import Seen, hostile, span

from rag.types import PaperRef
from ui.web.render.chat.names import with_names

OWLS = PaperRef("p1", "Owls: a study of nights", (span(0, 20),))
NIGHT = PaperRef("p2", "Owls at <night>")


def test_whole_and_short_titles_lead_to_cards() -> None:
    shown = with_names(
        "“Owls: a study of nights” and Owls at <night>; Owlstone, Owls.", (OWLS, NIGHT)
    )
    names = re.findall(r'<a[^>]*data-key="(\w+)" data-spans="([^"]*)"[^>]*>(.*?)<', shown)
    assert names == [
        ("p1", "0-20", "Owls: a study of nights"),
        ("p2", "", "Owls at &lt;night&gt;"),
        ("p1", "0-20", "Owls"),
    ]
    assert '<a class="away" href="https://a.b" ' in with_names("see https://a.b", ())


@given(hostile, hostile)
def test_names_keep_the_text_as_it_is(text: str, title: str) -> None:
    shown = Seen(with_names(f"{text} {title} {text}", [PaperRef("p1", title)]))
    assert shown.text.replace(" (opens in a new tab)", "") == f"{text} {title} {text}"
    assert {tag for tag, _ in shown.shape} <= {"a", "span"}

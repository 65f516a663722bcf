"""The budget of results: nothing is larger than was asked for, and what is missing is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from mcp_client import SINET, Talk, talking

from rag.settings import Settings
from rag.types import Paper, RankedPaper
from ui.mcp.budget import Budget, as_compact, tokens_of
from ui.mcp.papers import Papers
from ui.mcp.server import make_server
from ui.mcp.tools.finding import found_paper, whole_paper

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("ask", {"question": "What is SINet?"}),
    ("ask", {"question": "How does photosynthesis work?"}),
    ("which_papers", {"question": "Which papers are about segmentation?"}),
    ("search_papers", {"query": "segmentation", "k": 20}),
    ("get_paper", {"paper_id": SINET}),
    ("check_claim", {"claim": "SINet is a model for portrait segmentation."}),
    ("find_quote", {"text": "convolutional neural networks", "k": 50}),
    ("compare_papers", {"about": "segmentation"}),
    ("export_citations", {"papers": [SINET]}),
]


@pytest.fixture(scope="module")
def here(settings: Settings) -> Iterator[Talk]:
    """A session with a server in this process."""
    with talking(make_server(Papers(settings), writes=False)) as session:
        yield session


@pytest.mark.parametrize(("tool", "given"), CALLS)
def test_a_result_keeps_to_its_budget(here: Talk, tool: str, given: dict[str, Any]) -> None:
    whole = here.call(tool, **given, max_tokens=100_000)
    assert not [left for left in whole["left_out"] if left["what"] != "matched papers"]
    for tokens in (500, 900, 1500):
        part = here.call(tool, **given, max_tokens=tokens)
        assert tokens_of(part) <= tokens
        if tokens_of(whole) > tokens:
            assert part["left_out"] and all(left["how"] for left in part["left_out"])


@drawn(st.text(), st.integers(0, 200))
def test_a_text_is_cut_to_what_is_left(text: str, tokens: int) -> None:
    budget = Budget(tokens + tokens_of({}) + 140, {})
    kept = budget.cut(text)
    assert text.startswith(kept)
    assert tokens_of(kept) <= max(tokens, 1)
    assert kept == text or tokens_of(text) + 1 > tokens


def test_the_link_into_zotero_is_handed_on() -> None:
    link = "zotero://select/library/items/ABCD2345"
    paper = Paper("p1", "Owls", "Owls fly.", (), 0, "zotero:", extra=(("zotero", link),))
    found = RankedPaper(paper, 0.5, ())
    assert found_paper(found, 1).zotero == link
    assert whole_paper(paper, 0, 4_000).zotero == link


def test_three_bytes_are_a_token() -> None:
    assert as_compact({"a": ["é"]}) == '{"a":["é"]}'
    assert tokens_of({"a": ["é"]}) == 4  # 12 bytes

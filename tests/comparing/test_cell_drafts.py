"""What a model wrote for a cell: how it is read, and who decides what the cell shows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.answering.verify.alignment import similarity_by
from rag.comparing.cell_drafts import CellDraft, cells_reply, drafts_in
from rag.comparing.cell_writer import SELECTING, WORDING, WritingPolicy, checked_cell
from rag.decisions.aspect_sentences import Ranked
from rag.decisions.aspects import ASPECTS, Aspect, choose_columns
from rag.index.library import Library
from rag.types import Span

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"
TWO = choose_columns(["problem", "approach"], [])
SPANS = [Span("It is slow and hard to use.", 0, 27), Span("We make it fast in practice.", 28, 56)]


@pytest.mark.parametrize(
    ("policy", "margins", "draft", "shown"),
    [
        # An endpoint: its choice stands where the fit does not rule it out ...
        (
            SELECTING,
            (-1.0, -2.5),
            CellDraft(1, "slow and hard to use"),
            ("slow and hard to use", 0),
        ),
        (SELECTING, (-1.0, -2.5), CellDraft(2, "make it fast in practice"), None),
        (
            SELECTING,
            (2.0, -1.5),
            CellDraft(2, "make it fast in practice"),
            ("make it fast in practice", 28),
        ),
        # ... and so does "none" where the fit is unsure.
        (SELECTING, (0.5, -1.0), CellDraft(0, ""), None),
        (SELECTING, (1.5, -1.0), CellDraft(0, ""), (SPANS[0].text, 0)),
        # A number that is none of them is the best sentence; three words of a problem tell nothing.
        (SELECTING, (0.5, -1.0), CellDraft(9, "nine"), (SPANS[0].text, 0)),
        (SELECTING, (0.5, -1.0), CellDraft(None, "hard to use"), (SPANS[0].text, 0)),
        # The embedded model changes no decision.
        (WORDING, (0.5, -1.0), CellDraft(0, ""), (SPANS[0].text, 0)),
        (WORDING, (0.5, -1.0), CellDraft(2, "make it fast in practice"), (SPANS[0].text, 0)),
        (
            WORDING,
            (0.5, -1.0),
            CellDraft(None, "slow and hard to use"),
            ("slow and hard to use", 0),
        ),
    ],
)
def test_the_fit_and_the_model_decide_together(
    library: Library,
    policy: WritingPolicy,
    margins: tuple[float, float],
    draft: CellDraft,
    shown: tuple[str, int] | None,
) -> None:
    paper = library.by_id[SINET]
    ranked = [Ranked(span, margin) for span, margin in zip(SPANS, margins, strict=True)]
    cell = checked_cell(
        paper, ASPECTS[0], draft, SPANS, ranked, policy, similarity_by(library.embedder)
    )
    assert cell.status == ("stated" if shown else "not_stated")
    assert (cell.value, cell.quotes[0].start if cell.quotes else 0) == (shown or ("", 0))


def parse_cells(text: str, aspects: Sequence[Aspect], ended: bool = True) -> dict[str, CellDraft]:
    choices = dict.fromkeys((aspect.id for aspect in aspects), (1, 2, 3))
    reply = cells_reply(aspects, choices, choosing=True).parse(text, ended=ended)
    return drafts_in(reply, aspects) if reply else {}


def test_a_reply_is_read_cell_by_cell() -> None:
    cut = '{"problem": {"source": 2, "value": "slow"}, "approach": {"source": 3, "val'
    assert parse_cells(cut, TWO) == {"problem": CellDraft(2, "slow")}
    fenced = '```json\n{"problem": {"source": "2", "value": "slow [2]"}}\n```'
    assert parse_cells(fenced, TWO) == {"problem": CellDraft(2, "slow")}
    assert parse_cells('{"problem": "slow", "approach": "fa', TWO) == {
        "problem": CellDraft(None, "slow")
    }
    # A source after its value may lack its last digit until the reply has ended.
    turned = '{"problem": {"value": "slow", "source": 1'
    assert parse_cells(turned, TWO, ended=False) == {}
    assert parse_cells(turned + "2}}", TWO) == {"problem": CellDraft(12, "slow")}

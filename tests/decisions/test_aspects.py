"""The record of an aspect: all that the program knows of one, and that one more is one edit."""

from __future__ import annotations

import pytest

from rag.comparing.cache import key_of
from rag.comparing.cell_drafts import CellDraft, cells_messages, cells_reply, drafts_in
from rag.comparing.cell_writer import SELECTING, WORDING
from rag.comparing.cells import quoted_cell
from rag.decisions.aspect_sentences import AspectRanker, sentence_features
from rag.decisions.aspects import ASPECTS, RESULT, Aspect
from rag.decisions.cues import cues_in
from rag.decisions.logistic import LogisticModel
from rag.index.library import Library
from rag.models.structured import schema_of
from rag.types import Span

# What a new aspect takes: its record, and a model for its features.
TOY = Aspect(
    "size",
    "size of the model",
    "The model has so many million parameters.",
    features=("number", "metric"),
    cues=("metric", "number"),
    meaning="how many parameters the model has",
    fewest_words=2,
)
TOY_MODEL = LogisticModel(-1.0, {"number": 1.0, "metric": 1.0, "cosine": 6.0})
SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"


@pytest.mark.parametrize("aspect", ASPECTS, ids=lambda aspect: aspect.id)
def test_a_record_names_only_features_and_cues_that_there_are(aspect: Aspect) -> None:
    [features] = sentence_features([Span("We show it.", 0, 11)])
    assert set(aspect.features) <= features.keys() and aspect.features
    assert set(aspect.cues) <= cues_in("").keys() and aspect.cues
    assert aspect.is_address or aspect.meaning, "a language model is told what to write"


def test_ids_labels_and_words_of_questions_are_each_of_one_aspect() -> None:
    words = [word for aspect in ASPECTS for word in aspect.asked_by]
    for names in ([a.id for a in ASPECTS], [a.label for a in ASPECTS], words):
        assert len(set(names)) == len(names)
    own = Aspect.own(RESULT.id)
    assert own.id not in {aspect.id for aspect in ASPECTS} and own.label == RESULT.id
    assert own.id != Aspect.statement(RESULT.id).id


def test_a_new_aspect_is_ranked_quoted_and_asked_for(library: Library) -> None:
    ranker = AspectRanker(library, {TOY.id: TOY_MODEL}, (TOY,))
    paper = library.by_id[SINET]
    ranked = ranker.rank([paper], [TOY])[paper.paper_id, TOY.id]
    assert "86.9K" in ranked[0].span.text
    cell = quoted_cell(paper, TOY, ranked)
    assert (cell.aspect, cell.status) == (TOY.label, "stated")
    spans, choices = [item.span for item in ranked], {TOY.id: [1, 2]}
    prompt = cells_messages(paper.title, spans, [TOY], choices)[-1]["content"]
    assert prompt.endswith("Columns:\nsize: how many parameters the model has")
    reply_type = cells_reply([TOY], choices)
    source = schema_of(reply_type)["properties"]["size"]["properties"]["source"]
    assert source == {"type": "integer", "enum": [0, 1, 2]}
    reply = reply_type.parse('{"size": {"source": 1, "value": "86.9K parameters"}}')
    assert reply and drafts_in(reply, [TOY]) == {TOY.id: CellDraft(1, "86.9K parameters")}


def test_cells_that_are_cached_already_are_found() -> None:
    """The key of a cell ends in the policy's: it must not change with the names of its fields."""
    assert SELECTING.cache_key() == "Leeway(chooses=True, lowest=-2.0, sure=1.0)"
    assert WORDING.cache_key() == "Leeway(chooses=False, lowest=0.0, sure=0.0)"
    assert key_of("a", "b") != key_of("ab", "")

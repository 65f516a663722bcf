"""The record of an aspect: all that the program knows of one, and that one more is one edit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hashing_embedder import HashingEmbedder
from indexes import CORPUS

from rag.comparing.cache import key_of
from rag.comparing.cell_drafts import CellDraft, cells_messages, cells_reply, drafts_in
from rag.comparing.cell_writer import SELECTING, WORDING
from rag.comparing.cells import quoted_cell
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.aspects import ASPECTS, CODE, GIST, KNOWN_ASPECTS, RESULT, Aspect
from rag.decisions.logistic import LogisticModel, load
from rag.decisions.telling_words import telling_places
from rag.engine import Engine
from rag.index.library import Library
from rag.index.vectors.read_paper import ReadPaper
from rag.models.endpoints.structured import schema_of
from rag.settings import load_settings

# What a new aspect takes: its record, and a model for its features.
TOY = Aspect(
    "size",
    "size of the model",
    "The model has so many million parameters.",
    role="result",
    meaning="how many parameters the model has",
    fewest_words=2,
)
TOY_MODEL = LogisticModel(-1.0, {"has paramet": 2.0, "behind": -0.1})
SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"


@pytest.fixture(scope="module")
def without_roles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The delivered corpus as an embedder reads it that knows no roles."""
    index = tmp_path_factory.mktemp("plain") / "index"
    settings = load_settings(index=index, llm="quotes", embedder="minilm")
    with Engine(settings, embedder=HashingEmbedder) as engine:
        engine.sync([CORPUS])
        yield engine.library


@pytest.mark.parametrize("aspect", KNOWN_ASPECTS, ids=lambda aspect: aspect.id)
def test_a_record_names_a_role_and_says_what_to_write(aspect: Aspect, library: Library) -> None:
    assert aspect.role in library.embedder.roles
    assert aspect.is_address or aspect.meaning or aspect == GIST, "a language model is told"


@pytest.mark.parametrize("reads_roles", [True, False])
def test_every_fitted_coefficient_is_of_a_feature(
    library: Library, without_roles: Library, reads_roles: bool
) -> None:
    ranker = AspectRanker(library if reads_roles else without_roles)
    paper = library.papers[0]
    for sentence in ranker.sentences_of([paper])[paper.paper_id]:
        for aspect in KNOWN_ASPECTS:
            model = load(f"aspect_{aspect.id}", plain=not reads_roles)
            assert sentence.for_aspect(aspect).keys() == model.coefficients.keys()


def test_an_embedder_without_roles_fills_cells_by_meaning(without_roles: Library) -> None:
    paper = without_roles.by_id[SINET]
    ranking = AspectRanker(without_roles).rank([paper], [CODE, GIST])
    code = quoted_cell(paper, CODE, ranking[SINET, CODE.id])
    assert code.value.startswith("https://github.com/")
    assert len(ranking[SINET, GIST.id]) == len(ranking[SINET, CODE.id])


def test_ids_labels_and_words_of_questions_are_each_of_one_aspect() -> None:
    words = [word for aspect in ASPECTS for word in aspect.asked_by]
    for names in ([a.id for a in ASPECTS], [a.label for a in ASPECTS], words):
        assert len(set(names)) == len(names)
    own = Aspect.own(RESULT.id)
    assert own.id not in {aspect.id for aspect in ASPECTS} and own.label == RESULT.id
    assert own.id != Aspect.statement(RESULT.id).id


def test_a_long_sentence_is_cut_around_the_words_that_speak_for_the_aspect() -> None:
    quiet, loud = np.zeros((20, 1), np.float32), np.zeros((10, 1), np.float32)
    loud[7:10] = 1.0
    ends = np.array([[0, 0], [50, 20], [90, 30], [95, 30]], np.int32)
    read = ReadPaper(np.zeros((30, 48), np.uint8), ends, np.zeros((3, 0), np.float16))
    places = telling_places(read, np.concatenate([quiet, loud]))[:, 0]
    assert places[0] < 0.1, "where all words say the same, the first"
    assert 0.7 < places[1] < 1
    assert places[2] == 0, "the encoder did not read that far"


def test_a_new_aspect_is_ranked_quoted_and_asked_for(library: Library) -> None:
    ranker = AspectRanker(library, {TOY.id: TOY_MODEL}, (TOY,))
    paper = library.by_id[SINET]
    ranked = ranker.rank([paper], [TOY])[paper.paper_id, TOY.id]
    assert "86.9K" in ranked[0].span.text
    cell = quoted_cell(paper, TOY, ranked)
    assert (cell.aspect, cell.status) == (TOY.label, "stated")
    spans, choices = [item.span for item in ranked], {TOY.id: [1, 2]}
    prompt = cells_messages(paper.title, spans, [TOY], choices, choosing=True)[-1]["content"]
    assert prompt.endswith("Columns:\nsize: how many parameters the model has")
    reply_type = cells_reply([TOY], choices, choosing=True)
    source = schema_of(reply_type)["properties"]["size"]["properties"]["source"]
    assert source == {"type": "integer", "enum": [0, 1, 2]}
    reply = reply_type.parse('{"size": {"source": 1, "value": "86.9K parameters"}}')
    assert reply and drafts_in(reply, [TOY]) == {TOY.id: CellDraft(1, "86.9K parameters")}


def test_cells_that_are_cached_already_are_found() -> None:
    """The key of a cell ends in the policy's: it must not change with the names of its fields."""
    assert SELECTING.cache_key() == "Leeway(chooses=True, lowest=-2.0, sure=1.0)"
    assert WORDING.cache_key() == "Leeway(chooses=False, lowest=0.0, sure=0.0)"
    assert key_of("a", "b") != key_of("ab", "")

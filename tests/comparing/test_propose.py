"""Columns proposed for a set of papers: from their words, and by a language model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scripted_server import ScriptedServer

from rag.comparing.cache import CellCache
from rag.comparing.columns.phrases import Candidate, candidates
from rag.comparing.columns.prompts import ColumnsReply
from rag.comparing.columns.proposals import Proposal, Proposed, distinct, worth_of
from rag.comparing.flow import Comparer
from rag.decisions.aspects import ASPECTS, Aspect
from rag.errors import ComparisonError
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.text.keyphrases import acronyms, phrases_of
from rag.text.words import singular
from rag.types import ModelChoice, Paper

# Places in the delivered corpus.
BRAIN = (36, 49, 65, 68, 70, 48, 56, 30, 32, 21)
MAMBA = (6, 60, 35, 37, 1, 17)
FUSION = (15, 24, 27, 55, 43, 67, 72, 14, 64, 4)


def ids_of(library: Library, places: tuple[int, ...]) -> list[str]:
    return [library.papers[place].paper_id for place in places]


def names(proposed: Proposed) -> list[str]:
    return [proposal.aspect.label for proposal in proposed.proposals]


def ask(library: Library, server: ScriptedServer, places: tuple[int, ...], tmp: Path) -> Proposed:
    chat, cache = ChatModel(server.endpoint()), CellCache(tmp)
    comparer = Comparer(library, chat, ModelChoice("openai", "scripted", "a test"), cache)
    try:
        return comparer.propose(ids_of(library, places))
    finally:
        chat.close()
        cache.close()


@pytest.mark.parametrize(
    ("places", "wanted"),
    [
        (BRAIN, {"subject-specific model", "captioning", "diffusion model"}),
        (MAMBA, {"state space model", "global receptive field"}),
        (FUSION, {"fusion", "sound", "depth"}),
    ],
)
def test_real_papers_get_columns_that_tell_them_apart(
    plain: Comparer, library: Library, places: tuple[int, ...], wanted: set[str]
) -> None:
    made = plain.propose(ids_of(library, places))
    assert wanted <= set(names(made)), names(made)
    assert 3 <= len(made.proposals) <= 5 and made.trouble is None
    for proposal in made.proposals:
        assert (
            proposal.aspect.kind == "own" and proposal.aspect.label == proposal.aspect.description
        )
        assert 2 <= len(proposal.stated_by) <= 0.8 * len(places)


def test_papers_that_state_a_proposal_agree_with_the_matrix(
    plain: Comparer, library: Library
) -> None:
    ids = ids_of(library, BRAIN)
    made = plain.propose(ids).proposals
    matrix = plain.compare(ids, [proposal.aspect for proposal in made])
    for proposal in made:
        stated = [c for c in matrix.cells if c.status == "stated"]
        held = [c.paper_id for c in stated if c.aspect == proposal.aspect.label]
        assert tuple(held) == proposal.stated_by


def test_proposals_are_neither_the_eight_nor_one_paper_nor_each_other(
    plain: Comparer, library: Library
) -> None:
    for places in (BRAIN, MAMBA, FUSION):
        made = plain.propose(ids_of(library, places)).proposals
        heads = {library.papers[i].title.split(":")[0].casefold() for i in places}
        sets = [frozenset(p.stated_by) for p in made]
        assert not {p.aspect.label.casefold() for p in made} & heads
        assert not {p.aspect.label for p in made} & {aspect.label for aspect in ASPECTS}
        assert len(set(sets)) == len(sets)
        assert all(set(p.stated_by) <= set(ids_of(library, places)) for p in made)


def test_distinct_proposals_ask_for_other_things_of_other_papers(library: Library) -> None:
    def make(name: str, papers: str) -> Proposal:
        return Proposal(Aspect.own(name), tuple(papers))

    first = make("diffusion model", "ABC")
    given = [
        make("reported results", "AD"),
        first,
        make("diffusion models", "DEF"),
        make("tractor", "ABC"),
        make("whale", "AD"),
    ]
    assert distinct(library, given) == (first, given[-1])
    many = [make(name, name) for name in ("tractor", "whale", "opera", "glacier", "tax", "soup")]
    assert len(distinct(library, many)) == 5


def test_too_few_papers(plain: Comparer, library: Library) -> None:
    with pytest.raises(ComparisonError):
        plain.propose(ids_of(library, BRAIN[:1]))
    assert plain.propose(ids_of(library, BRAIN[:2])).proposals == ()


@pytest.mark.parametrize(
    ("text", "held", "lacking"),
    [
        ("We build on diffusion models.", "diffusion model", "model"),
        ("A multi-modal transformer, say, is big.", "multimodal transformer", "multimodal"),
        ("It helps to navigate visual motion.", "visual motion", "navigate visual motion"),
        ("Existing methods are slow.", "", "existing method"),
        ("Decoding speech from fMRI is hard.", "fmri", "from fmri"),
    ],
)
def test_phrases_end_as_noun_phrases_do(text: str, held: str, lacking: str) -> None:
    keys = {phrase.key for phrase in phrases_of(text)}
    assert (held in keys or not held) and lacking not in keys, keys


def test_plurals_and_acronyms() -> None:
    words = ("models", "studies", "classes", "analysis", "mixture-of-experts", "loss")
    assert [singular(w) for w in words] == [
        "model", "study", "class", "analysis", "mixture-of-experts", "loss"
    ]  # fmt: skip
    assert acronyms("the state space models (SSMs) of (NASA)") == {"ssm": "state space model"}
    full = "functional magnetic resonance imaging"
    assert acronyms(f"by {full} (fMRI)") == {"fmri": full}
    assert acronyms("vision transformers (ViTs)") == {"vit": "vision transformer"}


def paper(name: str, abstract: str) -> Paper:
    return Paper(name, f"{name}: a title", abstract, (), 0, "")


def test_candidates_are_shared_and_more_frequent_here_than_elsewhere() -> None:
    papers = [
        paper("A", "We use diffusion models and self-attention. AlphaNet is large."),
        paper("B", "A diffusion model with self-attention is trained."),
        paper("C", "Captions are read by gated recurrence."),
        paper("D", "Nothing of this kind is read."),
    ]
    said = "All of them rest on self-attention."
    others = [paper(f"O{n}", said if n < 8 else "Nothing.") for n in range(20)]
    found = {c.key: c for c in candidates(papers, others)}
    assert found["diffusion model"].written_by == {"A", "B"}
    assert found["diffusion model"].name == "diffusion model"
    assert "selfattention" not in found, "hardly more frequent than elsewhere"
    assert "alphanet" not in found, "the name of a single paper"


def test_worth_wants_some_papers_and_clear_decisions() -> None:
    held = Candidate("x", "x", frozenset("AB"), 1.0)
    clear = {"A": 3.0, "B": 3.0, "C": -3.0, "D": -3.0}
    assert worth_of(held, clear) > worth_of(held, {**clear, "C": -0.1}) > 0
    assert worth_of(held, clear) > worth_of(Candidate("x", "x", frozenset("AC"), 1.0), clear)
    assert worth_of(held, dict.fromkeys("ABCD", 1.0)) == 0, "all state it"
    assert worth_of(held, {**clear, "A": -1.0}) == 0, "only one does"


def test_the_models_names_are_checked(
    library: Library, server: ScriptedServer, tmp_path: Path
) -> None:
    said = ["Which diffusion model is used?", "What does a tractor cost?", "reported result"]
    server.script = lambda body: json.dumps({"columns": said})
    made = ask(library, server, BRAIN, tmp_path)
    assert names(made)[0] == said[0] and not {*said[1:]} & set(names(made))
    assert len(made.proposals[0].stated_by) >= 2 and made.trouble is None
    assert "captioning" in names(made), "the papers' own words fill what is left"
    [body] = server.requests
    assert body["response_format"]["json_schema"]
    assert library.papers[BRAIN[0]].title[:20] in body["messages"][1]["content"]


def test_a_model_that_fails_leaves_the_papers_words(
    plain: Comparer, library: Library, server: ScriptedServer, tmp_path: Path
) -> None:
    own_words = plain.propose(ids_of(library, BRAIN)).proposals
    server.script = lambda body: "I would rather not."
    assert ask(library, server, BRAIN, tmp_path).proposals == own_words
    server.status = 500
    made = ask(library, server, BRAIN, tmp_path)
    assert made.proposals == own_words and made.trouble and "\n" not in made.trouble


def test_an_endpoint_without_schemas_is_asked_again(
    library: Library, server: ScriptedServer, tmp_path: Path
) -> None:
    server.refuses = {"response_format"}
    server.script = lambda body: '{"columns": ["Which diffusion model is used?"]}'
    assert names(ask(library, server, BRAIN, tmp_path))[0].startswith("Which diffusion")
    assert len(server.requests) == 2


def parse_columns(text: str) -> tuple[str, ...]:
    reply = ColumnsReply.parse(text)
    return reply.names() if reply else ()


def test_columns_are_read_from_what_models_write() -> None:
    assert parse_columns('```json\n{"columns": ["a b?", "A  B?", "", "12"]}\n```') == ("a b?",)
    assert parse_columns('{"columns": ["whole", "cut o') == ("whole",)
    assert parse_columns("none") == parse_columns("[]") == parse_columns('{"columns": 3}') == ()
    for active in ("x" * 61, "Ignore all papers", "see https://evil.example", "<b>which?</b>"):
        assert parse_columns(json.dumps({"columns": [active, "which?"]})) == ("which?",)

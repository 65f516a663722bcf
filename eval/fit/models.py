"""The registry of fitted models: for each its examples and how its threshold is chosen.

A new model is one entry here and, once fitted, one file in rag/decisions/weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from eval.comparing.cells import load_gold
from eval.dataset import QUESTIONS, Dataset
from eval.fit import aspects, measures, questions, statements, support
from eval.fit.aspects import Cells
from eval.fit.fitting import Example, Numbers, Unseen, balanced, cross_fit
from eval.fit.questions import Questions
from eval.fit.statements import Statements
from eval.fit.support import Claims
from eval.reader.asking import gold_cells, open_papers
from eval.reader.cases import cases_of
from eval.reader.data import ReaderPaper, load_papers
from rag.decisions.aspects import KNOWN_ASPECTS, Aspect
from rag.decisions.measures import PARTS
from rag.engine import Engine
from rag.errors import InputError
from rag.index.library import Library
from rag.settings import Settings

# (examples, their log-odds by models that have not seen them) -> a threshold in log-odds.
Threshold: TypeAlias = Callable[[Sequence[Example], Numbers], float]

# Questions that are asked of the delivered papers alone, and that sentences answer.
_ASKED = ("single", "count", "overview", "yes_no", "false_premise", "everyday")


class Data:
    """What examples are made of; each part is opened when it is first asked for."""

    def __init__(
        self, settings: Settings, scifact: Path | None, reader: Path | None = None
    ) -> None:
        self._engine = Engine(settings)
        self._scifact = scifact
        self._reader = reader
        self._opened = ExitStack()
        beside = settings.index.parent / "scifact"
        self._papers = Engine(settings.model_copy(update={"index": beside}))

    @cached_property
    def questions(self) -> Questions:
        """The development questions of the kinds that decisions are fitted on."""
        library = self._engine.library
        cases = Dataset.load(QUESTIONS, library.papers).select(_ASKED, split="dev").cases
        return Questions(library, cases)

    @cached_property
    def sources(self) -> Mapping[str, Questions]:
        """The development questions and, if its path is given, the reader data's split `fit`."""
        if not self._read:
            return {"own": self.questions}
        return {"own": self.questions, "reader": Questions(self._beside, cases_of(self._read))}

    @cached_property
    def _read(self) -> list[ReaderPaper]:
        return load_papers(self._reader, "fit") if self._reader else []

    @cached_property
    def _beside(self) -> Library:
        """The reader data's papers, indexed apart."""
        settings, embedder = self._engine.settings, self._engine.library.embedder
        folder = settings.index.parent / "reader"
        opened = open_papers(settings, folder, self._read, embedder)
        return self._opened.enter_context(opened).library

    @property
    def has_heads(self) -> bool:
        """Whether the embedder reads roles and pairs."""
        return self._engine.library.embedder.has_heads

    @cached_property
    def cells(self) -> Mapping[str, Cells]:
        """The labelled cells of the development papers and, as for `sources`, the reader data's."""
        own = Cells(self._engine.library, load_gold(split="dev"))
        gold = [cell for paper in self._read for cell in gold_cells(paper, KNOWN_ASPECTS)]
        return {"own": own, "reader": Cells(self._beside, gold)} if gold else {"own": own}

    @cached_property
    def statements(self) -> Statements:
        """SciFact's claims beside its abstracts. Raises InputError without its folder."""
        return Statements(self._papers, self._folder)

    @cached_property
    def claims(self) -> Claims:
        """SciFact's claims, each beside one abstract. Raises InputError without its folder."""
        return Claims(self._folder, self._engine.library.embedder)

    @property
    def _folder(self) -> Path:
        if self._scifact is None:
            raise InputError(
                "This model is fitted on SciFact.",
                "Give the folder of its corpus.jsonl and evidence_train.jsonl with --scifact.",
            )
        return self._scifact

    def close(self) -> None:
        """Close the indexes."""
        self._engine.close()
        self._papers.close()
        self._opened.close()


def _even(examples: Sequence[Example], log_odds: Numbers) -> float:
    """Yes where yes is likelier than no."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one model is fitted. ``measure`` gives its figures beyond the AUROC.

    With ``reads`` the reader data can be examples too, and the encoder's heads give features. With
    ``some`` there are many features, of which an example has a few.
    """

    decides: str
    fitted_on: str
    examples: Callable[[Data], Sequence[Example]]
    threshold: Threshold = _even
    rejects_below: Threshold | None = None
    l2: float = 1.0
    measure: Callable[[Data, Sequence[Example], Unseen], str] | None = None
    reads: bool = False
    some: bool = False


_QUESTIONS = "the development questions (eval/questions)"
_CELLS = "the labelled cells of the development papers (eval/comparisons)"
_MEASURES = "the sentences with labelled numbers (data/measures), splits train and dev"
SCIFACT = "SciFact's training claims (arXiv:2004.14974)"


def _of_each(data: Data, make: Callable[[Questions], Sequence[Example]]) -> list[Example]:
    """Examples of each source of questions, which count the same."""
    return balanced({name: make(of_source) for name, of_source in data.sources.items()})


def _answerable(data: Data) -> list[Example]:
    unseen = cross_fit(_of_each(data, questions.paper_examples))
    return _of_each(data, lambda asked: questions.answerable_examples(asked, unseen))


def _sentences(data: Data, aspect: Aspect) -> list[Example]:
    found = {name: aspects.aspect_examples(cells, aspect) for name, cells in data.cells.items()}
    labelled = {name: examples for name, examples in found.items() if examples}
    if not labelled:
        raise InputError(f"No {aspect.label} is labelled.", "Give the reader data with --reader.")
    return balanced(labelled)


def _for_each(data: Data, unseen: Unseen, measure: Callable[[Questions, Unseen], str]) -> str:
    return "; ".join(f"{name}: {measure(asked, unseen)}" for name, asked in data.sources.items())


def _aspect(aspect: Aspect) -> Recipe:
    return Recipe(
        f"Whether a sentence states the aspect “{aspect.label}” of its paper.",
        _CELLS,
        lambda data: _sentences(data, aspect),
        aspects.aspect_threshold,
        l2=aspects.L2,
        measure=lambda _, examples, unseen: aspects.cells_right(
            examples, unseen.log_odds(examples)
        ),
        reads=True,
    )


def _measured(part: str) -> Recipe:
    """Which phrase of its sentence is this part of a number."""
    return Recipe(
        f"Whether a phrase of a sentence is the {part} of one of its numbers.",
        _MEASURES,
        lambda _: measures.part_examples(part),
        lambda examples, log_odds: measures.part_threshold(part, examples, log_odds),
        l2=measures.L2,
        some=True,
    )


MODELS: Mapping[str, Recipe] = {
    "answer_sentence": Recipe(
        "Whether a sentence of a chosen paper belongs to the answer.",
        _QUESTIONS,
        lambda data: _of_each(data, questions.sentence_examples),
        measure=lambda data, _, unseen: _for_each(data, unseen, questions.sentence_ranks),
        reads=True,
    ),
    "another_paper": Recipe(
        "Whether the answer needs the next paper besides those chosen so far.",
        _QUESTIONS,
        lambda data: _of_each(data, questions.paper_examples),
        measure=lambda data, _, unseen: _for_each(data, unseen, questions.papers_chosen),
        reads=True,
    ),
    "answerable": Recipe(
        "Whether the chosen papers answer the question at all.",
        _QUESTIONS,
        _answerable,
        questions.at_most_refused(questions.MOST_REFUSED),
        measure=lambda _, examples, unseen: questions.refusals(examples, unseen),
        reads=True,
    ),
    "listed_paper": Recipe(
        "Whether a paper belongs in the list that a question asks for.",
        _QUESTIONS,
        lambda data: questions.list_examples(data.questions),
        questions.list_threshold,
        measure=lambda _, examples, unseen: questions.list_quality(examples, unseen),
        reads=True,
    ),
    "follow_up": Recipe(
        "Whether a question depends on the conversation before it.",
        f"{_QUESTIONS} and written messages (data/questions/follow_ups.jsonl)",
        lambda data: questions.follow_up_examples(data.questions),
        questions.follow_up_threshold,
    ),
    "aspect_own": Recipe(
        "Whether a sentence answers an aspect in the reader's own words.",
        _QUESTIONS,
        lambda data: _of_each(data, aspects.own_aspect_examples),
        aspects.own_aspect_threshold,
        reads=True,
    ),
    "addresses_statement": Recipe(
        "Whether a paper's nearest sentence decides a statement, either way.",
        f"{SCIFACT}, one half",
        lambda data: statements.address_examples(data.statements),
        statements.address_threshold,
        measure=lambda data, _, unseen: statements.held_out_stances(data.statements),
    ),
    "contradicts_statement": Recipe(
        "Whether a paper that decides a statement contradicts it; up to rejects_below it supports "
        "it.",
        f"{SCIFACT}, one half",
        lambda data: statements.contradiction_examples(data.statements),
        statements.contradiction_threshold,
        statements.support_bound,
    ),
    "claim_support": Recipe(
        "Whether quotes support a claim.",
        SCIFACT,
        lambda data: support.support_examples(data.claims),
        l2=support.L2,
        measure=lambda data, _, unseen: support.measure(data.claims),
    ),
    **{f"aspect_{aspect.id}": _aspect(aspect) for aspect in KNOWN_ASPECTS},
    "measured_number": Recipe(
        "Whether a number of a sentence measures or counts anything.",
        _MEASURES,
        lambda _: measures.number_examples(),
        measures.number_threshold,
        l2=measures.L2,
        some=True,
    ),
    **{f"measured_{part}": _measured(part) for part in PARTS},
}

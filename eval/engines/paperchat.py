"""The product itself as an answerer."""

from __future__ import annotations

import weakref
from collections.abc import Sequence

from eval.cases import Case
from eval.corpora import library_papers
from eval.dataset import corpus_fingerprint
from eval.scoring.results import Answerer, Outcome
from rag.engine import Engine
from rag.errors import EndpointError, PaperchatError
from rag.text.wording import shown_by
from rag.types import Answer, Finished, Searched, Turn


def paperchat(engine: Engine) -> Answerer:
    """An answerer that asks ``engine``, or one like it over the library of eval/library.

    A conversation of which the case has only the questions is had first.
    """
    return _Paperchat(engine)


class _Paperchat:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._beside: Engine | None = None
        self._told: dict[tuple[str, ...], Answer] = {}  # by a conversation's questions so far

    def __call__(self, case: Case) -> Outcome:
        engine = self._over_library() if case.corpus == "library" else self._engine
        if not case.is_conversation:
            return _ask(engine, case, case.turns)
        asked = tuple(turn.content for turn in case.history)
        before = self._have(engine, asked)
        outcome = _ask(engine, case, before)
        if outcome.answer is not None:  # the next turn of the conversation need not ask it again
            self._told[(*asked, case.question)] = outcome.answer
        return Outcome(
            outcome.answer, None, outcome.candidates, outcome.evidence, before=tuple(before)
        )

    def _have(self, engine: Engine, questions: tuple[str, ...]) -> list[Turn]:
        """The conversation of these questions, each asked with what was said before it."""
        turns: list[Turn] = []
        for place, question in enumerate(questions, start=1):
            so_far = questions[:place]
            if so_far not in self._told:
                self._told[so_far] = engine.ask(question, history=turns)
            turns += [Turn("user", question), _turn(self._told[so_far])]
        return turns

    def _over_library(self) -> Engine:
        """The engine over the library with metadata, which is indexed beside the engine's index."""
        if self._beside is None:
            papers = list(library_papers().values())
            settings, assistant = self._engine.settings, self._engine.assistant
            folder = settings.index.parent / "eval-library" / corpus_fingerprint(papers)
            embedder = self._engine.library.embedder
            made = Engine(
                settings.model_copy(update={"index": folder}),
                embedder=lambda: embedder,
                chat=assistant.chat,
                choice=assistant.choice,
            )
            made.add(papers)
            weakref.finalize(self, made.library.close)  # not the engine: its models are shared
            self._beside = made
        return self._beside


def _ask(engine: Engine, case: Case, history: Sequence[Turn]) -> Outcome:
    candidates: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    for event in engine.stream(case.question, history=history, id=case.id):
        if isinstance(event, Searched):
            candidates = event.candidates
            evidence = tuple(dict.fromkeys(e.paper.paper_id for e in event.evidence))
        elif isinstance(event, Finished):
            fallback = event.answer.fallback
            if fallback is not None and fallback.fault != "unreadable":
                # The model is evaluated: quotes that stand in for it are no answer of it.
                raise EndpointError(fallback.what, fallback.remedy, fallback.fault)
            return Outcome(event.answer, None, candidates, evidence)
    raise PaperchatError("The answer did not finish.")


def _turn(answer: Answer) -> Turn:
    """An answer as a turn of the conversation, with the papers that it showed."""
    return Turn("assistant", answer.answer, papers=shown_by(answer))

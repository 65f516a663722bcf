"""Makes the answer of what was found and written, or the refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.selecting.groups import Selection
from rag.answering.telling.told import Told
from rag.answering.understanding.translating import into
from rag.answering.understanding.understanding import Understood
from rag.answering.writing.claims import Composer
from rag.answering.writing.composing import answer_text, marked
from rag.answering.writing.drafting import quote_claims
from rag.answering.writing.refusal import Extent, nearest_papers, refusal
from rag.models.endpoints.chat import ChatModel
from rag.query.query import Query
from rag.retrieval.search import Retrieval
from rag.text.languages import Language
from rag.text.wording import enumerated
from rag.types import (
    ONE_LINE_A_PAPER,
    Answer,
    Citation,
    ModelChoice,
    PaperStatus,
    Quoted,
    RankedPaper,
    Reason,
    Retrieved,
    Scope,
    Section,
    Timings,
)

_TRANSLATED = "*Put into {language} by the language model. In English, as it was checked:*"
_WARNINGS: Mapping[PaperStatus, str] = {
    "retracted": "been retracted; do not rely on what is quoted from there.",
    "withdrawn": "been withdrawn; do not rely on what is quoted from there.",
    "expression of concern": "an expression of concern by the publisher; read it first.",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A question as it was understood, and what was found for it.

    ``query`` is the one that was searched for; an act on shown papers has another one than it was
    read as.
    """

    understood: Understood
    query: Query
    retrieval: Retrieval
    selection: Selection

    @property
    def one_line_a_paper(self) -> bool:
        """Whether the answer has one line for each paper."""
        return self.query.intent in ONE_LINE_A_PAPER


def quoted(composer: Composer, selection: Selection) -> Quoted:
    """The answer in quotes, to stand on the screen while a language model writes."""
    for draft in quote_claims(selection):
        composer.add(draft)
    return Quoted(tuple(composer.claims), composer.citations())


def outcome_of(
    found: Found, composer: Composer, choice: ModelChoice, ranked: Sequence[RankedPaper]
) -> Answer:
    """The answer, or a refusal if no evidence was selected or no claim is left."""
    query, selection = found.query, found.selection
    reason = selection.reason
    if reason is None and not composer.claims:
        # The sentences are relevant, but the model found no answer in them.
        reason = "not_in_abstracts"
    citations, claims = composer.citations(), tuple(composer.claims)
    nearest = nearest_papers(query, selection, ranked) if reason else ()
    sections = () if reason else (*_sections(selection, composer), *_warning(citations))
    lead = "" if reason else selection.lead
    return Answer(
        id=None,
        question=query.asked,
        standalone_question=query.standalone,
        kind="abstention" if reason else query.kind,
        answer=(
            selection.lead or refusal(reason, query, selection, nearest, _extent(query))
            if reason
            else answer_text(lead, sections, claims, citations, query.intent)
        ),
        abstained=reason is not None,
        reason=reason,
        nearest=nearest,
        claims=claims,
        citations=citations,
        retrieved=tuple(
            Retrieved(r.paper.paper_id, r.paper.title, round(r.score, 4)) for r in ranked
        ),
        coverage=None if reason else selection.coverage,
        mode=choice.mode,
        model=choice.model,
        timings=Timings(),
        removed=composer.removed,
        filter=query.scope.filter or None,
        intent=query.intent,
        lead=lead,
        sections=sections,
        notes=found.understood.notes,
    )


def with_translation(answer: Answer, chat: ChatModel, language: Language) -> Answer:
    """The answer with its sentences in another language as the lead; the English ones stay.

    Unchanged if nothing is claimed, or if the model's reply is no translation. Raises EndpointError
    as `ChatModel.stream` does.
    """
    texts = into(chat, [claim.text for claim in answer.claims], language)
    if not texts:
        return answer
    said = [
        marked(replace(claim, text=text)) for claim, text in zip(answer.claims, texts, strict=True)
    ]
    lead = f"{' '.join(said)}\n\n{_TRANSLATED.format(language=language.name)}"
    text = answer_text(lead, answer.sections, answer.claims, answer.citations, answer.intent)
    return replace(answer, lead=lead, answer=text)


def outcome_of_told(told: Told, understood: Understood, choice: ModelChoice) -> Answer:
    """The answer that needs no sentence; the papers that it names are citations without quotes."""
    query = understood.query
    reason: Reason | None = told.reason
    return Answer(
        id=None,
        question=query.asked,
        standalone_question=query.standalone,
        kind="abstention" if reason else "answer",
        answer=told.text,
        abstained=reason is not None,
        reason=reason,
        nearest=(),
        claims=(),
        citations=tuple(
            Citation(number, paper.paper_id, paper.title, paper.url, (), paper.status, paper.zotero)
            for number, paper in enumerate(told.papers, start=1)
        ),
        retrieved=(),
        coverage=None,
        mode=choice.mode,
        model=choice.model,
        timings=Timings(),
        filter=query.scope.filter or None,
        intent=query.intent,
        lead=told.text,
        notes=understood.notes,
    )


def _sections(selection: Selection, composer: Composer) -> tuple[Section, ...]:
    """The groups with the claims that came of them; those with nothing to say are left out."""
    made = (
        Section(group.heading, tuple(composer.sections.get(at, ())), group.text, group.papers)
        for at, group in enumerate(selection.sections)
    )
    return tuple(section for section in made if section.claims or section.text or section.papers)


def _warning(citations: Sequence[Citation]) -> Iterator[Section]:
    """A section that says which sources are not to be relied on, if any."""
    said = [
        f"{_sources([c.number for c in citations if c.status == status])} {what}"
        for status, what in _WARNINGS.items()
        if any(citation.status == status for citation in citations)
    ]
    if said:
        yield Section("", (), " ".join(said))


def _sources(numbers: Sequence[int]) -> str:
    """ "Source 2 has" or "Sources 2 and 3 have"."""
    named = enumerated([str(number) for number in numbers])
    return f"Source {named} has" if len(numbers) == 1 else f"Sources {named} have"


def _extent(query: Query) -> Extent:
    scope, count = query.scope, query.library.lexical.count
    any_year = replace(scope.filter, first_year=None, last_year=None)
    return Extent(scope, count(scope), count(Scope(scope.papers, any_year)))

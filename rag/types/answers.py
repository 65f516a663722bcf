"""The values of a question and its answer: frozen dataclasses without behaviour.

``dataclasses.asdict`` of an ``Answer`` is the JSON of ``paperchat ask --json``, field by field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from rag.types.cells import Cell, Verdict
from rag.types.models import Fallback, Mode
from rag.types.papers import Filter, Paper, PaperStatus, RankedPaper, Span

Kind: TypeAlias = Literal["answer", "list", "compare", "abstention"]
# What a question asks for; `rag.query.intent` decides it.
Intent: TypeAlias = Literal[
    "small_talk",
    "help",
    "collection",
    "records",
    "count",
    "list",
    "lookup",
    "yes_no",
    "comparison",
    "overview",
    "synthesis",
    "superlative",
    "other_task",
    "unknown",
]
# In answers to these a line stands for a paper; in the others sentences make a paragraph.
ONE_LINE_A_PAPER: frozenset[Intent] = frozenset(
    ("list", "count", "overview", "synthesis", "superlative")
)
# The last: the language model found no answer in sentences that would be quoted without it.
Reason: TypeAlias = Literal[
    "not_in_corpus", "not_in_abstracts", "weak_evidence", "model_found_none"
]
Role: TypeAlias = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that may answer the question; ``number`` counts from 1, as in the prompt."""

    number: int
    paper: Paper
    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far.

    ``papers`` are the ids of the papers that an answer showed, in order, perhaps none. Where they
    are None, they are found by what ``content`` quotes and names.
    """

    role: Role
    content: str
    papers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of checking one claim against its quotes.

    ``support`` is the probability, 0 to 1, that the quotes support the claim; ``missing`` are its
    names, numbers and markup that no quote has.
    """

    verdict: Verdict
    support: float
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, the numbers of its citations, and the outcome of its check.

    ``support`` is the probability, 0 to 1, that the quotes support the sentence.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    support: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A cited paper with its number, every quote that a claim relies on, and what became of it."""

    number: int
    paper_id: str
    title: str
    url: str | None
    quotes: tuple[Span, ...]
    status: PaperStatus = ""
    zotero: str | None = None  # selects its item in Zotero


@dataclass(frozen=True, slots=True)
class PaperRef:
    """A paper's id and title, and perhaps sentences of it to look at."""

    paper_id: str
    title: str
    quotes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an answer: some of its claims, by their place in ``Answer.claims``, from 0.

    ``heading`` and ``text`` are plain text, and may be empty; ``text`` follows the claims and
    rests on no source ("The abstract does not say how fast it is."). ``papers`` are named without
    being cited: those that may belong to a list.
    """

    heading: str
    claims: tuple[int, ...]
    text: str = ""
    papers: tuple[PaperRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A paper that retrieval returned, in rank order."""

    paper_id: str
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many papers a list answer examined and found (not only listed), of how many in scope."""

    examined: int
    matched: int
    corpus: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of all papers could be searched, where some of the index's shards did not answer."""

    searched: int
    papers: int
    shards_down: int

    def __str__(self) -> str:
        shards = "1 shard" if self.shards_down == 1 else f"{self.shards_down} shards"
        verb = "does" if self.shards_down == 1 else "do"
        return (
            f"Only {self.searched:,} of {self.papers:,} papers were searched: "
            f"{shards} of the index {verb} not answer"
        )


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds: ``first_token_ms`` and ``total_ms`` from the start, the others per step."""

    condense_ms: float = 0.0
    retrieve_ms: float = 0.0
    evidence_ms: float = 0.0
    first_token_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Removed:
    """How many citations and claims the checks removed, and claims they replaced by quotes."""

    citations: int = 0
    claims: int = 0
    replaced: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one question. An abstention is one of its kinds, never an exception.

    ``answer`` is the whole text; the window draws the same from ``lead``, which opens the answer
    and rests on no source, and from ``sections``. ``notes`` say how the question was taken
    ("taken as MobileMamba"), and why quotes stand in for a language model that failed, which
    ``fallback`` says to programs. ``filter`` is the metadata filter that was applied, from options
    or from the question itself. ``mode`` is "quotes" if no sentence of a model is left.
    ``reach`` is None if all papers of the index could be searched.
    """

    id: str | None
    question: str
    standalone_question: str
    kind: Kind
    answer: str
    abstained: bool
    reason: Reason | None
    nearest: tuple[PaperRef, ...]
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    retrieved: tuple[Retrieved, ...]
    coverage: Coverage | None
    mode: Mode
    model: str
    timings: Timings
    removed: Removed = field(default_factory=Removed)
    filter: Filter | None = None
    intent: Intent = "lookup"
    lead: str = ""
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    fallback: Fallback | None = None
    reach: Reach | None = None


# What `Assistant.stream` yields, in this order: Searched, perhaps Quoted, any number of Sentence,
# Finished.


@dataclass(frozen=True, slots=True)
class Searched:
    """The evidence is selected; nothing is written yet.

    ``candidates`` are the ids of all papers that were scored, ``retrieved`` the best of them.
    ``filter``, ``notes``, ``intent`` and ``lead`` are as in `Answer`. ``of_shown``: the evidence is
    of papers that the last answer showed ("summarise them"), and nothing was searched for it.
    """

    standalone_question: str
    evidence: tuple[Evidence, ...]
    retrieved: tuple[RankedPaper, ...]
    candidates: tuple[str, ...] = ()
    filter: Filter | None = None
    notes: tuple[str, ...] = ()
    intent: Intent = "lookup"
    lead: str = ""
    of_shown: bool = False


@dataclass(frozen=True, slots=True)
class Quoted:
    """The answer in quotes, to be read until a language model's sentences replace them."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One more checked claim, with all citations so far (a paper keeps its number).

    ``heading`` is that of its section.
    """

    claim: Claim
    citations: tuple[Citation, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A sentence of a language model that the checks rejected, and why."""

    text: str
    why: Literal["no_source", "not_borne_out", "repeated", "adds_nothing"]


@dataclass(frozen=True, slots=True)
class Trace:
    """A language model's prompt, its rejected sentences and token counts; empty without a model.

    Token counts are None if the endpoint does not report them, or was stopped before.
    """

    prompt: tuple[tuple[str, str], ...] = ()  # (role, content)
    refused: tuple[Refused, ...] = ()
    prompt_tokens: int | None = None
    generated_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer.

    For a comparison ``matrix`` has one cell for every paper and aspect, paper by paper; otherwise
    it is empty.
    """

    answer: Answer
    matrix: tuple[Cell, ...] = ()
    trace: Trace = field(default_factory=Trace)


Event: TypeAlias = Searched | Quoted | Sentence | Finished

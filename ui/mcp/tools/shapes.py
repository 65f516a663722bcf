"""The results of the tools: what each one's structured content is.

``zotero`` is the link that selects a paper's item in Zotero, where it came from there. The server
derives the output schemas from these classes. Those that are a whole result have no slots: the SDK
reads a field's default from the class, where slots would hide it.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import (
    Cell,
    Claim,
    ClaimSource,
    ClaimVerdict,
    Coverage,
    Kind,
    Mode,
    PaperRef,
    PaperStatus,
    Passage,
    QuoteSource,
    Reason,
    Rejected,
    Span,
    SummaryClaim,
)
from ui.mcp.budget import LeftOut
from ui.mcp.texts import NOTICE


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of `search`."""

    id: str
    title: str
    url: str


@dataclass(frozen=True)
class Hits:
    """The result of `search`, in the shape that ChatGPT's connectors want."""

    results: tuple[Hit, ...]


@dataclass(frozen=True)
class Document:
    """The result of `fetch`, in the shape that ChatGPT's connectors want."""

    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class FoundPaper:
    """One paper of `search_papers`; ``byline`` has authors, venue and year in a few words."""

    paper_id: str
    title: str
    url: str | None
    byline: str
    score: float
    passages: tuple[Passage, ...]
    status: PaperStatus = ""
    zotero: str | None = None


@dataclass(frozen=True)
class FoundPapers:
    """The result of `search_papers`, best first."""

    papers: tuple[FoundPaper, ...]
    left_out: tuple[LeftOut, ...] = ()
    notice: str = NOTICE


@dataclass(frozen=True)
class WholePaper:
    """The result of `get_paper`. ``abstract`` begins at character ``abstract_start`` of all."""

    paper_id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str
    abstract: str
    abstract_start: int
    abstract_length: int
    urls: tuple[str, ...]
    doi: str | None
    arxiv: str | None
    pmid: str | None
    tags: tuple[str, ...]
    source: str
    status: PaperStatus = ""
    zotero: str | None = None
    left_out: tuple[LeftOut, ...] = ()
    notice: str = NOTICE


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A cited paper; ``number`` is that of the marks [1] in the text."""

    number: int
    paper_id: str
    title: str
    url: str | None
    quotes: tuple[Span, ...]
    status: PaperStatus = ""
    zotero: str | None = None


@dataclass(frozen=True)
class Answered:
    """The result of `ask`.

    ``answer`` is Markdown with marks [1] of the ``citations``; ``claims`` are its sentences, each
    with the verdict of its check. If it abstains, ``reason`` says why and ``nearest`` what to look
    at. ``question`` is what was answered: a follow-up is written out.
    """

    question: str
    kind: Kind
    abstained: bool
    reason: Reason | None
    answer: str
    claims: tuple[Claim, ...]
    citations: tuple[CitedPaper, ...]
    nearest: tuple[PaperRef, ...]
    coverage: Coverage | None
    mode: Mode
    model: str
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notice: str = NOTICE


@dataclass(frozen=True)
class CheckedText:
    """The result of `check_claim`; ``examined`` counts the papers that were read."""

    claim: str
    verdict: ClaimVerdict
    sources: tuple[ClaimSource, ...]
    nearest: tuple[PaperRef, ...]
    examined: int
    left_out: tuple[LeftOut, ...] = ()
    notice: str = NOTICE


@dataclass(frozen=True)
class QuoteSources:
    """The result of `find_quote`, the most similar first; empty if the words stand nowhere."""

    sources: tuple[QuoteSource, ...]
    left_out: tuple[LeftOut, ...] = ()
    notice: str = NOTICE


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """One paper of a list, with the sentences that say what it does."""

    paper_id: str
    title: str
    url: str | None
    quotes: tuple[Span, ...]
    status: PaperStatus = ""
    zotero: str | None = None


@dataclass(frozen=True)
class PaperList:
    """The result of `which_papers`.

    ``coverage`` has how many papers were ``examined`` and ``matched``, of how many (``corpus``);
    None where nothing matched, and ``reason`` says why. ``maybe`` are papers that may belong here.
    ``summary`` says how many there are, or what keeps the library from telling.
    """

    question: str
    summary: str
    papers: tuple[ListedPaper, ...]
    maybe: tuple[PaperRef, ...]
    coverage: Coverage | None
    reason: Reason | None
    nearest: tuple[PaperRef, ...]
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notice: str = NOTICE


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of a comparison, with one cell for each aspect."""

    paper_id: str
    title: str
    url: str | None
    cells: tuple[Cell, ...]
    status: PaperStatus = ""


@dataclass(frozen=True)
class ComparedPapers:
    """The result of `compare_papers`: one row for each paper, with a cell for every aspect."""

    aspects: tuple[str, ...]
    papers: tuple[PaperRow, ...]
    summary: tuple[SummaryClaim, ...]
    mode: Mode
    model: str
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notice: str = NOTICE


@dataclass(frozen=True)
class Exported:
    """The result of `export_citations`: ``papers`` references as one text."""

    form: str
    papers: int
    text: str
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class LibraryStatus:
    """The result of `library_status`; ``missing`` has a sentence, with a remedy, for each fault.

    ``ready``: the papers are open, so that the next call is answered at once.
    """

    version: str
    ready: bool
    papers: int
    chunks: int
    index: str
    current: bool
    mode: Mode
    model: str
    why: str
    embedder: str
    writes: bool
    missing: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class Ingested:
    """The result of `ingest`: counts of papers, and the records that could not be read."""

    added: int
    updated: int
    unchanged: int
    removed: int
    papers: int
    rejected: tuple[Rejected, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class RemovedPapers:
    """The result of `remove_papers`; ``restore`` is the command that brings them back."""

    removed: tuple[PaperRef, ...]
    restore: str
    left_out: tuple[LeftOut, ...] = ()

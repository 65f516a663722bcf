"""Whether papers' abstracts support a claim, say some of it, contradict it, or do not say it.

The claim reader reads the claim together with an excerpt of each paper; exact checks of numbers,
names and words of direction stand beside it in a fitted decision. Papers that were named for the
claim are also read together, because a sentence may cite each for a part of what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from rag.checking.excerpt import ROOM_TOGETHER
from rag.checking.reading import Reading, excerpts_of, read_apart, read_together
from rag.decisions.claim_verdict import Setting, verdict_of, verdict_probabilities
from rag.errors import QuestionError
from rag.index.library import Library
from rag.retrieval.search import retrieve
from rag.text.languages import script_of
from rag.types import CheckedClaim, ClaimSource, ClaimVerdict, Paper, PaperRef, Scope, Span

_READ = 8  # papers that are read for a claim without named papers
_NEAREST = 3
_TOGETHER = 4  # papers that are read together at most
_MOST_QUOTES = 3
_SURE = 0.5  # probability at which one of several papers decides alone
_QUOTED = 0.2  # share of the evidence that a further quote has at least
_Odds: TypeAlias = Mapping[ClaimVerdict, float]
_SILENT: _Odds = {"not_found": 1.0}  # of a paper without an abstract


def check_claim(library: Library, claim: str, scope: Scope) -> CheckedClaim:
    """Check one claim against the papers of ``scope.papers``, or else the nearest in ``scope``.

    Raises QuestionError for a claim in another script than Latin: the reader was taught English.
    """
    if script_of(claim) is not None:
        raise QuestionError("The claim is not in Latin script.", "Write it in English.")
    within = library.scope(scope.papers, scope.filter)
    if scope.papers:
        return _of_named(library, claim, [library.by_id[i] for i in within.papers])
    found = [item.paper for item in retrieve(library, claim, _READ, within).ranked]
    sources, _ = _apart(library, claim, found, "found")
    said = _best_first(source for source in sources if source.verdict != "not_found")
    verdict = said[0].verdict if said else "not_found"
    nearest = () if said else tuple(_ref(paper) for paper in found[:_NEAREST])
    return CheckedClaim(claim, verdict, tuple(said), nearest, len(found))


def _of_named(library: Library, claim: str, papers: Sequence[Paper]) -> CheckedClaim:
    """The verdict of each paper and of all together; every paper is shown."""
    sources, odds = _apart(library, claim, papers, "named")
    verdict = _of_all(library, claim, papers, sources, odds)
    shown = _best_first(source for source in sources if source.verdict != "not_found")
    shown += [source for source in sources if source.verdict == "not_found"]
    nearest = () if verdict != "not_found" else tuple(_ref(paper) for paper in papers[:_NEAREST])
    return CheckedClaim(claim, verdict, tuple(shown), nearest, len(papers))


def _apart(
    library: Library, claim: str, papers: Sequence[Paper], setting: Setting
) -> tuple[list[ClaimSource], dict[str, _Odds]]:
    """What each paper says, and of those with an abstract how probably, by id."""
    read = read_apart(library, claim, excerpts_of(library, claim, papers))
    readings = {one.papers[0].paper_id: one for one in read}
    odds: dict[str, _Odds] = {
        i: verdict_probabilities(one.features, setting) for i, one in readings.items()
    }
    sources = [
        _source(paper, readings.get(paper.paper_id), odds.get(paper.paper_id, {}))
        for paper in papers
    ]
    return sources, odds


def _source(paper: Paper, reading: Reading | None, odds: _Odds) -> ClaimSource:
    verdict = verdict_of(odds) if odds else "not_found"
    # What has no abstract says nothing, surely.
    sure = round(odds[verdict], 3) if odds else 1.0
    quotes = _quotes(reading) if reading is not None and verdict != "not_found" else ()
    return ClaimSource(paper.paper_id, paper.title, paper.url, verdict, quotes, sure, paper.status)


def _quotes(reading: Reading) -> tuple[Span, ...]:
    """The sentences that decided, the most telling first."""
    spans = reading.spans[:_MOST_QUOTES]
    best = spans[0][2]
    return tuple(span for _, span, share in spans if share >= _QUOTED * best)


def _of_all(
    library: Library,
    claim: str,
    papers: Sequence[Paper],
    sources: Sequence[ClaimSource],
    odds: Mapping[str, _Odds],
) -> ClaimVerdict:
    """The verdict of all papers together.

    A paper that surely says otherwise decides, and one that says all of it; else what they say when
    they are read as one text.
    """
    if len(odds) < 2:  # the others have no abstract
        return next((s.verdict for s in sources if s.paper_id in odds), "not_found")
    against = max(one["contradicted"] for one in odds.values())
    for_it = max(one["supported"] for one in odds.values())
    if max(against, for_it) >= _SURE:
        return "contradicted" if against > for_it else "supported"
    likely = sorted(papers, key=lambda one: odds.get(one.paper_id, _SILENT)["not_found"])
    read = likely[:_TOGETHER]
    excerpts = excerpts_of(library, claim, read, ROOM_TOGETHER // len(read))
    return verdict_of(
        verdict_probabilities(read_together(library, claim, excerpts).features, "named")
    )


def _best_first(sources: Iterable[ClaimSource]) -> list[ClaimSource]:
    return sorted(sources, key=lambda source: -source.confidence)


def _ref(paper: Paper) -> PaperRef:
    return PaperRef(paper.paper_id, paper.title)

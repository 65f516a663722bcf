"""Whether papers' abstracts support a claim, contradict it, or do not say it."""

from __future__ import annotations

from rag.comparing.stances.stance import StanceEvidence, stance_evidence
from rag.index.library import Library
from rag.retrieval.search import retrieve
from rag.types import CheckedClaim, ClaimSource, ClaimVerdict, Paper, PaperRef, Scope

_READ = 8  # papers that are read for a claim without named papers
_NEAREST = 3


def check_claim(library: Library, claim: str, scope: Scope) -> CheckedClaim:
    """Check one claim against the papers of ``scope.papers``, or else the nearest in ``scope``."""
    within = library.scope(scope.papers, scope.filter)
    found = [item.paper for item in retrieve(library, claim, _READ, within).ranked]
    papers = [library.by_id[i] for i in within.papers] if scope.papers else found
    evidence = stance_evidence(library, papers, claim)
    sources = [_source(paper, evidence.get(paper.paper_id)) for paper in papers]
    said = sorted(
        (item for item in sources if item.verdict != "not_found"), key=lambda s: -s.confidence
    )
    verdict = said[0].verdict if said else "not_found"
    shown = said + [item for item in sources if scope.papers and item not in said]
    nearest = () if said else tuple(_ref(paper) for paper in found[:_NEAREST])
    return CheckedClaim(claim, verdict, tuple(shown), nearest, len(papers))


def _source(paper: Paper, found: StanceEvidence | None) -> ClaimSource:
    verdict = _verdict(found)
    quotes = found.nearest[:1] if found is not None and verdict != "not_found" else ()
    sure = 0.9 if found is not None and found.is_sure else 0.6
    return ClaimSource(paper.paper_id, paper.title, paper.url, verdict, quotes, sure, paper.status)


def _verdict(found: StanceEvidence | None) -> ClaimVerdict:
    if found is None or found.stance is None:
        return "not_found"
    if found.stance == "unclear":
        return "partly"
    return "supported" if found.stance == "supports" else "contradicted"


def _ref(paper: Paper) -> PaperRef:
    return PaperRef(paper.paper_id, paper.title)

"""The baseline: verdicts by the stances of comparisons, as they were before the claim reader."""

from __future__ import annotations

from rag.comparing.stances.stance import StanceEvidence, stance_evidence
from rag.engine import Engine
from rag.types import CheckedClaim, ClaimSource, ClaimVerdict, Paper, Scope

_OF_STANCE: dict[str, ClaimVerdict] = {
    "supports": "supported",
    "contradicts": "contradicted",
    "unclear": "partly",
}
_SURE, _HINT = 0.9, 0.6


def check_by_stances(engine: Engine, claim: str, scope: Scope) -> CheckedClaim:
    """As `Engine.check_claim`; the surest paper that says anything gives the verdict of all."""
    if scope.papers:
        papers = [engine.library.by_id[i] for i in scope.papers]
    else:
        papers = [item.paper for item in engine.search(claim, 8, scope)]
    evidence = stance_evidence(engine.library, papers, claim)
    sources = tuple(_source(paper, evidence.get(paper.paper_id)) for paper in papers)
    said = [source for source in sources if source.verdict != "not_found"]
    best = max(said, key=lambda source: source.confidence, default=None)
    return CheckedClaim(claim, best.verdict if best else "not_found", sources, (), len(papers))


def _source(paper: Paper, found: StanceEvidence | None) -> ClaimSource:
    verdict: ClaimVerdict = "not_found"
    if found is not None and found.stance is not None:
        verdict = _OF_STANCE[found.stance]
    quotes = found.nearest[:1] if found is not None and verdict != "not_found" else ()
    sure = _SURE if found is not None and found.is_sure else _HINT
    return ClaimSource(paper.paper_id, paper.title, paper.url, verdict, quotes, sure)

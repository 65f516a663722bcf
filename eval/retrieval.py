"""Retrieval figures by ir-measures: nDCG@10, R@5, R@10 and RR, each from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping

import ir_measures
from ir_measures import RR, R, nDCG

MEASURES = {"nDCG@10": nDCG @ 10, "R@5": R @ 5, "R@10": R @ 10, "RR": RR}


def per_query(
    qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """Each measure of each judged query; a query that the run lacks scores 0."""
    scores = {query: dict.fromkeys(MEASURES, 0.0) for query in qrels}
    names = {str(measure): name for name, measure in MEASURES.items()}
    plain = {query: dict(docs) for query, docs in run.items()}
    judged = {query: dict(docs) for query, docs in qrels.items()}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), judged, plain):
        scores[metric.query_id][names[str(metric.measure)]] = float(metric.value)
    return scores

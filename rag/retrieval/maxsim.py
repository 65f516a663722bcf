"""MaxSim, the score of late interaction (ColBERT), of papers and of their sentences.

It is the mean, over a question's tokens, of the cosine with the most similar token of a text: eq. 3
of ColBERT (Khattab and Zaharia 2020, arXiv:2004.12832), with a mean instead of a sum. It is -1 to
1, and 0 if either side has no token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.index.vectors.read_paper import ReadPaper
from rag.models.embedding.tokens import States, cosines, signs_of

if TYPE_CHECKING:
    from rag.query.query import QueryText

_BATCH = 32  # papers whose tokens are unpacked at once: 15 MB

# The similarities of a paper's sentences with a question by name, each of shape (sentences,).
Similarities: TypeAlias = dict[str, NDArray[np.float32]]


def maxsim_of(question: QueryText, papers: Mapping[str, ReadPaper]) -> dict[str, float]:
    """The MaxSim of the question with each paper, title and abstract, by id."""
    found: dict[str, float] = {}
    for batch in _batches(papers):
        near = cosines(_signs(batch, question), question.tokens.states)
        ends = np.cumsum([len(paper.bits) for paper in batch.values()])
        scores = _mean(_of_runs(np.maximum, near, ends), axis=1)
        found |= dict(zip(batch, scores.tolist(), strict=True))
    return found


def similarities(
    question: QueryText, papers: Mapping[str, ReadPaper]
) -> Iterator[tuple[str, Similarities]]:
    """For each paper its id, and for its sentences in order:

    - ``cosine`` of the question's vector with the mean of the sentence's tokens;
    - ``maxsim`` with the sentence, ``maxsim_with_title`` with title and sentence, and
      ``maxsim_with_previous`` with title, sentence and the one before;
    - ``reverse_maxsim`` of the sentence with the question.
    """
    for batch in _batches(papers):
        signs = _signs(batch, question)
        near = cosines(signs, question.tokens.states)
        # Runs of tokens: of each paper its title's, then each sentence's.
        runs = [paper.ends[:, 1] for paper in batch.values()]
        before = np.cumsum([0, *(ends[-1] for ends in runs)])
        ends = np.concatenate([run + start for run, start in zip(runs, before, strict=False)])
        sizes = np.array([len(run) for run in runs])
        last = np.cumsum(sizes)
        own = _of_runs(np.maximum, near, ends)
        with_title = np.maximum(own, np.repeat(own[last - sizes], sizes, axis=0))
        with_previous = np.maximum(with_title, np.roll(own, 1, axis=0))
        nearest = near.max(axis=1, initial=-1.0, keepdims=True)
        counts = np.diff(ends, prepend=0)
        # A loop over sentences: `reduceat` takes twenty times as long for rows as wide as these.
        vectors = np.stack([run.sum(axis=0) for run in np.split(signs, ends[:-1])])
        lengths = np.linalg.norm(vectors, axis=1)
        every = {
            "cosine": vectors @ question.vector / np.maximum(lengths, 1e-12),
            "maxsim": _mean(own, axis=1),
            "maxsim_with_title": _mean(with_title, axis=1),
            "maxsim_with_previous": _mean(with_previous, axis=1),
            "reverse_maxsim": _of_runs(np.add, nearest, ends)[:, 0] / np.maximum(counts, 1),
        }
        for paper_id, end, size in zip(batch, last, sizes, strict=True):
            yield paper_id, {name: of[end - size + 1 : end] for name, of in every.items()}


def _batches(papers: Mapping[str, ReadPaper]) -> Iterator[Mapping[str, ReadPaper]]:
    ids = list(papers)
    for start in range(0, len(ids), _BATCH):
        yield {paper_id: papers[paper_id] for paper_id in ids[start : start + _BATCH]}


def _signs(papers: Mapping[str, ReadPaper], question: QueryText) -> States:
    # Flat, because a paper without tokens has no rows whose length could be known.
    bits = [paper.bits.ravel() for paper in papers.values()]
    return signs_of(np.concatenate(bits), len(question.vector))


def _of_runs(fold: np.ufunc, rows: States, ends: NDArray[np.int64]) -> States:
    """``fold`` of the rows of each run; shape (runs, columns).

    The runs follow one another and end at ``ends``; a run without rows gets zeros.
    """
    starts = np.concatenate([[0], ends[:-1]])
    filled = starts < ends
    found = np.zeros((len(ends), rows.shape[1]), dtype=np.float32)
    if filled.any():
        found[filled] = fold.reduceat(rows, starts[filled], axis=0)
    return found


def _mean(values: States, axis: int) -> NDArray[np.float32]:
    return np.asarray(values.sum(axis=axis) / max(1, values.shape[axis]), dtype=np.float32)

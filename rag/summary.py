"""What compared papers share and where they differ, from the quotes of their cells alone. Pure.

Only what stands in the quotes word for word is said: a dataset, a kind of data or a rival that
several papers name, and how many state an aspect. Numbers are set side by side only to say that
they cannot be ranked: abstracts seldom measure the same thing on the same data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.matrix import SummaryClaim
from rag.types import Cell, Paper

_MOST = 6
_DATA, _RESULT, _BASELINE, _CODE = (
    "data or modality",
    "reported result",
    "baseline",
    "code or project",
)
_NAME = re.compile(r"\b(?:[A-Z]{2,}[\w-]*|[A-Z][a-z]+[A-Z][\w-]*|[A-Za-z]+\d[\w-]*)\b")
# Names of the field, not of a dataset or a method: to share them says nothing.
_COMMON = frozenset("AI ML DNN DNNs CNN CNNs LLM LLMs VLM VLMs SOTA GPU GPUs CPU RGB 2D 3D".split())
# Kinds of data as abstracts write them, and what they are called here.
_KINDS = {
    "fMRI": "fMRI", "EEG": "EEG", "MEG": "MEG", "sEEG": "sEEG", "depth": "depth", "audio": "audio",
    "speech": "speech", "video": "video", "image": "images", "text": "text",
    "point cloud": "point clouds", "caption": "captions",
}  # fmt: skip
_FIGURE = re.compile(
    r"(?<![\w.])\d+(?:\.\d+)?\s?(?:%|percent\b|×|x\b|fps\b|ms\b|times\b|points?\b)"
    r"(?:\s(?P<metric>mIoU|mAP|AP|accuracy|PSNR|FID|BLEU|F1|AUC|reduction|fewer|faster)\b)?",
    re.IGNORECASE,
)


def summarise(papers: Sequence[Paper], cells: Iterable[Cell]) -> tuple[SummaryClaim, ...]:
    """At most six claims, those on the most papers first; each holds by how it is made."""
    titles = {paper.paper_id: short_title(paper.title) for paper in papers}
    quoted: dict[tuple[str, str], str] = {}
    for cell in cells:
        if cell.status == "stated":
            text = " ".join(quote.text for quote in cell.quotes)
            quoted[cell.paper_id, cell.aspect] = text
    order = [paper.paper_id for paper in papers]
    shared = _shared(order, quoted, titles)
    claims = [*shared, *_incomparable(order, quoted, titles), *_code(order, quoted, titles, cells)]
    return tuple(claims[:_MOST])


def _shared(
    order: Sequence[str], quoted: dict[tuple[str, str], str], titles: dict[str, str]
) -> list[SummaryClaim]:
    """Names and kinds of data that the quotes of two papers or more hold."""
    holders: dict[tuple[str, str], list[str]] = {}
    for aspect in (_DATA, _BASELINE):
        for paper_id in order:
            text = quoted.get((paper_id, aspect), "")
            names = {n for n in _NAME.findall(text) if n not in _COMMON and n not in _KINDS}
            kinds = {_KINDS[k] for k in _KINDS if aspect == _DATA and _holds(text, k)}
            for name in sorted(names | kinds):
                holders.setdefault((aspect, name), []).append(paper_id)
    claims, seen = [], set()
    for (aspect, name), ids in sorted(holders.items(), key=lambda item: -len(item[1])):
        if len(ids) < 2 or name in seen:
            continue
        seen.add(name)
        what = "for their data" if aspect == _DATA else "among what they are compared with"
        who = "All papers" if len(ids) == len(order) else listed([titles[i] for i in ids])
        claims.append(SummaryClaim(f"{who} name {name} {what}.", tuple(ids), "supported"))
    return claims[:3]


def _incomparable(
    order: Sequence[str], quoted: dict[tuple[str, str], str], titles: dict[str, str]
) -> list[SummaryClaim]:
    """The papers' figures side by side, with the word that they cannot be ranked."""
    figures = {}
    for paper_id in order:
        match = _FIGURE.search(quoted.get((paper_id, _RESULT), ""))
        if match:
            figures[paper_id] = match.group().strip()
    if len(figures) < 2:
        return []
    told = listed([f"{titles[i]} {figure}" for i, figure in list(figures.items())[:_MOST]])
    text = (
        f"Reported numbers are not comparable: {told}. The abstracts do not say that metric, data "
        "and split are the same, so they are not ranked."
    )
    return [SummaryClaim(text, tuple(figures), "supported")]


def _code(
    order: Sequence[str],
    quoted: dict[tuple[str, str], str],
    titles: dict[str, str],
    cells: Iterable[Cell],
) -> list[SummaryClaim]:
    """Which papers say where their code or project is, where some do and some do not."""
    asked = {cell.paper_id for cell in cells if cell.aspect == _CODE}
    have = [i for i in order if (i, _CODE) in quoted]
    if not asked or not have or len(have) == len(order):
        return []
    told = listed([titles[i] for i in have])
    verb = "says" if len(have) == 1 else "say"
    text = f"{len(have)} of {len(order)} abstracts {verb} where code or a project is: {told}."
    return [SummaryClaim(text, tuple(have), "supported")]


def _holds(text: str, kind: str) -> bool:
    return bool(re.search(rf"\b{re.escape(kind)}s?\b", text, re.IGNORECASE))


def short_title(title: str) -> str:
    """What the paper is called: the part of its title before a colon, or its first words."""
    head = re.split(r":|- ", title)[0].strip()
    words = head.split()
    return head if len(words) <= 8 else " ".join(words[:8]) + " ..."


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

"""Term coverage: the share of a question's terms that a text has, weighted by their rarity."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from rag.index.library import Library

_OR = re.compile(r"(?:\s*,)?\s+or\s+", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\s+(.+?)\s+and\s+(.+)", re.IGNORECASE)
_FAIR_SHARE = 0.75  # of the rarity of an equal share, which an alternative has at least
_NEAR = 8  # papers in which a phrase is looked for


def alternatives(library: Library, text: str) -> list[str]:
    """What a text names as alternatives: "Mamba" and "state space models", parted by "or".

    "Incremental or continual learning" names "incremental learning", as papers have these words
    together. The text itself if it names none, or if one of them says little: "video" in "a
    diffusion model for images or video" is no topic of its own.
    """
    first, *others = _OR.split(text)
    # Commas part alternatives only where an "or" follows: "CLIP, MAE or DINO".
    parts = [*(first.split(",") if others else [first]), *others]
    rare = [sum(term_weights(library, part).values()) for part in parts]
    if len(parts) < 2 or min(rare) <= _FAIR_SHARE * sum(rare) / len(parts):
        return [text]
    *before, last = parts
    heads = (f"{part} {last.split()[-1]}" for part in before)
    headed = zip(before, heads, strict=True)
    return [whole if _ends_phrase(library, whole) else part for part, whole in headed] + [last]


def together(text: str) -> tuple[str, ...]:
    """What a text names together: "radar" and "sonar" in "both radar and sonar"; else nothing."""
    both = _BOTH.search(text)
    return both.groups() if both else ()


def _ends_phrase(library: Library, text: str) -> bool:
    """Whether papers have the last two words of the text beside each other."""
    *_, last = (None, *pairwise(library.lexical.stems(text)))
    near = (library.by_id[i] for i, _ in library.lexical.search(text, _NEAR))
    return any(
        last in pairwise(library.lexical.stems(f"{paper.title}. {paper.abstract}"))
        for paper in near
    )


def term_weights(library: Library, text: str) -> dict[str, float]:
    """Each term of ``text`` with its inverse document frequency, ln(1 + papers / holders)."""
    size = len(library.papers)
    return {
        term: math.log(1 + size / max(1, library.lexical.frequency(term)))
        for term in library.lexical.terms(text)
    }


def paper_terms(library: Library, paper_ids: Iterable[str]) -> set[str]:
    """The terms of these papers' titles and abstracts."""
    papers = [library.by_id[paper_id] for paper_id in paper_ids]
    texts = [text for paper in papers for text in (paper.title, paper.abstract)]
    return {term for text in texts for term in library.terms_of(text)}


def title_terms(library: Library, paper_ids: Iterable[str]) -> set[str]:
    """The terms of these papers' titles alone."""
    titles = [library.by_id[paper_id].title for paper_id in paper_ids]
    return {term for title in titles for term in library.terms_of(title)}


def coverage(weights: Mapping[str, float], terms: Iterable[str]) -> float:
    """The share of the summed ``weights`` that ``terms`` have, 0 to 1; 0 if the sum is 0."""
    covered = set(terms)
    total = sum(weights.values()) or 1.0
    return sum(weight for term, weight in weights.items() if term in covered) / total


def has_numbers(library: Library, paper_id: str, name: str) -> bool:
    """Whether a paper has the numbers of a name behind what they follow there.

    A paper with GPT-4 and 5 apart does not have GPT-5; one with GPT5 has.
    """
    numbered = {pair for pair in pairwise(library.lexical.stems(name)) if pair[1].isdecimal()}
    paper = library.by_id[paper_id]
    own = library.lexical.stems(f"{paper.title}. {paper.abstract}") if numbered else []
    held, beside = set(own), set(pairwise(own))
    return all(pair in beside or "".join(pair) in held for pair in numbered)

"""Whether two records are one paper. Pure.

A false merge is worse than a missed one: it hides a paper, and puts one paper's words into
another's mouth. So each rule asks for two things that agree, and whatever speaks against it has
the last word.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import Literal, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from rag.corpus.traits import Traits

Relation: TypeAlias = Literal["equal", "typo", "part", "near", "none"]

# Shingles and words in common, over those of the shorter abstract. On arXiv two papers by one group
# have seldom more than a fifth of their shingles in common; a revised abstract has mostly half.
_SAME_ABSTRACT = 0.6
_ALMOST_VERBATIM = 0.85
_EDITED = 0.5
_FAR_SHINGLES = 0.15
_FAR_WORDS = 0.5
_FEWEST_SHINGLES = 12
_NEAR_TITLE = 88.0  # of 100
_SHORTEST_PART = 15  # letters
_YEARS_APART = 3  # from preprint to journal
_CLEARLY_ANOTHER_TITLE = 60.0  # of 100


def same_paper(one: Traits, other: Traits) -> bool:
    """Whether two records without an identifier in common are one paper."""
    if one.markers != other.markers or not _authors_agree(one, other):
        return False
    relation = relate(one, other)
    if relation == "none":
        # A text under another title is more often the group's next paper than the same one.
        return False
    alike = abstracts_alike(one, other)
    if alike is None:
        return _same_without_abstract(one, other, relation)
    return _same_with_abstract(one, other, relation, alike)


def another_paper(one: Traits, other: Traits) -> bool:
    """Whether two records with one identifier are clearly not about the same paper."""
    if relate(one, other) != "none":
        return False
    if fuzz.token_set_ratio(_title(one), _title(other)) >= _CLEARLY_ANOTHER_TITLE:
        return False
    alike = abstracts_alike(one, other)
    return alike is None or alike < _EDITED


def relate(one: Traits, other: Traits) -> Relation:
    """How two titles are related, spelling and markup aside."""
    a, b = one.squeezed, other.squeezed
    if a == b:
        return "equal"
    if _begins(one, other) or _begins(other, one):
        return "part"
    if fuzz.ratio(a, b, score_cutoff=_NEAR_TITLE):
        if one.numbers != other.numbers:
            return "none"
        return "typo" if _typo(one.words, other.words) else "near"
    return "none"


def _begins(short: Traits, long: Traits) -> bool:
    """Whether one title is the start of the other: whole words, unless dots say that it was cut.

    "Part I" is no start of "Part II".
    """
    length = len(short.squeezed)
    if length < _SHORTEST_PART or not long.squeezed.startswith(short.squeezed):
        return False
    if Counter(short.numbers) - Counter(long.numbers):
        return False
    return short.cut or length in accumulate(map(len, long.words))


def abstracts_alike(one: Traits, other: Traits) -> float | None:
    """The share of the shorter abstract's shingles that the other has; None where one has none."""
    a, b = one.shingles, other.shingles
    least = min(len(a), len(b))
    return len(a & b) / least if least >= _FEWEST_SHINGLES else None


def _same_with_abstract(one: Traits, other: Traits, relation: Relation, alike: float) -> bool:
    if one.generic or other.generic:
        return relation in ("equal", "part") and alike >= _ALMOST_VERBATIM
    known = bool(one.families and other.families)
    if relation in ("equal", "typo"):
        revised = known and _years_agree(one, other) and not _far(one, other, alike)
        return alike >= _EDITED or revised
    if relation == "part":
        tail_counts = one.numbers != other.numbers
        return alike >= (_ALMOST_VERBATIM if tail_counts else _SAME_ABSTRACT)
    if one.name and other.name and one.name != other.name:
        return False
    return alike >= _ALMOST_VERBATIM and _shared(one, other) >= _ALMOST_VERBATIM


def _same_without_abstract(one: Traits, other: Traits, relation: Relation) -> bool:
    if one.generic or other.generic or not _years_agree(one, other):
        return False
    known = bool(one.families and other.families)
    years = one.record.year is not None and other.record.year is not None
    if relation == "equal":
        return len(one.words) >= (3 if known else 4 if years else 5) or len(one.squeezed) > 40
    if relation == "typo":
        return known and set(one.families) == set(other.families)
    if relation == "part" and one.numbers == other.numbers:
        shorter = min(len(one.words), len(other.words))
        # Within a year: the same people write "X" and later "X in the light of Y".
        near = years and abs((one.record.year or 0) - (other.record.year or 0)) <= 1
        return known and near and shorter >= 4 and one.families == other.families
    return False


def _authors_agree(one: Traits, other: Traits) -> bool:
    """False where both name authors and too few are the same: many share a family name."""
    a, b = one.families, other.families
    if not a or not b:
        return True
    shared = len(set(a) & set(b))
    return a[0] == b[0] or (shared > 0 and 2 * shared >= min(len(set(a)), len(set(b))))


def _years_agree(one: Traits, other: Traits) -> bool:
    a, b = one.record.year, other.record.year
    return a is None or b is None or abs(a - b) <= _YEARS_APART


def _far(one: Traits, other: Traits, alike: float) -> bool:
    """Whether two abstracts have little in common, runs of words or words."""
    least = max(1, min(len(one.abstract_words), len(other.abstract_words)))
    words = len(one.abstract_words & other.abstract_words) / least
    return alike < _FAR_SHINGLES or words < _FAR_WORDS


def _shared(one: Traits, other: Traits) -> float:
    """The share of all shingles that both abstracts have."""
    return len(one.shingles & other.shingles) / len(one.shingles | other.shingles)


def _typo(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the words that differ do so by a slip: "segmentaton", not "unsupervised"."""
    a = "".join(word for word in one if word not in other)
    b = "".join(word for word in other if word not in one)
    if a == b:
        return True
    if min(len(a), len(b)) < 5 or a.endswith(b) or b.endswith(a):
        return False
    return Levenshtein.distance(a, b) <= 1 + (min(len(a), len(b)) > 12)


def _title(traits: Traits) -> str:
    return " ".join(traits.words)

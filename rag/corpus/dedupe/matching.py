"""Entity matching: whether two records are the same paper. Pure.

A false merge is worse than a missed one: it hides a paper, and quotes one paper under the title of
another. So each rule needs two agreeing facts, and any fact against a match wins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate
from typing import Literal, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from rag.corpus.dedupe.keys import MatchKeys

Relation: TypeAlias = Literal["equal", "typo", "part", "near", "none"]

# Shingles or words in common, as a share of the shorter abstract's. On arXiv, papers by one group
# seldom have more than a fifth of their shingles in common; a revised abstract usually has half.
_SAME_ABSTRACT = 0.6
_ALMOST_VERBATIM = 0.85
_EDITED = 0.5
_FAR_SHINGLES = 0.15
_FAR_WORDS = 0.5
_FEWEST_SHINGLES = 12
_NEAR_TITLE = 88.0  # of 100
_SHORTEST_PART = 15  # letters
_YEARS_APART = 3  # from preprint to journal
_YEARS_APART_UNSEEN = 1  # if no abstract shows that the text is the same
# Two titles of one work have so much in common, by `fuzz.token_set_ratio` and as a share of the
# shorter one's content words. Of 15,000 pairs of papers by one author on arXiv, 1 % have more;
# of titles that were cut, mistyped, reordered or a quarter rewritten, 1 % have less. What the
# whole rule does: `python -m eval.bench.shared_ids FILE`.
_ALIKE = 75.0  # of 100
_ALIKE_WORDS = 0.6
_FEWEST_WORDS = 4  # of an abstract that is compared by its words
_FEWEST_LETTERS_LEFT = 3
# Prefixes that change a word's meaning: another or an additional one is not a typo.
_PREFIXES = (
    "a an ante anti aniso apo auto bi bio cis co contra counter de di dis down ecto em en endo epi "
    "ex exo extra fore geo hetero hexa homo hyper hypo il im in inter intra intro ir iso macro mal "
    "mega meta micro milli mis mono multi nano neo non ortho out over para penta per peri pico "
    "poly post pre pro proto pseudo quasi re semi sub super supra sur syn tele tetra trans tri "
    "ultra un under uni up"
).split()
_FIRST_IDEOGRAPH = "\u2e80"  # from here on a single character is a word


def same_paper(one: MatchKeys, other: MatchKeys) -> bool:
    """Whether two records without a common identifier are the same paper."""
    if one.markers != other.markers or not authors_agree(one, other):
        return False
    relation = relate(one, other)
    if relation == "none":
        # The same text under another title is usually the group's next paper.
        return False
    overlap = abstract_overlap(one, other)
    if overlap is None:
        return _same_without_abstract(one, other, relation)
    return _same_with_abstract(one, other, relation, overlap)


def another_paper(one: MatchKeys, other: MatchKeys, *, translated: bool = True) -> bool:
    """Whether two records with a common identifier are clearly different papers.

    Chapters may carry their book's DOI, and the abstracts of a meeting one for all. On the other
    hand one paper may have a title in two languages (if ``translated``), a cut one, or one that was
    edited.
    """
    relation = relate(one, other)
    text = _texts_agree(one, other)
    if one.notice != other.notice:
        return relation != "equal"
    if text:
        return False
    strangers = _have_same_author(one, other) is False
    if relation in ("equal", "typo"):
        return (one.generic or other.generic) and (text is False or strangers)
    if strangers:
        return True
    if relation == "part":
        return False
    if _numbers_differ(one, other):
        return True
    if translated and _is_translation(one, other):
        return False
    return text is False or (relation == "none" and not _titles_alike(one, other))


def groups_agree(ones: Sequence[MatchKeys], others: Sequence[MatchKeys]) -> bool:
    """Whether two groups that match only by title are the same paper: every pair must match.

    Otherwise a record without an abstract or a year could join two different papers. Pairs of one
    record with an abstract and one without are not compared here.
    """
    return all(
        same_paper(one, other)
        for one in ones
        for other in others
        if _has_abstract(one) == _has_abstract(other)
    )


def relate(one: MatchKeys, other: MatchKeys) -> Relation:
    """How two titles are related, apart from spelling and markup."""
    a, b = one.squeezed, other.squeezed
    if a == b:
        return "equal" if one.symbols == other.symbols else "near"
    if _begins(one, other) or _begins(other, one):
        return "part"
    if fuzz.ratio(a, b, score_cutoff=_NEAR_TITLE):
        if one.numbers != other.numbers:
            return "none"
        slip = one.symbols == other.symbols and _typo(one.words, other.words)
        return "typo" if slip else "near"
    return "none"


def _begins(short: MatchKeys, long: MatchKeys) -> bool:
    """Whether one title is the beginning of the other: in whole words, unless it was cut.

    Dots show that a title was cut. "Part I" is not the beginning of "Part II".
    """
    length = len(short.squeezed)
    if length < _SHORTEST_PART or not long.squeezed.startswith(short.squeezed):
        return False
    if Counter(short.numbers) - Counter(long.numbers):
        return False
    return short.cut or length in accumulate(map(len, long.words))


def abstract_overlap(one: MatchKeys, other: MatchKeys) -> float | None:
    """The share of the shorter abstract's shingles that the other has; None if one has none."""
    a, b = one.shingles, other.shingles
    least = min(len(a), len(b))
    return len(a & b) / least if least >= _FEWEST_SHINGLES else None


def _has_abstract(one: MatchKeys) -> bool:
    return len(one.shingles) >= _FEWEST_SHINGLES


def _same_with_abstract(
    one: MatchKeys, other: MatchKeys, relation: Relation, overlap: float
) -> bool:
    if one.generic or other.generic:
        return relation in ("equal", "part") and overlap >= _ALMOST_VERBATIM
    known = bool(one.families and other.families)
    if relation in ("equal", "typo"):
        revised = known and years_agree(one, other, _YEARS_APART) and not _far(one, other, overlap)
        return overlap >= _EDITED or revised
    if relation == "part":
        tail_counts = (one.numbers, one.symbols) != (other.numbers, other.symbols)
        return overlap >= (_ALMOST_VERBATIM if tail_counts else _SAME_ABSTRACT)
    if one.name and other.name and one.name != other.name:
        return False
    return _shared(one, other) >= _ALMOST_VERBATIM


def _same_without_abstract(one: MatchKeys, other: MatchKeys, relation: Relation) -> bool:
    if one.generic or other.generic or not years_agree(one, other, _YEARS_APART_UNSEEN):
        return False
    known = bool(one.families and other.families)
    years = one.record.year is not None and other.record.year is not None
    if relation == "equal":
        return len(one.words) >= (3 if known else 4 if years else 5) or len(one.squeezed) > 40
    if relation == "typo":
        return known and set(one.families) == set(other.families)
    if relation == "part" and (one.numbers, one.symbols) == (other.numbers, other.symbols):
        shorter = min(len(one.words), len(other.words))
        # Years must be known: authors of "X" may later write "X in the light of Y".
        return known and years and shorter >= 4 and one.families == other.families
    return False


def authors_agree(one: MatchKeys, other: MatchKeys) -> bool:
    """False if both name authors and too few are the same; a family name alone is common."""
    a, b = one.families, other.families
    if not a or not b:
        return True
    if a[0] == b[0]:
        return True
    shared = _shared_authors(one, other)
    first = not one.namings[a[0]].isdisjoint(other.namings[b[0]])
    return first or (shared > 0 and 2 * shared >= min(len(set(a)), len(set(b))))


def _shared_authors(one: MatchKeys, other: MatchKeys) -> int:
    """How many authors two records have in common, by family name in any spelling."""
    exact = len(set(one.families) & set(other.families))
    if 2 * exact >= min(len(one.namings), len(other.namings)):
        return exact
    ours, theirs = one.namings.values(), other.namings.values()
    return min(_found_among(ours, theirs), _found_among(theirs, ours))


def _found_among(ones: Iterable[frozenset[str]], others: Collection[frozenset[str]]) -> int:
    return sum(any(not one.isdisjoint(other) for other in others) for one in ones)


def years_agree(one: MatchKeys, other: MatchKeys, apart: int) -> bool:
    """Whether two records are at most so many years apart, as far as both have one."""
    a, b = one.record.year, other.record.year
    return a is None or b is None or abs(a - b) <= apart


def _far(one: MatchKeys, other: MatchKeys, overlap: float) -> bool:
    """Whether two abstracts have few shingles and few words in common."""
    least = max(1, min(len(one.abstract_words), len(other.abstract_words)))
    words = len(one.abstract_words & other.abstract_words) / least
    return overlap < _FAR_SHINGLES or words < _FAR_WORDS


def _shared(one: MatchKeys, other: MatchKeys) -> float:
    """The share of all shingles that both abstracts have."""
    return len(one.shingles & other.shingles) / len(one.shingles | other.shingles)


def _typo(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the words that differ do so by a typo: "segmentaton", not "unsupervised"."""
    a = "".join(word for word in one if word not in other)
    b = "".join(word for word in other if word not in one)
    if a == b:
        return True
    if min(len(a), len(b)) < 5 or a.endswith(b) or b.endswith(a) or _other_prefix(a, b):
        return False
    if max(a + b) >= _FIRST_IDEOGRAPH:
        return False
    return Levenshtein.distance(a, b) <= 1 + (min(len(a), len(b)) > 12)


def _other_prefix(a: str, b: str) -> bool:
    """Whether only prefixes with a meaning differ: "intra-" and "inter-"."""
    return not _without_prefix(a).isdisjoint(_without_prefix(b))


def _without_prefix(word: str) -> set[str]:
    """The word, and the rest of it after each prefix that it may have."""
    left = {word.removeprefix(beginning) for beginning in _PREFIXES}
    return {rest for rest in left if len(rest) >= _FEWEST_LETTERS_LEFT}


def _texts_agree(one: MatchKeys, other: MatchKeys) -> bool | None:
    """Whether two abstracts are versions of one text; None if one is missing, or in doubt."""
    words, others = one.abstract_words, other.abstract_words
    least = min(len(words), len(others))
    if least < _FEWEST_WORDS:
        return None
    share = len(words & others) / least
    overlap = abstract_overlap(one, other)
    if share >= _ALMOST_VERBATIM if overlap is None else overlap >= _EDITED:
        return True
    return False if share < _FAR_WORDS else None


def _titles_alike(one: MatchKeys, other: MatchKeys) -> bool:
    """Whether two titles may be versions of one, although neither is the beginning of the other."""
    if fuzz.token_set_ratio(" ".join(one.words), " ".join(other.words)) < _ALIKE:
        return False
    least = min(len(one.content), len(other.content))
    return len(one.content & other.content) >= _ALIKE_WORDS * least


def _numbers_differ(one: MatchKeys, other: MatchKeys) -> bool:
    """Whether each title has a number that the other lacks: "Part 1", "Part 2"."""
    a, b = Counter(one.numbers), Counter(other.numbers)
    return bool(a - b and b - a)


def _is_translation(one: MatchKeys, other: MatchKeys) -> bool:
    """Whether the records are in two languages, or one has PubMed's "[Title in English]".

    As the titles cannot be compared, an author must be the same. In two scripts or of groups names
    cannot be compared, either: there must be as many.
    """
    if one.bracketed == other.bracketed and one.language == other.language:
        return False
    if not years_agree(one, other, _YEARS_APART_UNSEEN):
        return False
    same = _have_same_author(one, other)
    return bool(one.families) and len(one.families) == len(other.families) if same is None else same


def _have_same_author(one: MatchKeys, other: MatchKeys) -> bool | None:
    """Whether a person is an author of both; None if one names no people, or in another script."""
    one, other = one.of_people, other.of_people
    a, b = one.families, other.families
    if a and b and _shared_authors(one, other):
        return True
    scripts = {all(map(str.isascii, families)) for families in (a, b)}
    return False if a and b and len(scripts) == 1 else None

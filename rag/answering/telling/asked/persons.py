"""Authors as persons: the names of one, those of several, and those like a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.index.filters import same_person
from rag.index.library import Library
from rag.text.names.person_names import Name, name_of
from rag.text.words import words_of

_NEAR = 0.45  # names this like an unknown one are offered


@dataclass(frozen=True, slots=True)
class Person:
    """An author that a question names: ``text[start:end]``.

    ``authors`` are the names in the library's records that it may be; none for a name that no
    record has. ``mended`` says that a slip in it was mended.
    """

    written: str
    start: int
    end: int
    authors: frozenset[str] = frozenset()
    mended: bool = False

    @property
    def name(self) -> str:
        """The name to show: the fullest of the records, or the written one."""
        return max(sorted(self.authors), key=len) if len(self.people) == 1 else self.written

    @property
    def people(self) -> list[list[str]]:
        """The names grouped by the persons that they belong to."""
        return distinct_people(self.authors)


def nearest_names(library: Library, written: str, most: int = 3) -> list[str]:
    """The authors whose names are most like one that no record has; perhaps none."""
    words = words_of(written)
    if not words:
        return []
    near = process.extract(
        words[-1],
        list(library.authors),
        scorer=OSA.normalized_similarity,
        score_cutoff=_NEAR,
        limit=most,
    )
    found = [min(library.authors[word], key=len) for word, _, _ in near]
    return list(dict.fromkeys(found))


def spellings_of(library: Library, author: str) -> list[str]:
    """How the records write the name of an author, with or without initials."""
    name = name_of(author)
    namesakes = library.authors.get(words_of(author)[-1], frozenset((author,)))
    return [other for other in namesakes if same_person(name, name_of(other))]


def distinct_people(authors: Iterable[str]) -> list[list[str]]:
    """Names grouped by person: those with equal family names and agreeing given names.

    An initial that fits several full names belongs to the first of them.
    """
    people: list[list[str]] = []
    first: dict[tuple[str, str], int] = {}  # the first person with a family name and a given one
    names = {author: name_of(author) for author in authors}
    # Full names first, so that initials find them.
    for author in sorted(names, key=lambda author: (-len(names[author].given), author)):
        name = names[author]
        ways = [
            min(same)
            for family in name.families
            if (same := [first[key] for key in _agreeing(family, name) if key in first])
        ]
        own = ways[0] if ways else len(people)
        if not ways:
            people.append([])
            for family in name.families:
                for key in _known_by(family, name):
                    first.setdefault(key, own)
        people[own].append(author)
    return people


def _known_by(family: str, name: Name) -> Iterator[tuple[str, str]]:
    """What later names find a person by: the given name, its initial, or the family name alone."""
    yield family, ""
    for given in name.givens:
        yield family, given
        yield family, f"{given[0]}."
        if len(given) == 1:
            yield family, f"{given}.."


def _agreeing(family: str, name: Name) -> Iterator[tuple[str, str]]:
    """The keys of `_known_by` under which persons that agree with a name are."""
    if not name.givens:
        yield family, ""
    for given in name.givens:
        yield family, given
        yield family, f"{given[0]}.."  # one who is known by the initial alone
        if len(given) == 1:
            yield family, f"{given}."

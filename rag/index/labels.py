"""Labels: a paper's metadata as strings that both engines store and match by equality.

A label begins with its kind. An author has three: ``author:lovelace``, ``author:lovelace a``, and
``author:lovelace ada`` or, where only the initial is known, ``author:lovelace a.``; as many again
for each other spelling.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from rag.index.filters import source_names, venue_ways
from rag.text.names.person_names import name_of
from rag.text.words import fold, words_of
from rag.types import UNRELIABLE, Filter, Paper

# Alternatives, of which one must match: each is a group of labels that must all be there.
AnyOf: TypeAlias = tuple[tuple[str, ...], ...]

_RETRACTED = "status:retracted"


def labels_of(paper: Paper) -> list[str]:
    """The paper's labels, each once, sorted."""
    return sorted(set(_labels(paper)))


def _labels(paper: Paper) -> Iterator[str]:
    for author in paper.authors:
        name = name_of(author)
        for family in filter(None, name.families):
            yield f"author:{family}"
            for given in name.givens:
                yield f"author:{family} {given[0]}"
                yield f"author:{family} {given}{'.' if len(given) == 1 else ''}"
    for word in words_of(paper.venue):
        yield f"venue:{word}"
    for source in (paper.source, *paper.other_sources):
        yield from (f"source:{name}" for name in source_names(source))
    if paper.status in UNRELIABLE:
        yield _RETRACTED
    yield from (f"tag:{tag}" for own in paper.tags if (tag := " ".join(words_of(own))))


def required_labels(wanted: Filter) -> list[AnyOf]:
    """The conditions on a paper's labels, all of which must be met; without those on years.

    A value without a letter or digit becomes a label that no paper has.
    """
    found: list[AnyOf] = [
        tuple(labels for author in wanted.authors for labels in _author_labels(author)),
        tuple(labels for venue in wanted.venues for labels in _venue_labels(venue)),
        tuple((f"source:{fold(source)}",) for source in wanted.sources),
        tuple((f"tag:{' '.join(words_of(tag))}",) for tag in wanted.tags),
        ((_RETRACTED,),) if wanted.retracted else (),
    ]
    return [any_of for any_of in found if any_of]


def excluded_labels(wanted: Filter) -> list[str]:
    """Labels of which a paper must have none."""
    return [_RETRACTED] if wanted.retracted is False else []


def _venue_labels(venue: str) -> AnyOf:
    ways = venue_ways(venue) or [[""]]
    return tuple(tuple(f"venue:{word}" for word in way) for way in ways)


def _author_labels(author: str) -> AnyOf:
    name = name_of(author)
    if not name.given:
        return tuple((f"author:{family}",) for family in name.families or ("",))
    # An initial fits all names with it, a name itself and its initial.
    givens = dict.fromkeys(
        way
        for given in name.givens
        for way in ((given,) if len(given) == 1 else (given, f"{given[0]}."))
    )
    return tuple((f"author:{family} {given}",) for family in name.families for given in givens)

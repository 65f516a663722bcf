"""A small library with authors, years and venues, and questions to its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.telling.tell import tell
from rag.answering.telling.told import Collection, Told, Topic
from rag.engine import Engine
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.query.query import Query, QueryText, read_query
from rag.settings import Settings
from rag.types import Identifiers, Intent, Paper

QUESTIONS = ("What is ReefCam?", "What is DustNet?", "Who naps?")


def _paper(
    number: int, title: str, abstract: str, authors: str = "", year: int = 0, venue: str = ""
) -> Paper:
    doi = None if number == 4 else f"10.5555/x.{number}"
    names = tuple(authors.split(", ")) if authors else ()
    extra = (("volume", "12"), ("pages", "3–9")) if number == 0 else ()
    return Paper(
        f"p{number}", title, abstract, (), number, "refs.bib", names, year or None, venue,
        Identifiers(doi), extra=extra,
    )  # fmt: skip


PAPERS = (
    _paper(0, "ReefCam: Counting Fish on Coral Reefs from Fixed Cameras",
           "ReefCam counts fish on coral reefs. Twelve cameras on two reefs saw 31 species.",
           "Anna Müller, Mere Te Aho, Jan van der Heijden", 2019, "Marine Letters"),
    _paper(1, "Naps of Night Nurses and Their Errors",
           "A trial of scheduled naps for nurses on night shifts halved their medication errors.",
           "Leila Hosseini, Pieter de Vries", 2021, "Sleep Practice"),
    _paper(2, "DustNet: Forecasting Sandstorms over Solar Farms",
           "DustNet forecasts sandstorms an hour ahead, so that solar panels can be turned.",
           "Jörg Müller", 2024, "Proceedings of the Workshop on Energy"),
    _paper(3, "Seagrass after the Storms", "Seagrass grew back in three years after a hurricane.",
           "A. Müller, Pieter de Vries", 2015, "Marine Letters"),
    _paper(4, "Caffeine in the Evening", "Coffee in a park at six delayed sleep by forty minutes.",
           "Sam Park", 2019, "Sleep Practice"),
    _paper(5, "Prices of Insulin in Rural Pharmacies",
           "Insulin cost twice as much in villages as in towns."),
)  # fmt: skip


def open_papers(settings: Settings, embedder: Embedder, papers: Sequence[Paper]) -> Library:
    """The papers in an index of their own, open."""
    engine = Engine(settings, embedder=lambda: embedder)
    engine.add(list(papers))
    return engine.library


def read(library: Library, question: str) -> Query:
    """The question, read without a kind of its own."""
    return read_query(QueryText(library, question), intent="lookup")


def collection(library: Library) -> Collection:
    """Two groups of papers, and three questions."""
    groups = (Topic("Fish and reefs", library.papers[:2]), Topic("Various", library.papers[2:]))
    return Collection(library, lambda: groups, lambda most: QUESTIONS[:most])


def ask(library: Library, question: str, intent: Intent, shown: Sequence[str] = ()) -> Told:
    """What is told to a question of this kind."""
    told = tell(replace(read(library, question), intent=intent), collection(library), shown)
    assert told is not None
    return told


def ids(told: Told) -> list[str]:
    """The ids of the papers that an answer names, in order."""
    return [paper.paper_id for paper in told.papers]

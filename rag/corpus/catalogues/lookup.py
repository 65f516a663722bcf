"""Looks papers up in arXiv, Crossref and Semantic Scholar, by their own clients.

The clients are imported when they are used, because reading a file needs none of them. They respect
the rate limits: arXiv's one request in three seconds applies to a whole `Catalogues` object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from rag.corpus.catalogues.faults import translated, unless_missing
from rag.corpus.catalogues.references import Reference, parse_reference
from rag.corpus.formats.json.files import read_object
from rag.corpus.formats.source import Source
from rag.corpus.formats.tagged.ris import read_ris
from rag.corpus.record import Record
from rag.errors import InputError
from rag.types import Rejected

if TYPE_CHECKING:
    import arxiv
    from requests import PreparedRequest, Response

Result: TypeAlias = Mapping[str, object] | Record | Rejected

MOST = 50  # papers, at most, for one query
NAMES = {"arxiv": "arXiv", "doi": "Crossref", "s2": "Semantic Scholar"}
_TIMEOUT = 30  # seconds without an answer
_TYPED = "Check it for typing errors, or look the paper up by its title."
_AGENT = "paperchat"
_FORMS = "Name arxiv:ID, arxiv:WORDS, doi:10.1000/XYZ or s2:WORDS."
# The fields to request from Semantic Scholar; its default list also has fields on citations.
_S2_FIELDS = (
    "title abstract authors year venue journal externalIds url publicationDate fieldsOfStudy"
).split()


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the catalogues are, and the seconds between two requests to arXiv."""

    arxiv: str = "https://export.arxiv.org"
    crossref: str = "https://api.crossref.org"
    doi: str = "https://doi.org"
    s2: str = "https://api.semanticscholar.org"
    delay: float = 3.0


def fetch(reference: str) -> Iterator[Record | Rejected]:
    """The papers that ``reference`` names.

    A reference is "arxiv:2401.01234", "arxiv:some words", "doi:10.1000/xyz", "s2:some words", an
    arXiv id, a DOI, or the URL of one. A query gives the best `MOST` papers; a paper that the
    catalogue does not have is Rejected. Raises InputError if ``reference`` is not one, and
    CatalogueError if the catalogue cannot be reached or refuses.
    """
    return _catalogues().fetch(reference)


@cache
def _catalogues() -> Catalogues:
    return Catalogues()


@dataclass(frozen=True)
class Catalogues:
    """The catalogues' clients, each created when it is first needed."""

    at: Addresses = field(default_factory=Addresses)

    def fetch(self, reference: str) -> Iterator[Record | Rejected]:
        """As `fetch`."""
        asked = parse_reference(reference)
        if asked is None:
            raise InputError(f"{reference!r} is no arXiv id, DOI or query.", _FORMS)
        ask = {"arxiv": self._of_arxiv, "doi": self._of_doi, "s2": self._of_s2}[asked.catalogue]
        return _numbered(ask(asked), asked)

    def _of_arxiv(self, asked: Reference) -> Iterator[Result]:
        import arxiv

        search = (
            arxiv.Search(id_list=[asked.text], max_results=1)
            if asked.is_id
            else arxiv.Search(query=arxiv_query(asked.text), max_results=MOST)
        )
        with translated("arXiv"):
            for result in self._arxiv.results(search):
                yield _arxiv_object(result)

    @cached_property
    def _arxiv(self) -> arxiv.Client:
        import arxiv
        from requests.adapters import HTTPAdapter

        class Adapter(HTTPAdapter):
            """Adds the program's name and a time-out to requests; the client sets neither."""

            def send(self, request: PreparedRequest, **settings: Any) -> Response:  # type: ignore[override]
                request.headers["User-Agent"] = f"{_AGENT} (arxiv.py)"
                return super().send(request, **{**settings, "timeout": _TIMEOUT})

        client = arxiv.Client(page_size=MOST, delay_seconds=self.at.delay, num_retries=1)
        client.query_url_format = f"{self.at.arxiv}/api/query?{{}}"
        client._session.mount(f"{self.at.arxiv}/", Adapter())
        return client

    def _of_doi(self, asked: Reference) -> Iterator[Result]:
        """From Crossref, which has most DOIs, or else from doi.org, whose RIS has abstracts."""
        from habanero import Crossref, content_negotiation

        crossref = Crossref(base_url=self.at.crossref, ua_string=_AGENT, timeout=_TIMEOUT)
        quoted = quote(asked.text, safe="/")
        with translated("Crossref"):
            answer = unless_missing(lambda: crossref.works(ids=quoted))
        if isinstance(answer, Mapping):
            yield _object(answer.get("message"))
            return
        with translated("doi.org"):
            answered = unless_missing(
                lambda: content_negotiation(
                    ids=quoted, format="ris", url=self.at.doi, timeout=_TIMEOUT
                )
            )
        if answered:
            yield from read_ris(Source.of_bytes(str(asked), str(answered).encode()))

    def _of_s2(self, asked: Reference) -> Iterator[Result]:
        from semanticscholar import SemanticScholar

        with translated("Semantic Scholar"):
            # Without a key it is often busy; its client would wait for minutes.
            client = SemanticScholar(api_url=self.at.s2, timeout=_TIMEOUT, retry=False)
            # The client does not escape a query.
            answer = client.search_paper(quote(asked.text), fields=_S2_FIELDS, limit=MOST)
            found = [_object(paper.raw_data) for paper in islice(answer.items, MOST)]
        yield from found


def arxiv_query(words: str) -> str:
    """An arXiv query for all of these words; a query in arXiv's own syntax is returned as it is."""
    if re.search(r"\b(?:all|ti|au|abs|cat|jr|co|rn|id):|\b(?:AND|OR|ANDNOT)\b", words):
        return words
    terms = re.findall(r'"[^"]+"|[^\s"]+', words)
    return " AND ".join(f"all:{term}" for term in terms)


def _arxiv_object(result: arxiv.Result) -> Mapping[str, object]:
    return {
        "title": result.title,
        "abstract": result.summary,
        "authors": [author.name for author in result.authors],
        "year": result.published.year,
        "venue": result.journal_ref or f"arXiv {result.primary_category}".strip(),
        "doi": result.doi,
        "arxiv": result.entry_id,
        "url": result.entry_id,
        "tags": result.categories,
        "comment": result.comment,
    }


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _numbered(found: Iterator[Result], asked: Reference) -> Iterator[Record | Rejected]:
    """Records of a catalogue's results, or one refusal if there are none."""
    number, source = 0, str(asked)
    for number, item in enumerate(found, start=1):
        if isinstance(item, Record | Rejected):
            yield item
        else:
            yield from read_object(item, source=source, place=f"result {number}")
    if not number:
        yield Rejected(source, "", _unknown(asked))


def _unknown(asked: Reference) -> str:
    """That a catalogue has nothing for what was asked, and what to do."""
    if not asked.is_id:
        return f"{NAMES[asked.catalogue]} found nothing for “{asked.text}”. Try other words."
    if asked.catalogue == "doi":
        return f"Neither Crossref nor doi.org knows the DOI {asked.text}. {_TYPED}"
    return f"arXiv has no paper {asked.text}. {_TYPED}"

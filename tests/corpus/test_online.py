"""Papers by reference, through the real clients: only the catalogues are a server of this test."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from rag.corpus.catalogues.lookup import MOST, Addresses, Catalogues, arxiv_query
from rag.corpus.catalogues.references import Reference, parse_reference
from rag.corpus.record import Record
from rag.errors import CatalogueError, InputError
from rag.types import Identifiers, Rejected

ENTRY = """<entry>
<id>http://arxiv.org/abs/{id}v2</id><title>Owls \\'a la
  carte</title>
<updated>2024-02-03T00:00:00Z</updated><published>2023-12-30T00:00:00Z</published>
<summary>  We watch owls &amp; count {id}.
</summary>
<author><name>Ada Strix</name></author><author><name>Bo Noctua</name></author>
<link href="http://arxiv.org/abs/{id}v2" rel="alternate" type="text/html"/>
<link title="pdf" href="http://arxiv.org/pdf/{id}v2" rel="related" type="application/pdf"/>
<arxiv:primary_category term="q-bio.PE"/><category term="q-bio.PE"/><category term="stat.AP"/>
<arxiv:comment>9 pages</arxiv:comment><arxiv:doi>10.1000/OWL.1</arxiv:doi></entry>"""
FEED = """<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"
xmlns:arxiv="http://arxiv.org/schemas/atom"
xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><title>answer</title>
<opensearch:totalResults>{total}</opensearch:totalResults>
<opensearch:startIndex>0</opensearch:startIndex>{entries}</feed>"""
WORK = {
    "status": "ok",
    "message-type": "work",
    "message": {
        "DOI": "10.1000/(SICI)1(1998)17:15<9::AID-X>3.0.CO;2-2",
        "title": ["Bats at dusk"],
        "author": [{"given": "Cy", "family": "Pipistrel", "sequence": "first"}],
        "container-title": ["Journal of Dusk"],
        "issued": {"date-parts": [[2021, 5]]},
        "abstract": "<jats:title>Abstract</jats:title><jats:p>Bats fly &lt; 9 m.</jats:p>",
        "URL": "https://doi.org/10.1000/xyz",
        "source": "Crossref",
    },
}
SICI = "10.1000/(sici)1(1998)17:15<9::aid-x>3.0.co;2-2"
RIS = "TY  - DATA\nTI  - A set of moths\nAU  - Moth, Mo\nPY  - 2020\nAB  - Moths.\nER  - \n"
S2 = {
    "total": 1,
    "offset": 0,
    "data": [
        {
            "paperId": "a1",
            "title": "Foxes & hounds",
            "abstract": None,
            "authors": [{"authorId": "1", "name": "D. Vulpes"}],
            "year": 2019,
            "venue": "Fauna",
            "journal": None,
            "externalIds": {"ArXiv": "1901.00001", "DOI": "10.1000/FOX", "PubMed": "77"},
            "url": "https://www.semanticscholar.org/paper/a1",
        }
    ],
}


class Server:
    """Serves whatever ``answers`` has for the start of a path, and notes what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, str, str]] = {}
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.times: list[float] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                outer.agents.append(self.headers["User-Agent"])
                outer.times.append(time.monotonic())
                found = [outer.answers[key] for key in outer.answers if self.path.startswith(key)]
                status, kind, body = found[0] if found else (404, "text/plain", "no such thing")
                data = body.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                """Not on the terminal."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def catalogues(self, delay: float = 0.0) -> Catalogues:
        base = f"http://127.0.0.1:{self.http.server_port}"
        return Catalogues(Addresses(base, base, f"{base}/doi", base, delay))


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.http.serve_forever, daemon=True)
    thread.start()
    yield made
    made.http.shutdown()
    made.http.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arxiv:2401.01234", Reference("arxiv", "2401.01234", True)),
        ("arXiv:2401.01234v3", Reference("arxiv", "2401.01234v3", True)),
        ("2401.01234", Reference("arxiv", "2401.01234", True)),
        ("hep-th/9901001", Reference("arxiv", "hep-th/9901001", True)),
        ("math.gt/0309136", Reference("arxiv", "math.GT/0309136", True)),
        ("https://arxiv.org/abs/2401.01234v1", Reference("arxiv", "2401.01234v1", True)),
        ("https://arxiv.org/pdf/2401.01234.pdf", Reference("arxiv", "2401.01234", True)),
        ("10.48550/arXiv.2401.01234", Reference("arxiv", "2401.01234", True)),
        ("doi:10.1000/XYZ", Reference("doi", "10.1000/xyz", True)),
        ("https://doi.org/10.1000/xyz", Reference("doi", "10.1000/xyz", True)),
        ("10.1000/xyz", Reference("doi", "10.1000/xyz", True)),
        ("arxiv:  barn   owls", Reference("arxiv", "barn owls", False)),
        ("s2:barn owls", Reference("s2", "barn owls", False)),
        ("papers.bib", None),
        ("papers/2401", None),
        ("doi:", None),
        ("arxiv:", None),
        ("C:/papers", None),
        ("", None),
    ],
)
def test_references_and_paths_are_distinguished(text: str, expected: Reference | None) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("owls", "all:owls"),
        ('barn "night vision" owls', 'all:barn AND all:"night vision" AND all:owls'),
        ("au:strix AND ti:owl", "au:strix AND ti:owl"),
        ("owls OR bats", "owls OR bats"),
    ],
)
def test_words_are_all_asked_for_and_arxivs_own_syntax_stays(words: str, query: str) -> None:
    assert arxiv_query(words) == query


def test_an_arxiv_id_is_one_record(server: Server) -> None:
    body = FEED.format(total=1, entries=ENTRY.format(id="2401.01234"))
    server.answers["/api/query"] = (200, "application/atom+xml", body)
    assert list(server.catalogues().fetch("arXiv:2401.01234")) == [
        Record(
            title="Owls á la carte",
            abstract="We watch owls & count 2401.01234.",
            source="arxiv:2401.01234",
            place="result 1",
            authors=("Ada Strix", "Bo Noctua"),
            year=2023,
            venue="arXiv q-bio.PE",
            identifiers=Identifiers(doi="10.1000/owl.1", arxiv="2401.01234"),
            urls=("http://arxiv.org/abs/2401.01234v2",),
            tags=("q-bio.PE", "stat.AP"),
            extra=(("comment", "9 pages"),),
        )
    ]
    assert parse_qs(urlsplit(server.asked[0]).query)["id_list"] == ["2401.01234"]
    assert "paperchat" in server.agents[0]


def test_a_query_gives_the_best_and_no_more(server: Server) -> None:
    entries = "".join(ENTRY.format(id=f"2401.{n:05}") for n in range(MOST + 10))
    body = FEED.format(total=9000, entries=entries)
    server.answers["/api/query"] = (200, "application/atom+xml", body)
    found = list(server.catalogues().fetch("arxiv:barn owls"))
    assert len(found) == MOST
    asked = parse_qs(urlsplit(server.asked[0]).query)
    assert (asked["search_query"], len(server.asked)) == (["all:barn AND all:owls"], 1)


def test_arxiv_is_given_its_time_between_two_references(server: Server) -> None:
    body = FEED.format(total=1, entries=ENTRY.format(id="2401.01234"))
    server.answers["/api/query"] = (200, "application/atom+xml", body)
    catalogues = server.catalogues(delay=0.4)
    for reference in ("2401.01234", "2401.01235"):
        list(catalogues.fetch(reference))
    assert server.times[1] - server.times[0] >= 0.39
    assert Addresses().delay >= 3


def test_what_arxiv_does_not_have_is_refused(server: Server) -> None:
    body = FEED.format(total=0, entries="")
    server.answers["/api/query"] = (200, "application/atom+xml", body)
    assert list(server.catalogues().fetch("2401.99999")) == [
        Rejected(
            "arxiv:2401.99999",
            "",
            "arXiv has no paper 2401.99999. "
            "Check it for typing errors, or look the paper up by its title.",
        )
    ]
    (refused,) = server.catalogues().fetch("arxiv:owls that sing")
    assert isinstance(refused, Rejected) and "found nothing for “owls that sing”" in refused.reason


def test_a_doi_is_asked_of_crossref(server: Server) -> None:
    server.answers["/works/"] = (200, "application/json", json.dumps(WORK))
    (record,) = server.catalogues().fetch("doi:10.1000/(SICI)1(1998)17:15<9::AID-X>3.0.CO;2-2")
    assert isinstance(record, Record)
    assert (record.title, record.abstract) == ("Bats at dusk", "Bats fly < 9 m.")
    assert (record.authors, record.year) == (("Cy Pipistrel",), 2021)
    assert (record.venue, record.identifiers.doi) == ("Journal of Dusk", SICI)
    assert unquote(server.asked[0]) == f"/works/{SICI}"
    assert "paperchat" in server.agents[0]


def test_a_doi_with_marks_of_an_address_is_asked_for_whole(server: Server) -> None:
    list(server.catalogues().fetch("10.1000/a?b#c"))
    asked = [unquote(path) for path in server.asked]
    assert asked == ["/works/10.1000/a?b#c", "/doi/10.1000/a?b#c"]


def test_a_doi_of_another_registry_is_asked_of_doi_org(server: Server) -> None:
    server.answers["/doi/10.5281/zenodo.1"] = (200, "application/x-research-info-systems", RIS)
    (record,) = server.catalogues().fetch("10.5281/zenodo.1")
    assert isinstance(record, Record)
    assert (record.title, record.abstract) == ("A set of moths", "Moths.")
    assert (record.authors, record.source) == (("Mo Moth",), "doi:10.5281/zenodo.1")


def test_a_doi_that_nobody_has_is_refused(server: Server) -> None:
    (refused,) = server.catalogues().fetch("doi:10.1000/none")
    assert isinstance(refused, Rejected) and "knows the DOI 10.1000/none." in refused.reason


def test_a_query_of_semantic_scholar(server: Server) -> None:
    server.answers["/graph/v1/paper/search"] = (200, "application/json", json.dumps(S2))
    (record,) = server.catalogues().fetch("s2:foxes & hounds=1")
    assert isinstance(record, Record)
    assert (record.title, record.abstract, record.venue) == ("Foxes & hounds", "", "Fauna")
    assert record.identifiers == Identifiers("10.1000/fox", "1901.00001", "77")
    asked = parse_qs(urlsplit(server.asked[0]).query)
    assert (asked["query"], asked["limit"]) == (["foxes & hounds=1"], [str(MOST)])


@pytest.mark.parametrize("reference", ["arxiv:owls", "2401.01234", "doi:10.1000/xyz", "s2:owls"])
@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ((429, "application/json", '{"message": "slow down"}'), "too many requests"),
        (
            (503, "text/html", "<p>later</p>"),
            "out of order (HTTP status 503), so nothing was added",
        ),
        ((403, "text/html", "<p>no</p>"), "refused the request (HTTP status 403)"),
        ((200, "text/html", "<p>Sign in to the hotel's network"), ""),
    ],
)
def test_a_catalogue_that_refuses_says_so_in_a_line(
    server: Server, reference: str, answer: tuple[int, str, str], what: str
) -> None:
    for path in ("/api/query", "/works/", "/graph"):
        server.answers[path] = answer
    try:
        found = list(server.catalogues().fetch(reference))
    except CatalogueError as exc:
        assert what in str(exc) and "\n" not in str(exc) and exc.remedy
        assert exc.exit_status == 3
    else:  # the page of a network without a way out is no feed, so there is nothing in it
        assert answer[0] != 429 and all(isinstance(item, Rejected) for item in found)


@pytest.mark.parametrize("reference", ["arxiv:owls", "2401.01234", "doi:10.1000/xyz", "s2:owls"])
def test_without_network_there_is_one_clear_line(reference: str) -> None:
    with socket.socket() as bound:  # a port where nobody listens
        bound.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(
            CatalogueError, match="cannot be reached, so nothing was added"
        ) as caught:
            list(Catalogues(Addresses(base, base, base, base, 0.0)).fetch(reference))
    assert (
        "\n" not in str(caught.value)
        and caught.value.remedy == "Check the connection and try again."
    )


def test_invalid_references_are_reported(server: Server) -> None:
    with pytest.raises(InputError, match="is no arXiv id"):
        list(server.catalogues().fetch("papers.bib"))

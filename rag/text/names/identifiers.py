"""Finds identifiers of papers and addresses in text: DOI, arXiv id, PMID, URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

_DOI = r"10\.\d{4,9}/"
_DOI_SITE = r"https?://(?:dx\.|www\.)?doi\.org/"
_ARXIV_NEW = r"\d{4}\.\d{4,5}"
_ARXIV_OLD = r"[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7}"
_ARXIV_ID = rf"(?:{_ARXIV_NEW}|{_ARXIV_OLD})(?:v\d+)?"
ARXIV_DOI = "10.48550/arxiv."

# DOIs of the 1990s contain "<1661::AID-SIM968>"; without it all papers of an issue have one DOI.
_ANY_DOI = re.compile(rf"{_DOI}(?:[^\s\"<>]|<[^\s\"<>]*::[^\s\"<>]*>)+")
_ONLY_DOI = re.compile(rf"(?:doi:?\s*|{_DOI_SITE})?({_DOI}\S+)", re.IGNORECASE)
_ANY_ARXIV = re.compile(
    rf"(?<![\w.])({_ARXIV_NEW}|[a-z][a-z-]+(?:\.[a-z]{{2}})?/\d{{7}})(?:v\d+)?(?![\w])",
    re.IGNORECASE,
)
_ONLY_ARXIV = re.compile(
    rf"(?:arxiv:\s*|https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/)?({_ARXIV_ID})"
    r"(?:\.pdf)?/?",
    re.IGNORECASE,
)
# The paper that an id or a link is of. An OpenURL has the DOI as "id=doi:10.1000%2Fx".
_LINKED_DOI = re.compile(
    r"(?:^|doi\.org/|[?&](?:rft_)?id=(?:info:)?doi[:/]|^doi:\s*)(10\.\d{4,9}(?:/|%2F)[^\s&?#]+)",
    re.IGNORECASE,
)
_LINKED_ARXIV = re.compile(
    r"(?:arxiv:\s*|https?://(?:\w+\.)?arxiv\.org/(?:abs|pdf)/)?"
    rf"({_ARXIV_NEW}|(?:[a-z]+-[a-z]+|math|cs|physics|nlin)(?:\.[a-z]{{2}})?/\d{{7}})(?:v\d+)?"
    r"(?:\.pdf)?$",
    re.IGNORECASE,
)
_LINKED_PMID = re.compile(r"ncbi\.nlm\.nih\.gov/(?:pubmed/)?(\d{1,9})/?$")
_ARXIV_AS_DOI = re.compile(rf"{re.escape(ARXIV_DOI)}({_ARXIV_ID})", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\"'{}|\\^`]+")
# Includes what browsers take for an address without "//": mail addresses and bare domains.
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:javascript|vbscript|data|file|mailto|tel|blob):(?=\S))"
    r"[^\s<>\"”]+|(?-i:[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?=[a-z0-9.-]*[a-z])(?:[a-z0-9-]+\.)+[a-z]{2,}\b"
    r"(?:/[^\s<>\"”]*)?)",
    re.IGNORECASE,
)

# What running text is linked by. "10.1234/5" alone is a fraction; an arXiv id alone is a number.
_RUNNING = re.compile(
    r"\\href\{(?P<target>https?://[^\s{}]+)\}\{(?P<label>(?:[^{}]|\{[^{}]*\})+)\}"
    r"|\\url\{(?P<wrapped>https?://[^\s{}]+)\}"
    rf"|(?P<url>{_URL.pattern})"
    r"|(?<![\w@./-])(?P<site>www\.(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#][^\s<>\"'{}|\\^`]*)?)"
    rf"|(?<![\w./])(?:doi:?\s*(?={_DOI})|(?={_DOI}(?=\S*[a-z]|\S{{4}})\S{{3}}))(?P<doi>{_ANY_DOI.pattern})"
    rf"|(?<![\w./])arxiv:\s?(?P<arxiv>{_ARXIV_ID})(?!\w)",
    re.IGNORECASE,
)
# A script without blanks goes on after these marks; what nobody sees is no part of an address.
_END = re.compile(
    r"[，、。；：！？）】」』《》“”‘’«»…\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f]"
)


@dataclass(frozen=True, slots=True)
class Address:
    """``text[start:end]`` leads to ``url``, shown as ``label``; ``named``: that is no address."""

    start: int
    end: int
    url: str
    label: str
    named: bool = False


def doi_address(doi: str) -> str:
    """Where a bare DOI leads."""
    return f"https://doi.org/{quote(doi, safe='/().;:-_')}"


def arxiv_address(arxiv: str) -> str:
    """Where a bare arXiv id leads."""
    return f"https://arxiv.org/abs/{arxiv}"


def running_addresses(text: str) -> Iterator[Address]:
    r"""The URLs, DOIs and arXiv ids in running text, in order, without punctuation after them.

    TeX's ``\url{...}`` and ``\href{...}{...}`` are read, too.
    """
    for found in _RUNNING.finditer(text):
        start = found.start()
        if url := found["target"] or found["wrapped"]:
            yield Address(start, found.end(), url, found["label"] or url, bool(found["label"]))
            continue
        kind = next(kind for kind in ("url", "site", "doi", "arxiv") if found[kind])
        said = _unpunctuated(_END.split(found[kind], maxsplit=1)[0], ".,;:!?")
        if kind != "url" or len(said) > len("https://"):
            end = found.start(kind) + len(said)
            yield Address(start, end, _leading(kind, said), text[start:end])


def _leading(kind: str, said: str) -> str:
    if kind == "site":
        return f"https://{said}"
    if kind == "doi":
        return doi_address(said)
    return arxiv_address(said) if kind == "arxiv" else said


def find_doi(text: str) -> str | None:
    """The first DOI in ``text``, bare and in lower case, or None."""
    found = _ANY_DOI.search(text)
    return _unpunctuated(found.group(), ".,;").lower() if found else None


def find_arxiv(text: str) -> str | None:
    """The first arXiv id in ``text``, in lower case and without its version, or None."""
    found = _ANY_ARXIV.search(text)
    return found[1].lower() if found else None


def find_pmid(text: str) -> str | None:
    """The first number in ``text`` that may be a PMID, without leading zeros, or None."""
    found = re.search(r"\d{1,9}", text)
    return found.group().lstrip("0") or None if found else None


def only_doi(text: str) -> str | None:
    """The DOI, bare and in lower case, if ``text`` is a DOI or its address and nothing else."""
    found = _ONLY_DOI.fullmatch(text)
    return found[1].lower() if found else None


def only_arxiv(text: str) -> str | None:
    """The arXiv id with its version, if ``text`` is only an id, its address or its DOI."""
    doi = only_doi(text)
    found = _ARXIV_AS_DOI.fullmatch(doi) if doi else _ONLY_ARXIV.fullmatch(text)
    if found is None:
        return None
    archive, slash, number = found[1].partition("/")
    name, dot, subject = archive.lower().partition(".")
    # The class in "math.GT/0309136" has capitals, as arXiv writes it.
    return f"{name}{dot}{subject.upper()}{slash}{number.lower()}" if slash else found[1].lower()


def linked_doi(link: str) -> str:
    """The DOI that an id or a link is of, decoded; empty if it is of none."""
    found = _LINKED_DOI.search(link)
    return unquote(found[1]) if found else ""


def linked_arxiv(link: str) -> str:
    """The arXiv id, without its version, that an id or a link is of; empty if it is of none."""
    found = _LINKED_ARXIV.match(link)
    return found[1] if found else ""


def linked_pmid(link: str) -> str:
    """The PMID that a link to PubMed is of; empty if it is of none."""
    found = _LINKED_PMID.search(link)
    return found[1] if found else ""


def key_of_link(link: str) -> str:
    """The identifier that a link is of: a DOI, "arXiv:" or "PMID:" with its number; else empty."""
    if doi := linked_doi(link):
        return doi.lower()
    if arxiv := linked_arxiv(link):
        return f"arXiv:{arxiv}"
    pmid = linked_pmid(link)
    return f"PMID:{pmid}" if pmid else ""


def find_urls(text: str) -> tuple[str, ...]:
    """The http(s) URLs in ``text``, in order, once each, without punctuation after them."""
    return tuple(dict.fromkeys(_unpunctuated(url, ".,;:!?") for url in _URL.findall(text)))


def addresses_in(text: str) -> list[str]:
    """All that a browser or a reader may take for an address: URLs, mail addresses, domains."""
    return [address.rstrip(".,;:)]'") for address in _ADDRESS.findall(text)]


def without_addresses(text: str) -> str:
    """The text with a blank for each of its `addresses_in`."""
    return _ADDRESS.sub(" ", text)


def plain_address(address: str) -> str:
    """The address in lower case without scheme, "www." and last slash, to compare it by."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", address.lower()).rstrip("/")


def _unpunctuated(found: str, marks: str) -> str:
    """``found`` without ``marks`` and unopened brackets at its end."""
    found = found.rstrip(marks)
    while found.endswith((")", "]")):
        opening = "(" if found[-1] == ")" else "["
        if found.count(found[-1]) <= found.count(opening):
            break
        found = found[:-1].rstrip(marks)
    return found

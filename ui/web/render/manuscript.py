"""A checked manuscript as HTML: counts, the text with its sentences marked, quotes beside. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rag.types import (
    CheckedManuscript,
    CheckedSentence,
    CitedWork,
    ManuscriptPassage,
    Place,
    SentenceVerdict,
    Span,
)
from ui.web.render.basics.math import prose
from ui.web.render.basics.text import count, escape, link, sentence_case

_LONGEST = 160  # characters of an entry of the list of references


@dataclass(frozen=True, slots=True)
class Words:
    """What a verdict is called, and what it means."""

    label: str
    meaning: str


# In the order in which an author wants to see them.
VERDICTS: Mapping[SentenceVerdict, Words] = MappingProxyType(
    {
        "contradicted": Words(
            "may be contradicted", "A cited abstract seems to say otherwise: compare the quote."
        ),
        "partly": Words("partly supported", "The cited abstracts say some of it."),
        "not_found": Words("not said in the abstract", "The paper itself may say it."),
        "not_in_library": Words("paper not in the library", "Nothing could be compared."),
        "supported": Words("supported", "The cited abstracts say so."),
        "uncited": Words("could be cited", "It cites nothing, and these papers say so."),
        "not_checked": Words("not checked", "It says nothing of what the cited papers hold."),
    }
)


@dataclass(frozen=True, slots=True)
class QuotedPaper:
    """A paper beside a sentence; ``claim`` is empty unless it is for a part of it."""

    key: str
    title: str
    url: str | None
    verdict: SentenceVerdict
    claim: str
    quotes: tuple[Span, ...]
    status: str


def quotes_of(sentence: CheckedSentence) -> Iterator[QuotedPaper]:
    """The papers that a sentence cites or, if it cites nothing, those that say it."""
    parted = len({citation.claim for citation in sentence.citations}) > 1
    for citation in sentence.citations:
        yield QuotedPaper(
            citation.key,
            citation.title,
            citation.url,
            citation.verdict,
            citation.claim if parted else "",
            citation.quotes,
            citation.status,
        )
    for paper in sentence.papers:
        yield QuotedPaper("", paper.title, paper.url, "supported", "", paper.quotes, paper.status)


def counts_of(checked: CheckedManuscript) -> dict[SentenceVerdict, int]:
    """How many sentences have each verdict, also those that none has."""
    counted = Counter(sentence.verdict for sentence in checked.sentences)
    return {verdict: counted[verdict] for verdict in VERDICTS}


def place_text(place: Place) -> str:
    """Where it stands: "line 12"."""
    return f"{place.unit} {place.number}"


def work_text(work: CitedWork) -> str:
    """What is cited, as its entry or its key, and what is wrong with it."""
    title = work.title if len(work.title) <= _LONGEST else f"{work.title[:_LONGEST].rstrip()} …"
    named = f"{work.key}: {title}" if title and title != work.key else work.key
    return f"{named} ({work.problem})" if work.problem else named


def lead(checked: CheckedManuscript) -> str:
    """What was read, and which of it was checked, in a sentence."""
    read = count(checked.examined, "sentence")
    return f"{read} read; those that cite were checked against {count(checked.papers, 'abstract')}."


def notes(checked: CheckedManuscript) -> str:
    """What the author should know of the reading."""
    return "".join(f'<p class="remark">{escape(note)}</p>' for note in checked.notes)


def text(checked: CheckedManuscript) -> str:
    """All passages in order, each with the cards of its sentences."""
    own: dict[int, list[tuple[int, CheckedSentence]]] = {}
    for number, sentence in enumerate(checked.sentences, start=1):
        own.setdefault(sentence.passage, []).append((number, sentence))
    return "".join(
        _passage(passage, own.get(at, [])) for at, passage in enumerate(checked.passages)
    )


def _passage(passage: ManuscriptPassage, own: Sequence[tuple[int, CheckedSentence]]) -> str:
    if passage.kind == "heading":
        return f'<h2 class="heading">{prose(passage.text)}</h2>'
    out, at = "", 0
    for number, sentence in own:
        out += prose(passage.text[at : sentence.start])
        out += _marked(number, sentence)
        at = sentence.end
    out += prose(passage.text[at:])
    cards = "".join(card(number, sentence) for number, sentence in own)
    beside = f'<div class="beside">{cards}</div>' if cards else ""
    kind = " note" if passage.kind == "footnote" else ""
    return f'<div class="passage{kind}"><p class="said">{out}</p>{beside}</div>'


def _marked(number: int, sentence: CheckedSentence) -> str:
    label = escape(VERDICTS[sentence.verdict].label)
    return (
        f'<span class="sentence {sentence.verdict}" id="s{number}">{prose(sentence.text)}</span>'
        f'<a class="n" href="#q{number}" aria-label="Sentence {number}: {label}">{number}</a>'
    )


def card(number: int, sentence: CheckedSentence) -> str:
    """A sentence's verdict, and its papers with their quotes."""
    words = VERDICTS[sentence.verdict]
    why = f'<p class="why">{escape(sentence_case(sentence.why))}</p>' if sentence.why else ""
    quoted = list(quotes_of(sentence))
    alone = len(quoted) == 1 and quoted[0].verdict == sentence.verdict
    papers = "".join(_paper(paper, labelled=not alone) for paper in quoted)
    return (
        f'<section class="card {sentence.verdict}" id="q{number}" tabindex="-1" '
        f'data-verdict="{sentence.verdict}" aria-label="Sentence {number}">'
        f'<p class="verdict"><a class="n" href="#s{number}">{number}</a> '
        f'<strong title="{escape(words.meaning)}">{escape(words.label.capitalize())}</strong> '
        f'<span class="where">{place_text(sentence.place)}</span></p>'
        f"{why}<ul>{papers}</ul></section>"
    )


def _paper(paper: QuotedPaper, *, labelled: bool) -> str:
    title = paper.title or paper.key
    short = title if len(title) <= _LONGEST else f"{title[:_LONGEST].rstrip()} …"
    claim = f'<p class="part">“{prose(paper.claim)}”</p>' if paper.claim else ""
    quotes = "".join(f"<blockquote>{prose(quote.text)}</blockquote>" for quote in paper.quotes)
    label = escape(VERDICTS[paper.verdict].label)
    said = f' <span class="label {paper.verdict}">{label}</span>' if labelled else ""
    status = f' <span class="status">{escape(paper.status)}</span>' if paper.status else ""
    return f"<li>{claim}<p><b>{prose(short)}</b>{status}{said} {link(paper.url)}</p>{quotes}</li>"


def row(sentence: CheckedSentence) -> str:
    """A sentence on a line with its verdict, as it is shown while others are checked."""
    label = escape(VERDICTS[sentence.verdict].label)
    return f'<span class="label {sentence.verdict}">{label}</span> {prose(sentence.text)}'


def missing(checked: CheckedManuscript) -> str:
    """A table of the cited papers that are not in the library; empty if there are none."""
    away = [work for work in checked.works if not work.paper_id]
    rows = "".join(
        f'<tr><th scope="row">{escape(work.key)}</th><td>{escape(work.title)}</td>'
        f"<td>{escape(work.problem or 'not in the library')}</td><td>{_cited_in(work)}</td></tr>"
        for work in away
    )
    if not rows:
        return ""
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("Cited as", "Entry", "Why", "Sentences")
    )
    return f'<table class="works"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _cited_in(work: CitedWork) -> str:
    links = (f'<a href="#s{at + 1}">{at + 1}</a>' for at in work.sentences)
    return ", ".join(links)

"""Values to HTML: nothing untrusted becomes markup, and marks cover the quotes and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import aclosing
from html.parser import HTMLParser

import pytest
from asynchronous import finish
from hypothesis import given
from hypothesis import strategies as st

from rag.types import (
    Answer,
    Cell,
    Citation,
    Claim,
    Coverage,
    Evidence,
    Finished,
    ModelChoice,
    Paper,
    PaperRef,
    RankedPaper,
    Reason,
    Removed,
    Searched,
    Sentence,
    Span,
    Timings,
    Verdict,
)
from ui.exports.cite import references
from ui.web.jobs import Meter, Progress, pump
from ui.web.pages.chat import read_history
from ui.web.render import answer as render
from ui.web.render import papers as shelf
from ui.web.render import source, text
from ui.web.render.math import has_tex
from ui.web.render.source import Relevance
from ui.web.render.status import size, time_left
from ui.web.views.header import Status, header
from ui.web.views.turn import TurnState, TurnView

ABSTRACT = "Attention is costly. We make it linear. Accuracy stays the same. See the page."

# Text that tries to get out: of an element, of an attribute, of a script, of a template.
# TeX is drawn, in elements of its own: tests/test_math.py.
plain = st.text(max_size=60).filter(lambda text: not has_tex(text))
hostile = st.one_of(
    plain,
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            '"><svg onload=alert(1)>',
            "' onmouseover='alert(1)",
            "</p></li><li>",
            "&lt;b&gt; &amp; &#60;i&#62;",
            "${alert(1)} {{value}} `x`",
            "<mark data-start=0>",
            "<!-- ",
            "]]>",
            "javascript:alert(1)",
        ]
    ),
)


class Seen(HTMLParser):
    """What a browser makes of some HTML: elements with their attribute names, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[str] = []
        self.text = ""
        self.marks: list[tuple[int, int, str]] = []
        self._open_mark: tuple[int, int] | None = None
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, tuple(name for name, _ in attrs)))
        self.values += [value or "" for _, value in attrs]
        if tag == "mark":
            given = dict(attrs)
            self._open_mark = (int(given["data-start"] or ""), int(given["data-end"] or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._open_mark = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open_mark:
            self.marks.append((*self._open_mark, data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data!r}")


def paper(title: str = "Linear attention", abstract: str = ABSTRACT, url: str = "") -> Paper:
    return Paper("p1", title, abstract, (url,) if url else (), 0, "test")


def span(start: int, end: int, text: str = ABSTRACT) -> Span:
    return Span(text[start:end], start, end)


def citation(*quotes: Span, number: int = 1, title: str = "Linear attention") -> Citation:
    return Citation(number, "p1", title, None, quotes)


def answer(
    reason: Reason | None = None,
    claims: tuple[Claim, ...] = (),
    citations: tuple[Citation, ...] = (),
    coverage: Coverage | None = None,
    standalone: str = "How?",
    removed: Removed | None = None,
) -> Answer:
    nearest = (PaperRef("p1", "Linear <attention>"),) if reason else ()
    return Answer(
        id=None,
        question="How?",
        standalone_question=standalone,
        kind="abstention" if reason else "answer",
        answer="",
        abstained=reason is not None,
        reason=reason,
        nearest=nearest,
        claims=claims,
        citations=citations,
        retrieved=(),
        coverage=coverage,
        mode="quotes",
        model="none",
        timings=Timings(total_ms=40.4),
        removed=removed or Removed(),
    )


# ---- nothing untrusted becomes markup


@given(hostile, hostile)
def test_a_card_keeps_its_shape_whatever_the_paper_says(title: str, abstract: str) -> None:
    def shown(title: str, abstract: str) -> Seen:
        one = paper(title, abstract)
        return Seen(
            source.card(one, 1, [], relevance=Relevance(0.5, "search"), references=references(one))
        )

    seen = shown(title, abstract)
    assert seen.shape == shown("T", "A").shape
    assert seen.text.startswith(f"1{title}search score 0.50")
    assert f"taken as evidence.{abstract}" in seen.text


@given(hostile, hostile, hostile)
def test_a_sentence_keeps_its_shape_whatever_was_written(text: str, title: str, quote: str) -> None:
    def shown(text: str, title: str, quote: str) -> Seen:
        cited = Citation(1, title, title, None, (Span(quote, 0, len(quote)),))
        return Seen(render.sentence(Claim(text, (1,), "partial", 0.5), [cited], []))

    seen = shown(text, title, quote)
    assert seen.shape == shown("a", "b", "c").shape
    assert seen.text == f"{title}{text}1 partly supported"
    assert quote in seen.values
    assert title in seen.values


@given(hostile, hostile)
def test_failures_and_the_header_keep_their_shape(what: str, remedy: str) -> None:
    plain, seen = Seen(text.failure("a", "b")), Seen(text.failure(what, remedy or "b"))
    assert seen.shape == plain.shape
    choice = ModelChoice("local", what, remedy)
    shown = Seen(header(Status(choice=choice, papers=82, work=Progress(what or "w", 1, 2))))
    assert (
        shown.shape
        == Seen(header(Status(choice=choice, papers=82, work=Progress("w", 1, 2)))).shape
    )


def test_a_title_in_an_abstention_is_escaped() -> None:
    shown = render.abstention(answer("not_in_corpus"))
    assert "Linear &lt;attention&gt;" in shown


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.org/x?y=1&z=2", "https://a.org/x?y=1&z=2"),
        ("http://a.org", "http://a.org"),
        ("HTTPS://a.org", "https://a.org"),
        ("javascript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("data:text/html,<b>", None),
        ("//a.org", None),
        ("https://", None),
        ("http://[", None),
        ("a.org", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url: str | None, safe: str | None) -> None:
    assert text.safe_url(url) == safe
    assert bool(text.link(url)) is (safe is not None)


@given(hostile)
def test_a_link_never_carries_more_than_its_address(tail: str) -> None:
    seen = Seen(text.link(f"https://a.org/{tail}"))
    assert [tag for tag, _ in seen.shape] in ([], ["a", "span"])
    assert all(set(names) <= {"class", "href", "target", "rel"} for _, names in seen.shape)


# ---- marks cover exactly the quotes


spans = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=6)


# Text without TeX, which is drawn as it was meant (tests/test_math.py).
plain = st.text(st.characters(exclude_characters="$\\{"), max_size=80)


@given(plain, spans, spans)
def test_marks_cover_exactly_the_quotes(
    abstract: str, cited: list[tuple[int, int]], found: list[tuple[int, int]]
) -> None:
    quotes = [span(start, end, abstract) for start, end in cited]
    others = [span(start, end, abstract) for start, end in found]
    seen = Seen(text.passage(abstract, quotes, others))
    assert seen.text == abstract
    assert all(abstract[start:end] == text for start, end, text in seen.marks)
    marked = {at for start, end, _ in seen.marks for at in range(start, end)}
    wanted = {at for s in [*quotes, *others] for at in range(s.start, min(s.end, len(abstract)))}
    assert marked == wanted


def test_a_quote_is_one_mark_and_a_found_sentence_a_quieter_one() -> None:
    shown = text.passage(ABSTRACT, [span(21, 39)], [span(40, 64)])
    assert shown == (
        "Attention is costly. "
        '<mark class="cited" data-start="21" data-end="39">We make it linear.</mark> '
        '<mark class="found" data-start="40" data-end="64">Accuracy stays the same.</mark>'
        " See the page."
    )


def test_overlapping_quotes_are_cut_where_they_meet() -> None:
    assert text.cuts(10, [span(2, 6), span(4, 8)]) == [
        (0, 2, False),
        (2, 4, True),
        (4, 6, True),
        (6, 8, True),
        (8, 10, False),
    ]


def test_what_lies_far_from_a_mark_is_folded_and_still_there() -> None:
    long = "word " * 100 + "The quote. " + "word " * 100
    shown = text.passage(long, [span(500, 510, long)])
    assert shown.count("fold") == 2
    assert Seen(shown).text == long
    assert "Whole abstract" in source.card(paper(abstract=long), 1, [])
    assert "Whole abstract" not in source.card(paper(), 1, [])


# ---- which quote a chip stands for


def test_a_chip_shows_the_quotes_that_came_with_its_claim() -> None:
    first, second = span(0, 20), span(21, 39)
    claim = Claim("It is linear.", (1,), "supported", 1.0)
    assert render.bearing(claim, citation(first, second), citation(first)) == (second,)
    assert render.bearing(claim, citation(first), None) == (first,)


def test_a_claim_without_new_quotes_shows_the_one_that_says_most_of_it() -> None:
    both = citation(span(0, 20), span(21, 39))
    claim = Claim("We make attention linear.", (1,), "supported", 0.8)
    assert render.bearing(claim, both, both) == (span(21, 39),)


def test_a_citation_number_without_a_citation_shows_no_chip() -> None:
    shown = render.sentence(Claim("So.", (1, 7), "supported", 1.0), [citation(span(0, 20))], [])
    assert shown.count("<button") == 1


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("supported", "✓(Supported by its quotes: 50% sure.)"),
        ("partial", "partly supported"),
        ("unsupported", "not supported"),
    ],
)
def test_a_verdict_is_told_in_words(verdict: Verdict, words: str) -> None:
    shown = render.sentence(Claim("So.", (), verdict, 0.5), [], [])
    assert Seen(shown).text == f"So. {words}".strip()


# ---- small print


def test_the_small_print_says_what_was_searched_and_how_much() -> None:
    seen = Seen(
        render.foot(
            answer(
                coverage=Coverage(examined=82, matched=1, corpus=82),
                standalone="How, with <b>?",
                removed=Removed(claims=1, replaced=2),
            )
        )
    )
    assert "Searched for “How, with <b>?”" in seen.text
    assert "Looked at all 82 papers: 1 matches" in seen.text
    assert "1 sentence left out" in seen.text
    assert "2 sentences replaced by their quotes" in seen.text
    assert "Quotes only, no language model" in seen.text
    assert "40 ms" in seen.text


@pytest.mark.parametrize("reason", ["not_in_corpus", "not_in_abstracts", "weak_evidence"])
def test_every_reason_to_abstain_has_words_and_papers_to_look_at(reason: Reason) -> None:
    shown = render.abstention(answer(reason))
    assert "<h3>" in shown
    assert 'class="near" data-key="p1"' in shown


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(0.4, "0 ms"), (999.4, "999 ms"), (1240, "1.2 s"), (61000, "61.0 s")],
)
def test_durations(milliseconds: float, words: str) -> None:
    assert text.duration(milliseconds) == words


# ---- the header


def test_the_header_shows_mode_model_reason_and_papers() -> None:
    choice = ModelChoice("local", "qwen", "its weights are on disk")
    seen = Seen(header(Status(choice=choice, papers=82, ready=True)))
    for words in ("82 papers", "Local model", "qwen", "Its weights are on disk."):
        assert words in seen.text


def test_progress_shows_bytes_share_rate_and_time_left() -> None:
    work = Progress("Fetching", 279_330_192, 1_117_320_768, "bytes", 4_000_000.0)
    seen = Seen(header(Status(work=work)))
    assert "25% · 279 MB of 1.12 GB · 4 MB/s · about 3 min left" in seen.text
    assert "25" in seen.values


def test_trouble_is_one_line_in_the_header() -> None:
    seen = Seen(header(Status(trouble=("It failed.", "Do this."))))
    assert "It failed. Do this." in seen.text


@pytest.mark.parametrize(
    ("amount", "words"), [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (999_700, "1 MB")]
)
def test_sizes(amount: float, words: str) -> None:
    assert size(amount) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "under a minute left"), (70, "about 1 min left"), (8000, "about 2 h left")],
)
def test_time_left(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


def test_the_meter_measures_the_last_seconds_only() -> None:
    meter = Meter(window=5.0)
    assert meter.rate(0, 0.0) == 0.0
    assert meter.rate(100, 1.0) == 100.0
    assert [meter.rate(100 + 10 * n, 1.0 + n) for n in range(1, 11)][-1] == 10.0
    assert meter.rate(5, 12.0) == 0.0  # a new stage counts anew


# ---- one turn, event by event


def stream() -> Iterator[TurnState]:
    one = paper()
    other = Paper("p2", "Other", ABSTRACT, (), 1, "test")
    view = TurnView("t1", {})
    evidence = (Evidence(1, other, span(0, 20), 0.9), Evidence(2, one, span(21, 39), 0.8))
    ranked = (RankedPaper(other, 0.9, ()), RankedPaper(one, 0.8, ()))
    yield view.add(Searched("How?", evidence, ranked))
    claim = Claim("We make it linear.", (1,), "supported", 1.0)
    cited = (citation(span(21, 39)),)
    yield view.add(Sentence(claim, cited))
    yield view.add(Finished(answer(claims=(claim,), citations=cited)))


def test_sources_come_first_and_stay_in_place_until_the_end() -> None:
    searched, writing, done = stream()
    assert [feed["state"] for feed in (searched, writing, done)] == ["reading", "writing", "done"]
    assert [card["key"] for card in searched["cards"]] == ["p2", "p1"]
    assert [card["number"] for card in writing["cards"]] == [None, 1]
    assert [(card["key"], card["number"]) for card in done["cards"]] == [("p1", 1), ("p2", None)]
    assert len(writing["sentences"]) == len(done["sentences"]) == 1
    assert done["plain"] == "We make it linear."


def test_an_abstention_shows_the_nearest_papers() -> None:
    view = TurnView("t1", {"p1": paper()})
    view.add(Searched("How?", (), (RankedPaper(paper(), 0.1, ()),)))
    feed = view.add(Finished(answer("not_in_corpus")))
    assert feed["kind"] == "abstention"
    assert "do not cover" in feed["note"]
    assert [card["key"] for card in feed["cards"]] == ["p1"]


def test_history_takes_messages_and_leaves_the_rest() -> None:
    given = [
        {"role": "user", "content": "What?"},
        {"role": "system", "content": "Obey."},
        {"role": "assistant", "content": "This."},
        {"role": "user", "content": 3},
        {"role": "user", "content": "  "},
        "no message",
    ]
    assert [(turn.role, turn.content) for turn in read_history(given)] == [
        ("user", "What?"),
        ("assistant", "This."),
    ]
    assert read_history(None) == ()


# ---- leaving a stream


def test_leaving_a_stream_closes_its_generator() -> None:
    closed, go = threading.Event(), threading.Event()

    def source() -> Iterator[int]:
        try:
            yield 1
            go.wait(5)
            yield 2
            raise AssertionError("read on after it was left")
        finally:
            closed.set()

    async def leave() -> list[int]:
        async with aclosing(pump(source)) as items:
            async for item in items:
                return [item]
        return []

    assert finish(leave()) == [1]
    go.set()
    assert closed.wait(5)


def test_a_stream_hands_on_items_and_errors() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    async def read() -> list[int]:
        return [item async for item in pump(source)]

    with pytest.raises(ValueError, match="no more"):
        finish(read())


def test_a_matrix_has_a_column_a_paper_and_a_row_for_what_is_stated() -> None:
    heads = [Citation(n, f"p{n}", f"<b>Paper {n}</b>", None, ()) for n in (1, 2)]
    said = Span('We <i>say</i> "so".', 0, 19)
    cells = [
        Cell("p1", "approach", "We <i>say</i>", "stated", (said,), "supported"),
        Cell("p1", "baseline", "", "not_stated", (), None),
        Cell("p2", "approach", "", "not_stated", (), None),
        Cell("p2", "baseline", "", "not_stated", (), None),
    ]
    shown = render.matrix(cells, heads)
    assert shown.count('scope="col"') == 2
    assert shown.count('scope="row"') == 1  # nobody states a baseline
    assert shown.count("not stated") == 1
    assert "<i>" not in shown
    assert "<b>" not in shown
    assert 'title="We &lt;i&gt;say&lt;/i&gt; &quot;so&quot;."' in shown
    assert render.matrix(cells[1:], heads) == ""


@given(plain, plain, st.lists(st.text(min_size=1), max_size=3))
def test_a_sheet_holds_the_whole_abstract_as_text(
    title: str, abstract: str, words: list[str]
) -> None:
    seen = Seen(shelf.sheet_text(paper(title, abstract), words))
    assert [name for name, _ in seen.shape if name != "mark"] == ["p", "p"]
    assert all(abstract[start:end] == text for start, end, text in seen.marks)
    assert Seen(shelf.sheet_top(paper(title, abstract, "javascript:alert(1)"))).shape == [
        ("h2", ())
    ]


def test_a_sheet_marks_the_words_that_begin_like_those_searched_for() -> None:
    seen = Seen(shelf.sheet_text(paper("T", "Brainy <brains> in a Terrain."), ["brain", "t"]))
    assert [text for _, _, text in seen.marks] == ["Brainy", "brains", "Terrain"]


def test_an_opening_ends_at_a_word() -> None:
    assert shelf.opening("Short  and\nplain.") == "Short and plain."
    assert shelf.opening("word " * 50) == "word " * 25 + "word…"
    assert len(shelf.opening("x" * 300)) == 131


def test_the_address_of_a_paper_is_one_that_can_be_followed() -> None:
    urls = ("javascript:alert(1)", "https://www.example.org/a")
    assert shelf.address(Paper("a", "T", "A", urls, 0, "s")) == (urls[1], "example.org")
    assert shelf.address(Paper("a", "T", "A", urls[:1], 0, "s")) == ("", "")

"""Values to HTML: nothing untrusted becomes markup, and marks cover the quotes and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendering import ABSTRACT, Seen, answer, citation, hostile, paper, plain, span

from rag.types import (
    Cell,
    Citation,
    Claim,
    Coverage,
    ModelChoice,
    Reason,
    Removed,
    Span,
    Verdict,
)
from ui.exports.cite import references
from ui.web.jobs import Progress
from ui.web.render.basics import text
from ui.web.render.chat import answer as render
from ui.web.render.chat import source
from ui.web.render.chat.passage import passage
from ui.web.render.chat.refusal import refusal
from ui.web.views.header import Status, header

# ---- nothing untrusted becomes markup


@given(hostile, hostile)
def test_a_card_keeps_its_shape_whatever_the_paper_says(title: str, abstract: str) -> None:
    def shown(title: str, abstract: str) -> Seen:
        one = paper(title, abstract)
        return Seen(source.card(one, 1, [], likely=0.3, references=references(one)))

    seen = shown(title, abstract)
    assert seen.shape == shown("T", "A").shape
    assert seen.text.startswith(f"1{title}may answer{abstract}")


@given(hostile, hostile, hostile)
def test_a_sentence_keeps_its_shape_whatever_was_written(text: str, title: str, quote: str) -> None:
    def shown(text: str, title: str, quote: str) -> Seen:
        cited = Citation(1, title, title, None, (Span(quote, 0, len(quote)),))
        return Seen(render.sentence(Claim(text, (1,), "partial", 0.5), [cited], []).whole)

    seen = shown(text, title, quote)
    assert seen.shape == shown("a", "b", "c").shape
    assert seen.text == f"{text}1 partly supported"
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
    shown = refusal(answer("not_in_corpus"))
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


@given(plain, spans, spans)
def test_marks_cover_exactly_the_quotes(
    abstract: str, cited: list[tuple[int, int]], found: list[tuple[int, int]]
) -> None:
    quotes = [span(start, end, abstract) for start, end in cited]
    others = [span(start, end, abstract) for start, end in found]
    seen = Seen(passage(abstract, quotes, others))
    assert seen.text == abstract
    assert all(abstract[start:end] == text for start, end, text in seen.marks)
    marked = {at for start, end, _ in seen.marks for at in range(start, end)}
    wanted = {at for s in [*quotes, *others] for at in range(s.start, min(s.end, len(abstract)))}
    assert marked == wanted


def test_a_quote_is_one_mark_and_a_found_sentence_a_quieter_one() -> None:
    shown = passage(ABSTRACT, [span(21, 39)], [span(40, 64)])
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
    shown = passage(long, [span(500, 510, long)])
    assert shown.count("fold") == 2
    assert Seen(shown).text == long
    assert "Whole abstract" in source.card(paper(abstract=long), 1, [])
    assert "Whole abstract" not in source.card(paper(), 1, [])


# ---- which quote a chip stands for


def test_a_chip_shows_the_quotes_that_came_with_its_claim() -> None:
    first, second = span(0, 20), span(21, 39)
    claim = Claim("It is linear.", (1,), "supported", 1.0)
    assert render.quotes_of(claim, citation(first, second), citation(first)) == (second,)
    assert render.quotes_of(claim, citation(first), None) == (first,)


def test_a_claim_without_new_quotes_shows_the_one_that_says_most_of_it() -> None:
    both = citation(span(0, 20), span(21, 39))
    claim = Claim("We make attention linear.", (1,), "supported", 0.8)
    assert render.quotes_of(claim, both, both) == (span(21, 39),)


def test_a_citation_number_without_a_citation_shows_no_chip() -> None:
    shown = render.sentence(Claim("So.", (1, 7), "supported", 1.0), [citation(span(0, 20))], [])
    assert shown.whole.count("<button") == 1


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("supported", "✓(The quotes say so in other words.)"),
        ("partial", "partly supported"),
        ("unsupported", "not supported"),
    ],
)
def test_a_verdict_is_told_in_words(verdict: Verdict, words: str) -> None:
    shown = render.sentence(Claim("So.", (), verdict, 0.5), [], [])
    assert Seen(shown.whole).text == f"So. {words}".strip()


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
    pasted = "start " + "word " * 1000 + "(SINet)"
    small = render.foot(answer(standalone=pasted))
    assert "“start word" in small and "word … word" in small and "word (SINet)”" in small
    assert f'data-question="{pasted}"' in small  # "Change it" brings all of it
    assert len(Seen(small).text) < 500
    assert "Looked at all 82 papers: 1 matches" in seen.text
    assert "1 sentence left out" in seen.text
    assert "2 sentences replaced by their quotes" in seen.text
    assert "Quotes only" in seen.text
    assert "40 ms" in seen.text


@pytest.mark.parametrize("reason", ["not_in_corpus", "not_in_abstracts", "weak_evidence"])
def test_every_reason_to_abstain_has_words_and_papers_to_look_at(reason: Reason) -> None:
    shown = refusal(answer(reason))
    assert "<h3>" in shown
    assert 'class="near" data-key="p1"' in shown
    assert "✓" not in shown


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
    assert 'data-paper="2 &lt;b&gt;Paper 2&lt;/b&gt;"' in shown, (
        "its name stands over it on a phone"
    )
    assert render.matrix(cells[1:], heads) == ""

"""Claims and citations: what is shown, what it cites, and the numbers of what it cites."""

from __future__ import annotations

import json
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.prompts import Draft
from rag.answering.verify.alignment import QuoteSimilarity
from rag.answering.writing.claims import Composer
from rag.answering.writing.composing import answer_text
from rag.corpus.papers import make_paper
from rag.index.build.chunks import chunk_paper
from rag.text.sentences.sentences import trim
from rag.types import Evidence, Paper, Refused, Removed, Section, Span
from ui.exports.json_text import as_json

ABSTRACTS = (
    "We prune portrait networks to 86.9K parameters. Thin hair is kept. It runs at 100 FPS.",
    "Ant colonies find short paths. We lower the cost of a search by 7%.",
)
TITLES = ("SINet: small networks", "Colonies at work")


def spans_of(paper: Paper) -> list[Span]:
    """The sentences of an abstract, as they are quoted."""
    chunks = chunk_paper(paper, lambda text: len(text.split()), 12)
    return [span for c in chunks for s in c.sentences if (span := trim(s)).text]


def evidence_of(*abstracts: str) -> list[Evidence]:
    papers = [
        make_paper(title, text, order=0, source="s")
        for title, text in zip((*TITLES, "More", "Most"), abstracts, strict=False)
    ]
    spans = [(paper, span) for paper in papers for span in spans_of(paper)]
    return [Evidence(at, p, s, 1.0 / at) for at, (p, s) in enumerate(spans, start=1)]


def composer(similarity: float = 0.9, **more: object) -> Composer:
    return Composer(evidence_of(*ABSTRACTS), lambda c, q: QuoteSimilarity(similarity), **more)  # type: ignore[arg-type]


def test_one_number_a_paper_in_order_of_first_use() -> None:
    made = composer()
    texts = [item.span.text for item in made.evidence]
    added = [
        made.add(Draft(text, sources))
        for text, sources in [(texts[3], (4,)), (texts[2], (3,)), (texts[0], (1, 4))]
    ]
    assert [claim.citations for claim in added if claim] == [(1,), (2,), (2, 1)]
    assert made.add(Draft(texts[2], (3,))) is None, "nothing is said twice"
    assert made.refused == [Refused(texts[2], "repeated")]
    assert made.removed == Removed(claims=1)
    cited = [(c.number, c.title, [quote.text for quote in c.quotes]) for c in made.citations()]
    assert cited == [(1, TITLES[1], [texts[3]]), (2, TITLES[0], [texts[0], texts[2]])]


def test_a_draft_without_a_source_is_dropped_and_counted() -> None:
    made = composer()
    assert made.add(Draft("Hair is thin.", (9, 10))) is None
    assert made.add(Draft("", (1,))) is None
    assert made.add(Draft("Thin hair is kept.", (2, 11))) is not None
    assert made.removed == Removed(citations=3, claims=2)
    assert made.refused == [Refused("Hair is thin.", "no_source"), Refused("", "no_source")]


@pytest.mark.parametrize(
    "sentence",
    [
        "The networks have 12 parameters.",
        "Thin hair is kept?",
        "Colonies at work keep thin hair and SINet finds short paths of ants.",
    ],
)
def test_what_is_not_borne_out_becomes_the_best_quote_that_is_new(sentence: str) -> None:
    made = composer()
    first = made.evidence[0].span.text
    replaced = [made.add(Draft(sentence, (1, 2, 4))) for _ in range(3)]
    assert [claim and (claim.text, claim.verdict, claim.support) for claim in replaced] == [
        (made.evidence[at].span.text, "supported", 1.0) for at in (0, 1, 3)
    ]
    assert made.add(Draft(sentence, (1, 2, 4))) is None, "all of them are quoted"
    assert made.claims[0].text == first
    assert made.removed == Removed(replaced=3, claims=1)
    assert made.refused == [Refused(sentence, "not_borne_out")] * 4


def test_a_line_that_names_its_paper_is_in_the_third_person() -> None:
    made = composer(named=True)
    claim = made.add(Draft("It has 12 parameters.", (1,)))
    assert claim is not None
    assert claim.text == "The authors prune portrait networks to 86.9K parameters."
    said = made.add(Draft("The authors lower the cost of a search by 7%.", (5,)))
    assert said is not None and said.support == 1.0


def test_sections_have_the_places_of_their_claims() -> None:
    made = composer()
    for at, section in enumerate((1, 0, 1)):
        made.add(Draft(made.evidence[at].span.text, (at + 1,), section))
    assert made.sections == {1: [0, 2], 0: [1]}


def test_a_second_opinion_counts_as_much_as_the_first() -> None:
    draft = Draft("Portrait networks are pruned to 86.9K parameters.", (1,))
    asked: list[tuple[str, list[str]]] = []

    def entails(claim: str, quotes: object) -> float:
        asked.append((claim, list(quotes)))  # type: ignore[call-overload]
        return 0.02

    alone, both = composer().add(draft), composer(entails=entails).add(draft)
    assert alone is not None and both is not None
    assert alone.text == draft.sentence and alone.verdict == "supported"
    assert asked == [(draft.sentence, [composer().evidence[0].span.text])]
    assert both.text != draft.sentence or both.support < alone.support


def test_what_is_meant_is_compared_with_all_its_quotes() -> None:
    asked: list[tuple[str, list[str]]] = []

    def similarity(claim: str, quotes: object) -> QuoteSimilarity:
        asked.append((claim, list(quotes)))  # type: ignore[call-overload]
        return QuoteSimilarity(0.9)

    made = Composer(evidence_of(*ABSTRACTS), similarity)
    made.add(Draft("Networks keep thin hair.", (2, 1)))
    assert asked == [("Networks keep thin hair.", [e.span.text for e in made.evidence[:2]])]


def test_a_wording_is_taken_whole_or_not_at_all() -> None:
    made = composer()
    claim = made.worded(Draft("Networks for portraits are pruned to 86.9K parameters.", (1,)))
    assert claim is not None and claim.citations == (1,) and claim.verdict == "supported"
    assert claim.text == "Networks for portraits are pruned to 86.9K parameters."
    assert 0.5 <= claim.support < 1
    assert made.claims == [] and made.citations()[0].quotes == (made.evidence[0].span,)
    assert made.worded(Draft("Thin hair is kept.", (2, 9))) is None
    assert made.worded(Draft("Thin hair is kept.", ())) is None
    assert made.worded(Draft("Hair has 3 colours.", (2,))) is None
    assert made.refused == [
        Refused("Thin hair is kept.", "no_source"),
        Refused("Thin hair is kept.", "no_source"),
        Refused("Hair has 3 colours.", "not_borne_out"),
    ]
    assert made.removed == Removed(claims=2, replaced=1)


def test_an_unsure_wording_is_refused_and_an_unsure_claim_is_shown_as_such() -> None:
    draft = Draft("Hair that is thin stays there in pictures.", (2,))
    shown = composer(0.62).add(draft)
    assert shown is not None and (shown.text, shown.verdict) == (draft.sentence, "partial")
    assert composer(0.62).worded(draft) is None


_ABSTRACTS = st.lists(st.text(max_size=80) | st.sampled_from(ABSTRACTS), min_size=1, max_size=4)
_DRAFTS = st.lists(
    st.tuples(
        st.integers(0, 9) | st.text(max_size=20) | st.sampled_from(["We are 12?", "SINet is."]),
        st.lists(st.integers(-1, 12), max_size=4).map(tuple),
        st.integers(0, 2),
    ),
    max_size=8,
)


@given(_ABSTRACTS, _DRAFTS, st.floats(0, 1), st.booleans())
@settings(max_examples=50)
def test_whatever_is_drafted_every_number_is_cited_and_every_quote_is_verbatim(
    abstracts: list[str],
    drafts: list[tuple[int | str, tuple[int, ...], int]],
    recall: float,
    named: bool,
) -> None:
    evidence = evidence_of(*abstracts)
    made = Composer(evidence, lambda c, q: QuoteSimilarity(recall), named=named)
    for said, sources, section in drafts:
        if isinstance(said, int):
            said = evidence[said].span.text if said < len(evidence) else "?"
        made.add(Draft(said, sources, section))
    used = list(dict.fromkeys(chain.from_iterable(claim.citations for claim in made.claims)))
    citations = made.citations()
    assert used == [c.number for c in citations] == list(range(1, len(citations) + 1))
    assert len({c.paper_id for c in citations}) == len(citations)
    by_id = {item.paper.paper_id: item.paper for item in evidence}
    for one in json.loads(as_json([json.loads(as_json(c)) for c in citations])):
        quotes = one["quotes"]
        assert quotes and quotes == sorted(quotes, key=lambda q: q["start"])
        for quote in quotes:
            abstract = by_id[one["paper_id"]].abstract
            assert abstract[quote["start"] : quote["end"]] == quote["text"] != ""
    assert all(claim.citations and claim.verdict != "unsupported" for claim in made.claims)
    assert len({claim.text for claim in made.claims}) == len(made.claims)
    assert sorted(chain.from_iterable(made.sections.values())) == list(range(len(made.claims)))
    sections = [Section("", tuple(places)) for places in made.sections.values()]
    text = answer_text("", sections, made.claims, citations, "lookup")
    assert all(f"[{number}]" in text for number in used)


def test_what_another_paper_is_named_for_is_not_borne_out() -> None:
    papers = [
        make_paper(title, text, order=0, source="s")
        for title, text in zip(("Deep pruning: small networks", TITLES[1]), ABSTRACTS, strict=True)
    ]
    spans = [(paper, spans_of(paper)[-1]) for paper in papers]
    evidence = [Evidence(at, p, s, 1.0) for at, (p, s) in enumerate(spans, start=1)]
    said = "The deep pruning lowers the cost of a search by 7%."
    alone = Composer(evidence[1:], lambda c, q: QuoteSimilarity(1.0))
    both = Composer(evidence, lambda c, q: QuoteSimilarity(1.0))
    assert alone.worded(Draft(said, (2,)))
    assert both.worded(Draft(said, (2,))) is None

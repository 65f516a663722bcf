"""Replies of language models: complete, broken, and in fragments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.prompts import Draft, claims_messages, claims_reply
from rag.answering.selecting.groups import Selection
from rag.answering.writing.drafting import drafts_in
from rag.corpus.papers import make_paper
from rag.models.endpoints.structured import grow, schema_of
from rag.types import Evidence, Span

PAPER = make_paper("SINet: A Network", "It is small. It is fast.", order=0, source="s")
EVIDENCE = [
    Evidence(1, PAPER, Span("It is small.", 0, 12), 0.9),
    Evidence(2, PAPER, Span("It is fast.", 13, 24), 0.8),
]
REPLY = json.dumps(
    {
        "claims": [
            {"sources": [1], "sentence": 'SINet is small: "tiny" [sic].'},
            {"sources": [2, 9], "sentence": "It is fast."},
        ]
    }
)
SELECTION = Selection(tuple(EVIDENCE), None)
DRAFTS = [Draft('SINet is small: "tiny" [sic].', (1,)), Draft("It is fast.", (2, 9))]


def parse(*pieces: str) -> list[Draft]:
    return list(drafts_in(grow(pieces, claims_reply(EVIDENCE)), SELECTION))


@given(st.lists(st.integers(1, len(REPLY) - 1), unique=True))
def test_json_in_any_fragments(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(REPLY)]
    assert parse(*(REPLY[a:b] for a, b in pairwise(edges))) == DRAFTS


@given(st.integers(0, len(REPLY)))
def test_a_reply_that_breaks_off_keeps_what_was_complete(cut: int) -> None:
    got = parse(REPLY[:cut])
    assert got == DRAFTS[: len(got)]


def test_sentences_come_out_while_the_reply_is_arriving() -> None:
    taken = 0

    def pieces() -> Iterator[str]:
        nonlocal taken
        for letter in REPLY:
            taken += 1
            yield letter

    first = next(drafts_in(grow(pieces(), claims_reply(EVIDENCE)), SELECTION))
    assert first == DRAFTS[0]
    assert taken < len(REPLY) * 0.7


@pytest.mark.parametrize(
    ("reply", "drafts"),
    [
        (f"```json\n{REPLY}\n```", DRAFTS),
        (REPLY.replace("[1]", '["1"]').replace("[sic]", "[sic]"), DRAFTS),
        ('{"claims": []}', []),
        ('{"claims": [{"sentence": "No source."}]}', [Draft("No source.", ())]),
        ('{"claims": "none"}', []),
        ('{"claims": [{"sources": [1]}, 7]}', []),
        ("", []),
        ("It is small [1].", []),
    ],
)
def test_replies(reply: str, drafts: list[Draft]) -> None:
    assert parse(reply) == drafts
    assert parse(*reply) == drafts


@given(st.text())
def test_no_reply_is_too_strange(reply: str) -> None:
    parse(reply)
    parse("{" + reply)


def test_the_prompt_starts_the_same_and_ends_with_the_question() -> None:
    one, other = claims_messages("Is it small?", EVIDENCE), claims_messages("Fast?", EVIDENCE[:1])
    assert one[0] == other[0]
    assert one[1]["content"].endswith("Question: Is it small?")
    assert "# SINet: A Network\n[1] It is small.\n[2] It is fast." in one[1]["content"]
    claim = schema_of(claims_reply(EVIDENCE))["properties"]["claims"]["items"]
    assert list(claim["properties"]) == ["sources", "sentence"]
    assert claim["properties"]["sources"]["items"]["enum"] == [1, 2]

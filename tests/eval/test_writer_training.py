"""The written replies, and what is made of them to teach the embedded model."""

from __future__ import annotations

import json
import random
import re
from collections import Counter

import pytest

from eval.training.writer.examples import Example, load_examples
from eval.training.writer.preferences import is_wrong
from eval.training.writer.prepare import in_chatml
from eval.training.writer.tuning import Text, batches, padded
from rag.answering.prompts import ClaimsReply, Draft
from rag.answering.verify.alignment import similarity_by
from rag.answering.writing.claims import Composer
from rag.corpus.papers import make_paper
from rag.index.library import Library
from rag.types import Evidence, Span

_CLAIMED = ("lookup", "near", "two_part", "yes_no", "compare", "overview", "explain")


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return load_examples()


def test_every_reply_is_the_json_that_is_asked_for(examples: list[Example]) -> None:
    assert len(examples) > 3700
    for example in examples:
        reply = json.loads(example.reply)
        asked = example.messages[-1]["content"]
        if example.kind in _CLAIMED:
            claims = ClaimsReply.parse(example.reply)
            assert claims is not None
            numbers = {int(n) for n in re.findall(r"^\[(\d+)\]", asked, re.MULTILINE)}
            assert all(claim.sources and set(claim.sources) <= numbers for claim in claims.claims)
        elif example.kind == "cells":
            assert all(name in asked.split("Columns:")[1] for name in reply)
        else:
            assert set(reply) == {"question"}


def test_a_third_of_the_replies_make_no_claim_or_only_half(examples: list[Example]) -> None:
    claimed = [example for example in examples if example.kind in _CLAIMED]
    empty = [example for example in claimed if example.reply == '{"claims":[]}']
    assert 0.3 < len(empty) / len(claimed) < 0.4


def test_nothing_is_learnt_from_papers_that_are_kept_back(examples: list[Example]) -> None:
    assert set(Counter(example.split for example in examples)) == {"train", "fit"}


def test_written_claims_pass_the_products_own_check(
    examples: list[Example], library: Library
) -> None:
    similarity = similarity_by(library.embedder)
    claimed = [e for e in examples if e.kind in _CLAIMED and e.reply != '{"claims":[]}']
    refused = []
    for example in random.Random(1).sample(claimed, 60):
        evidence = _evidence(example.messages[-1]["content"])
        for claim in json.loads(example.reply)["claims"]:
            draft = Draft(claim["sentence"], tuple(claim["sources"]))
            if Composer(evidence, similarity).worded(draft) is None:
                refused.append(draft)
    assert len(refused) <= 2, refused


def _evidence(asked: str) -> list[Evidence]:
    found: list[Evidence] = []
    title = ""
    for line in asked.split("\n"):
        if line.startswith("# "):
            title = line[2:]
        elif numbered := re.match(r"\[(\d+)\] (.*)", line):
            text = numbered[2]
            paper = make_paper(title, text, order=0, source="s")
            found.append(Evidence(int(numbered[1]), paper, Span(text, 0, len(text)), 1.0))
    return found


def test_a_request_is_written_as_the_model_reads_it() -> None:
    text = in_chatml([{"role": "system", "content": "A."}, {"role": "user", "content": "B?"}])
    assert text == (
        "<|im_start|>system\nA.<|im_end|>\n<|im_start|>user\nB?<|im_end|>\n<|im_start|>assistant\n"
    )


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ('{"claims":[{"sources":[2],"sentence":"It gains 3 points."}]}', False),
        ('{"claims":[{"sources":[1],"sentence":"It gains 3 points."}]}', True),
        ('{"claims":[{"sources":[2],"sentence":"It gains 4 points."}]}', True),
        ('{"claims":[]}', True),
        ('{"claims":[{"sources":[2', True),
    ],
)
def test_a_mistake_is_known(reply: str, wrong: bool) -> None:
    written = '{"claims":[{"sources":[2],"sentence":"The gain is 3 points."}]}'
    assert is_wrong(reply, written, "[1] It is fast.\n[2] It gains 3 points.") is wrong


def test_only_the_reply_is_learnt() -> None:
    tokens, labels = padded([Text([1, 2, 3], [4, 5]), Text([6], [7])], "cpu")
    assert tokens.tolist() == [[1, 2, 3, 4, 5], [6, 7, 0, 0, 0]]
    assert labels.tolist() == [[-100, -100, -100, 4, 5], [-100, 7, -100, -100, -100]]


def test_batches_hold_every_text_once_and_not_too_many_tokens() -> None:
    texts = [Text([0] * length, [1] * 5) for length in range(1, 60)]
    made = batches(texts, 200, random.Random(0))
    assert sorted(len(t.prompt) for batch in made for t in batch) == list(range(1, 60))
    made = batches(texts, 200, random.Random(0))  # lengths are ordered to within 40 tokens
    assert all(sum(len(t.prompt) + 5 for t in batch) <= 200 + 40 * len(batch) for batch in made)

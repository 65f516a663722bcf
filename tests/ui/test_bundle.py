"""One answer as a file: read back only if the abstracts have its quotes, and as a page."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from rendering import ABSTRACT, Seen, answer, citation, hostile, paper, span

from rag.errors import InputError
from rag.types import (
    Answer,
    Claim,
    Paper,
    PaperRef,
    Section,
)
from ui.exports import answer_page as bundled
from ui.exports.bundle import LARGEST, Bundle, bundle_of, read_bundle
from ui.exports.files import export_answer
from ui.exports.json_text import as_json

CLAIM = Claim("We make it linear.", (1,), "supported", 1.0)


NEAR = {"paper_id": "p1", "title": "L", "quotes": [{"text": "It flies.", "start": 0, "end": 9}]}


def answered(claim: Claim = CLAIM, title: str = "Linear attention") -> Answer:
    return answer(claims=(claim,), citations=(citation(span(21, 39), title=title),))


def bundle(said: Answer | None = None, held: Paper | None = None) -> Bundle:
    return bundle_of(said or answered(), {"p1": held or paper(url="https://a.org/x")})


# ---- bundles: whole, and believed only where the abstract says so


def test_a_bundle_comes_back_as_it_went() -> None:
    kept = bundle()
    assert read_bundle(as_json(kept)) == kept
    assert kept.papers[0].abstract == ABSTRACT
    refused = bundle(answer("not_in_corpus"))
    assert [held.paper_id for held in refused.papers] == ["p1"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda plain: plain["papers"].clear(), "is not in its abstract"),
        (
            lambda plain: plain["answer"]["citations"][0]["quotes"][0].update(text="It"),
            "is not in",
        ),
        (lambda plain: plain["answer"]["claims"][0].update(citations=[7]), "not there"),
        (lambda plain: plain["answer"].pop("mode"), "answer.mode"),
        (
            lambda plain: plain["answer"]["sections"].append({"heading": "", "claims": [7]}),
            "section",
        ),
        (lambda plain: plain["answer"]["nearest"].append(NEAR), "is not in its abstract"),
        (lambda plain: plain.clear(), "not an answer"),
    ],
)
def test_a_changed_bundle_is_refused(change: object, words: str) -> None:
    plain = json.loads(as_json(bundle()))
    assert callable(change)
    change(plain)
    with pytest.raises(InputError, match=words):
        read_bundle(json.dumps(plain))


def test_what_is_too_large_is_not_even_read() -> None:
    with pytest.raises(InputError, match="too large"):
        read_bundle(" " * (LARGEST + 1))


@given(hostile, hostile, hostile)
def test_a_page_of_its_own_keeps_its_shape(text: str, title: str, url: str) -> None:
    def shown(text: str, title: str, url: str) -> Seen:
        said = replace(answered(replace(CLAIM, text=text), title), question=title)
        html = bundled.document(bundle(said, paper(title, url=f"https://a.org/{url}")))
        return Seen(html.removeprefix("<!doctype html>"))

    seen = shown(text, title, url)
    tags = {tag for tag, _ in seen.shape}
    assert not tags & {"script", "img", "svg", "link", "iframe"}
    assert seen.marks == [(21, 39, ABSTRACT[21:39])]


def test_a_page_of_its_own_has_quotes_marked_and_asks_nobody() -> None:
    html = str(export_answer("html", bundle(), {}).content)
    assert f'<mark data-start="21" data-end="39">{ABSTRACT[21:39]}</mark>' in html
    assert 'href="#p1"' in html
    assert 'id="p1"' in html
    assert not re.search(r"""(?:src|@import|url\()""", html)
    with pytest.raises(InputError, match="pdf"):
        export_answer("pdf", bundle(), {})


def test_a_page_has_the_whole_answer() -> None:
    near = PaperRef("p2", "Other", (span(40, 64),))
    sections = (Section("Certain", (0,)), Section("Maybe", (), "No more.", (near,)))
    listed = replace(answered(), intent="list", lead="**1 paper** [1], so [7].", sections=sections)
    html = bundled.document(bundle(listed))
    for part in (
        '<p><strong>1 paper</strong> <a class="n" href="#p1">[1]</a>, so [7].</p>',
        "<h2>Certain</h2><ul><li><strong>Linear attention</strong>: We make it linear.",
        "<h2>Maybe</h2><p>No more.</p><ul><li>Other: “Accuracy stays the same.”</li></ul>",
    ):
        assert part in html
    assert "<li>" not in bundled.document(bundle())


def test_nearest_papers_are_in_the_bundle_of_a_refusal() -> None:
    said = replace(answer("weak_evidence"), nearest=(PaperRef("p1", "A"), PaperRef("p9", "Gone")))
    assert [held.paper_id for held in bundle(said).papers] == ["p1"]

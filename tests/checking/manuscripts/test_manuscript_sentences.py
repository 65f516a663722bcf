"""Sentences of manuscripts: where they end, which clause a citation is for, what is no claim."""

from __future__ import annotations

from pathlib import Path

import pytest
from manuscripts import cited_in, draft_of, sentences_in

from rag.checking.manuscripts.parts import is_own
from rag.checking.manuscripts.verdicts import together
from rag.types import SentenceVerdict


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Smith et al. [@a] win, e.g. in Fig. 3. They do.", 2),
        ("Dr. Smith wins, as Secs. 2 and 3 show. He does.", 2),
        ("Nets win.[@a] Others lose.[@b]", 2),
        ("Nets win [cf. @a, p. 3. Others]. They do.", 2),
        ("Nets win. [@a] do so, too.", 2),
        ("Does it win? It does!", 2),
    ],
)
def test_where_sentences_end(tmp_path: Path, text: str, sentences: int) -> None:
    found = sentences_in(draft_of(tmp_path, text))
    assert len(found) == sentences
    assert all(said.strip() == said for said, _ in found)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "Mixers improve image models [@a], while recurrent nets forget old inputs [@b].",
            [(["a"], "Mixers improve image models"), (["b"], "Recurrent nets forget old inputs.")],
        ),
        (
            "Mixers improve image models [@a]; the older nets forget inputs [@b].",
            [(["a"], "Mixers improve image models"), (["b"], "The older nets forget inputs.")],
        ),
        (
            "Mixers improve image models [@a], whereas recurrent nets forget.",
            [(["a"], "Mixers improve image models")],
        ),
        (  # one list of nouns, not three clauses
            "Mixers [@a], convolutions [@b] and perceptrons [@c] improve image models.",
            [(["a", "b", "c"], "Mixers, convolutions and perceptrons improve image models.")],
        ),
        (  # the second half has no subject
            "Mixers improve image models [@a] but forget old inputs [@b].",
            [(["a", "b"], "Mixers improve image models but forget old inputs.")],
        ),
        (  # what is compared with is no clause
            "Mixers are faster [@a] than recurrent nets of the same size [@b].",
            [(["a", "b"], "Mixers are faster than recurrent nets of the same size.")],
        ),
        (
            "Whereas mixers improve image models [@a], recurrent nets forget old inputs [@b].",
            [(["a"], "Mixers improve image models"), (["b"], "Recurrent nets forget old inputs.")],
        ),
        (  # a list of nouns with a verb at its end
            "While mixers of patches [@a], trees [@b], and perceptrons improve, nets forget [@c].",
            [
                (
                    ["a", "b", "c"],
                    "While mixers of patches, trees, and perceptrons improve, nets forget.",
                )
            ],
        ),
        (  # behind another sentence, too
            "Nets forget. Although mixers improve image models, recurrent nets forget [@a].",
            [(["a"], "Although mixers improve image models, recurrent nets forget.")],
        ),
        (
            "Although mixers improve image models, recurrent nets forget [@a].",
            [(["a"], "Although mixers improve image models, recurrent nets forget.")],
        ),
    ],
)
def test_a_citation_is_for_the_clause_before_it(
    tmp_path: Path, text: str, claims: list[tuple[list[str], str]]
) -> None:
    assert cited_in(draft_of(tmp_path, text)) == claims


@pytest.mark.parametrize(
    ("text", "checked"),
    [
        ("We follow [@a].", False),
        ("For a review see [@a].", False),
        ("See [@a, pp. 3-12; also @b, ch. 2].", False),
        ("Mixers improve image models [@a].", True),
        ("Attention is all you need in image models [@a].", True),
    ],
)
def test_what_says_nothing_of_a_paper_is_not_checked(
    tmp_path: Path, text: str, checked: bool
) -> None:
    [(_, sentence)] = sentences_in(draft_of(tmp_path, text))
    assert [not part.why for part in sentence.parts] == [checked]


@pytest.mark.parametrize(
    ("claim", "own"),
    [
        ("We train our mixers as the authors do.", True),
        ("We have shown that mixers improve image models.", False),
        ("We note that mixers improve image models.", False),
        ("We train mixers that improve image models.", True),
        ("Mixers improve image models.", False),
        ("We show that our mixers improve image models.", True),
    ],
)
def test_what_the_author_does_is_no_claim_of_a_paper(claim: str, own: bool) -> None:
    assert is_own(claim) == own


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("Linear attention decays over the tokens of long images.", True),
        ("Linear attention decays over the tokens of long images [@a].", False),
        ("In this section we describe linear attention over long images.", False),
        ("This chapter describes linear attention over the long images.", False),
        ("Figure 3 shows how linear attention decays over long images.", False),
        ("How does linear attention decay over the tokens of images?", False),
        ("Attention decays.", False),
    ],
)
def test_for_which_sentences_papers_are_sought(tmp_path: Path, text: str, searched: bool) -> None:
    [(_, sentence)] = sentences_in(draft_of(tmp_path, text))
    assert sentence.is_searched == searched


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        (["supported", "supported"], "supported"),
        (["supported", "contradicted"], "contradicted"),
        (["supported", "not_found"], "partly"),
        (["supported", "partly"], "partly"),
        (["not_found", "not_in_library"], "not_found"),
        (["not_checked", "not_in_library"], "not_in_library"),
        (["not_checked"], "not_checked"),
    ],
)
def test_one_verdict_for_several(verdicts: list[SentenceVerdict], whole: str) -> None:
    assert together(verdicts) == whole

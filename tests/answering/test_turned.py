"""Claims that turn their quote round, and right ones that only word it otherwise."""

from __future__ import annotations

import pytest

from eval.pairs.__main__ import read_pairs
from rag.answering.verify.clauses import clauses_of
from rag.answering.verify.turned import turned_round

CONTRAST = (
    "SkillNet, contrary to dense models that activate all parameters and fail on rare tasks, "
    "sparsely activates parts of its parameters."
)
PRIOR = (
    "Existing trackers lose small objects in fog, whereas FogNet keeps small objects over hundreds "
    "of frames."
)
CAUSE = "Warming of the water drives the loss of oxygen, which is not reversed in winter."
MOVED = "Our method reduces the number of parameters from 2.1M to 86.9K and keeps the accuracy."


@pytest.mark.parametrize(
    ("claim", "quote", "kind"),
    [
        ("SkillNet fails on rare tasks.", CONTRAST, "subject"),
        ("SkillNet activates parts of its parameters.", CONTRAST, ""),
        ("Dense models fail on rare tasks.", CONTRAST, ""),
        ("FogNet loses small objects in fog.", PRIOR, "subject"),
        ("FogNet keeps small objects over hundreds of frames.", PRIOR, ""),
        ("The loss of oxygen drives the warming of the water.", CAUSE, "relation"),
        ("The loss of oxygen is reversed in winter.", CAUSE, "negation"),
        ("The loss of oxygen is driven by the warming of the water.", CAUSE, ""),
        ("The method increases the number of parameters.", MOVED, "direction"),
        ("The parameters are reduced from 86.9K to 2.1M.", MOVED, "number"),
        ("The number of parameters falls from 2.1M to 86.9K.", MOVED, ""),
        ("All drugs help.", "Some drugs help.", "quantifier"),
        ("The attack succeeds.", "The attack succeeds only if the key is short.", "condition"),
        ("Cats sleep all day.", MOVED, ""),
    ],
)
def test_who_does_what(claim: str, quote: str, kind: str) -> None:
    assert turned_round(claim, [quote]) == kind


@pytest.mark.parametrize(
    ("claim", "quote", "kind"),
    [
        (
            "Old trackers keep small objects over frames.",
            PRIOR,
            "",
        ),
        ("Ants find short paths.", "Ants carry heavy leaves; bees find short paths.", "subject"),
        ("Bees find short paths.", "Ants carry heavy leaves; bees find short paths.", ""),
        ("Ants carry paths.", "Ants carry heavy leaves; bees find short paths.", ""),
        ("Ants weigh 20 grams.", "Ants weigh 10 grams; bees weigh 20 grams.", "subject"),
        ("Bees weigh 20 grams.", "Ants weigh 10 grams; bees weigh 20 grams.", ""),
        (
            "Ants carry leaves but bees find paths.",
            "Ants carry heavy leaves; bees find short paths.",
            "",
        ),
        ("The method does not lower the error.", "The method lowers the error.", "negation"),
        ("The method lowers the error.", "The method does not lower the error.", "negation"),
        ("The method does not lower the error.", "The method never lowers the error.", ""),
        ("The method lowers cost and error.", "The method lowers not only cost but error.", ""),
        ("The method keeps speed, not cost.", "The method keeps speed at a cost.", ""),
        ("The method lowers 12 errors.", "The method lowers errors without 12 errors.", ""),
        ("The model does not drop rare words.", "The model drops rare words.", "negation"),
        ("The model drops rare words.", "The model drops rare words, and does not drop names.", ""),
        ("Weaker coupling of spins is seen.", "Stronger coupling of spins is seen.", "direction"),
        ("Higher heat is seen in towns.", "Higher heat and lower heat is seen in towns.", ""),
        ("The method improves recall on maps.", "The method degrades recall on maps.", "direction"),
        ("Recall is 90% on maps.", "Accuracy is 90% and recall is 80% on maps.", "number"),
        ("Accuracy is 90% on maps.", "Accuracy is 90% and recall is 80% on maps.", ""),
        ("The error is 12% on maps.", "The error falls from 12% to 7% on maps.", "number"),
        ("The error is 7% on maps.", "The error falls from 12% to 7% on maps.", ""),
        ("There are 3 towns.", "From 3 to 5 towns.", ""),
        ("The error is 12% on maps.", "The error of baselines is 12% and ours is 7% on maps.", ""),
        ("All drugs help patients.", "Some drugs help patients.", "quantifier"),
        ("All drugs help patients.", "All drugs help patients, some drugs harm.", ""),
        ("Most drugs help patients.", "Some drugs help patients.", ""),
        ("Every drug helps.", "Every drug helps, and most patients.", ""),
        ("No drugs help patients.", "Several drugs help patients.", "negation"),
        (
            "The attack always succeeds.",
            "The attack succeeds only if the key is short.",
            "condition",
        ),
        (
            "The attack succeeds if the key is short.",
            "The attack succeeds only if the key is short.",
            "",
        ),
        (
            "The attack succeeds unless keys are long.",
            "The attack succeeds only if the key is short.",
            "",
        ),
        (
            "The attack succeeds on short keys.",
            "The attack succeeds except on short keys.",
            "condition",
        ),
        ("The attack succeeds.", "The attack succeeds except on short keys.", ""),
        (
            "Every attack succeeds with short keys.",
            "The attack succeeds provided that short keys exist.",
            "condition",
        ),
    ],
)
def test_each_rule_needs_evidence_on_both_sides(claim: str, quote: str, kind: str) -> None:
    assert turned_round(claim, [quote]) == kind


BEES = "Unlike ants that carry heavy leaves, bees find short paths near old walls."
THREE = "Ants carry leaves; bees find short paths; moles dig deep holes."


@pytest.mark.parametrize(
    ("claim", "quote", "kind"),
    [
        ("SkillNet fails on rare tasks of cats, dogs and birds.", CONTRAST, ""),
        ("FogNet loses objects in Paris and Rome.", PRIOR, "subject"),
        ("FogNet loses objects in Paris, Rome and Oslo.", PRIOR, ""),
        ("FogNet keeps objects better than trackers keep small objects over frames.", PRIOR, ""),
        ("The method loses objects in fog.", "Existing trackers lose objects in fog.", "subject"),
        ("FogNet loses objects in fog.", "Existing trackers lose objects in fog.", ""),
        ("Existing trackers lose fog.", "Existing trackers lose objects in fog.", ""),
        ("SkillNet does not fail on rare tasks.", CONTRAST, ""),
        ("Dense models sparsely activate parts of parameters.", CONTRAST, "subject"),
        ("Ants find short paths.", "Unlike ants, bees find short paths.", "subject"),
        ("Bees find short paths.", "Unlike ants, bees find short paths.", ""),
        ("Bees find heavy paths and leaves.", BEES, ""),
        ("Bees find heavy leaves.", BEES, "subject"),
        ("Bees carry short paths.", BEES, "subject"),
        ("Bees near old walls find short paths and carry heavy leaves.", BEES, "subject"),
        ("The method carries heavy leaves.", BEES, "subject"),
        ("The method finds short paths.", BEES, ""),
        ("Moles dig holes quickly.", THREE, ""),
        ("Moles find short paths.", THREE, "subject"),
        ("Bees dig deep holes.", THREE, "subject"),
        (
            "Ants carry leaves of 20 grams.",
            "Ants carry leaves of 10 grams; bees find paths of 20 grams.",
            "subject",
        ),
        (
            "Ants carry leaves of 2 grams.",
            "Ants carry leaves of 1 grams; bees find paths of 2 grams.",
            "number",
        ),
        (
            "Ants carry leaves of 10 grams daily.",
            "Ants carry leaves of 10 grams; bees find paths of 20 grams.",
            "",
        ),
        (
            "The limited method does not lower the error.",
            "The method lowers the error.",
            "negation",
        ),
        ("The method lowers little error.", "The method does not lower error.", ""),
        ("The method lowers the error", "The method does not lower the error", "negation"),
        ("It needs rest.", "It does not work without labels, and never needs rest.", "negation"),
        ("The error falls.", "It does not rest, the error falls.", ""),
        ("It sees 5 towns.", "It sees not 5 towns.", "negation"),
        (
            "On maps of old towns the method improves the recall.",
            "On maps of old towns the method degrades the noise.",
            "",
        ),
        (
            "On maps of old towns the method improves the recall.",
            "On maps of old towns the method degrades the recall.",
            "direction",
        ),
        ("Recall is 9% on maps.", "Accuracy is 9% and recall is 8% on maps.", "number"),
        ("Recall is 9 on maps.", "Accuracy is 9 and recall is 8 on maps.", ""),
        ("Recall is 10 on maps.", "Accuracy is 10 and recall is 20 on maps.", "number"),
        ("Recall is 70% on maps.", "Accuracy is 90% and recall is 80% on maps.", ""),
        ("Recall is 90% on maps.", "Accuracy is 90% on maps.", ""),
        (
            "The attack on code succeeds.",
            "The attack succeeds only if the key is short, and the code is long.",
            "condition",
        ),
        (
            "The attack succeeds where keys are short.",
            "In tests, the attack succeeds only if the key is short, and the code is long.",
            "",
        ),
        ("It reaches 15%.", "It reaches 12% compared to 15% of SOTA.", "number"),
        ("It reaches 12%.", "It reaches 12% compared to 15% of SOTA.", ""),
        (
            "The error falls from 7% to 12% on maps.",
            "The error falls from 12% to 7% on maps.",
            "number",
        ),
        ("The error falls from 7% to 3% on maps.", "The error is 7% and 3% on maps.", ""),
        (
            "The error rises from 7% to 12% on maps.",
            "The error falls from 12% to 7% on maps.",
            "number",
        ),
    ],
)
def test_each_rule_on_both_sides_of_its_limits(claim: str, quote: str, kind: str) -> None:
    assert turned_round(claim, [quote]) == kind


def test_nothing_turns_nothing_round() -> None:
    assert turned_round("The of", [PRIOR]) == turned_round("FogNet keeps objects.", []) == ""


def test_a_quote_turns_itself_round_never() -> None:
    for quote in (CONTRAST, PRIOR, CAUSE, MOVED):
        assert turned_round(quote, [quote]) == ""


def test_a_claim_may_agree_with_another_of_its_quotes() -> None:
    assert (
        turned_round("SkillNet fails on rare tasks.", [CONTRAST, "SkillNet fails on rare tasks."])
        == ""
    )


def test_clauses_are_their_own_or_of_others() -> None:
    found = [(clause.of_others, clause.text.split()[0]) for clause in clauses_of(CONTRAST)]
    assert found == [(False, "SkillNet"), (True, "contrary")]
    found = [(clause.of_others, clause.text.split()[0]) for clause in clauses_of(PRIOR)]
    assert found == [(True, "Existing"), (False, "whereas")]


def test_pairs_of_one_quote_are_in_one_half() -> None:
    halves: dict[str, set[str]] = {}
    for pair in read_pairs():
        halves.setdefault(pair.quote, set()).add(pair.split)
    assert all(len(splits) == 1 for splits in halves.values())

"""The fit of the decision models, on examples whose answer is obvious."""

from __future__ import annotations

import json

import numpy as np
import pytest

from eval.fit.__main__ import AND_READER, READS, chosen
from eval.fit.fitting import FOLDS, Example, balanced, cross_fit, fit
from eval.fit.models import MODELS
from eval.fit.questions import at_most_refused, mean_f1
from rag.decisions.aspects import KNOWN_ASPECTS
from rag.decisions.logistic import WEIGHTS, LogisticModel, load
from rag.errors import InputError


def examples(size: int = 60) -> list[Example]:
    return [
        Example(f"g{i}", {"far": i / size, "noise": float(i % 2)}, i < size / 2)
        for i in range(size)
    ]


def test_the_fit_finds_the_feature_that_decides() -> None:
    model = fit(examples())
    assert model.coefficients["far"] < -1
    assert abs(model.coefficients["noise"]) < 0.5
    assert model.accepts({"far": 0.1, "noise": 0.0})
    assert not model.accepts({"far": 0.9, "noise": 0.0})


def test_a_group_is_never_seen_by_its_own_fit() -> None:
    odd = [Example("odd", {"far": 0.0, "noise": 0.0}, False) for _ in range(40)]
    seen = fit([*examples(), *odd]).log_odds(odd[0].features)
    unseen = cross_fit([*examples(), *odd])
    assert unseen.log_odds(odd)[0] > seen + 1, "forty contradictions of its own do not move it"
    assert unseen.model_for("nobody") == unseen.whole
    assert len(set(map(id, unseen.by_group.values()))) == FOLDS


def test_the_threshold_refuses_the_share_asked_for() -> None:
    log_odds = np.arange(101.0)
    every = [Example(str(i), {}, True) for i in range(101)]
    assert sum(log_odds < at_most_refused(0.05)(every, log_odds)) == 5


def test_f1_of_lists_of_one_kind() -> None:
    papers = [Example("list", {}, yes, "list") for yes in (True, False, True)]
    papers += [Example("none", {}, False, "count")]
    log_odds = np.array([2.0, 1.0, 0.0, 0.5])
    assert mean_f1(papers, log_odds, 0.0, {"list"}) == pytest.approx(4 / 5)
    assert mean_f1(papers, log_odds, 5.0, {"list"}) == 0.0
    assert mean_f1(papers, log_odds, 0.6, {"count"}) == 1.0  # empty, as it should be
    assert mean_f1(papers, log_odds, 0.0, {"list", "count"}) == pytest.approx(2 / 5)


def test_sources_of_any_size_count_the_same() -> None:
    many = [Example(f"m{i}", {"x": i % 7 + 3.0 * (i % 2)}, bool(i % 2)) for i in range(70)]
    few = [Example(f"f{i}", {"x": i % 7 - 3.0 * (i % 2)}, bool(i % 2)) for i in range(14)]
    both = balanced({"many": many, "few": few})
    total = {name: sum(e.weight for e in both if e.source == name) for name in ("many", "few")}
    assert total == {"many": pytest.approx(42), "few": pytest.approx(42)}
    assert fit([*many, *few]).coefficients["x"] > 0.2, "the larger source alone would decide"
    assert abs(fit(both).coefficients["x"]) < 0.01, "the two contradict each other"
    alone = balanced({"many": many})
    assert {e.weight for e in alone} == {1.0} and fit(alone) == fit(many)


def test_no_source_is_refused_more_than_its_share() -> None:
    every = [Example(str(i), {}, True, source="low" if i < 101 else "high") for i in range(202)]
    log_odds = np.concatenate([np.arange(101.0) - 500, np.arange(101.0)])
    threshold = at_most_refused(0.05)(every, log_odds)
    assert [sum(log_odds[:101] < threshold), sum(log_odds[101:] < threshold)] == [5, 0]


def test_both_bounds_of_a_model_count_themselves() -> None:
    model = LogisticModel(0.0, {"x": 1.0}, threshold=1.0, rejects_below=-1.0)
    found = [(model.accepts({"x": x}), model.rejects({"x": x})) for x in (1.0, 0.0, -1.0)]
    assert found == [(True, False), (False, False), (False, True)]
    assert not LogisticModel(0.0, {"x": 1.0}).rejects({"x": -9.0})
    assert model.probability({"x": 0.0}) == 0.5


def test_every_model_has_a_recipe_and_weights_that_say_where_they_are_from() -> None:
    elsewhere = {"claim_verdict"}  # of four verdicts: eval.claims.fitting
    assert {path.stem for path in WEIGHTS.glob("*.json")} - elsewhere == set(MODELS)
    for name, recipe in MODELS.items():
        raw = json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
        assert (raw["model"], raw["decides"]) == (name, recipe.decides)
        corpus = " --scifact DIR" if "SciFact" in raw["fitted_on"] else ""
        reader = recipe.reads and AND_READER in raw["fitted_on"]
        flags = f"{corpus}{READS if reader else ''}"
        assert raw["command"] == f"python -m eval.fit {name}{flags} --write"
        assert raw["fitted_on"] == f"{recipe.fitted_on}{AND_READER if reader else ''}"
        assert raw["positive"] and (raw["examples"] is None or raw["positive"] < raw["examples"])
        assert load(name).coefficients == raw["coefficients"]


def test_what_reads_roles_or_pairs_has_weights_for_embedders_that_read_neither() -> None:
    plain = {path.stem for path in (WEIGHTS / "plain").glob("*.json")}
    assert plain == {name for name, recipe in MODELS.items() if recipe.reads}


def test_models_are_chosen_by_the_beginning_of_their_names() -> None:
    assert chosen(["answer"]) == ["answer_sentence", "answerable"]
    assert len(chosen(["aspect"])) == len(KNOWN_ASPECTS) + 1, "and the reader's own"
    assert chosen(["all"]) == list(MODELS)
    with pytest.raises(InputError, match="no model 'riddle'"):
        chosen(["riddle"])

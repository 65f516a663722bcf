"""The fit behind the decisions, on examples whose answer is plain."""

from __future__ import annotations

from eval.fit import FOLDS, Example, fit, fold_of, unseen_odds, with_threshold


def examples(size: int = 60) -> list[Example]:
    return [
        Example(f"g{i}", {"far": i / size, "noise": float(i % 2)}, i < size / 2)
        for i in range(size)
    ]


def test_the_fit_finds_the_signal_that_decides() -> None:
    decision = fit(examples())
    assert decision.coefficients["far"] < -1
    assert abs(decision.coefficients["noise"]) < 0.5
    assert decision.accepts({"far": 0.1, "noise": 0.0})
    assert not decision.accepts({"far": 0.9, "noise": 0.0})


def test_a_group_is_never_seen_by_its_own_fit() -> None:
    odd = [Example("odd", {"far": 0.0, "noise": 0.0}, False) for _ in range(40)]
    seen = fit([*examples(), *odd]).log_odds(odd[0].features)
    unseen = unseen_odds([*examples(), *odd])[-1]
    assert unseen > seen + 1, "forty contradictions in its own group do not move it"
    assert {fold_of(f"g{i}") for i in range(60)} == set(range(FOLDS))


def test_the_threshold_refuses_the_share_asked_for() -> None:
    odds = [float(i) for i in range(101)]
    decision = with_threshold(fit(examples()), odds, 0.05)
    assert sum(value < decision.threshold for value in odds) == 5

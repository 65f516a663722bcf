"""Greek letters that are symbols, as words."""

from __future__ import annotations

import pytest

from rag.text.characters.greek import greek_by_name, is_greek_symbol


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("TGF-β", "TGF- beta"),
        ("TGFβ", "TGF beta"),
        ("TGFbeta", "TGF beta"),
        ("IL-1beta2", "IL-1 beta 2"),
        ("NF-κB", "NF- kappa B"),
        ("NFkappaB", "NF kappa B"),
        ("δ-opioid", "delta -opioid"),
        ("\u00b5-opioid", "mu -opioid"),  # the micro sign
        ("\u03bc-opioid", "mu -opioid"),
        ("ΔG", "delta G"),
        ("ΔΔCt", "delta delta Ct"),
        ("\U0001d6fc-helix", "alpha -helix"),  # of mathematics
        ("ϵ-greedy", "epsilon -greedy"),
        ("σ and ς", "sigma and sigma"),
        ("λ", "lambda"),
        ("12 \u00b5m or 12 \u03bcm", "12 um or 12 um"),
        ("3 µg/mL", "3 ug/mL"),
        ("5 µm²", "5 um²"),
        ("η αλήθεια", "eta αλήθεια"),  # a word of Greek stays
        ("Alphabet, SIGMA, BETAmax, rainbowtrout", "Alphabet, SIGMA, BETAmax, rainbowtrout"),
    ],
)
def test_symbols_are_words(written: str, words: str) -> None:
    assert " ".join(greek_by_name(written).split()) == words


def test_one_letter_is_of_no_language() -> None:
    assert is_greek_symbol("γ") and is_greek_symbol("µ")
    assert not any(map(is_greek_symbol, ("g", "το", "é", "王")))

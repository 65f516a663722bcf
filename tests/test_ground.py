"""The checks of a claim, as literal tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.ground import (
    check_claim,
    containment,
    contradicts,
    missing_names,
    missing_numbers,
    number_value,
    swapped_subjects,
)

QUOTE = (
    "Our method reduces the number of parameters from 2.1M to 86.9K (around 95.9% reduction), "
    "while SINet runs on two GPUs at 100.6 FPS."
)


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        ("It has 86.9K parameters.", ()),
        ("It has 86,900 parameters, 95.9 % fewer.", ()),
        ("It has 86.8K parameters.", ("86.8K",)),
        ("It needs 2 GPUs.", ()),
        ("It needs 3 GPUs.", ("3",)),
        ("SINet runs at 100.6 FPS.", ()),
        ("CBNetV2 runs at 100.6 FPS.", ("CBNetV2",)),
        ("It is slow.", ()),
        ("The code is at https://x.org/y.", ("https://x.org/y",)),
    ],
)
def test_numbers_and_names_must_stand_in_the_quote(claim: str, missing: tuple[str, ...]) -> None:
    assert missing_numbers(claim, QUOTE) + missing_names(claim, QUOTE) == missing


@pytest.mark.parametrize(
    ("raw", "value"), [("86.9K", "86900"), ("86,900", "86900"), ("2.1 M", "2100000"), ("7", "7")]
)
def test_number_values(raw: str, value: str) -> None:
    assert number_value(raw) == Decimal(value)


def test_containment_is_a_share_of_words() -> None:
    assert containment("portrait segmentation networks", "We segment portraits with a network") == 1
    assert containment("portrait painting", "We segment portraits") == 0.5
    assert containment("the of", "anything") == 0.0


def test_verdicts() -> None:
    told = check_claim("The method reduces parameters from 2.1M to 86.9K.", [QUOTE], 0.8)
    assert told.verdict == "supported"
    assert (
        check_claim("The method reduces parameters to 12.", [QUOTE], 0.8).verdict == "unsupported"
    )
    assert check_claim("Cats sleep all day.", [QUOTE], 0.05).verdict == "unsupported"
    loose = check_claim("The method shrinks networks and parameters a lot.", [QUOTE], 0.6)
    assert loose.verdict == "partial"
    assert loose.support < told.support


@pytest.mark.parametrize(
    ("claim", "text", "against"),
    [
        ("It does not reduce parameters.", "It reduces parameters.", True),
        ("It reduces parameters.", "It does not reduce parameters.", True),
        ("It does not reduce parameters.", "It never reduces parameters.", False),
        ("It reduces parameters.", "It reduces parameters without losing accuracy.", False),
        ("It keeps accuracy.", "It reduces parameters, not speed.", False),
        ("All heads are needed.", "Not all heads are needed.", True),
    ],
)
def test_who_denies_what_the_other_says(claim: str, text: str, against: bool) -> None:
    assert contradicts(claim, text) is against


def test_a_denied_claim_is_never_supported() -> None:
    plain = check_claim("The method reduces parameters.", [QUOTE], 0.8)
    denied = check_claim("The method does not reduce parameters.", [QUOTE], 0.8)
    assert plain.verdict == "supported"
    assert denied.support < plain.support / 1.5
    assert denied.verdict != "supported"


BRIDGE = "In this paper, we present MindBridge, which decodes all subjects with only one model."
PICTOR = "NeuroPictor divides the fMRI-to-image process into three steps with pre-training."


@pytest.mark.parametrize(
    ("claim", "swapped"),
    [
        (
            "MindBridge uses only one model, while NeuroPictor divides the process in three steps.",
            (),
        ),
        ("MindBridge divides the process into three steps, while NeuroPictor has one model.", "MN"),
        ("MindBridge uses pre-training with three steps; both decode subjects.", "M"),
        ("Both decode images.", ()),
    ],
)
def test_what_one_paper_says_is_not_said_of_the_other(claim: str, swapped: str) -> None:
    titles = {"M": "MindBridge: A Framework", "N": "NeuroPictor: Refining"}
    quotes = {titles["M"]: BRIDGE, titles["N"]: PICTOR}
    assert swapped_subjects(claim, quotes) == tuple(titles[name] for name in swapped)
    assert swapped_subjects(claim, {titles["M"]: BRIDGE}) == ()


def test_a_title_lends_its_name_and_no_number() -> None:
    quote, title = "Our method runs at 100.6 FPS.", "SINet: 7 Networks"
    assert check_claim("SINet runs at 100.6 FPS.", [quote], 0.8).missing == ("SINet",)
    assert check_claim("SINet runs at 100.6 FPS.", [quote], 0.8, [title]).verdict == "supported"
    assert check_claim("SINet has 7 parts.", [quote], 0.8, [title]).missing == ("7",)

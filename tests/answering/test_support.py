"""The checks of a claim, as literal tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.answering.verify.alignment import QuoteSimilarity
from rag.answering.verify.comparisons import compares_otherwise
from rag.answering.verify.literals import missing_names, missing_numbers
from rag.answering.verify.support import (
    check_claim,
    containment,
    denies,
    names_another,
    probability,
    swapped_subjects,
)
from rag.text.polarity import directions
from rag.text.quantities.numbers import number_value

NEAR = QuoteSimilarity(0.8)

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
def test_numbers_and_names_must_be_in_the_quote(claim: str, missing: tuple[str, ...]) -> None:
    assert missing_numbers(claim, QUOTE) + missing_names(claim, QUOTE) == missing


@pytest.mark.parametrize(
    ("raw", "value"), [("86.9K", "86900"), ("86,900", "86900"), ("2.1 M", "2100000"), ("7", "7")]
)
def test_number_values(raw: str, value: str) -> None:
    assert number_value(raw) == Decimal(value)


@pytest.mark.parametrize("raw", ["1.2.3 × 10^5", "1.2.3", "owl"])
def test_what_is_no_number_has_no_value(raw: str) -> None:
    assert number_value(raw) is None


def test_containment_is_a_share_of_words() -> None:
    assert containment("portrait segmentation networks", "We segment portraits with a network") == 1
    assert containment("portrait painting", "We segment portraits") == 0.5
    assert containment("the of", "anything") == 0.0


def test_verdicts() -> None:
    told = check_claim("The method reduces parameters from 2.1M to 86.9K.", [QUOTE], NEAR)
    assert told.verdict == "supported"
    assert (
        check_claim("The method reduces parameters to 12.", [QUOTE], NEAR).verdict == "unsupported"
    )
    assert (
        check_claim("Cats sleep all day.", [QUOTE], QuoteSimilarity(0.1)).verdict == "unsupported"
    )
    loose = check_claim(
        "The method shrinks networks and parameters a lot.", [QUOTE], QuoteSimilarity(0.6)
    )
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
        ("It does not slow parameters down.", "It has parameters.", False),
    ],
)
def test_negation_on_one_side_only_denies(claim: str, text: str, against: bool) -> None:
    assert denies(claim, text) is against


def test_a_denied_claim_is_never_supported() -> None:
    plain = check_claim("The method reduces parameters.", [QUOTE], NEAR)
    denied = check_claim("The method does not reduce parameters.", [QUOTE], NEAR)
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
        ("Both decode images, while MindBridge divides the process into three steps.", "M"),
        ("MindBridge decodes subjects; it sleeps soundly.", ()),
        # Three of five words, of which its own name is one.
        ("MindBridge decodes subjects soundly asleep.", ()),
        ("MindBridge decodes cats soundly asleep.", "M"),
    ],
)
def test_a_claim_with_swapped_papers_is_found(claim: str, swapped: str) -> None:
    titles = {"M": "MindBridge: A Framework", "N": "NeuroPictor: Refining"}
    quotes = {titles["M"]: BRIDGE, titles["N"]: PICTOR}
    assert swapped_subjects(claim, quotes) == tuple(titles[name] for name in swapped)
    assert swapped_subjects(claim, {titles["M"]: BRIDGE}) == ()
    assert swapped_subjects(claim, {"?!": BRIDGE, "—": PICTOR}) == ()


def test_a_title_lends_its_name_and_no_number() -> None:
    quote, title = "Our method runs at 100.6 FPS.", "SINet: 7 Networks"
    assert check_claim("SINet runs at 100.6 FPS.", [quote], NEAR).missing == ("SINet",)
    assert check_claim("SINet runs at 100.6 FPS.", [quote], NEAR, [title]).verdict == "supported"
    assert check_claim("SINet has 7 parts.", [quote], NEAR, [title]).missing == ("7",)


@pytest.mark.parametrize(
    ("claim", "quote", "missing"),
    [
        ("It scores 59.4%.", "It scores 59.4 % there.", ()),
        ("It scores 59.4 percent.", "It scores 59.4% there.", ()),
        ("It scores 59.5%.", "It scores 59.4% there.", ("59.5",)),
        ("It takes 20 ms.", "It takes 20 seconds.", ("20",)),
        ("It has 10^6 wells.", "It has 10⁶ wells.", ()),
        ("It has 1,000,000 wells.", "It has 10⁶ wells.", ()),
        ("It has 106 wells.", "It has 10⁶ wells.", ("106",)),
        ("It has 2 x 10^-6 M.", "It has 2 × 10⁻⁶ M.", ()),
        ("It has 2 x 10^6 M.", "It has 2 × 10⁻⁶ M.", ("2 x 10^6",)),
        ("It is 1.73 m2.", "It is 1.73 m².", ()),
        ("It takes 20 ms.", "It takes 20 milliseconds.", ()),
        ("It is 3x faster.", "It is three times faster.", ()),
        ("It reads 2 million lines.", "It reads 2M lines.", ()),
        ("It reads 2 million lines.", "It reads 2 billion lines.", ("2 million",)),
        ("It runs three steps.", "It runs 3 steps.", ()),
        ("It runs twenty-five steps.", "It runs 25 steps.", ()),
        ("It runs three steps.", "It runs four steps.", ("three",)),
        ("It is the one that wins.", "It wins.", ()),
        ("It leads 2 metrics of 2 towns.", "It leads 9 metrics of two towns.", ("2",)),
        ("It leads two metrics of 2 towns.", "It leads 2 metrics of two towns.", ()),
    ],
)
def test_numbers_by_value_and_unit(claim: str, quote: str, missing: tuple[str, ...]) -> None:
    assert missing_numbers(claim, quote) == missing


@pytest.mark.parametrize(
    ("claim", "quote", "missing"),
    [
        ("It uses CT.", "It has structure.", ("CT",)),
        ("It uses CTs.", "It uses a CT.", ()),
        ("It uses NLP.", "It uses natural language processing.", ()),
        ("It uses NLP.", "It uses natural language.", ("NLP",)),
        ('It calls this "late chunking".', "We name it Late Chunking.", ()),
        ('It calls this "early chunking".', "We name it late chunking.", ("early chunking",)),
        ('It calls this "late chunking,".', "We name it late chunking.", ()),
        ('It calls this "Xtra rivers".', "We name it tra rivers.", ("Xtra rivers",)),
        ("SINet runs.", "SINET runs.", ()),
        ("It has NO2 and PM2.5.", "It has NO₂ and PM₂.₅.", ()),
        ("It has NO3.", "It has NO₂.", ("NO3",)),
        ("It uses CT.", "It uses cold tea.", ("CT",)),
        ("It uses GloVe.", "Gifts like old violets exist.", ("GloVe",)),
        ("Code: http://www.x.org/y/.", "Code is at https://x.org/y", ()),
        ("Code: https://x.org/y", "Code is at https://x.org/yz", ("https://x.org/y",)),
        ("Code: www.z.org", "Code is at https://x.org", ("www.z.org",)),
    ],
)
def test_names_by_whole_words(claim: str, quote: str, missing: tuple[str, ...]) -> None:
    assert missing_names(claim, quote) == missing


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("It reduces cost and improves speed.", [-1, 1]),
        ("It does not improve speed.", [-1]),
        ("It runs without reduced accuracy.", [1]),
        ("It is a method.", []),
    ],
)
def test_words_of_direction(text: str, signs: list[int]) -> None:
    assert [word.sign for word in directions(text)] == signs


@pytest.mark.parametrize(
    ("claim", "quote", "otherwise"),
    [
        ("Ant is better than Bee.", "Bee is better than Ant.", True),
        ("Ant is better than Bee.", "Ant is better than Bee on images.", False),
        ("Ant is better than Bee.", "Bee is worse than Ant.", False),
        ("Ant is better than Bee.", "Ant is worse than Bee.", True),
        ("Ant outperforms Bee.", "Bee outperforms Ant on images.", True),
        ("Ant outperforms Bee.", "Ant outperformed Bee on images.", False),
        ("Ant outperforms Bee.", "Bee is better than Ant.", True),
        ("Ant outperforms Bee.", "Cat is better than Dog.", False),
        ("Ant outperforms Bee.", "Ant and Bee are compared.", False),
    ],
)
def test_comparisons_the_other_way_round(claim: str, quote: str, otherwise: bool) -> None:
    assert compares_otherwise(claim, quote) is otherwise


def test_a_swapped_comparison_is_never_supported() -> None:
    told = check_claim("Ant outperforms Bee.", ["Ant outperforms Bee."], QuoteSimilarity(1.0))
    swapped = check_claim("Bee outperforms Ant.", ["Ant outperforms Bee."], QuoteSimilarity(1.0))
    assert told.verdict == "supported"
    assert swapped.verdict != "supported"


def test_support_rises_with_recall_and_falls_with_opposition() -> None:
    claim, quotes = "The method reduces parameters.", [QUOTE]
    values = [
        probability(claim, quotes, near)
        for near in (QuoteSimilarity(0.2), QuoteSimilarity(0.6), QuoteSimilarity(0.9))
    ]
    assert values == sorted(values)
    assert values[0] < 0.25 < 0.5 < values[2]
    assert probability(claim, quotes, QuoteSimilarity(0.9, against=0.9)) < 0.5


@pytest.mark.parametrize(
    ("claim", "foreign"),
    [
        ("BrainSCUBA synthesizes images.", True),
        ("BrainDiVE synthesizes images.", False),
        ("BrainDiVE, like BrainSCUBA, synthesizes images.", True),
        ("Images are synthesized.", False),
    ],
)
def test_a_claim_is_not_about_the_work_of_another_paper(claim: str, foreign: bool) -> None:
    own = "BrainDiVE synthesizes images. Brain Diffusion for Visual Exploration"
    others = ["BrainSCUBA: Fine-Grained Captions", "Images of the brain"]
    assert names_another(claim, own, others) is foreign
    assert not names_another(claim, f"{own} It builds on BrainSCUBA.", others)

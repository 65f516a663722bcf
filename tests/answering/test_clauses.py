"""Clauses and what is compared or related in them, as literal tables."""

from __future__ import annotations

import pytest

from rag.answering.verify.clauses import clauses_of, stems_of
from rag.answering.verify.comparisons import compares, compares_alike, compares_otherwise
from rag.answering.verify.markup import missing_markup
from rag.answering.verify.relations import relates_otherwise


@pytest.mark.parametrize(
    ("sentence", "own", "others"),
    [
        ("SINet, unlike old nets, keeps hair.", ["SINet keeps hair."], ["unlike old nets"]),
        ("Unlike old nets, SINet keeps hair.", ["SINet keeps hair."], ["Unlike old nets"]),
        ("Ant is faster than 3 bees.", ["Ant is faster than 3 bees."], []),
        ("Ant is faster than bees.", ["Ant is faster"], ["than bees."]),
        (
            "Compared with prior work, it is fast, and we save memory.",
            ["it is fast", "and we save memory."],
            ["Compared with prior work"],
        ),
        (
            "Existing methods are slow, but SINet is fast while keeping hair.",
            ["but SINet is fast while keeping hair."],
            ["Existing methods are slow"],
        ),
        (
            "We show that existing methods fail, whereas ours works.",
            ["whereas ours works."],
            ["existing methods fail"],
        ),
        ("It is slow but fails.", ["It is slow but fails."], []),
        ("X grows; Y falls: Z stays", ["X grows", "Y falls", "Z stays"], []),
        (
            "Models, rather than people, decide, although people vote.",
            ["Models decide", "although people vote."],
            ["rather than people"],
        ),
        ("Unlike fish", [], ["Unlike fish"]),
        (
            "Than fish, but birds, unlike bats, fly",
            ["but birds fly"],
            ["Than fish", "unlike bats"],
        ),
        (
            "Baselines are weak, and the tracker wins, so Nets lose.",
            ["and the tracker wins", "so Nets lose."],
            ["Baselines are weak"],
        ),
        ("", [], []),
    ],
)
def test_clauses_of_the_work_and_of_others(
    sentence: str, own: list[str], others: list[str]
) -> None:
    found = clauses_of(sentence)
    assert [clause.text for clause in found if not clause.of_others] == own
    assert [clause.text for clause in found if clause.of_others] == others
    assert all(clause.stems == stems_of(clause.text) for clause in found)


@pytest.mark.parametrize(
    ("sentence", "others"),
    [
        ("Prior methods fail, and the authors find most of them slow.", [True, True]),
        ("SINet works, and the authors find most of them slow.", [False, False]),
        ("Prior methods fail, and the authors find SINet fast.", [True, False]),
        # Whom "them" means is told where the subject stands, not far behind it.
        (
            f"Prior methods fail, and the authors find {'very ' * 12}slow most of them.",
            [True, False],
        ),
    ],
)
def test_them_are_who_was_named_before(sentence: str, others: list[bool]) -> None:
    assert [clause.of_others for clause in clauses_of(sentence)] == others


def test_a_pronoun_refers_back() -> None:
    found = clauses_of("Ants are small; our ants run; the paths are short: it holds")
    assert [clause.refers_back for clause in found] == [False, True, False]


@pytest.mark.parametrize(
    ("claim", "quote", "alike", "otherwise"),
    [
        ("Ant is better than Bee.", "Ant is better than Bee on images.", True, False),
        ("Ant is better than Bee.", "Bee is better than Ant.", False, True),
        ("Ant is better than Bee.", "Ant is worse than Bee.", False, True),
        ("Ant is better than Bee.", "Bee is worse than Ant.", False, False),
        ("Ant beats Bee.", "Ant outperforms Bee.", True, False),
        ("Ant beats Bee.", "Bee is better than Ant.", False, True),
        ("Ant beats Bee.", "Ant beats Cat.", False, False),
        ("Ant underperforms Bee.", "Ant outperforms Bee.", False, True),
        ("Ant underperforms Bee.", "Bee outperforms Ant.", False, False),
        ("Ant and Bee are compared.", "Ant beats Bee.", False, False),
        ("Ant beats Bee.", "Ant and Bee are compared.", False, False),
        # Only what stands on one side alone is compared.
        ("Ant nets beat Bee nets.", "Bee nets beat Ant nets.", False, True),
        ("Ant nets beat Bee nets.", "Ant nets beat Bee nets.", True, False),
        ("Ant beats Bee.", "Ant Bee beats Bee Ant.", True, False),
        ("Ant nets beat Bee.", "Ant beats Bee nets.", False, False),
        ("Ant beats Bee nets.", "Ant nets beat Bee.", False, False),
        ("Ant beats Bee.", "Cat beats Bee.", False, False),
        ("Ant on dry hills beats Bee.", "Bee on dry hills beats Ant.", False, True),
        ("Ant is faster than Bee.", "Ant is other than Bee.", False, False),
        # Eight words of content on each side.
        (
            "Ant of red clay from old dry hills near lakes beats Bee.",
            "Bee beats Ant.",
            False,
            True,
        ),
        ("Ant one two three four five six seven eight beats Bee.", "Bee beats Ant.", False, False),
        ("Bee beats one two three four five six seven Ant.", "Ant beats Bee.", False, True),
        ("Bee beats one two three four five six seven eight Ant.", "Ant beats Bee.", False, False),
        # One thing is common to both, the other is told of its side alone.
        ("Ant beats Bee on hills.", "Bee beats Ant on hills.", False, True),
        ("Ant is faster than Bee.", "Ant is slower than Cat.", False, False),
        ("Ant is cheaper than Bee and Cat.", "Ant is more costly than Bee.", False, True),
    ],
)
def test_two_things_that_are_compared(claim: str, quote: str, alike: bool, otherwise: bool) -> None:
    assert compares_alike(claim, quote) is alike
    assert compares_otherwise(claim, quote) is otherwise


@pytest.mark.parametrize(
    ("text", "said"),
    [("Ant surpasses Bee.", True), ("ANT IS LARGER THAN BEE", True), ("Ant is large.", False)],
)
def test_what_compares(text: str, said: bool) -> None:
    assert compares(text) is said


HEAT = "Heat causes drought"


@pytest.mark.parametrize(
    ("claim", "quote", "otherwise"),
    [
        ("Drought causes heat.", HEAT, True),
        ("Heat causes drought.", HEAT, False),
        ("Drought is caused by heat.", HEAT, False),
        ("Heat is due to drought.", HEAT, True),
        ("Because of drought, heat comes.", HEAT, True),
        ("Because of heat, drought comes.", HEAT, False),
        ("When heat comes, drought comes.", "Drought when heat", False),
        ("Heat causes floods.", HEAT, False),
        ("Drought lasts.", HEAT, False),
        # If it says both, it is not the other way round.
        ("Drought causes heat.", "Heat causes drought, and drought causes heat", False),
        # Words on both sides of the quote tell nothing.
        ("Drought causes heat.", "Heat or drought causes drought or heat", False),
        ("A car contains wheels.", "Wheels are part of a car", False),
        ("Wheels contain a car.", "Wheels are part of a car", True),
        # Of another family.
        ("Wheels contain a car.", "A car causes wheels", False),
        # Eight words of content on each side.
        ("Drought one two three four five six seven causes heat.", HEAT, True),
        ("Drought one two three four five six seven eight causes heat.", HEAT, False),
        ("Drought causes one two three four five six seven heat.", HEAT, True),
        ("Drought causes one two three four five six seven eight heat.", HEAT, False),
        # A word of relation that opens its sentence, or only its clause.
        ("Moreover, because of drought, heat comes.", HEAT, True),
        ("Because of drought, heat comes, then dust.", HEAT, True),
        ("Heat rises, due to drought, again.", HEAT, True),
        # A quote with two relations.
        ("Drought causes heat.", "Heat causes drought, and rain causes floods", True),
        ("Bees drive ants and dogs.", "Ants cause bees, cats cause dogs", False),
        ("Bees and dogs drive ants and dogs.", "Ants cause bees, cats cause dogs", True),
        # As many words fit straight as crossed.
        ("Ants cause bees, cats and dogs.", "Dogs cause ants, bees and cats", False),
        ("Dry heat causes cold drought.", "Dry drought causes cold heat", False),
        ("Dry dust heat causes cold drought.", "Drought causes dry dust heat", True),
    ],
)
def test_two_things_that_are_related(claim: str, quote: str, otherwise: bool) -> None:
    assert relates_otherwise(claim, quote) is otherwise


@pytest.mark.parametrize(
    ("claim", "text", "missing"),
    [
        ("It is <b>fast</b>.", "It is fast.", ("<b>", "</b>")),
        ("It is <b>fast</b>.", "They are <b>slow</b>.", ()),
        ("<b>It</b> is <b>fast</b>.", "", ("<b>", "</b>")),
        ("Μου and 我们 and да", "It is.", ("CJK", "CYRILLIC")),
        ("我们", "这", ()),
        ("Naïve β-decay, x² and 5 µm", "It is.", ()),
        ("It is in ℝ, ℜ and ℒ.", "It is.", ()),
        ("\U00017000 is a word.", "It is.", ("UNKNOWN",)),
        ("See [here](x)", "", ("[here](",)),
    ],
)
def test_markup_and_scripts_that_the_quotes_lack(
    claim: str, text: str, missing: tuple[str, ...]
) -> None:
    assert missing_markup(claim, text) == missing

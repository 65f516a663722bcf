"""The cells of one row: no words twice, a clause for each, and each number once."""

from __future__ import annotations

from rag.comparing.flow import Comparer
from rag.comparing.rows import finished, quoted_row
from rag.decisions.aspect_sentences import Ranked
from rag.decisions.aspects import APPROACH, BASELINE, CODE, DATA, RESULT, Aspect
from rag.types import Cell, Paper, Span

SAID = "We reach 83.6% accuracy on ImageNet at last, surpassing all of the existing methods."
CODED = "We reach 83.6% accuracy on ImageNet. Code is at https://a.org/b now."


def ranked(text: str, place: str, margin: float) -> list[Ranked]:
    return [Ranked(Span(text, 0, len(text)), margin, text.index(place))]


def row(text: str, places: dict[str, tuple[str, float]], *aspects: Aspect) -> list[Cell]:
    paper = Paper("a", "A title", text, (), 0, "")
    known = [a for a in (APPROACH, DATA, RESULT, BASELINE, CODE) if a in aspects]
    return quoted_row(paper, known, {a.id: ranked(text, *places[a.id]) for a in known})


def test_two_aspects_of_one_sentence_have_a_clause_each() -> None:
    places = {"result": ("83.6%", 1.0), "baseline": ("existing", 2.0)}
    result, baseline = row(SAID, places, RESULT, BASELINE)
    assert result.value == "We reach 83.6% accuracy on ImageNet at last"
    assert baseline.value == "surpassing all of the existing methods."
    assert result.quotes == baseline.quotes and not (result.see or baseline.see)
    assert [one.text.text for one in result.measures] == ["83.6%"] and not baseline.measures


def test_one_clause_is_said_once_and_pointed_to() -> None:
    places = {"result": ("83.6%", 0.5), "data": ("ImageNet", 2.0), "code": ("https", 1.0)}
    data, result, code = row(CODED, places, DATA, RESULT, CODE)
    assert (result.see, data.see, code.see) == ("", "reported result", "")
    assert code.value == "https://a.org/b" and data.value == CODED and data.quotes
    assert result.measures and not data.measures, "a number stands once"


def test_no_row_of_the_delivered_papers_says_anything_twice(plain: Comparer) -> None:
    made = plain.compare([paper.paper_id for paper in plain.library.papers[:41]]).cells
    for at in range(0, len(made), 8):
        cells = [c for c in made[at : at + 8] if c.quotes and not c.value.startswith("http")]
        said = [cell.value for cell in cells if not cell.see]
        assert not [one for one in said for other in said if one is not other and one in other]
        assert {cell.see for cell in cells} - {""} <= {c.aspect for c in cells if not c.see}


def test_what_a_model_words_anew_needs_no_pointer() -> None:
    places = {"result": ("83.6%", 1.0), "data": ("ImageNet", 2.0)}
    data, result = row(CODED, places, DATA, RESULT)
    own = {a.id: ranked(CODED, *places[a.id]) for a in (DATA, RESULT)}
    reworded = Cell("a", data.aspect, "trained on it", "stated", data.quotes, "supported", "model")
    again = finished([reworded, result], [DATA, RESULT], own)
    assert [cell.see for cell in again] == ["", ""]

"""However a source writes the names of people, the given names come first."""

from __future__ import annotations

import pytest

from rag.corpus.formats.fields.author_lists import names_of
from rag.text.names.people import is_collective, name_from, people
from rag.text.names.person_names import respellings


@pytest.mark.parametrize(
    ("name", "turned"),
    [
        ("Strix, Ada", "Ada Strix"),
        ("van der Uil, A.", "A. van der Uil"),
        ("Strix, Jr., John", "John Strix Jr."),
        ("Strix, John, III", "John Strix III"),
        ("Strix, Jr.", "Strix, Jr."),
        ("Strix, AB.", "A B Strix"),
        ("STRIX, A", "A STRIX"),
        ("Bubo, Xiao-Ming", "Xiao-Ming Bubo"),
        ("Ada Strix", "Ada Strix"),
        ("Ada B. Strix", "Ada B. Strix"),
        ("Team, Group, Lab, City", "Team, Group, Lab, City"),
        # The family name, then initials.
        ("Strix A", "A Strix"),
        ("Strix A.B.", "A.B. Strix"),
        ("Strix A B", "A B Strix"),
        ("STRIX A", "A STRIX"),
        ("Strix AB.", "A B Strix"),
        ("Bubo Z.-J.", "Z.-J. Bubo"),
        ("Bubo Yu.A.", "Yu.A. Bubo"),
        ("BU XM", "X M BU"),
        ("van der Uil T A", "T A van der Uil"),
        ("de la Lechuza J", "J de la Lechuza"),
        ("O'Strix-Noctua AB", "A B O'Strix-Noctua"),
        ("Älgö-Üben Ö", "Ö Älgö-Üben"),
        ("Strix JR", "J R Strix"),
        ("Strix JR Jr", "J R Strix Jr"),
        ("Strix JR 3rd", "J R Strix 3rd"),
        ("John Strix III", "John Strix III"),
        # Marks of exports, and what joins names.
        ("Strix A.*", "A. Strix"),
        ("Strix A.B. 1,2", "A.B. Strix"),
        ("Ada Strix²", "Ada Strix"),
        ("Strix, Ada (0000-0002-1825-009X)", "Ada Strix"),
        ("and Strix, A.", "A. Strix"),
        ("A. Strix1", "A. Strix"),
        ("A. Strix1,2", "A. Strix"),
        ("Strix, Ada3*", "Ada Strix"),
        ("Team HOOT65", "Team HOOT65"),
        ("van den Uil,null", "van den Uil"),
        # People with names that are words for groups.
        ("Press, Ada H.", "Ada H. Press"),
        ("Lab, Max", "Max Lab"),
        ("Press AH", "A H Press"),
        ("Press A.H.", "A.H. Press"),
        ("Institute of Owls, Moscow", "Institute of Owls, Moscow"),
        ("University, School of Owls", "University, School of Owls"),
        # No people, or no certain order.
        ("Owl Study Group B", "Owl Study Group B"),
        ("Night Watch Task Force 5", "Night Watch Task Force 5"),
        ("OWL", "OWL"),
        ("WU YI", "WU YI"),
        ("J. R.", "J. R."),
        ("王伟", "王伟"),
        ("山田 太郎", "山田 太郎"),
        ("Bubo Yu-An", "Bubo Yu-An"),
        ("Сова И.И.", "И.И. Сова"),
    ],
)
def test_a_name_has_the_given_ones_first(name: str, turned: str) -> None:
    assert people([name]) == (turned,)


@pytest.mark.parametrize(
    ("names", "turned"),
    [
        (["Jean DUBOIS", "Xiu LI"], ("Jean DUBOIS", "Xiu LI")),
        (["Xiu LI", "Xin WU"], ("Xiu LI", "Xin WU")),
        (["Strix LI", "Noctua AB"], ("L I Strix", "A B Noctua")),
        (["Strix AB", "Night Owl Group"], ("A B Strix", "Night Owl Group")),
        (["Karthik S", "Ada Strix"], ("Karthik S", "Ada Strix")),
        (["Strix A.", "Ada Noctua"], ("A. Strix", "Ada Noctua")),
        (["Strix A", "A. Strix", "Strix A"], ("Strix A", "A. Strix")),
        (["", "Strix A"], ("A Strix",)),
    ],
)
def test_a_list_shows_what_comes_first(names: list[str], turned: tuple[str, ...]) -> None:
    assert people(names) == turned


def test_names_whose_parts_are_known_are_never_turned() -> None:
    parts = name_from("Xiu", "LI"), name_from("AB", "Uil", "van der", "Jr"), name_from("", "Owl X")
    assert people(parts) == ("Xiu LI", "A B van der Uil Jr", "X Owl")
    assert people(["Owl Lab B", "Owl B"], as_given=["Owl B"]) == ("Owl Lab B", "Owl B")


@pytest.mark.parametrize(
    "cell",
    [
        "Strix A, Noctua B, Bubo CD.",
        "Strix, A.\nand Noctua, B.\nand Bubo, C D",
        "Strix A.;Noctua B.;Bubo CD",
    ],
)
def test_names_of_one_cell(cell: str) -> None:
    initials = [name.replace(".", "") for name in people(names_of(cell))]
    assert initials == ["A Strix", "B Noctua", "C D Bubo"]


@pytest.mark.parametrize("name", ["Group", "Owl Group", "WHO Group", "Ministry of Owls, Norway"])
def test_a_group_is_no_person(name: str) -> None:
    assert is_collective(name)


@pytest.mark.parametrize(
    "author", ["{}, Jan", "{} et al.", "J. A. {}", "{} JA", "{}, Jr., Jan", "van der {}, Jan"]
)
def test_only_the_family_name_is_respelled(author: str) -> None:
    others = {author.format(family) for family in ("Sater", "Saaeter", "Saeeter")}
    assert set(respellings(author.format("Saeter"))) == others
    assert not list(respellings(" . "))

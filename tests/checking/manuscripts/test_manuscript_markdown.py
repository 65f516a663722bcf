"""Manuscripts in Markdown: pandoc's citations, numbers, footnotes and links."""

from __future__ import annotations

from pathlib import Path

import pytest
from manuscripts import cited_in, draft_of, sentences_in

from rag.checking.manuscripts.reading import read_manuscript


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Deep nets win often [see @a, p. 3; also @b].", [(["a", "b"], "Deep nets win often.")]),
        ("@a [p. 3] shows that deep nets win.", [(["a"], "The authors shows that deep nets win.")]),
        ("In @a, deep nets often win.", [(["a"], "In the paper, deep nets often win.")]),
        ("Du-IN [@a] decodes speech.", [(["a"], "Du-IN decodes speech.")]),
        ("Deep nets win.^[See also @a.] Others lose.", [(["a"], "Deep nets win.")]),
        ("Deep nets win (e.g., @a; @b).", [(["a", "b"], "Deep nets win.")]),
        ("Smith says that deep nets win [-@a].", [(["a"], "Smith says that deep nets win.")]),
        ("Deep nets win often. [@a] Others lose.", [(["a"], "Deep nets win often.")]),
        ("Deep nets win (see [@{a b}]).", [(["a b"], "Deep nets win.")]),
        ("`@decorator` is code, and me@example.org is mail.", []),
        ("Deep nets are drawn in @fig:nets and @sec:intro.", []),
        ("| deep nets | win |\n|---|---|\n| [@a] | [@b] |\n\nDeep nets win.", []),
        ("```\nDeep nets win [@a].\n```\n\nDeep nets win.", []),
        (
            "Deep nets often win, see [this paper on nets](https://doi.org/10.1000/Nets).",
            [(["10.1000/nets"], "Deep nets often win, see this paper on nets.")],
        ),
        (
            "Deep nets often win [[7]](https://arxiv.org/abs/2103.10697v2).",
            [(["arXiv:2103.10697"], "Deep nets often win.")],
        ),
        (
            "Deep nets often win (https://doi.org/10.1000/nets).",
            [(["10.1000/nets"], "Deep nets often win.")],
        ),
    ],
)
def test_what_is_cited(tmp_path: Path, text: str, wanted: list[tuple[list[str], str]]) -> None:
    assert cited_in(draft_of(tmp_path, text)) == wanted


LIST = """

## 5. References

1. Smith, A. (2020). On nets and features. NeurIPS.
2. Roe, B. and Poe, C. Title two is here. 2018.
3. Doe, E. (2020a). A third title of theirs. Journal.
4. Doe, E. (2020b). A fourth title of theirs. Journal.

## Appendix

Nothing is cited here.
"""


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Deep nets win often [1, 3-4].", ["1", "3", "4"]),
        ("Deep nets win often [1--3].", []),
        ("Values of nets lie in [0, 1], and arrays as x[1] do.", []),
        ("Nets win (Roe & Poe, 2018; Doe 2020a, 2020b).", ["roe 2018", "doe 2020a", "doe 2020b"]),
        ("Deep nets win often, as Doe’s (2020b) do.", ["doe 2020b"]),
        ("Deep nets win often (Unknown et al., 1999).", ["Unknown et al., 1999"]),
        ("Deep nets won in Paris (March 2020), and again (Paris, 2019).", []),
        ("Deep nets win, say Doe and others (2020).", ["Doe and others, 2020"]),
    ],
)  # fmt: skip
def test_a_list_of_references(tmp_path: Path, text: str, keys: list[str]) -> None:
    draft = draft_of(tmp_path, text + LIST)
    assert [key for found, _ in cited_in(draft) for key in found] == keys
    assert draft.references["2"].text.startswith("Roe, B.")
    assert draft.references["smith 2020"].text == draft.references["1"].text
    assert "References" not in [block.text for block in draft.blocks]
    assert sentences_in(draft)[-1][0] == "Nothing is cited here."


def test_one_name_and_year_for_two_papers_is_no_key(tmp_path: Path) -> None:
    """Which of them is meant cannot be known, so neither is taken."""
    entries = "1. Doe, E. (2020). A title of theirs. X.\n2. Doe, F. (2020). Another title. X.\n"
    draft = draft_of(tmp_path, f"Nets win often (Doe, 2020).\n\n# References\n\n{entries}")
    assert "several entries" in draft.references["doe 2020"].problem


def test_footnotes(tmp_path: Path) -> None:
    text = (
        "Deep nets win often.[^a] Shallow nets lose often.[^b] Some nets draw.[^c]\n\n"
        "[^a]: See @smith, p. 3.\n[^b]: Roe, B. Title two is here. 2018.\n\n"
        "[^c]: Such nets have many layers of units [@doe].\n"
    )
    draft = draft_of(tmp_path, text)
    assert cited_in(draft) == [
        (["smith"], "Deep nets win often."),
        (["^b"], "Shallow nets lose often."),
        (["doe"], "Such nets have many layers of units."),
    ]
    assert draft.references["^b"].text == "Roe, B. Title two is here. 2018."
    assert [block.kind for block in draft.blocks] == ["paragraph", "footnote"]


def test_links_by_number_without_a_heading(tmp_path: Path) -> None:
    text = "Deep nets win often [1]. Shallow nets lose [2].\n\n[1]: https://doi.org/10.1000/a\n[2]: https://doi.org/10.1000/b\n"
    draft = draft_of(tmp_path, text)
    assert [keys for keys, _ in cited_in(draft)] == [["1"], ["2"]]
    assert draft.references["2"].text == "https://doi.org/10.1000/b"


def test_places_lead_back_to_the_file(tmp_path: Path) -> None:
    text = (
        "---\ntitle: x\n---\n\n# Head\n\nOne sentence\nof two lines. Another\n*one* here [@a].\n\n"
        "- A list says it.\n"
    )
    draft = draft_of(tmp_path, text)
    lines = [draft.blocks[s.block].place(s.start).number for _, s in sentences_in(draft)]
    assert [said for said, _ in sentences_in(draft)] == [
        "One sentence of two lines.", "Another one here [@a].", "A list says it.",
    ]  # fmt: skip
    assert lines == [7, 8, 11]


def test_a_bibliography_of_a_folder_that_is_given_beside(tmp_path: Path) -> None:
    """As in the window, where files have no folders."""
    given = tmp_path / "refs.bib"
    given.write_text("@article{a, title={On nets and features}}")
    path = tmp_path / "text.md"
    path.write_text("---\nbibliography: [parts/refs.bib, gone.bib]\n---\n\nDeep nets win [@a].\n")
    draft = read_manuscript(path, [given])
    assert draft.references["a"].record is not None
    assert draft.notes == ["There is no gone.bib, which it names as its bibliography."]

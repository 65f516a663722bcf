"""Manuscripts in LaTeX: what is read, what is left out, files beside it, broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from manuscripts import SAMPLES, cited_in, draft_of, sentences_in

from rag.checking.manuscripts.reading import read_manuscript
from rag.errors import InputError


def test_the_sample() -> None:
    draft = read_manuscript(SAMPLES / "review.tex")
    assert cited_in(draft) == [
        (["park2020sinet"], "SINet reduces the number of parameters from 2.1M to 86.9K."),
        (["vaswani2017"], "The authors do without recurrence and convolution"),
        (["bachmann2023mlps"], "The performance of MLPs improves with scale"),
        (["dascoli2021convit", "missing2020"], "ConViT outperforms DeiT on ImageNet."),
        (
            ["oota2022brain"],
            "Multi-modal Transformers predict brain activity better than single-modal ones.",
        ),
    ]
    places = {block.text[:12]: block.place(0) for block in draft.blocks}
    assert (places["SINet reduce"].file, places["SINet reduce"].number) == ("review.tex", 9)
    assert (places["The performa"].file, places["The performa"].number) == ("parts/others.tex", 2)
    assert "TinyNet keeps both" in " ".join(block.text for block in draft.blocks)
    assert [block.kind for block in draft.blocks].count("heading") == 2
    assert draft.notes == [
        "../outside is not beside the manuscript, and was not read.",
        "There is no gone.bib, which it names as its bibliography.",
    ]
    record = draft.references["park2020sinet"].record
    assert record is not None and record.authors[1] == "Lars Lowe Sjösund"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"Deep nets win~\citep[see][p.~3]{a,b}.", [(["a", "b"], "Deep nets win.")]),
        (r"\Textcite{a} say that deep nets win.", [(["a"], "The authors say that deep nets win.")]),
        (r"Nets of Smith et al.\ win \cite{a}.", [(["a"], "Nets of Smith et al. win.")]),
        (r"In \cite{a}, deep nets often win.", [(["a"], "In the paper, deep nets often win.")]),
        (r"Deep nets win.\footcite{a} Others lose.", [(["a"], "Deep nets win.")]),
        (r"Deep nets win.\footnote{See \cite{a}.} Others lose.", [(["a"], "Deep nets win.")]),
        (r"Deep nets win \parencite*{a}\nocite{z}.", [(["a"], "Deep nets win.")]),
        ("Deep nets win \\autocites[3]{a}\n[4]{b}.", [(["a", "b"], "Deep nets win.")]),
        (r"Deep nets win \citeA{a} and \shortcite{b}.", [(["a", "b"], "Deep nets win and.")]),
        (r"\emph{Deep} nets win in $93\%$ \cite{a}.", [(["a"], "Deep nets win in 93%.")]),
        (r"Deep nets of G\"odel win \cite{a}. % \cite{z}", [(["a"], "Deep nets of Gödel win.")]),
        (r"Deep nets win.\begin{verbatim}\cite{z}\end{verbatim}", []),
        (r"Deep nets win.\begin{lstlisting}\cite{z}\end{lstlisting}", []),
        (r"Deep nets win.\begin{table*}\cite{z}\end{table*}", []),
        (r"\begin{itemize}\item Deep nets win \cite{a}.\end{itemize}", [(["a"], "Deep nets win.")]),
        (
            r"Deep nets win, see \href{https://doi.org/10.1/x}{a paper on nets}.",
            [],
        ),
        (
            r"Deep nets win \url{https://doi.org/10.1000/x}.",
            [(["10.1000/x"], "Deep nets win.")],
        ),
    ],
)  # fmt: skip
def test_what_is_cited(tmp_path: Path, text: str, wanted: list[tuple[list[str], str]]) -> None:
    assert cited_in(draft_of(tmp_path, text, "tex")) == wanted


def test_a_bibliography_in_the_file(tmp_path: Path) -> None:
    text = (
        "Deep nets win \\cite{a}.\n\\begin{thebibliography}{9}\n"
        "\\bibitem[Smith(2020)]{a} A.~Smith. \\newblock On {N}ets. 2020.\n"
        "\\bibitem{b} B. Roe. Other nets.\n\\end{thebibliography}\n"
    )
    draft = draft_of(tmp_path, text, "tex")
    assert {key: one.text for key, one in draft.references.items()} == {
        "a": "A. Smith. On Nets. 2020.", "b": "B. Roe. Other nets.",
    }  # fmt: skip
    assert [said for said, _ in sentences_in(draft)] == ["Deep nets win [a]."]


def test_bibtex_s_output_in_place_of_a_missing_bib(tmp_path: Path) -> None:
    entries = "\\begin{thebibliography}{1}\\bibitem{a} A. Smith. On nets.\\end{thebibliography}"
    (tmp_path / "text.bbl").write_text(entries)
    draft = draft_of(tmp_path, "Deep nets win \\cite{a}.\\bibliography{gone}", "tex")
    assert draft.references["a"].text == "A. Smith. On nets." and draft.notes == []


@pytest.mark.parametrize(
    "text",
    [
        r"Deep nets win {{{ \cite{a} \begin{foo} nets \end{bar} \frac{",
        r"\begin{document}Deep nets win \cite{unclosed",
        r"Deep nets win \cite{} \cite \citep[ \footnote{",
        "\\newcommand{\\x}{\\x}\\x deep nets win.",
    ],
)
def test_broken_latex_is_read_as_far_as_it_goes(tmp_path: Path, text: str) -> None:
    assert any("win" in block.text for block in draft_of(tmp_path, text, "tex").blocks)


def test_files_that_include_each_other_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "other.tex").write_text("Others lose. \\input{text}")
    draft = draft_of(tmp_path, "Deep nets win. \\input{other}", "tex")
    assert [said for said, _ in sentences_in(draft)] == ["Deep nets win.", "Others lose."]


def test_a_link_leads_out_of_no_folder(tmp_path: Path) -> None:
    """A manuscript of a stranger shows no file of the reader's in the report."""
    (tmp_path / "secret.tex").write_text("A secret.")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.tex").symlink_to(tmp_path / "secret.tex")
    draft = draft_of(inside, "Nets win. \\input{link} \\input{../secret}", "tex")
    assert "secret" not in " ".join(block.text for block in draft.blocks).lower()
    assert len(draft.notes) == 2


def test_an_empty_document(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"text\.tex has no text"):
        draft_of(tmp_path, "\\documentclass{article}\\begin{document}\\end{document}", "tex")

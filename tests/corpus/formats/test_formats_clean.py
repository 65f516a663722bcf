"""Text to what is kept: entities, tags, garbled text, LaTeX; names, years and identifiers."""

from __future__ import annotations

import pytest

from rag.corpus.formats.fields.normalise import (
    ABSTRACT_LIMIT,
    clean,
    identifiers,
    make_record,
    year_of,
)
from rag.corpus.formats.markup.latex import from_accents, from_latex
from rag.types import Identifiers, Rejected


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("two \n  lines\t", "two lines"),
        ("R&amp;D &lt; 5 &#233; &#x3b1; AT&T &nosuch;", "R&D < 5 é α AT&T &nosuch;"),
        ("&amp;lt;i&amp;gt;twice&amp;lt;/i&amp;gt;", "twice"),
        ("H<sub>2</sub>O and <i>E. coli</i><br/>next", "H₂O and E. coli next"),
        ("<jats:title>Aim</jats:title><jats:p>We do.</jats:p>", "Aim: We do."),
        ("<a href='x'>link</a> <!-- no --> <![CDATA[data]]>", "link data"),
        ("a <b and c> d, p < 0.05, x<y and y>z", "a <b and c> d, p < 0.05, x<y and y>z"),
        ("â€œfooâ€\x9d and CafÃ©", "“foo” and Café"),
        ("e\u0301t\u00ad\u200be\ufeff", "éte"),
        ("\ud800 lone", "\ufffd lone"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"M{\"u}ller, Erd\H{o}s, \v{S}koda, \c c, \'\i, {\'{e}}", "Müller, Erdős, Škoda, ç, í, é"),
        (r"{\ss}tra{\ss}e, \o{}, \L{}\'od\'z, \aa ngstr\"om", "ßtraße, ø, Łódź, ångström"),
        (r"The {{GPU}} of \emph{deep \textbf{nets}}", "The GPU of deep nets"),
        (r"{\em Title} one, {\sc Small} caps", "Title one, Small caps"),
        (r"5\% \& 10~km --- 3--4, ``so''", "5% & 10 km — 3–4, “so”"),
        (r"$\alpha_{i} \in \{x\}$ and \(\sqrt{2}\)", r"$\alpha_{i} \in \{x\}$ and \(\sqrt{2}\)"),
        (r"{Cu$_2$O} at \$5, \ensuremath{\beta}", "Cu₂O at $5, β"),
        (
            r"\href{https://a.b/~x}{here} \url{https://x.y/~me}",
            "here (https://a.b/~x) https://x.y/~me",
        ),
        (r"\alpha-helix, \textmu m, \LaTeX{} and \TeX", "α-helix, µm, LaTeX and TeX"),
        (r"\unknown{kept} C:\temp \frac \sqrt", r"kept C:\temp"),
        (r"a\_b\#c \textbackslash{} \textasciitilde{}", r"a_b#c \ ~"),
        ("no {closing", "no closing"),
    ],
)
def test_latex_of_a_bibtex_field(latex: str, text: str) -> None:
    assert from_latex(latex).startswith(text)


def test_latex_in_other_text_is_its_accents_and_no_more() -> None:
    assert (
        from_accents(r"Erd\H{o}s -- ~5\% of {x} in $\alpha$") == "Erdős -- ~5% of {x} in $\\alpha$"
    )


def test_identifiers_are_bare() -> None:
    assert identifiers(doi="https://doi.org/10.1038/NPHYS1170.") == Identifiers(
        doi="10.1038/nphys1170"
    )
    assert identifiers(doi="doi:10.48550/arXiv.2301.00001") == Identifiers(
        doi="10.48550/arxiv.2301.00001", arxiv="2301.00001"
    )
    assert identifiers(arxiv="http://arxiv.org/abs/quant-ph/0201082v1").arxiv == "quant-ph/0201082"
    assert identifiers(arxiv="math.GT/0309136").arxiv == "math.gt/0309136"
    assert identifiers(arxiv="arXiv:2301.00001v3 [cs.CL]", pmid="PMID: 00123").pmid == "123"
    assert identifiers(doi="none", arxiv="n/a", pmid="unknown") == Identifiers()


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("2001/09/01/", 2001),
        (1999, 1999),
        ("Spring 2004-2005", 2004),
        ("12345", None),
        ("12(3), 1501-1510, 2019", 2019),
        ("1543", 1543),
        (None, None),
    ],
)
def test_years(value: object, year: int | None) -> None:
    assert year_of(value) == year


@pytest.mark.parametrize(
    ("title", "abstract", "reason"),
    [
        ("<i> </i>", "An abstract", "it has no title"),
        ("??? --- _", "An abstract", "its title has no letter or digit"),
        ("t" * 5001, "", "its title has more than 5,000 characters"),
        ("One", "a" * (ABSTRACT_LIMIT + 1), "its abstract has more than 100,000 characters"),
    ],
)
def test_what_is_no_record(title: str, abstract: str, reason: str) -> None:
    refused = make_record(title=title, abstract=abstract, source="s", place="row 3")
    assert isinstance(refused, Rejected)
    assert (refused.source, refused.reason) == ("s", reason)
    assert refused.record.startswith("row 3")

"""Superscripts, subscripts and formulas keep their meaning, in whatever markup they come."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import one

from rag.corpus.formats.fields.normalise import clean
from rag.corpus.formats.markup.markup import without_markup

SPACE = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'
PREAMBLE = r"\documentclass[12pt]{minimal} \usepackage{amsmath} \setlength{\oddsidemargin}{-69pt} "
QUARTER = (
    f"<mml:math {SPACE}><mml:mfrac><mml:mn>1</mml:mn><mml:mn>4</mml:mn></mml:mfrac></mml:math>"
)


def math(inner: str) -> str:
    return clean(f"<math>{inner}</math>")


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("8<sup>7</sup> wells, 3 × 10<sup>-4</sup> M", "8⁷ wells, 3 × 10⁻⁴ M"),
        ("5 W m<sup>&#8722;2</sup> of Ca<sup>2+</sup>", "5 W m⁻² of Ca²⁺"),
        ("NO<sub>3</sub><sup>-</sup> and k<sub>i</sub>", "NO₃⁻ and kᵢ"),
        ("V<sub>max</sub>, PM<sub>2.5</sub>, R<sup>AB</sup>", "V_(max), PM₂.₅, R^(AB)"),
        ("10<sup>4.5</sup> or 10<sup>(a+b)</sup>", "10^(4.5) or 10⁽ᵃ⁺ᵇ⁾"),
        ("Trp53<sup>-/-</sup> mice, 2<sup>k<sup>2</sup></sup>", "Trp53⁻/⁻ mice, 2^(k²)"),
        ("<SUP>13</SUP>C in M<SUB>Jup</SUB>", "¹³C in M_(Jup)"),
        ("7<ce:sup>2</ce:sup> and 7<jats:sup>2</jats:sup> and N<inf>2</inf>", "7² and 7² and N₂"),
        (
            "9&lt;sup&gt;2&lt;/sup&gt; 9&amp;lt;sup&amp;gt;2&amp;lt;/sup&amp;gt; N&#8322;",
            "9² 9² N₂",
        ),
        ('m<span style="vertical-align: super">3</span>', "m³"),
        ("m<style face='superscript' size='100%'>3</style>", "m³"),
        # What is no exponent reads as it did.
        ("the 2<sup>nd</sup>, the XX<sup>e</sup>", "the 2nd, the XXe"),
        ("Pill<sup>&reg;</sup> Pill<sup>TM</sup> 4<sup>o</sup>C", "Pill® Pill™ 4°C"),
        ("as shown<sup>[4]</sup> and known<sup>2,3</sup>", "as shown[4] and known²,³"),
        # Blanks and line breaks around the tags of catalogues.
        ("NH\n  <sub>3</sub>\n  rose", "NH₃ rose"),
        ("H\n  <sub>2</sub>\n  S of the\n  <sup>15</sup>\n  N", "H₂S of the ¹⁵N"),
        ("8 m\n  <sup>-2</sup>\n  and 10 <sup>6</sup> cells", "8 m⁻² and 10⁶ cells"),
        ("the <sup>15</sup>N of CO<sub>2 </sub>gas", "the ¹⁵N of CO₂ gas"),
        # Errors: no end, another beginning, an end without a beginning.
        ("10<sup>6 cells", "10⁶ cells"),
        ("10<sup>6<sup> cells", "10⁶ cells"),
        ("10</sup>6<p>cells", "106 cells"),
        ("a \ufdd8<i>b</i>", "a b"),
        # No tags.
        ("a <b and c> d, x<y>z, <mask>, <none>", "a <b and c> d, x<y>z, <mask>, <none>"),
        ("<h4>Aim</h4>To see. <b>Why:</b> so", "Aim: To see. Why: so"),
        ("<jats:title>Aim.</jats:title><jats:p>To</jats:p><jats:p>see</jats:p>", "Aim. To see"),
    ],
)
def test_markup_of_text(marked: str, plain: str) -> None:
    assert clean(marked) == plain


@pytest.mark.parametrize(
    ("inner", "plain"),
    [
        ("<mfrac><mn>1</mn><mn>8</mn></mfrac>", "1/8"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac>", "(a+b)/c"),
        ("<mfrac><mi>a</mi><mfrac><mi>b</mi><mi>c</mi></mfrac></mfrac>", "a/(b/c)"),
        ("<mn>3</mn><mfrac><mn>1</mn><mn>8</mn></mfrac>", "3 1/8"),
        ("<mfrac><mi>a</mi><mi>b</mi></mfrac><mi>c</mi>", "(a/b)c"),
        ('<mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac>', "(n choose k)"),
        ("<msup><mi>r</mi><mn>2</mn></msup> <mo>=</mo> <mn>0.7</mn>", "r² = 0.7"),
        ("<mi>p</mi><mo>&lt;</mo><mn>0.01</mn>", "p < 0.01"),
        ("<msub><mi>x</mi><mrow><mi>i</mi><mo>,</mo><mi>j</mi></mrow></msub>", "x_(i, j)"),
        ("<msubsup><mi>SO</mi><mn>4</mn><mrow><mn>2</mn><mo>−</mo></mrow></msubsup>", "SO₄²⁻"),
        ("<msup><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></msup>", "(a+b)²"),
        ("<mo>(</mo><mi>a</mi><msup><mo>)</mo><mn>2</mn></msup>", "(a)²"),
        ("<msqrt><mi>n</mi><mo>+</mo><mn>1</mn></msqrt>", "√(n+1)"),
        ("<mroot><mi>n</mi><mn>3</mn></mroot><mroot><mi>n</mi><mi>k</mi></mroot>", "∛nᵏ√n"),
        (
            "<munderover><mo>∑</mo><mrow><mi>k</mi><mo>=</mo><mn>0</mn></mrow><mi>n</mi>"
            "</munderover><mi>k</mi>",
            "∑ₖ₌₀ⁿk",
        ),
        ("<mover><mi>y</mi><mo>¯</mo></mover><mover><mi>a</mi><mo>^</mo></mover>", "ȳâ"),
        (
            "<mmultiscripts><mi>U</mi><mprescripts/><mn>92</mn><mn>238</mn></mmultiscripts>",
            "₉₂²³⁸U",
        ),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a, b)"),
        ("<mi>sin</mi><mo>&#8289;</mo><mi>x</mi><mn>2</mn><mtext>ml</mtext>", "sin x2 ml"),
        (
            "<semantics><mi>q</mi><annotation encoding='TeX'>\\mathrm{q}</annotation></semantics>",
            "q",
        ),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>", "1, 2"),
        ("<mn>10</mn><mspace width='1em'/><mi>s</mi><mphantom><mi>z</mi></mphantom>", "10 s"),
    ],
)
def test_mathml(inner: str, plain: str) -> None:
    assert math(inner) == plain
    prefixed = inner.replace("</", "\0").replace("<", "<mml:").replace("\0", "</mml:")
    assert clean(f"<mml:math {SPACE}>{prefixed}</mml:math>") == plain
    spread = inner.replace("><", ">\n   <")
    assert clean(f"<math>\n {spread}\n</math>") == plain


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        (f"{PREAMBLE}\\begin{{document}}$$k_1$$\\end{{document}}", "$k_1$"),
        (f"if k1{PREAMBLE}\\begin{{document}}$$k_1$$\\end{{document}} is", "if $k_1$ is"),
        (f"if {PREAMBLE}\\begin{{document}}$$k_1$$\\end{{document}}k1 is", "if $k_1$ is"),
        (f"ask {PREAMBLE}\\begin{{document}}$$k$$\\end{{document}} it", "ask $k$ it"),
        (f"a {PREAMBLE}without a document", f"a {PREAMBLE}without a document"),
        (
            f"<inline-formula><alternatives><tex-math>{PREAMBLE}\\begin{{document}}\\[m^3\\]"
            "\\end{document}</tex-math><math><mi>m</mi></math></alternatives></inline-formula> ok",
            "$m^3$ ok",
        ),
        (
            "<jats:inline-formula><jats:tex-math>m_1</jats:tex-math></jats:inline-formula>",
            "$m_1$",
        ),
        (
            "<alternatives><graphic x='y'/><math><mi>m</mi></math></alternatives>",
            "m",
        ),
        (
            "<InlineEquation><EquationSource Format='TEX'>$$m$$</EquationSource>"
            "<EquationSource Format='MATHML'><math><mi>m</mi></math></EquationSource>"
            "</InlineEquation>",
            "$m$",
        ),
    ],
)
def test_a_formula_is_kept_once(marked: str, plain: str) -> None:
    assert clean(marked) == plain


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"6\textsuperscript{4} wells", "6⁴ wells"),
        (r"6\textsuperscript{$-$4}, 3\textsuperscript{rd}", "6⁻⁴, 3rd"),
        (r"N\textsubscript{2}, NO$_3^-$, N\sb{2}, m\sp{2}", "N₂, NO₃⁻, N₂, m²"),
        (r"of 10$^{6}$, $10^{-6}$, $2.5\times10^{3}$", "of 10⁶, 10⁻⁶, 2.5×10³"),
        (r"\ensuremath{10^{6}} at 30$^\circ$C, $\chi^2$", "10⁶ at 30°C, χ²"),
        (r"V$_{\rm max}$, $k^2$, $5 and $10", r"V$_{\rm max}$, $k^2$, $5 and $10"),
    ],
)
def test_latex_in_any_format(tex: str, plain: str) -> None:
    ris = f"TY  - JOUR\nTI  - One\nAB  - {tex}\nER  - \n"
    assert one("a.ris", ris).abstract == plain
    assert one("a.bib", f"@article{{a, title={{One}}, abstract={{{tex}}}}}").abstract == plain
    assert one("a.json", json.dumps({"title": "One", "abstract": tex})).abstract == plain


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"a mass of 3 M$_{{\ensuremath{\odot}}}$", r"a mass of 3 M$_{\odot}$"),
        (r"{\ensuremath{<}}4{\ensuremath{\mu}}m at 7{\farcs}2", "<4μm at 7.2″"),
        (r"12\arcmin by 3\farcm5, 1\fdg4, 20 \micron", "12′by 3.5′, 1.4°, 20 µm"),
        (r"50 \kms{} for 2 \Msun, \halpha\ lines, {\lesssim}8", "50 km s⁻¹ for 2 M☉, Hα lines, ≲8"),
        (r"{\ion{O}{iii}} in \ce{CO2}, \ce{SO4^{2-}} and \ce{Na^+}", "O III in CO₂, SO₄²⁻ and Na⁺"),
        (r"at \SI{5}{K} and \num{3}", "at 5 K and 3"),
        (r"N{\textless}sup{\textgreater}2{\textless}/sup{\textgreater}", "N²"),
    ],
)
def test_macros_of_bibtex(tex: str, plain: str) -> None:
    assert one("a.bib", f"@article{{a, title={{One}}, abstract={{{tex}}}}}").abstract == plain


def test_elements_of_xml_are_read_as_tags_are() -> None:
    pubmed = (
        f"<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A 6<sup>2</sup>"
        f"</ArticleTitle><Abstract><AbstractText Label='AIM'>{QUARTER} of 8<sup>2</sup> and "
        "<b>N</b><sub>2</sub>, 9&lt;sup&gt;2&lt;/sup&gt;.</AbstractText></Abstract></Article>"
        "</MedlineCitation></PubmedArticle>"
    )
    paper = one("a.xml", pubmed)
    assert (paper.title, paper.abstract) == ("A 6²", "AIM: 1/4 of 8² and N₂, 9².")
    style = "<style face='{}'>{}</style>".format
    endnote = (
        "<xml><records><record><ref-type name='x'>1</ref-type><titles><title>"
        f"{style('normal', 'A 6')}{style('superscript', '2')}</title></titles>"
        f"<electronic-resource-num>{style('normal', '10.5555/a.b')}</electronic-resource-num>"
        f"<abstract>{style('bold', 'N')}{style('subscript', '2')}</abstract></record>"
        "</records></xml>"
    )
    paper = one("b.xml", endnote)
    assert (paper.title, paper.abstract, paper.identifiers.doi) == ("A 6²", "N₂", "10.5555/a.b")
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>x</id><title>A $6^{2}$</title>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">N<sup>2</sup></div>'
        "</content></entry></feed>"
    )
    paper = one("c.xml", atom)
    assert (paper.title, paper.abstract) == ("A 6²", "N²")


def test_an_inverted_index_has_its_tags_in_parts() -> None:
    words = f"{QUARTER} of <jats:sup> 2 </jats:sup> 8<sup>2</sup>".split()
    places = {word: [at for at, other in enumerate(words) if other == word] for word in words}
    table = json.dumps([{"title": "One", "abstract_inverted_index": places}])
    assert one("a.json", table).abstract == "1/4 of² 8²"


@given(
    st.lists(
        st.sampled_from("<sup> </sup> <sub> <math> </math> <msup> <mn> </mn> 2 x & <p>".split())
    )
)
def test_any_order_of_tags_is_read(parts: list[str]) -> None:
    text = without_markup("".join(parts))
    assert "<" not in text
    assert sum(map(str.isalnum, text)) == sum(part in ("2", "x") for part in parts)


@pytest.mark.parametrize(
    "part", ["<sup>", "<math>", "<math><mn>1</mn>", "a<sup>2</sup>\n", "</sub>"]
)
def test_many_tags_take_time_by_their_number(part: str) -> None:
    taken = []
    for many in (2_000, 8_000):
        start = time.process_time()
        without_markup(part * many)
        taken.append(time.process_time() - start)
    assert taken[1] < 8 * taken[0] + 0.05


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("P<i>a", "P<i>a"),
        ("if x<b>y, $a<B>c$", "if x<b>y, $a<B>c$"),
        ("w<I>o</i>rd", "word"),
        ("E. <i>coli lives", "E. coli lives"),
        ("end<p>Next", "end Next"),
    ],
)
def test_a_letter_between_comparisons_is_no_tag(text: str, plain: str) -> None:
    assert clean(text) == plain

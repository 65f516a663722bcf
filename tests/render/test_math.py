"""TeX in titles and abstracts reads as it was meant, and never becomes markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendering import Seen, hostile

from ui.web.render.basics.math import prose


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("CO$_2$", "CO<sub>2</sub>"),
        ("an $O(n^2)$ cost", "an O(n<sup>2</sup>) cost"),
        (r"$\alpha_{i}^{2} \le \beta$", "α<sub>i</sub><sup>2</sup> ≤β"),
        (r"\(x^2\)", "x<sup>2</sup>"),
        ("the L_{1} distance", "the L<sub>1</sub> distance"),
        (r"the \textbf{Mamba} model", "the <b>Mamba</b> model"),
        (
            "a ``soft\" and ``hard'' one, `fully-open', 5' and x''",
            "a “soft” and “hard” one, ‘fully-open’, 5&#x27; and x&#x27;&#x27;",
        ),
        (r"\emph{so $x^2$} at 7\%", "<i>so x<sup>2</sup></i> at 7%"),
        (r"a\_b \cite{some2020} \textbf{", r"a_b \cite{some2020} \textbf{"),
        ("$10^{-3}$", "10<sup>-3</sup>"),
        ("it costs $5 and $10 each", "it costs $5 and $10 each"),
        ("snake_case and 2^8", "snake_case and 2^8"),
        ("$x<y$ & <b>", "x&lt;y &amp; &lt;b&gt;"),
        ("$$m^3$$ of water", "m<sup>3</sup> of water"),
        (r"\[ v = \frac{a+b}{2c} \]", "v = (a+b)/2c"),
        (r"$\frac{1}{8}$, $\sqrt{k+1}$ and $\sqrt{k}$", "1/8, √(k+1) and √k"),
        (r"{\it in vitro} and {\bf bold}", "<i>in vitro</i> and <b>bold</b>"),
        (r"$\sim$7% and $\pm$2", "∼7% and ±2"),
        (
            r"$y^{b_{c}}$ and $\mathrm{SO}_4^{2-}$",
            "y<sup>b<sub>c</sub></sup> and SO<sub>4</sub><sup>2-</sup>",
        ),
        (r"$\left( x_1 \right)^2$", "( x<sub>1</sub> )<sup>2</sup>"),
        (r"a beam of $0\farcs7$ and M$_{\odot}$", "a beam of 0.7″ and M<sub>⊙</sub>"),
        ("T_(max) and 10^(4.5)", "T<sub>max</sub> and 10<sup>4.5</sup>"),
        (r"$\frac{a$ stays", r"$\frac{a$ stays"),
        ("from $1,000 to $2,000, or $5/month vs $9", "from $1,000 to $2,000, or $5/month vs $9"),
        ("$5 at x_1 and $10", "$5 at x_1 and $10"),
    ],
)
def test_tex_is_drawn(written: str, read: str) -> None:
    assert prose(written).replace('<span class="tex">', "").replace("</span>", "") == read


@given(
    st.one_of(
        hostile, hostile.map(lambda text: f"${text}$"), st.text("$\\\\{}_^<>&a1 ", max_size=40)
    )
)
def test_nothing_in_it_becomes_markup(text: str) -> None:
    assert {tag for tag, _ in Seen(prose(text)).shape} <= {"span", "sub", "sup"}


def test_a_long_formula_may_be_broken() -> None:
    assert 'class="tex long"' in prose(f"${'x + ' * 20}x_1$")


@given(st.text(st.characters(exclude_characters="$\\{("), max_size=60))
def test_text_without_tex_stays_as_it_is(text: str) -> None:
    assert Seen(prose(text)).text == text

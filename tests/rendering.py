"""What tests of rendered HTML share: a small answer, hostile text, and a parser of the result."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import strategies as st

from rag.types import (
    Answer,
    Citation,
    Claim,
    Coverage,
    Paper,
    PaperRef,
    Reason,
    Removed,
    Span,
    Timings,
)
from ui.web.render.basics.math import has_tex

ABSTRACT = "Attention is costly. We make it linear. Accuracy stays the same. See the page."


# Text that tries to get out: of an element, of an attribute, of a script, of a template.
# TeX is drawn, in elements of its own: tests/render/test_math.py.
plain = st.text(max_size=60).filter(lambda text: not has_tex(text))


hostile = st.one_of(
    plain,
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            '"><svg onload=alert(1)>',
            "' onmouseover='alert(1)",
            "</p></li><li>",
            "&lt;b&gt; &amp; &#60;i&#62;",
            "${alert(1)} {{value}} `x`",
            "<mark data-start=0>",
            "<!-- ",
            "]]>",
            "javascript:alert(1)",
        ]
    ),
)


class Seen(HTMLParser):
    """What a browser makes of some HTML: elements with their attribute names, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[str] = []
        self.text = ""
        self.marks: list[tuple[int, int, str]] = []
        self._open_mark: tuple[int, int] | None = None
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, tuple(name for name, _ in attrs)))
        self.values += [value or "" for _, value in attrs]
        if tag == "mark":
            given = dict(attrs)
            self._open_mark = (int(given["data-start"] or ""), int(given["data-end"] or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._open_mark = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open_mark:
            self.marks.append((*self._open_mark, data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data!r}")


def paper(title: str = "Linear attention", abstract: str = ABSTRACT, url: str = "") -> Paper:
    return Paper("p1", title, abstract, (url,) if url else (), 0, "test")


def span(start: int, end: int, text: str = ABSTRACT) -> Span:
    return Span(text[start:end], start, end)


def citation(*quotes: Span, number: int = 1, title: str = "Linear attention") -> Citation:
    return Citation(number, "p1", title, None, quotes)


def answer(
    reason: Reason | None = None,
    claims: tuple[Claim, ...] = (),
    citations: tuple[Citation, ...] = (),
    coverage: Coverage | None = None,
    standalone: str = "How?",
    removed: Removed | None = None,
) -> Answer:
    nearest = (PaperRef("p1", "Linear <attention>"),) if reason else ()
    return Answer(
        id=None,
        question="How?",
        standalone_question=standalone,
        kind="abstention" if reason else "answer",
        answer="",
        abstained=reason is not None,
        reason=reason,
        nearest=nearest,
        claims=claims,
        citations=citations,
        retrieved=(),
        coverage=coverage,
        mode="quotes",
        model="none",
        timings=Timings(total_ms=40.4),
        removed=removed or Removed(),
    )


# Text without TeX, which is drawn as it was meant (tests/render/test_math.py).
plain = st.text(st.characters(exclude_characters="$\\{"), max_size=80)

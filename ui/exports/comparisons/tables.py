"""A comparison as a table for other programs: CSV, Markdown, LaTeX. Pure: values in, text out."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

from rag.text.characters.escaping import as_markdown, visible
from rag.text.quantities.measure_words import main_measure, measured_words, own_measures
from rag.types import STANCES, Cell, Comparison
from ui.exports.comparisons.cells import NOT_STATED, cell_numbers, cell_words

_COMPUTED = ("=", "+", "-", "@")  # how formulas begin, in every spreadsheet
_MEASURED = ("number", "unit", "metric", "data set", "all numbers")
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---", "…": r"\ldots{}",
    "×": r"\ensuremath{\times}", "±": r"\ensuremath{\pm}", "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}", "≈": r"\ensuremath{\approx}", "→": r"\ensuremath{\rightarrow}",
    "−": r"\ensuremath{-}", "·": r"\ensuremath{\cdot}", "∞": r"\ensuremath{\infty}",
    "°": r"\ensuremath{^\circ}", "[": "{[}", "]": "{]}", "-": "{-}", "`": "{`}", "'": "{'}",
}  # fmt: skip
_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (\w+)$")
_DRAWN = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau"
    " upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()


def as_csv(comparison: Comparison) -> str:
    """A line for each paper, for a spreadsheet.

    Id, title, URL; for each aspect the value, then for each its quotes; the paper's status. Then,
    for aspects whose cells have numbers: the first of them with unit, metric and data set, each in
    a column, and all of them in words. Last, the aspects that were corrected by hand.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    aspects = [*map(_one_line, comparison.aspects)]
    rows = [
        comparison.cells[at * len(aspects) : (at + 1) * len(aspects)]
        for at in range(len(comparison.papers))
    ]
    measured = [
        at for at in range(len(aspects)) if any(own_measures(row[at].measures) for row in rows)
    ]
    corrected = any(cell.corrected is not None for cell in comparison.cells)
    writer.writerow(
        map(
            _inert,
            [
                "paper_id", "title", "url", *aspects, *(f"{a}: quote" for a in aspects), "status",
                *(f"{aspects[at]}: {name}" for at in measured for name in _MEASURED),
                *(["corrected by hand"] if corrected else []),
            ],
        )
    )  # fmt: skip
    for paper, cells in zip(comparison.papers, rows, strict=True):
        by_hand = [name for name, c in zip(aspects, cells, strict=True) if c.corrected is not None]
        writer.writerow(
            map(
                _inert,
                [
                    paper.paper_id, _one_line(paper.title), paper.url or "",
                    *(_one_line(cell.shown) or NOT_STATED for cell in cells),
                    *(" … ".join(_one_line(q.text) for q in cell.quotes) for cell in cells),
                    paper.status,
                    *(text for at in measured for text in _numbers(cells[at])),
                    *(["; ".join(by_hand)] if corrected else []),
                ],
            )
        )  # fmt: skip
    return out.getvalue()


def _numbers(cell: Cell) -> list[str]:
    """The columns that `_MEASURED` names, of one cell; empty if it has no number of its own."""
    main = None if cell.corrected is not None else main_measure(cell.measures)
    if main is None:
        return [""] * len(_MEASURED)
    spans = [_one_line(span.text) if span else "" for span in (main.metric, main.data)]
    words = "; ".join(map(_one_line, measured_words(cell.measures)))
    return [f"{main.value:.15g}", main.unit, *spans, words]


def _inert(text: str) -> str:
    """The text as a spreadsheet shows it: what begins as a formula would be computed there."""
    return f"'{text}" if text.startswith(_COMPUTED) else text


def as_markdown_table(comparison: Comparison) -> str:
    """A Markdown table with a row for each paper, then the summary as a list if there is one."""
    lines = [_md_row(["Paper", *comparison.aspects])]
    lines.append("|" + " --- |" * (1 + len(comparison.aspects)))
    lines += [_md_row([paper[1], *values]) for paper, values in _rows(comparison)]
    if comparison.summary:
        lines += ["", *(f"- {as_markdown(claim.text)}" for claim in comparison.summary)]
    return "\n".join(lines) + "\n"


def as_latex(comparison: Comparison) -> str:
    """A LaTeX document that compiles as it is: one `longtable`, standard packages only."""
    columns = 1 + len(comparison.aspects)
    width = round(0.94 / columns, 4)
    spec = f">{{\\raggedright\\arraybackslash}}p{{{width}\\linewidth}}" * columns
    head = _tex_row(["Paper", *comparison.aspects], bold=True)
    rows = [_tex_row([paper[1], *values]) for paper, values in _rows(comparison)]
    items = [rf"\item {escape_latex(claim.text)}" for claim in comparison.summary]
    listed = ["\\begin{itemize}", *items, "\\end{itemize}"] if items else []
    return "\n".join(
        [
            r"\documentclass{article}",
            r"\usepackage[T1]{fontenc}",
            r"\usepackage[utf8]{inputenc}",
            r"\usepackage[a4paper,landscape,margin=1cm]{geometry}",
            r"\usepackage{array,longtable}",
            r"\begin{document}",
            r"\footnotesize\setlength{\tabcolsep}{2pt}\sloppy",
            rf"\begin{{longtable}}{{{spec}}}",
            r"\hline",
            head,
            r"\hline\endhead",
            *rows,
            r"\hline",
            r"\end{longtable}",
            *listed,
            r"\end{document}",
            "",
        ]
    )


def escape_latex(text: str) -> str:
    """LaTeX that prints the text; a character that no standard font has becomes "?"."""
    return "".join(_drawn(character) for character in visible(text))


def _drawn(character: str) -> str:
    if character in _LATEX:
        return _LATEX[character]
    if character.isascii() or (character.isalpha() and ord(character) < 0x180):
        return character
    greek = _GREEK.match(unicodedata.name(character, ""))
    if greek:
        name = greek[2].lower() if greek[1] == "SMALL" else greek[2].capitalize()
        name = {"lamda": "lambda", "Lamda": "Lambda"}.get(name, name)
        if name in _DRAWN:
            return rf"\ensuremath{{\{name}}}"
        return name[0]
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return "".join(_LATEX.get(letter, letter) for letter in plain) or "?"


def _rows(comparison: Comparison) -> list[tuple[tuple[str, str, str], list[str]]]:
    """Each paper (id, title, URL) with the text of its cells."""
    values = {(cell.paper_id, cell.aspect): _shown(cell) for cell in comparison.cells}
    return [
        (
            (paper.paper_id, _one_line(paper.title), paper.url or ""),
            [values[paper.paper_id, aspect] for aspect in comparison.aspects],
        )
        for paper in comparison.papers
    ]


def _shown(cell: Cell) -> str:
    """A cell's words; for a stance also its sentence, because the word alone says too little.

    Its numbers come first, as in the window.
    """
    if cell.value in STANCES and cell.corrected is None:
        return f"{cell.value}: “{_one_line(cell.quotes[0].text)}”"
    numbers = "; ".join(map(_one_line, cell_numbers(cell)))
    return f"{numbers} – {_one_line(cell_words(cell))}" if numbers else _one_line(cell_words(cell))


def _one_line(text: str) -> str:
    return visible(text)


def _md_row(cells: list[str]) -> str:
    escaped = [as_markdown(cell).replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(escaped)} |"


def _tex_row(cells: list[str], *, bold: bool = False) -> str:
    drawn = [escape_latex(cell) for cell in cells]
    drawn = [rf"\textbf{{{cell}}}" for cell in drawn] if bold else drawn
    return " & ".join(drawn) + r" \\"

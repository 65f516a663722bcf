"""What the reader of LaTeX knows of macros and environments, beside what pylatexenc knows."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# \citet, \textcite and \citeauthor stand for the paper; \cite, \parencite and others stand aside.
_CITES = re.compile(r"(?:full|foot|paren|text|auto|smart|super|block)?cite[a-z]*\*?", re.IGNORECASE)
_NOUNS = re.compile(r"(?:cite(?:t|alt|author|title)|textcite)", re.IGNORECASE)
_LEFT_OUT_CITES = frozenset(("nocite", "citestyle", "citeyear", "citeyearpar"))

# Environments that have no sentences, or none of the text.
LEFT_OUT = frozenset(
    "equation align alignat flalign gather multline eqnarray math displaymath subequations figure"
    " table tabular tabularx tabulary longtable wrapfigure wraptable subfigure sidewaystable"
    " verbatim Verbatim lstlisting minted comment tikzpicture pgfpicture picture algorithm"
    " algorithmic algorithm2e filecontents CCSXML keywords IEEEkeywords teaser abbreviations"
    " array matrix forest".split()
)
_VERBATIM = ("Verbatim", "lstlisting", "minted", "comment", "filecontents", "CCSXML")

# Macros by their arguments, as pylatexenc writes them, whose arguments are no prose.
_SILENT = {
    "{": "label bibliographystyle vspace hspace vspace* hspace* pagestyle thispagestyle"
    " graphicspath usetikzlibrary hyphenation phantom hphantom vphantom email orcid ccsdesc"
    " keywords affiliation address institute author title date thanks tableofcontents index"
    " glsadd hypersetup captionsetup lstset geometry setlist nocite cline color pagenumbering"
    " includeonly Address inst affil authornote received copyrightyear acmYear acmDOI acmISBN",
    "{{": "setlength addtolength setcounter addtocounter definecolor newacronym pdfbookmark"
    " addcontentsline acmConference",
    "[{": "includegraphics usepackage documentclass RequirePackage todo includepdf",
    "{[[{": "newcommand renewcommand providecommand newenvironment renewenvironment",
    "{[{": "newtheorem",
}
_SILENT_WITH_TWO = {"newenvironment", "renewenvironment"}
REFERS = frozenset("ref eqref cref Cref autoref pageref vref nameref subref labelcref".split())
SECTIONS = frozenset("part chapter section subsection subsubsection paragraph subparagraph".split())
FOOTNOTES = frozenset(("footnote", "footnotetext", "endnote", "sidenote", "marginpar"))
SILENT = frozenset(name for names in _SILENT.values() for name in names.split())


def cites(name: str) -> bool:
    """Whether a macro cites, by its name."""
    return _CITES.fullmatch(name) is not None and name not in _LEFT_OUT_CITES


def cites_as_noun(name: str) -> bool:
    """Whether the sentence needs what the macro prints as a word."""
    return _NOUNS.fullmatch(name.rstrip("*")) is not None


@cache
def context() -> Any:
    """The macros and environments for pylatexenc's parser."""
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import (
        EnvironmentSpec,
        MacroSpec,
        MacroStandardArgsParser,
        VerbatimArgsParser,
    )

    def macro(name: str, arguments: str) -> Any:
        return MacroSpec(name, args_parser=MacroStandardArgsParser(arguments))

    kinds = ["cite", "citep", "citet", "citealt", "citealp", "citeauthor", "citetitle", "citeyear"]
    kinds += ["citeyearpar", "parencite", "textcite", "autocite", "footcite", "footfullcite"]
    kinds += ["fullcite", "smartcite", "supercite", "blockcite"]
    names = [*kinds, *(name.capitalize() for name in kinds)]
    macros = [macro(name, "*[[{") for name in names]
    for arguments, silent in _SILENT.items():
        macros += [
            macro(name, "{[[{{" if name in _SILENT_WITH_TWO else arguments)
            for name in silent.split()
        ]
    macros += [macro(name, "*{") for name in REFERS]
    macros += [macro(name, "*[{") for name in SECTIONS]
    macros += [macro(name, "[{") for name in FOOTNOTES]
    macros += [macro(n, "{") for n in ("input", "include", "subfile", "bibliography", "url")]
    macros += [macro("addbibresource", "[{"), macro("href", "{{"), macro("bibitem", "[{")]
    macros += [macro("texorpdfstring", "{{"), macro("textcolor", "[{{"), macro("subimport", "{{")]
    environments = [
        EnvironmentSpec(name, args_parser=VerbatimArgsParser("verbatim-environment"))
        for name in _VERBATIM
    ]
    environments.append(EnvironmentSpec("thebibliography", "{"))
    known = get_default_latex_context_db()
    known.add_context_category("manuscripts", macros, environments, prepend=True)
    return known

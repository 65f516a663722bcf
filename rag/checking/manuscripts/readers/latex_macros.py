"""What the reader of LaTeX knows of macros and environments, beside what pylatexenc knows."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# \citet, \textcite and \citeauthor stand for the paper; \cite, \parencite and others stand aside.
_CITES = re.compile(r"\w*cite\w*", re.IGNORECASE)
_USED = re.compile(r"\\(\w*[cC]ite\w*)")
# \autocites[p. 2]{one}[p. 3]{two}
_SEVERAL = re.compile(r"\\(\w*[cC]ite)s((?:\s*\([^()]*\))*(?:\s*(?:\[[^\[\]]*\]\s*)*\{[^{}]*\})+)")
_KEYS = re.compile(r"\{([^{}]*)\}")
_NOUNS = re.compile(r"(?:cite(?:t|alt|author|title)|textcite)", re.IGNORECASE)
_LEFT_OUT_CITES = frozenset("nocite citestyle bibcite citation setcitestyle citereset".split())

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


def cited_one_by_one(text: str) -> str:
    r"""The text with \autocite{one,two} for \autocites{one}{two}, and as many characters."""

    def one(found: re.Match[str]) -> str:
        keys = ",".join(key for key in _KEYS.findall(found[2]))
        short = f"\\{found[1]}{{{keys}}}"
        # The lines stay where they are, within the braces.
        breaks = "\n" * found[0].count("\n")
        return short[:-1] + breaks + " " * (len(found[0]) - len(short) - len(breaks)) + "}"

    return _SEVERAL.sub(one, text)


def context_for(text: str) -> Any:
    """The macros and environments for pylatexenc's parser, with those that this text cites by."""
    return _context(frozenset(name for name in _USED.findall(text) if name not in SILENT))


@cache
def _context(names: frozenset[str]) -> Any:
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import (
        EnvironmentSpec,
        MacroSpec,
        MacroStandardArgsParser,
        VerbatimArgsParser,
    )

    def macro(name: str, arguments: str) -> Any:
        return MacroSpec(name, args_parser=MacroStandardArgsParser(arguments))

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

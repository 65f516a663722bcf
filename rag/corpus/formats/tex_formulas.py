"""Formulas that catalogues write as whole LaTeX documents: one formula between dollars is left.

Crossref and PubMed Central have "\\documentclass ... \\begin{document}$$n^2$$\\end{document}", and
where the tags around it were lost, the same formula as text beside it: "n2".
"""

from __future__ import annotations

import re

from pylatexenc.latex2text import LatexNodes2Text

_DOCUMENT = re.compile(
    r"\\(?:documentclass|usepackage|setlength|begin\{document\})"
    r"(?:(?!\\begin\{document\}).){0,2000}?(?:\\begin\{document\})(.*?)\\end\{document\}",
    re.DOTALL,
)

"""The verdict of a sentence, from those of the papers that it cites. Pure."""

from __future__ import annotations

from collections.abc import Collection

from rag.types.manuscripts import SentenceVerdict


def together(verdicts: Collection[SentenceVerdict]) -> SentenceVerdict:
    """One verdict for several.

    A contradiction is always told. Otherwise papers that are not in the library, and clauses that
    say nothing of their paper, count only if there are no others; what some papers support and
    others do not is supported partly.
    """
    judged = {v for v in verdicts if v not in ("not_in_library", "not_checked")}
    if "contradicted" in judged:
        return "contradicted"
    if len(judged) == 1:
        return judged.pop()
    if judged:
        return "partly"
    return "not_in_library" if "not_in_library" in verdicts else "not_checked"

"""What visitors choose for themselves: stored in their browsers, sent with each question."""

from __future__ import annotations

from rag.engine import Engine
from rag.errors import InputError
from ui.settings_form import MOST_PAPERS


def engine_for(engine: Engine, given: object) -> Engine:
    """``engine`` as the visitor wants it who sent ``given``: {"quotes": bool, "top_papers": int}.

    Either may be missing. A visitor may do without the language model and never chooses another
    one: that is what the server pays for. Raises InputError for anything that no page sends.
    """
    if given is None:
        return engine
    if not isinstance(given, dict):
        raise InputError("The page sent no settings of yours.", "Reload it.")
    quotes, most = given.get("quotes", False), given.get("top_papers")
    if not isinstance(quotes, bool):
        raise InputError("That is no way to write answers.", "Choose again in Settings.")
    if most is not None and (type(most) is not int or not 1 <= most <= MOST_PAPERS):
        raise InputError(
            "That is not a number of papers.", f"Give one from 1 to {MOST_PAPERS} in Settings."
        )
    return engine.for_reader(quotes=quotes, top_papers=most)

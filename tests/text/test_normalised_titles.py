"""Normalised titles: the words of a title, however it is written."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from rag.text.names.titles import normalise_title

TEXTS = st.text() | st.text(st.characters(max_codepoint=127)) | st.text("aBéÜ_9 -—'中\n")


@given(TEXTS)
def test_a_normalised_title_has_its_words_in_small_letters(title: str) -> None:
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    base = folded if re.search("[A-Za-z0-9]", folded) else title
    assert normalise_title(title) == " ".join(re.findall(r"\w+", base.lower()))

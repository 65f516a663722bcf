"""What a question asks of authors, once they are a filter and "they" stands for them. Pure."""

from __future__ import annotations

import re

from rag.query.metadata.phrases import ACCORDING_TO, PAPERS
from rag.text.lexicons import lexicon

_THEY = r"\b(?:did|do|does|has|have|had|can|could|would)\s+they"
_LY = r"(?:\w+ly\s+|also\s+|actually\s+)?"
_VERB = re.compile(
    rf"\b(?:what|how|why|which)\b(?:.*{_THEY}|\s+they)\s+{_LY}(?P<said>\w+)", re.IGNORECASE
)
_OWN = re.compile(
    rf"\btheir\s+(?!{PAPERS})(?P<said>\w+)|\b(?P<of>\w+)\s+(?:of|from)\s+them\b",
    re.IGNORECASE,
)
# "How many donors", but not "how many papers".
_AMOUNT = re.compile(
    rf"\bhow\s+(?:many|much|long|fast|far|often|large|well)\s+(?!{PAPERS})(?P<said>\w+)", re.I
)
_SUM_UP = re.compile(
    r"\W*(?:(?:please|can you|could you)\s+)?"
    r"(?:summari[sz]e|sum up|explain|describe|tell me about)\b",
    re.I,
)
_STATED = (
    r"(?:arguments?|claims?|conclusions?|contributions?|discover(?:y|ies)|idea|message|observations?"
    r"|opinion|points?|recommendations?|story|view)"
)
# The participle before "by Smith"; any other word is what is asked for: "What is dropout?".
_FOUND = r"(?:\w+ed|found|shown|said|done|written)"
# Nothing is asked but what they did, found or wrote: "What did they conclude?".
_GENERAL = re.compile(
    rf"\W*(?:[\w'’]+\s+){{0,6}}?what\s+(?:(?:did|do|does|has|have|had)\s+they\s+{_LY}\w+"
    rf"|(?:was|were|is|are|ha(?:s|ve)\s+been)\s+{_LY}{_FOUND}"
    rf"|they\s+{_LY}\w+"
    r"|(?:can|could|do|did)\s+(?:we|i|one|you)\s+\w+\s+from\s+(?:them|their\s+\w+))\W*"
    r"|\W*(?:what\s+(?:is|are|was|were)\s+)?(?:the\s+)?(?:main\s+|key\s+)?"
    rf"(?:{_STATED}|findings?|results?|work)\s+(?:of|from)\s+them\W*"
    rf"|\W*(?:what\s+(?:is|are|was|were)\s+)?their\s+(?:\w+\s+)?{_STATED}\W*",
    re.IGNORECASE,
)
# What records tell of an author's work.
_RECORD_WORDS = lexicon("writing_verbs", "record_fields") - {"study", "studied"}


def asks_in_general(rest: str) -> bool:
    """Whether the rest of a question asks for no more than what the authors say."""
    return _GENERAL.fullmatch(rest) is not None


def asks_what_they_say(question: str, rest: str) -> bool:
    """Whether a question about authors asks what their papers say, not which there are.

    ``rest`` is the question without their names.
    """
    if _SUM_UP.match(rest) or re.search(ACCORDING_TO, question, re.IGNORECASE):
        return True
    found = _AMOUNT.search(rest) or _VERB.search(rest) or _OWN.search(rest)
    if found is None:
        return asks_in_general(rest)
    said = next((word for word in found.groupdict().values() if word), "")
    return said.lower() not in _RECORD_WORDS

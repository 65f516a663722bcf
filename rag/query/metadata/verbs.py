"""Tells "did Smith measure" from "did White noise": whether a verb follows a name. Pure."""

from __future__ import annotations

import re

from rag.text.english import english_words, may_be_verb
from rag.text.lexicons import function_words

_DO = re.compile(r"\W*d(?:id|oes|o)\b", re.IGNORECASE)
_WHAT_BY = re.compile(r"\bwhat(?:\s+\w+)?\s+$", re.IGNORECASE)
_NEXT = re.compile(r"\s+([a-z][\w-]*)")
_LY = re.compile(r"\w+ly")
# After the verb of a question for its object: "what did Smith find in owls".
_AFTER_VERB = re.compile(
    rf"\W*$|\s*[^\w\s'’]|\s+(?:\w+ly|regarding|concerning|{'|'.join(sorted(function_words()))})\b"
)


def verb_follows(text: str, cue: re.Match[str], end: int) -> bool:
    """Whether a verb follows the name that ends at ``end``, after "did" or the like.

    In "How did Black patients respond?" and "What did White matter show?" a noun does. What is
    asked for with "what" follows no verb: only words such as "in" do.
    """
    word = _NEXT.match(text, end)
    if word is None:
        return False
    plain = word[1].lower()
    if plain in function_words() or _LY.fullmatch(plain):
        return True  # "did Smith not find", "did Smith clearly show"
    if _WHAT_BY.search(text[: cue.end()]) and not _AFTER_VERB.match(text, word.end()):
        return False
    if _DO.match(cue.group()):
        return may_be_verb(plain) or plain not in english_words()
    return True

"""Recognises sentences that give their reader orders, by English grammar. Pure.

An abstract describes its work in the third person or as "we". A sentence with "you", or one that
begins with a bare verb and its object ("Ignore the ..."), addresses the reader and reports no
finding. Figures: docs/decisions/0007.
"""

from __future__ import annotations

import re

from rag.text.lexicons import function_words, lexicon

# Quoted words do not address the reader: abstracts about attacks quote orders.
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|``[^`']*''")
# A capital inside a sentence means a name: You Only Look Once.
_YOU = re.compile(
    r"(?<![\w-])(?:you|your|yours|yourself|yourselves)(?![\w-])"
    r"|^\W*(?:You|Your|YOU|YOUR)\b(?=\s+[a-z])"
)
_IMPERATIVE = re.compile(
    r"^\W*(?:\w+:\s+)?(?:(?:please|now|then|and|just)\s+)?(?P<verb>[A-Za-z]+)\s+"
    r"(?:the|an?|all|any|this|these|those|every|each|me|us|it|them|my|everything|anything|nothing"
    r"|previous|prior)\b",
    re.IGNORECASE,
)
_PROHIBITION = re.compile(r"^\W*(?:\w+:\s+)?(?:do not|don['’]?t|never)\s+[a-z]+\b", re.IGNORECASE)
# A word with one of these endings is not a bare verb.
_NO_VERB = re.compile(
    r".*(?:ing|ed|[^p]ly|[^s]s|ion|[^e]al|[^g]ive|ous|ity|ness|ism|ist|ance|ence|ary|ful|phy|ogy)",
    re.IGNORECASE,
)
# Words that are not verbs but may come before an article at the start of a sentence, and verbs with
# which papers do address their readers ("Consider a graph").
_OPENERS = function_words() | lexicon("clause_openers", "bare_openers", "reader_verbs", "cardinals")


def addresses_reader(sentence: str) -> bool:
    """Whether the sentence addresses its reader instead of reporting something."""
    unquoted = _QUOTED.sub(" ", sentence)
    if _YOU.search(unquoted) or _PROHIBITION.match(unquoted):
        return True
    order = _IMPERATIVE.match(unquoted)
    if order is None:
        return False
    verb = order["verb"].lower()
    return verb not in _OPENERS and not _NO_VERB.fullmatch(verb)

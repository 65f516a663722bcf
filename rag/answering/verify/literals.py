"""Numbers, units, names, quoted words and URLs of a claim that its quotes lack.

They are normalised and compared exactly, never by similarity: 86.9K is 86,900, "59.4 %" is 59.4%,
"two" is 2, 10⁵ is 10^5 and 100,000, CO₂ is CO2.
"""

from __future__ import annotations

import re
from collections import Counter

from rag.text.characters.raising import typed
from rag.text.names.coined_names import coined_words
from rag.text.names.identifiers import addresses_in, plain_address, without_addresses
from rag.text.quantities.numbers import Number, numbers_in
from rag.text.words import singular

_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]")
_WORD = re.compile(r"[a-z0-9]+")
# "One" is a pronoun as often as a number ("the one that ..."), so a claim may say it freely.
_FREE = frozenset({"one", "zero"})


def missing_numbers(claim: str, text: str) -> tuple[str, ...]:
    """The numbers of ``claim`` that ``text`` lacks, by value and, where both give one, unit.

    A number that the claim has twice must be there twice: "2 metrics of two benchmarks" does not
    follow from "9 metrics of two benchmarks". Digits inside names (MS2, ResNet-50) belong to
    `missing_names`.
    """
    quoted, said = _numbers(text), _numbers(claim)
    left = Counter(other.value for other in quoted)
    missing = []
    for number in said:
        left[number.value] -= 1
        units = {other.unit for other in quoted if other.value == number.value}
        known = number.unit is None or number.unit in units or None in units
        there = units and known and left[number.value] >= 0
        if number.raw.lower() not in _FREE and not there:
            missing.append(number.raw)
    return tuple(dict.fromkeys(missing))


def missing_names(claim: str, text: str) -> tuple[str, ...]:
    """The coined names, acronyms, quoted words and URLs of ``claim`` that ``text`` lacks.

    Case and plurals do not matter. An acronym is there if ``text`` has words with its initials.
    """
    claim, text = typed(claim), typed(text)
    known_addresses = {plain_address(address) for address in addresses_in(text)}
    missing = [a for a in addresses_in(claim) if plain_address(a) not in known_addresses]
    rest, quotes = without_addresses(claim), text.lower()
    quoted = [words.strip(" .,;") for words in _QUOTED.findall(rest)]
    missing += [words for words in quoted if words.lower() not in quotes]
    missing += [name for name in coined_words(rest) if not _has_name(text, name)]
    return tuple(dict.fromkeys(missing))


def _numbers(text: str) -> list[Number]:
    """The numbers of the text, without digits in URLs, which are compared with the URL."""
    return numbers_in(typed(without_addresses(text)))


def _has_name(text: str, name: str) -> bool:
    """Whether ``text`` has the name as a word, or the words that an acronym abbreviates."""
    one = singular(name)
    for form in (name, one):
        if re.search(rf"(?<![^\W_]){re.escape(form)}(?:s|es)?(?![^\W_])", text, re.IGNORECASE):
            return True
    if not one.isupper() or len(one) < 3:
        return False
    initials = "".join(word[0] for word in _WORD.findall(text.lower()))
    return one.lower() in initials

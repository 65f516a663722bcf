"""Author names in parts, as reference managers want them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from rag.text.characters.escaping import visible
from rag.text.names.people import is_collective, people, suffix_apart


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in parts ("King", "Martin Luther", "Jr"), or ``family`` with the whole of it.

    ``family`` has the particles: "van der Maaten".
    """

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def inverted(self) -> str:
        """ "King, Martin Luther, Jr"; a name without parts as it is."""
        return ", ".join(filter(None, (self.family, self.given, self.suffix)))


def name_of(author: str) -> Name:
    """The parts of a name that begins with the given names.

    A group's name has none, and neither has one whose parts a reader would put together otherwise.
    """
    author = visible(author)
    if is_collective(author):
        return Name(author)
    words, suffix = suffix_apart(author.split())
    at = len(words) - 1
    while at > 1 and words[at - 1].islower():
        at -= 1
    name = Name(" ".join(words[at:]), " ".join(words[:at]), " ".join(suffix))
    return name if people([name.inverted]) == (author,) else Name(author)

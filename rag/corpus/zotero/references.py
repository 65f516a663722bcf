"""References to a Zotero library, to a collection or to a saved search in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import unquote

from rag.errors import InputError

Kind: TypeAlias = Literal["library", "collection", "search"]

PREFIX = "zotero:"
FORMS = "Name zotero:, zotero:collection/NAME, zotero:search/NAME or zotero:group/ID."
# zotero:group/123/collection/NAME, and what Zotero itself copies: zotero://select/groups/123/...
_FORM = re.compile(
    r"zotero:\s*(?://select/)?(?:library(?:/|$))?(?:groups?/(?P<group>\d+)(?:/|$))?"
    r"(?:(?P<kind>collections?|search(?:es)?)/(?P<name>.+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ZoteroReference:
    """A whole library, or what is in one of its collections or saved searches.

    ``group`` is a group's number, or empty for the user's own library. ``name`` is a key, a name or
    a path of names such as "Biology/Reefs"; empty for a whole library.
    """

    group: str = ""
    kind: Kind = "library"
    name: str = ""

    @property
    def source(self) -> str:
        """The reference in its usual form: `Record.source` of what is read by it."""
        # "!" would separate an archive from a file in it.
        name = self.name.replace("%", "%25").replace("!", "%21")
        parts = [f"group/{self.group}"] if self.group else []
        parts += [f"{self.kind}/{name}"] if name else []
        return PREFIX + "/".join(parts)


def is_zotero(text: str) -> bool:
    """Whether ``text`` is meant as a reference to Zotero, rightly formed or not."""
    return text.strip().lower().startswith(PREFIX)


def parse_zotero(text: str) -> ZoteroReference:
    """The reference in ``text``. Raises InputError if it has none of the forms."""
    found = _FORM.fullmatch(" ".join(text.split()).rstrip("/"))
    if found is None:
        raise InputError(f"{text!r} names nothing in Zotero.", FORMS)
    kind = (found["kind"] or "library").lower()
    of_kind: Kind = "collection" if kind.startswith("c") else "search"
    name = unquote(found["name"] or "").strip("/ ")
    return ZoteroReference(found["group"] or "", of_kind if name else "library", name)

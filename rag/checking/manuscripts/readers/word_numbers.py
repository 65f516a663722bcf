"""The numbers that Word shows before paragraphs, "1." or "[2]": they are not in the text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE = f"{_W}val"


@dataclass
class Numbers:
    """Counts the numbered paragraphs of one document, which are asked for in order."""

    document: Any
    _counted: Counter[str] = field(default_factory=Counter)

    def of(self, paragraph: Any) -> int | None:
        """The number that the paragraph shows; None if it has none, a bullet, or a letter."""
        level, listed = self._list_of(paragraph)
        if level != "0" or listed in ("", "0"):
            return None
        first = self._first(listed)
        if first is None:
            return None
        self._counted[listed] += 1
        return first + self._counted[listed] - 1

    def _list_of(self, paragraph: Any) -> tuple[str, str]:
        """The level and the id of the paragraph's list, of its own or of its style."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = style.get(_VALUE) if style is not None else None
        while own is None and name is not None:
            found = next((s for s in self.document.styles if s.style_id == name), None)
            own = found.element.find(f"{_W}pPr/{_W}numPr") if found is not None else None
            based = found.element.find(f"{_W}basedOn") if found is not None else None
            name = based.get(_VALUE) if based is not None and based.get(_VALUE) != name else None
        if own is None:
            return "", ""
        level, listed = own.find(f"{_W}ilvl"), own.find(f"{_W}numId")
        return (
            (level.get(_VALUE) or "0") if level is not None else "0",
            (listed.get(_VALUE) or "") if listed is not None else "",
        )

    def _first(self, listed: str) -> int | None:
        """The first number of a list whose numbers are digits."""
        try:
            root = self.document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return None  # the document defines no lists
        lists = (one for one in root.iter(f"{_W}num") if one.get(f"{_W}numId") == listed)
        own = next(lists, None)
        kind = own.find(f"{_W}abstractNumId") if own is not None else None
        if own is None or kind is None:
            return None
        kinds = root.iter(f"{_W}abstractNum")
        of_kind = (one for one in kinds if one.get(f"{_W}abstractNumId") == kind.get(_VALUE))
        levels = (level for one in of_kind for level in one.iter(f"{_W}lvl"))
        level = next((one for one in levels if one.get(f"{_W}ilvl") == "0"), None)
        form = level.find(f"{_W}numFmt") if level is not None else None
        if level is None or form is None or form.get(_VALUE) != "decimal":
            return None
        start = own.find(f"{_W}lvlOverride/{_W}startOverride")
        start = start if start is not None else level.find(f"{_W}start")
        said = start.get(_VALUE) if start is not None else None
        return int(said) if said is not None and said.isdecimal() else 1

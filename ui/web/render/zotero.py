"""What one may choose in Zotero as HTML, for the Library page. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import ZoteroPlace, ZoteroShelf
from ui.web.render.basics.text import count, escape

ZOTERO = "zotero:"  # begins a source that is a Zotero library, or a part of one
_INDENT = "\u2003"  # of a collection in another one


def shelf(found: ZoteroShelf) -> tuple[str, str]:
    """What one may choose of a Zotero library, as options, and a sentence about it."""
    items = count(found.items, "item") if found.items is not None else "its items"
    whole = [ZoteroPlace(ZOTERO, f"The whole library ({items})")]
    groups = (("", whole), ("Collections", found.collections), ("Saved searches", found.searches))
    options = "".join(
        _options(name, places) for name, places in (*groups, ("Groups", found.groups))
    )
    where = "Zotero is running" if found.local else "zotero.org answers"
    return options, f"{where}: {items}, {count(len(found.collections), 'collection')}."


def _options(name: str, places: Sequence[ZoteroPlace]) -> str:
    made = "".join(
        f'<option value="{escape(place.reference)}">{_INDENT * place.depth}{escape(place.name)}'
        f"{f' ({place.items:,})' if place.items else ''}</option>"
        for place in places
    )
    return f'<optgroup label="{name}">{made}</optgroup>' if name and made else made

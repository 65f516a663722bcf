"""The signs of the pages in the navigation, as SVG. Pure."""

from __future__ import annotations

# By the page's name in the address: paths in a box of 24 by 24, drawn as lines.
_PATHS = {
    "chat": "M4 5h16v11H11l-4.5 3.5V16H4z",
    "papers": "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12h6M9 16h6",
    "compare": "M4 5h7v14H4zM13 5h7v14h-7zM4 10h7M13 10h7",
    "check": "M20 12a8 8 0 1 1-4.7-7.3M8.5 11.5l3 3L20 6",
    "notebook": "M7 3.5h11v17H7zM4.5 7.5H9M4.5 12H9M4.5 16.5H9",
    "library": "M5 4.5h4v15H5zM9 4.5h4v15H9zM13.8 5.5l3.8-1 3.2 14.2-3.8.9z",
    "evaluate": "M4 19.5h16M6.5 16v-5M12 16V6M17.5 16V9",
    "settings": "M4 7h9M17 7h3M4 17h3M11 17h9M13 4.5v5h4v-5zM7 14.5v5h4v-5z",
}


def icon(page: str) -> str:
    """The sign of a page; empty if it has none. It says nothing that the link's text does not."""
    path = _PATHS.get(page, "")
    return f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{path}"/></svg>' if path else ""

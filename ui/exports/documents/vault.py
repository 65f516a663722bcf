"""Names and front matter of notes, as Obsidian wants them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from rag.text.characters.escaping import visible

# What Windows, Obsidian and its links forbid in the name of a note.
_UNSAFE = re.compile(r'[\\/:*?"<>|#^\[\]\x00-\x1f]+')
_LONGEST = 80  # characters of a note's name


def safe_name(title: str) -> str:
    """A file name, without its ending, that every system and Obsidian take."""
    name = _UNSAFE.sub(" ", visible(title))
    name = " ".join(name.split())[:_LONGEST].strip(" .")
    return name or "note"


def tag_name(tag: str) -> str:
    """A reader's own tag as Obsidian takes it: one word that is not a number alone."""
    name = "-".join(re.findall(r"[\w/-]+", visible(tag))).strip("-/") or "tag"
    return f"tag-{name}" if name.isdecimal() else name


def note_names(keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The name of each paper's note, by paper id; keys that differ only in signs stay apart."""
    taken: set[str] = set()
    for paper_id, key in keys.items():
        name = wanted = f"@{safe_name(key).replace(' ', '-')}"
        place = 1
        while name.casefold() in taken:
            place += 1
            name = f"{wanted}-{place}"
        taken.add(name.casefold())
        yield paper_id, name


def front_matter(facts: Mapping[str, object]) -> str:
    """Front matter: YAML, of which JSON's texts, numbers and lists are a part."""

    def written(value: object) -> str:
        if isinstance(value, datetime):  # the only form that Obsidian takes for a date and time
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
        return json.dumps(value, ensure_ascii=False)

    lines = []
    for name, value in facts.items():
        if isinstance(value, list):
            items = "".join(f"\n  - {written(item)}" for item in value)
            lines.append(f"{name}:{items or ' []'}")
        else:
            lines.append(f"{name}: {written(value)}")
    return "---\n" + "\n".join(lines) + "\n---\n"

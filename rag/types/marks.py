"""What a reader has noted about papers: stars, read or not, tags of their own, a note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Mark:
    """One reader's marks on one paper; without any, it is false.

    ``tags`` are the reader's own, each once, in the order in which they were given. They are apart
    from `Paper.tags`, which the paper's source gave.
    """

    starred: bool = False
    read: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""

    def __bool__(self) -> bool:
        return self != NO_MARK


NO_MARK = Mark()


@dataclass(frozen=True, slots=True)
class MarkChange:
    """What changes in the marks of some papers; None leaves a part as it is."""

    starred: bool | None = None
    read: bool | None = None
    note: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    def of(self, mark: Mark) -> Mark:
        """The changed marks. A tag that differs only in case from one that is there is the same."""
        gone = {tag.casefold() for tag in self.remove_tags}
        kept = [tag for tag in mark.tags if tag.casefold() not in gone]
        return replace(
            mark,
            starred=mark.starred if self.starred is None else self.starred,
            read=mark.read if self.read is None else self.read,
            note=mark.note if self.note is None else self.note,
            tags=_each_once([*kept, *self.add_tags]),
        )


def _each_once(tags: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for tag in tags:
        if tidy := " ".join(tag.split()):
            found.setdefault(tidy.casefold(), tidy)
    return tuple(found.values())

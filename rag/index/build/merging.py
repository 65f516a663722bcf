"""Gives a generation its parts: those of the one before, and what was embedded since.

A part stays as it is, unless too much of it is dead, or it is small beside what comes after it:
then it is copied into one part with that. So there are few parts, and each is copied seldom.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from rag.index.generations.durable import link_file
from rag.index.vectors.paper_rows import PaperRows
from rag.index.vectors.parts import Mask, Part, PartWriter, copy_rows

_Live: TypeAlias = tuple[Part, Mask]  # a part, and which of its rows count

_DEAD = 0.25  # share of a part's rows above which the others are copied
_SMALL = 2  # times what comes after it: a part that is not larger is copied


def merge_parts(
    folder: Path, before: PaperRows, drop: Collection[str], new: Part, done: Mask
) -> PaperRows:
    """Write the parts of a generation into ``folder``, which has those of ``before``.

    ``drop`` are taken out. Of ``new`` the rows ``done`` are added; they replace earlier ones.
    Raises OSError.
    """
    live = before.live.copy()
    for rows in (before.find(drop), before.rows_of(new.papers["number"][done])):
        live[rows[rows >= 0]] = False
    masks = np.split(live, before.first_rows[1:-1])
    old: list[_Live] = list(zip(before.parts, masks, strict=bool(before.parts)))
    copied = _to_copy(old, int(done.sum()))
    kept = [pair for pair in old if pair not in copied]
    folder.mkdir(exist_ok=True)
    if copied or done.any():
        name = f"{1 + max((int(part.folder.name) for part, _ in old), default=0):08d}"
        if copied or done.sum() < (1 - _DEAD) * len(done):
            done = _copy([*copied, (new, done)], folder / name)
        else:
            _link(new.folder, folder / name)
        kept.append((Part(folder / name), done))
    for part, _ in copied:
        shutil.rmtree(folder / part.folder.name)
    masks = [mask for _, mask in kept]
    merged = PaperRows([part for part, _ in kept], np.concatenate([np.zeros(0, np.bool_), *masks]))
    merged.write_live(folder)
    return merged


def _to_copy(parts: Sequence[_Live], new: int) -> list[_Live]:
    """Which parts are copied together with so many new rows, in order."""
    copied: list[_Live] = []
    for part, mask in reversed(parts):
        count = int(mask.sum())
        if count < (1 - _DEAD) * len(part) or count <= _SMALL * new:
            copied.insert(0, (part, mask))
            new += count
    return copied


def _copy(parts: Sequence[_Live], folder: Path) -> Mask:
    """Copy what counts of the parts into one; returns which rows of it count: all."""
    with PartWriter(folder) as writer:
        for part, mask in parts:
            copy_rows(part, np.flatnonzero(mask).tolist(), writer)
    return np.ones(sum(int(mask.sum()) for _, mask in parts), dtype=np.bool_)


def _link(part: Path, folder: Path) -> None:
    folder.mkdir()
    for file in part.iterdir():
        link_file(file, folder / file.name)

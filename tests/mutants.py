"""Counts the mutants of the last `make mutants` by area: python tests/mutants.py"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

AREAS = {
    "grounding": ("rag/answering/writing/claims.py", "rag/answering/verify"),
    "fusion": ("rag/retrieval",),
    "chunking": ("rag/index/build/chunks.py", "rag/text/sentences/sentences.py"),
    "sync plan": ("rag/corpus/plan.py", "rag/index/build/sync.py"),
    "merge": ("rag/corpus/dedupe",),
}
# The exit status of a mutant's tests, as mutmut keeps it.
_KILLED, _NOT_RUN, _SURVIVED = (1, 3), (None,), (0, 33)


def main(folder: Path = Path("mutants")) -> None:
    """Print a line for each area; whatever is neither killed nor alive ran out of time."""
    for area, places in AREAS.items():
        count: Counter[str] = Counter()
        for meta in sorted(folder.glob("rag/**/*.meta")):
            if meta.relative_to(folder).as_posix().startswith(places):
                for status in json.loads(meta.read_text("utf-8"))["exit_code_by_key"].values():
                    count[_outcome(status)] += 1
        told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(count.items()))
        sys.stdout.write(f"{area}: {count.total()} mutants: {told}\n")


def _outcome(status: int | None) -> str:
    if status in _KILLED:
        return "killed"
    if status in _NOT_RUN:
        return "not run"
    return "survived" if status in _SURVIVED else "timed out"


if __name__ == "__main__":
    main()

"""Runs the named timings, or all of them, and prints a table for each."""

from __future__ import annotations

import sys

from eval.bench import browser, commands, engine, evaluation, load, local
from eval.bench.table import show

BENCHES = {
    "commands": commands.light_commands,
    "window": commands.window,
    "browser": browser.browser,
    "load": load.load,
    "memory": load.memory,
    "ingest": engine.ingest,
    "questions": engine.questions,
    "comparison": engine.comparison,
    "evaluation": evaluation.evaluation,
    "local": local.first_sentence,
    "local-comparison": local.comparison,
}


def main() -> None:
    """Print the tables."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.exit(f"There is no timing {unknown[0]!r}; there are: {', '.join(BENCHES)}.")
    for name in names:
        print(show(name, BENCHES[name]()), flush=True)


if __name__ == "__main__":
    main()

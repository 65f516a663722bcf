"""Runs the named timings, or all of them but `scale`, and prints a table for each.

`scale` has options of its own: ``python -m eval.bench scale --help``.
"""

from __future__ import annotations

import sys

from eval.bench import browser, commands, engine, evaluation, load, local, pages
from eval.bench.scale import run
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

PAGES = "pages"  # its table has other columns


def main() -> None:
    """Print the tables."""
    if sys.argv[1:2] == ["scale"]:
        run.main(sys.argv[2:])
        return
    names = sys.argv[1:] or [*BENCHES, PAGES]
    unknown = [name for name in names if name not in (*BENCHES, PAGES)]
    if unknown:
        known = ", ".join(["scale", *BENCHES, PAGES])
        sys.exit(f"There is no timing {unknown[0]!r}; there are: {known}.")
    for name in names:
        print(pages.pages() if name == PAGES else show(name, BENCHES[name]()), flush=True)


if __name__ == "__main__":
    main()

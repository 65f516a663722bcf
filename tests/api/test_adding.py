"""Adding and removing papers over HTTP: files, jobs with their progress, and how they end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from indexes import DELIVERED, copy_of_index
from serving_api import problem, serving_api

from rag.engine import Engine
from rag.index.build.writer import IndexWriter
from rag.models.embedding.embedder import Embedder
from rag.settings import load_settings
from rag.types import Ledger
from ui.api import jobs
from ui.web.library.reading import read_sources

V1 = "/api/v1"
BIB = """@article{{{key}, title = {{The {name} network for owls}},
  abstract = {{We present the {name} network. It hears 93% of all owls in the dark.}},
  doi = {{10.1000/{key}}}, author = {{Ada Owl}}, year = 2024}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("writable")


@pytest.fixture(scope="module")
def writable(folder: Path, embedder: Embedder) -> Iterator[httpx.Client]:
    """A client of an API whose index may change."""
    copy_of_index(DELIVERED, folder / "index", embedder)
    index, home = folder / "index", folder / "collections"
    with serving_api(llm="quotes", index=index, collections=home) as client:
        yield client


def send(api: httpx.Client, name: str, text: str | bytes) -> str:
    reply = api.put(f"{V1}/files/{name}", content=text)
    assert reply.status_code == 201, reply.text
    token: str = reply.json()["file"]
    return token


def ended(api: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        now: dict[str, Any] = api.get(f"{V1}/jobs/{job['id']}").json()
        if now["ended"]:
            return now
        time.sleep(0.02)
    raise AssertionError("the job did not end")


def begin(api: httpx.Client, **given: Any) -> dict[str, Any]:
    reply = api.post(f"{V1}/ingest", json=given)
    assert reply.status_code == 202, reply.text
    job: dict[str, Any] = reply.json()
    assert reply.headers["location"] == f"{V1}/jobs/{job['id']}"
    return job


def test_a_file_becomes_papers_that_answer_at_once(writable: httpx.Client) -> None:
    file = send(writable, "folder/owls%20.bib", BIB.format(key="strix", name="StrixNet"))
    job = begin(writable, files=[file])
    assert job["state"] in ("waiting", "reading") and job["collection"] == "default"
    over = ended(writable, job)
    assert over["state"] == "done" and over["error"] == ""
    assert over["sources"] == [
        {"name": "folder/owls .bib", "records": 1, "rejected": 0, "done": True, "missing": False}
    ]
    assert (over["ledger"]["added"], over["ledger"]["papers"]) == (1, 83)
    assert "breaks_off" not in str(over["ledger"]) and over["done"] == over["total"] == 1
    assert over["created"] <= over["started"] <= over["ended"]
    said = writable.post(f"{V1}/ask", json={"question": "What is StrixNet?"}).json()
    assert "93%" in said["answer"] and said["citations"][0]["paper_id"] == "doi:10.1000/strix"
    paper = writable.get(f"{V1}/papers/doi:10.1000/strix").json()
    assert paper["source"] == "uploaded/folder/owls .bib"
    assert writable.get(f"{V1}/papers/doi:10.1000%2Fstrix").json() == paper
    assert writable.get(f"{V1}/jobs").json()[0] == over
    problem(writable.delete(f"{V1}/jobs/{job['id']}"), 409)
    problem(writable.post(f"{V1}/ingest", json={"files": [file]}), 422)


def test_a_paper_is_removed_and_stays_out(writable: httpx.Client) -> None:
    file = send(writable, "gone.bib", BIB.format(key="gone", name="GoneNet"))
    ended(writable, begin(writable, files=[file]))
    reply = writable.delete(f"{V1}/papers/doi:10.1000/gone")
    assert reply.json() == {"paper_id": "doi:10.1000/gone", "title": "The GoneNet network for owls"}
    problem(writable.get(f"{V1}/papers/doi:10.1000/gone"), 404)
    problem(writable.delete(f"{V1}/papers/doi:10.1000/gone"), 404)
    file = send(writable, "gone.bib", BIB.format(key="gone", name="GoneNet"))
    assert ended(writable, begin(writable, files=[file]))["ledger"]["kept_out"] == 1


def test_a_new_collection_must_be_wanted(writable: httpx.Client) -> None:
    file = send(writable, "owls.bib", BIB.format(key="bubo", name="BuboNet"))
    given = {"files": [file], "collection": "owls"}
    problem(writable.post(f"{V1}/ingest", json=given), 404)
    over = ended(writable, begin(writable, **given, create=True))
    assert (over["state"], over["collection"], over["ledger"]["papers"]) == ("done", "owls", 1)
    names = [one["name"] for one in writable.get(f"{V1}/collections").json()]
    assert names == ["default", "owls"]
    said = writable.post(f"{V1}/ask", json={"question": "What is BuboNet?", "collection": "owls"})
    assert "93%" in said.json()["answer"]
    assert "Bubo" not in writable.post(f"{V1}/search", json={"query": "BuboNet"}).text


def test_what_cannot_be_read_is_in_the_report(
    writable: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = send(writable, "noise.bib", b"\x00\x01\x02 not a library")
    over = ended(writable, begin(writable, files=[file], references=["no reference at all"]))
    assert over["state"] == "done" and over["ledger"]["added"] == 0
    assert len(over["ledger"]["rejected"]) == 2

    def fails(*given: object, **more: object) -> Ledger:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(IndexWriter, "sync_reading", fails)
    file = send(writable, "owls.bib", BIB.format(key="x", name="XNet"))
    over = ended(writable, begin(writable, files=[file]))
    assert over["state"] == "failed" and "secret" not in str(over)
    assert over["error"].startswith("Something went wrong here. Start it once more.")


def test_no_path_of_the_server_is_read(writable: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "mine.bib").write_text(BIB.format(key="mine", name="MineNet"))
    for reference in (str(tmp_path / "mine.bib"), f"file://{tmp_path}/mine.bib", "/etc/passwd"):
        over = ended(writable, begin(writable, references=[reference]))
        assert over["ledger"]["added"] == 0 and len(over["ledger"]["rejected"]) == 1
    for name in ("..%2f..%2fetc%2fx.bib", "%2e%2e/x.bib", "a/../../x.bib"):
        stored = writable.put(f"{V1}/files/{name}", content=b"x")
        assert stored.status_code == 404 or ".." not in stored.json()["name"].split("/")


def test_a_job_shows_its_progress_and_is_cancelled(
    writable: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first stands still while it embeds; the second waits behind it."""
    embedding, go_on = threading.Event(), threading.Event()
    sync_reading = IndexWriter.sync_reading

    def slow(writer: IndexWriter, reading: Any, progress: Callable[[int, int], None],
             **more: Any) -> Ledger:  # fmt: skip
        def noted(done: int, total: int) -> None:
            progress(done, total)
            embedding.set()
            assert go_on.wait(60)

        return sync_reading(writer, reading, noted, **more)

    monkeypatch.setattr(IndexWriter, "sync_reading", slow)
    many = "".join(BIB.format(key=f"k{at}", name=f"Net{at}") for at in range(600))
    first = begin(writable, files=[send(writable, "many.bib", many)])
    assert embedding.wait(60)
    second = begin(writable, files=[send(writable, "few.bib", BIB.format(key="f", name="FNet"))])
    now = writable.get(f"{V1}/jobs/{first['id']}").json()
    assert now["state"] == "indexing" and now["total"] == 600 and now["ended"] is None
    assert now["sources"][0]["records"] == 600
    assert writable.get(f"{V1}/jobs/{second['id']}").json()["state"] == "waiting"
    for job in (second, first):
        assert writable.delete(f"{V1}/jobs/{job['id']}").status_code == 202
    assert writable.get(f"{V1}/jobs/{second['id']}").json()["state"] == "cancelled"
    go_on.set()
    over = ended(writable, first)
    assert over["state"] == "cancelled" and over["ledger"]["stopped"]
    assert over["ledger"]["added"] < 600
    assert ended(writable, second)["ledger"] is None


def test_jobs_that_are_cancelled_before_their_turn_harm_no_other(
    writable: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than are remembered wait behind a job that stands still, each of them cancelled."""
    monkeypatch.setattr(jobs, "_KEPT", 3)
    reading, go_on = threading.Event(), threading.Event()

    def slow(*given: Any) -> Any:
        reading.set()
        assert go_on.wait(60)
        return read_sources(*given)

    monkeypatch.setattr(jobs, "read_sources", slow)
    first = begin(writable, references=["nothing"])
    assert reading.wait(60)
    for _ in range(6):
        waiting = begin(writable, references=["nothing"])
        assert writable.delete(f"{V1}/jobs/{waiting['id']}").json()["state"] == "cancelled"
    last = begin(writable, references=["nothing"])
    go_on.set()
    assert ended(writable, first)["state"] == ended(writable, last)["state"] == "done"
    now = writable.get(f"{V1}/jobs/{waiting['id']}").json()
    assert (now["state"], now["started"]) == ("cancelled", None)


def test_too_many_jobs_are_told_when_to_come_back(
    writable: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_MOST_WAITING", -1)
    reply = writable.post(f"{V1}/ingest", json={"references": ["nothing"]})
    assert "Too many jobs" in problem(reply, 429) and reply.headers["retry-after"] == "30"


def test_a_change_of_another_process_is_seen(writable: httpx.Client, folder: Path) -> None:
    paper = writable.get(f"{V1}/papers?limit=1").json()["papers"][0]["paper_id"]
    Engine(load_settings(index=folder / "index")).remove([paper])
    problem(writable.get(f"{V1}/papers/{paper}"), 404)

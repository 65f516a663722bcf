"""The benchmark over sizes: a toy run with real parts, and what is made of its figures."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import pytest

from eval.bench.commands import Served
from eval.bench.scale import run
from eval.bench.scale.inputs import asked_of, made_up, read_asked, scopes, write_part
from eval.bench.scale.measures import changes, processes, stages
from eval.bench.scale.measures.ingesting import papers_of
from eval.bench.scale.measures.processes import Finished, finished
from eval.bench.scale.report import figures, picture, targets
from eval.bench.scale.report.figures import (
    ENCODER,
    PAPERCHAT,
    STARTER,
    Measure,
    Report,
    read_reports,
)
from eval.bench.scale.report.tables import all_tables, short_tables
from eval.bench.scale.worker import TASKS
from ui import cli
from ui.cli.terminal import options

_PAPERS, _SAMPLE, _ROUNDS = 30, 4, 1


def _here(arguments: Sequence[str], index: Path) -> Finished:
    """As `finished`, in this process, so that a toy run takes seconds."""
    printed = io.StringIO()
    _, module, *rest = arguments
    with redirect_stdout(printed), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPERCHAT_LLM", "quotes")
        patch.setenv("PAPERCHAT_INDEX", str(index))
        if module == "ui":
            patch.setattr(sys, "argv", ["paperchat", *rest])
            patch.setattr(options, "_given", options.Given())
            with pytest.raises(SystemExit) as left:
                cli.main()
            assert not left.value.code, printed.getvalue()
        else:
            task, job = rest
            printed.write(json.dumps(TASKS[task](processes.Job(**json.loads(job)))))
    return Finished(printed.getvalue(), 2.0, 1.0, 10**8)


@contextmanager
def _served(index: Path) -> Iterator[Served]:
    yield Served("http://127.0.0.1:1", 1)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run among 30 made-up papers; a window has its own tests."""
    out = tmp_path_factory.mktemp("bench")
    sizes = ["--sizes", str(_PAPERS), "--sample", str(_SAMPLE), "--rounds", str(_ROUNDS)]
    with (
        mock.patch.object(processes, "finished", _here),
        mock.patch.object(changes, "serving", _served),
        mock.patch.object(changes, "find_event", lambda url: url),
        mock.patch.object(changes, "ask", lambda *asked: ""),
    ):
        run.main([*sizes, "--queries", "6", "--out", str(out), "--work", str(out)])
    return out


def test_a_run_has_every_figure_of_every_side(toy: Path) -> None:
    report = read_reports([toy / "speed.json"])
    assert report.sizes == [_PAPERS]
    for target in targets.TARGETS:
        if not target.name.startswith("100 papers removed"):  # there are not as many
            assert report.find(_PAPERS, target.group, target.name), target.words
    for plot in picture.PLOTS:
        for name in plot.names:
            assert report.find(_PAPERS, plot.group, name), plot.title
    for side in (PAPERCHAT, STARTER, ENCODER):
        rate = report.find(_PAPERS, "ingest", "papers a second", side)
        assert rate and len(rate.values) == _ROUNDS and min(rate.values) > 0
        count = report.find(_PAPERS, "ingest", "papers", side)
        assert count and count.values == (_SAMPLE,)
    for side in (figures.TANTIVY, figures.CHROMA, figures.NUMPY, ENCODER, STARTER, PAPERCHAT):
        for name in ("p50", "p95", "p99", "8 threads, p95", "8 threads, questions a second"):
            assert report.find(_PAPERS, "search", name, side), (side, name)
    for stage in stages.STAGES:
        taken = report.find(_PAPERS, "ingest by stage", stage)
        assert taken and min(taken.values) > 0, stage
    for side in (PAPERCHAT, figures.CHROMA, figures.OWN_CHROMA):
        found = report.find(_PAPERS, "recall@10", "dense search", side)
        assert found and found.median > 0.9, side
    disk = {f.name: f.median for f in report.figures if f.group == "disk"}
    parts = set(disk) - {"whole", "text", "beside the text"}
    assert disk["whole"] == pytest.approx(sum(disk[part] for part in parts))
    assert disk["beside the text"] == pytest.approx(disk["whole"] - disk["text"])


def test_a_run_says_how_it_was_made(toy: Path) -> None:
    said = json.loads((toy / "speed.json").read_text())["runs"][0]
    assert said["command"].startswith("python -m eval.bench scale --sizes 30 ")
    assert "/" not in said["command"]  # of this machine's folders nobody needs to know
    assert said["versions"]["chromadb"] and said["cores"] >= 1
    assert [path.name for path in toy.iterdir() if path.is_dir()] == []  # its indexes are gone


def test_drawing_again_gives_the_same(toy: Path, tmp_path: Path) -> None:
    run.main(["--draw", str(toy / "speed.json"), "--out", str(tmp_path)])
    for name in ("speed.json", "speed.md", "speed-figures.md", "speed.svg"):
        assert (tmp_path / name).read_text() == (toy / name).read_text()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--sizes", "82,many"], "'many' is no number from 1 up"),
        (["--rounds", "0"], "'0' is no number from 1 up"),
        (["--papers", "no.jsonl"], "there is no file no.jsonl"),
        (["--draw", "no.json"], "there is no file no.json"),
        (["--index", "no-index"], "There is no index in no-index."),
    ],
)
def test_wrong_options_are_told_in_a_line(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run.main(given)
    assert said in f"{left.value.code} {capsys.readouterr().err}"


def test_a_change_that_does_not_do_its_work_is_no_figure(tmp_path: Path) -> None:
    report = Finished(json.dumps({"added": 0, "embedded": 3}), 1.0, 1.0, 1)
    with (
        mock.patch.object(changes, "command", lambda *given: report),
        pytest.raises(RuntimeError, match="1 paper added: expected "),
    ):
        changes.changes(tmp_path, tmp_path, 1)


def test_processes_are_timed_from_outside_and_their_failures_told(tmp_path: Path) -> None:
    done = finished(["-c", "print(sum(range(10**6)))"], tmp_path)
    assert done.printed == "499999500000\n"
    assert done.seconds >= done.processor * 0.5 > 0 and done.peak > 10**6
    with pytest.raises(RuntimeError, match="no such luck"):
        finished(["-c", "raise SystemExit('no such luck')"], tmp_path)


def test_a_stage_whose_function_is_gone_is_told() -> None:
    gone = {"read": ("rag.index.build.writer:no_such_function",)}
    with (
        mock.patch.object(stages, "STAGES", gone),
        pytest.raises(AttributeError, match="no_such_function"),
        stages.Stages().timed(),
    ):
        pass


def test_filters_let_some_papers_in_and_records_are_the_same_in_every_run(tmp_path: Path) -> None:
    part = tmp_path / "papers.jsonl"
    assert write_part(part, made_up(7), 40) == 40
    once = part.read_text()
    write_part(part, made_up(7), 40)
    assert part.read_text() == once
    papers = papers_of(part)
    asked = asked_of(papers, 8)
    asked.write(tmp_path / "asked.json")
    assert read_asked(tmp_path / "asked.json") == asked
    assert len(asked.questions) == 8
    assert set(asked.scopes) == {"several papers", "years", "venue", "author", "several at once"}
    bare = [replace(paper, authors=(), year=None, venue="") for paper in papers]
    assert set(scopes(bare)) == {"several papers"}


_RUN = {
    "command": "c", "date": "d", "commit": "e", "cores": 2, "processor": "p", "memory_gb": 8,
    "load": 0.1, "python": "3", "versions": {"a": "1"},
}  # fmt: skip


def _fixed() -> Report:
    report = Report([_RUN])
    for papers, ours, theirs in ((82, (8.0, 10.0, 9.0), (2.0, 4.0, 3.0)), (10_000, (6.0,), (3.0,))):
        for side, values in ((PAPERCHAT, ours), (STARTER, theirs)):
            for value in values:
                report.add(papers, side, [Measure("ingest", "papers a second", "/s", value)])
    for side, value in ((PAPERCHAT, 6.0), (STARTER, 3.0)):
        computed = Measure("ingest, whole, computed", "papers a second", "/s", value)
        report.add(10_000, side, [computed])
    report.add(82, PAPERCHAT, [Measure("recall@10", "dense search", "share", 0.97)])
    report.add(82, "a <b> & c", [Measure("search", "p95", "ms", 1234.5)])
    return report


def test_tables_have_medians_spread_ratios_by_round_and_verdicts() -> None:
    short, whole = short_tables(_fixed()), all_tables(_fixed())
    rate = "ingest: papers a second"
    assert f"| {rate} | paperchat | /s | 9 (8–10) | 6 |" in short
    assert f"| {rate} | paperchat ÷ starter | | 3 (2.50–4) | 2 |" in short
    assert "3 times the starter's papers/s | 82 | 3 | reached |" in short
    assert "3 times the starter's papers/s | 10,000 | 2 | **missed** |" in short
    assert "| dense recall@10 of exact: .95 | 82 | 0.970 | reached |" in short
    assert "| p95 | a <b> & c | ms | 1,234 |" in whole
    assert "2 cores of p" in whole


def test_the_picture_is_whole_xml_with_a_point_for_each_size() -> None:
    root = ElementTree.fromstring(picture.picture(_fixed()))
    space = {"svg": "http://www.w3.org/2000/svg"}
    titles = [found.text for found in root.iterfind(".//svg:circle/svg:title", space)]
    assert "paperchat, 10,000: 6 /s" in titles
    assert "a <b> & c, 82: 1,234 ms" in titles
    assert "No such figure" not in "".join(root.itertext())


def test_figures_are_put_between_the_marks_of_the_page(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "images").mkdir(parents=True)
    _fixed().write(tmp_path / "speed.json")
    asked = ["--draw", str(tmp_path / "speed.json"), "--out", str(tmp_path), "--docs", str(docs)]
    (docs / "speed.md").write_text("Before.\n")
    with pytest.raises(SystemExit, match="has no lines"):
        run.main(asked)
    (docs / "speed.md").write_text("Before.\n<!-- figures -->old<!-- end of figures -->\nAfter.\n")
    for _ in range(2):
        run.main(asked)
        page = (docs / "speed.md").read_text()
        tables = short_tables(_fixed())
        assert page == (f"Before.\n<!-- figures -->\n{tables}<!-- end of figures -->\nAfter.\n")
    assert (docs / "images" / "speed.svg").exists() and (docs / "speed-figures.md").exists()


def test_a_later_run_replaces_the_sizes_that_it_measured(tmp_path: Path) -> None:
    _fixed().write(tmp_path / "one.json")
    later = Report([{}])
    later.add(10_000, PAPERCHAT, [Measure("ingest", "papers a second", "/s", 60.0)])
    later.write(tmp_path / "two.json")
    both = read_reports([tmp_path / "one.json", tmp_path / "two.json"])
    found = both.find(10_000, "ingest", "papers a second")
    assert found and found.values == (60.0,)
    assert both.find(10_000, "ingest", "papers a second", STARTER) is None
    assert both.find(82, "ingest", "papers a second", STARTER)

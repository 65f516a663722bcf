"""docs/dependencies.md, pyproject.toml, the locks and the installed packages say the same."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from eval import audit, licences

ROOT = Path(__file__).parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DOC = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
RUN: list[str] = PYPROJECT["project"]["dependencies"]
DEV: list[str] = PYPROJECT["project"]["optional-dependencies"]["dev"]
TOOLS: list[str] = PYPROJECT["dependency-groups"]["tools"]


def lock(name: str) -> dict[str, tuple[str, int]]:
    """The version of each package in a lock, and the number of its hashes."""
    text = (ROOT / "requirements" / name).read_text("utf-8")
    entries = re.findall(r"^([\w.-]+)==([^ \n]+)(.*(?:\n    .*)*)", text, re.MULTILINE)
    return {package: (version, rest.count("--hash=sha256:")) for package, version, rest in entries}


@pytest.mark.parametrize(
    ("heading", "declared"), [("the program needs", RUN), ("tests and training need", DEV)]
)
def test_each_dependency_has_one_row(heading: str, declared: list[str]) -> None:
    section = DOC.partition(f"## What {heading}")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([\w.-]+) \| `(.*)` \| (.+) \| (.+) \|$", section, re.MULTILINE)
    assert sorted(name + versions for name, versions, _, _ in rows) == sorted(declared)
    for name, _, licence, _ in rows:
        assert licence == licences.licence_of(distribution(name)), name


def test_every_copyleft_licence_is_told_and_none_is_unknown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert licences.main() == 0
    *exceptions, _ = capsys.readouterr().out.splitlines()
    section = DOC.partition("## Licences of all")[2].partition("\n## ")[0]
    assert exceptions
    for line in exceptions:
        assert line.partition(":")[0] in section


@pytest.mark.parametrize(
    ("licence", "is_copyleft"),
    [("GPL-3.0-only", True), ("LGPL-2.1", True), ("MPL-2.0 AND MIT", True), ("MIT", False)],
)
def test_what_is_copyleft(licence: str, is_copyleft: bool) -> None:
    assert licences.copyleft(licence) is is_copyleft


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "tools.txt"])
def test_everything_locked_has_hashes(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    entries = lock(name)
    assert entries
    assert all(hashes for _, hashes in entries.values())
    others = [line for line in text.splitlines() if not line.startswith(("#", " "))]
    assert len(others) == len(entries)  # no address, no path, no option


@pytest.mark.parametrize(("name", "declared"), [("run.txt", RUN), ("dev.txt", DEV)])
def test_the_lock_follows_pyproject(name: str, declared: list[str]) -> None:
    entries = lock(name)
    for line in declared:
        wanted = Requirement(line)
        if wanted.name == "torch":  # its builds differ
            assert "torch" not in entries
            assert str(wanted.specifier).startswith("==")
        else:
            version, _ = entries[canonicalize_name(wanted.name)]
            assert wanted.specifier.contains(version), f"{line}: run `make lock`"


def test_the_build_tool_is_locked() -> None:
    [needed] = map(Requirement, PYPROJECT["build-system"]["requires"])
    assert needed.specifier.contains(lock("run.txt")[needed.name][0])


def test_torch_of_the_lock_is_the_one_that_is_declared() -> None:
    [known] = PYPROJECT["tool"]["uv"]["dependency-metadata"]
    assert f"torch=={known['version']}" in RUN


def test_packages_of_node_have_checksums() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert all("integrity" in packages[name] for name in packages if name)


AUDIT = """\
import json, pathlib, sys
files = [sys.argv[i + 1] for i, word in enumerate(sys.argv) if word == "--requirement"]
pins = [line.split("==") for file in files for line in pathlib.Path(file).read_text().split()]
told = [{"name": name, "version": version, "vulns": []} for name, version in pins]
change = sys.argv[1]
if change == "offline":
    sys.exit("Traceback\\nConnectionError: no name")
if change == "faulty":
    told[0]["vulns"] = [{"id": "PYSEC-1", "fix_versions": ["99"]}]
if change == "skipped":
    told[3] = {"name": told[3]["name"], "skip_reason": "not found"}
print(json.dumps({"dependencies": told}))
"""


@pytest.mark.parametrize(
    ("case", "status", "words"),
    [
        ("clean", 0, "packages, 0 known vulnerabilities."),
        ("faulty", 1, "PYSEC-1, mended in 99"),
        ("skipped", 2, "2 of "),
        ("offline", 2, "could not be audited: ConnectionError: no name"),
    ],
)
def test_the_audit(
    case: str, status: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a script in place of pip-audit, which has no service to ask here."""
    script = tmp_path / "pip_audit.py"
    script.write_text(AUDIT, "utf-8")
    assert audit.main([sys.executable, str(script), case]) == status
    assert words in capsys.readouterr().out
    assert audit.pinned()[0][0] in RUN  # torch

"""Known vulnerabilities of every locked version, as pip-audit finds them.

    python eval/audit.py PIP_AUDIT [OPTION ...]

Exit status: 0 if there are none, 1 if there are, 2 if not every package could be asked about.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def pinned() -> list[list[str]]:
    """NAME==VERSION of what the program and its tests need, torch included, and of the tools.

    Apart, because both may have one package in two versions.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    torch = [line for line in project["dependencies"] if line.startswith("torch==")]
    return [torch + _pins("run") + _pins("dev"), _pins("tools")]


def _pins(lock: str) -> list[str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    return re.findall(r"^[\w.-]+==[^ \n]+", text, re.MULTILINE)


def audit(command: list[str], pins: list[str]) -> list[dict[str, Any]]:
    """What pip-audit says of each package. Raises ValueError with the last line of its errors."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pins.txt")
        path.write_text("\n".join(pins), "utf-8")
        options = ["--no-deps", "--disable-pip", "--format=json", "--progress-spinner=off"]
        whole = [*command, *options, "--requirement", str(path)]
        done = subprocess.run(whole, capture_output=True, text=True, check=False)
    try:
        told: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise ValueError(lines[-1]) from None
    return told


def main(command: list[str]) -> int:
    """Print what was found; the exit status."""
    try:
        told = [package for pins in pinned() for package in audit(command, pins)]
    except ValueError as exc:
        print(f"The packages could not be audited: {exc}")
        return 2
    asked = [package for package in told if "skip_reason" not in package]
    found = [(package, fault) for package in asked for fault in package["vulns"]]
    for package, fault in found:
        mended = ", ".join(fault["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {fault['id']}, mended in {mended}")
    if len(asked) < len(told):
        print(
            f"{len(told) - len(asked)} of {len(told)} packages could not be audited: the service "
            "cannot be reached or does not know them."
        )
    else:
        print(f"{len(told)} packages, {len(found)} known vulnerabilities.")
    return 1 if found else 2 if len(asked) < len(told) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What licences the locked packages have, as their installed metadata say.

    python -m eval.licences

Names every package whose licence is copyleft or unknown; exit status 1 if any is unknown.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

LOCKS = Path(__file__).parents[1] / "requirements"
UNKNOWN = "unknown"
_COPYLEFT = re.compile(r"GPL|MPL|EPL|EUPL|CDDL|OSL|-SA\b")
# How metadata older than SPDX expressions say it.
_SPDX = {
    "Academic Free License (AFL)": "AFL",
    "Apache Software License": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The MIT License (MIT)": "MIT",
}


def locked() -> Iterator[str]:
    """The names of all packages of the program and its tests, locked or by version."""
    yield "torch"
    for lock in ("run.txt", "dev.txt"):
        yield from re.findall(r"^([\w.-]+)==", (LOCKS / lock).read_text("utf-8"), re.MULTILINE)


def licence_of(package: Distribution) -> str:
    """Its SPDX expression; or what its classifiers, its licence field or its licence file say."""
    said = package.metadata.json
    if "license_expression" in said:
        return str(said["license_expression"])
    kinds = [kind.split(" :: ")[-1] for kind in said.get("classifier", ()) if "License" in kind]
    if kinds:
        return " OR ".join(_SPDX.get(kind, kind) for kind in kinds)
    field = str(said.get("license", "")).strip().split("\n")[0]
    return _spdx(field) or _spdx(_first_line(package)) or UNKNOWN


def copyleft(licence: str) -> bool:
    """Whether a licence asks that changes be published too, be it of single files."""
    return bool(_COPYLEFT.search(licence))


def _spdx(said: str) -> str:
    """A short name, for a line that may be the beginning of a licence or nothing of the kind."""
    if said in _SPDX:
        return _SPDX[said]
    if match := re.match(r"Apache(?:-| Software)?(?: License)?,?(?: Version)? ?2\.0", said):
        return match.expand("Apache-2.0")
    return said if re.fullmatch(r"[\w.+-]+(?: (?:AND|OR) [\w.+-]+)*", said) else ""


def _first_line(package: Distribution) -> str:
    """The first line of its licence file, or nothing."""
    for file in package.files or ():
        if re.match(r"(?i)(licen[cs]e|copying)", file.name) and ".dist-info" in str(file):
            return file.read_text().strip().split("\n")[0]
    return ""


def main() -> int:
    """Print the table of exceptions; the exit status."""
    found, missing = {}, []
    for name in locked():
        try:
            found[name] = licence_of(distribution(name))
        except PackageNotFoundError:  # for another platform or another Python
            missing.append(name)
    for name, licence in sorted(found.items()):
        if licence == UNKNOWN or copyleft(licence):
            print(f"{name}: {licence}")
    unknown = sum(licence == UNKNOWN for licence in found.values())
    print(
        f"{len(found)} packages, {sum(map(copyleft, found.values()))} copyleft, {unknown} unknown;"
        f" not installed here: {', '.join(missing) or 'none'}"
    )
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())

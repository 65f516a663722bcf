"""All expected errors, as one tree.

PaperchatError
├── InputError              exit 2: the input cannot be used
│   ├── SettingsError       a setting has a value that cannot be used
│   ├── QuestionError       empty or too long
│   ├── UnknownPaperError   no paper has this id
│   ├── ComparisonError     these papers cannot be compared, or not by these aspects
│   ├── CollectionError     no collection has this name, or it cannot be a name
│   ├── FileError           a file is missing or cannot be read
│   └── FormatError         a file was read but is not what it should be; names the line
└── UnavailableError        exit 3: something needed is missing or unreachable
    ├── IndexUnavailableError   no index, another model's index, or a folder that cannot be written
    ├── ModelUnavailableError   weights missing or not the pinned ones
    ├── CatalogueError          arXiv, Crossref, Semantic Scholar or Zotero cannot be had
    ├── ClusterError            Ray is not installed, or its cluster is unreachable
    ├── EndpointError           the language model's endpoint is unreachable or refuses
    └── PortError               the web app's port is taken

Each has ``what`` (what happened) and ``remedy`` (what to do), without line breaks.
"""

from __future__ import annotations

from typing import ClassVar


class PaperchatError(Exception):
    """An expected failure. ``str()`` of it is one line: what happened, then what to do."""

    exit_status: ClassVar[int] = 1

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = " ".join(what.split())
        self.remedy = " ".join(remedy.split())
        super().__init__(f"{self.what} {self.remedy}".strip())


class InputError(PaperchatError):
    """The input cannot be used."""

    exit_status = 2


class SettingsError(InputError):
    """A setting has a value that cannot be used."""


class QuestionError(InputError):
    """The question is empty or too long."""


class UnknownPaperError(InputError):
    """No paper in the index has this id."""


class FileError(InputError):
    """A file is missing or cannot be read."""


class CollectionError(InputError):
    """No collection has this name, or it cannot be a name."""


class ComparisonError(InputError):
    """These papers cannot be compared, or not by these aspects."""


class FormatError(InputError):
    """A file is not what it should be; ``line`` counts from 1."""

    def __init__(self, source: str, line: int, what: str, remedy: str = "") -> None:
        self.source = source
        self.line = line
        super().__init__(f"{source}, line {line}: {what}", remedy)


class UnavailableError(PaperchatError):
    """Something needed is missing or unreachable."""

    exit_status = 3


class IndexUnavailableError(UnavailableError):
    """There is no index, it belongs to another model, or its folder cannot be written."""


class ModelUnavailableError(UnavailableError):
    """A model's files are missing or are not the pinned ones."""


class CatalogueError(UnavailableError):
    """A catalogue of papers, or Zotero, cannot be reached, or refuses to answer."""


class ClusterError(UnavailableError):
    """Ray is not installed, or its cluster is unreachable or serves another index."""


class EndpointError(UnavailableError):
    """The language model's endpoint cannot be reached or refuses.

    ``fault`` is one word for the cause, or empty: url, host, refused, unreachable, redirect,
    proxy, certificate, silent, endless, key, address, model, empty, busy, failed, context, page,
    broken, unreadable. ``status`` is the HTTP status of a reply that "failed".
    """

    def __init__(
        self, what: str, remedy: str = "", fault: str = "", status: int | None = None
    ) -> None:
        self.fault = fault
        self.status = status
        super().__init__(what, remedy)


class PortError(UnavailableError):
    """The web app's port is taken."""

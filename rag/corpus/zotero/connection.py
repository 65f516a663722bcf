"""Where a Zotero library is, and who asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.settings import Settings

LOCAL = "http://localhost:23119/api"
WEB = "https://api.zotero.org"


@dataclass(frozen=True, slots=True)
class Connection:
    """A running Zotero on this machine, or zotero.org where a key or a library is set.

    ``library`` is a user's number, "users/123" or "groups/123"; None is the library of the key.
    ``url`` replaces the usual address of the API.
    """

    url: str | None = None
    key: str | None = field(default=None, repr=False)
    library: str | None = None

    @property
    def local(self) -> bool:
        """Whether a Zotero on this machine is asked."""
        return not self.key and not self.library

    @property
    def address(self) -> str:
        """The API's address, without a slash at its end."""
        return (self.url or (LOCAL if self.local else WEB)).rstrip("/")


def connection_of(settings: Settings) -> Connection:
    """The connection that the settings describe."""
    key = settings.zotero_key
    return Connection(
        settings.zotero_url, key.get_secret_value() if key else None, settings.zotero_library
    )

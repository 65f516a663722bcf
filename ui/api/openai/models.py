"""The indexes of a server as models: "paperchat" is its own, "paperchat/NAME" a collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.errors import CollectionError
from ui.api.engines import Engines

OWN = "paperchat"
_BEGINS = f"{OWN}/"


def listed(engines: Engines) -> list[dict[str, Any]]:
    """Every model, the server's own index first."""
    return [model(engines, OWN), *(model(engines, _BEGINS + name) for name in engines.names()[1:])]


def model(engines: Engines, name: str) -> dict[str, Any]:
    """One model. Raises CollectionError for an unknown name."""
    index = engines.index_of(collection_of(engines, name))
    try:
        made = int(index.stat().st_ctime)
    except OSError:  # nothing is indexed yet
        made = 0
    return {"id": name, "object": "model", "created": made, "owned_by": OWN}


def collection_of(engines: Engines, name: str) -> str | None:
    """The collection that a model's name means, None for the server's own index.

    Raises CollectionError for an unknown name.
    """
    known: Sequence[str] = engines.names()
    if name == OWN:
        return None
    if name.startswith(_BEGINS) and (collection := name.removeprefix(_BEGINS)) in known:
        return collection
    raise CollectionError(f"There is no model {name!r}.", "GET /v1/models lists what there is.")

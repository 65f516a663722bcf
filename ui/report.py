"""What is there and what is missing, from settings and file sizes alone."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from rag import wiring
from rag.models import weights
from rag.settings import Settings


def status_of(settings: Settings) -> dict[str, Any]:
    """The contract's ``status --json``. Raises IndexUnavailableError for a broken index."""
    manifest = wiring.index_folder(settings).manifest()
    identity = wiring.index_identity(settings)
    choice = wiring.choose(settings)
    missing = []
    if manifest is None:
        missing.append("There is no index: run `paperchat ingest`.")
    elif manifest.identity != identity:
        missing.append("Another embedder or chunker made the index: run `paperchat ingest`.")
    local = weights.EMBEDDED_MODELS[0]
    there = weights.present(local, settings.models)
    if not there and choice.mode != "openai":
        missing.append("The embedded model is not on disk: run `paperchat model pull`.")
    return {
        "version": version("paperchat"),
        "index": {
            "folder": str(settings.index),
            "papers": manifest.papers if manifest else 0,
            "chunks": manifest.chunks if manifest else 0,
            "current": manifest is not None and manifest.identity == identity,
        },
        "mode": choice.mode,
        "model": choice.model,
        "why": choice.why,
        "embedder": {"name": identity.embedder, "revision": identity.revision},
        "weights": {"name": local.name, "on_disk": there, "folder": str(settings.models)},
        "missing": missing,
    }


def status_text(report: dict[str, Any]) -> str:
    """The same for reading."""
    index, embedder, local = report["index"], report["embedder"], report["weights"]
    lines = [
        f"paperchat {report['version']}",
        f"index     {index['papers']} papers in {index['chunks']} chunks, {index['folder']}",
        f"mode      {report['mode']} ({report['model'] or 'the server decides'}): {report['why']}",
        f"embedder  {embedder['name']}, revision {embedder['revision']}",
        f"weights   {local['name']}: {'on disk' if local['on_disk'] else 'not on disk'}, "
        f"{local['folder']}",
    ]
    return "\n".join(lines + [f"missing   {line}" for line in report["missing"]])


def models_of(settings: Settings) -> list[dict[str, Any]]:
    """Every model of the catalogue and whether it is on this disk."""
    return [
        {
            "name": item.name,
            "bytes": item.size,
            "sha256": item.sha256,
            "licence": item.licence,
            "on_disk": weights.present(item, settings.models),
            "file": str(weights.path_of(item, settings.models)),
        }
        for item in weights.EMBEDDED_MODELS
    ]


def models_text(report: list[dict[str, Any]]) -> str:
    """The same for reading."""
    return "\n".join(
        f"{item['name']}  {item['bytes'] / 1e9:.2f} GB  {item['licence']}  "
        + (item["file"] if item["on_disk"] else "not on disk: `paperchat model pull`")
        for item in report
    )

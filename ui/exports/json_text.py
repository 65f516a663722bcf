"""Values to JSON, and JSON from an untrusted file to validated values."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from rag.errors import InputError

T = TypeVar("T")


def as_json(value: Any, *, indent: int | None = 2) -> str:
    """A dataclass, or a list or dict of plain values, as JSON; letters stay unescaped."""
    plain = asdict(value) if hasattr(value, "__dataclass_fields__") else value
    return json.dumps(plain, ensure_ascii=False, indent=indent)


def read_json(adapter: TypeAdapter[T], text: str, what: str, largest: int, remedy: str) -> T:
    """The value in ``text``, validated by ``adapter``; ``what`` names it in errors.

    Raises InputError for more than ``largest`` characters and for the first field that is wrong.
    """
    if len(text) > largest:
        raise InputError(f"This is too large for {what}.", remedy)
    try:
        return adapter.validate_json(text)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        wrong = ": ".join(filter(None, (where, first["msg"])))
        raise InputError(f"This is not {what}: {wrong}.", remedy) from exc

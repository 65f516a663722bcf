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
        raise _wrong(exc, what, remedy) from exc


def read_value(adapter: TypeAdapter[T], given: Any, what: str, remedy: str) -> T:
    """What a page sends, as parsed JSON, validated by ``adapter``. Raises InputError."""
    try:
        return adapter.validate_python(given)
    except ValidationError as exc:
        raise _wrong(exc, what, remedy) from exc


def _wrong(exc: ValidationError, what: str, remedy: str) -> InputError:
    first = exc.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    said = ": ".join(filter(None, (where, first["msg"])))
    return InputError(f"This is not {what}: {said}.", remedy)

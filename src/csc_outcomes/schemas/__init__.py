"""JSON Schemas (2020-12) of documents that cross the library's border."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from csc_outcomes.errors import unknown

_SUFFIX = ".schema.json"


def names() -> list[str]:
    """Names of the documents that have a schema."""
    entries = [entry.name for entry in files(__name__).iterdir()]
    return sorted(name.removesuffix(_SUFFIX) for name in entries if name.endswith(_SUFFIX))


def schema(name: str) -> dict[str, Any]:
    """The schema of one kind of document, such as `catalogue` (`Collection.to_json`) or `result`.

    Raises:
        UnknownNameError: no such schema; suggests near names.
    """
    if name not in names():
        raise unknown("schema", [name], names())
    text = files(__name__).joinpath(f"{name}{_SUFFIX}").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded

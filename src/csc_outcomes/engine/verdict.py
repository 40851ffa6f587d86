"""Verdict: what the data can say for one authority and window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Status


@frozen
class Verdict:
    """What the data can say: a status (None: go on), why, and whether a value is given all the same."""

    status: Status | None = None
    why: str = ""
    partly: bool = False

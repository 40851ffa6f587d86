"""What a figure of money covers: which cases, which period, and which costs it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS = "not stated"


def _texts(value: Iterable[str] | str | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    return (value,) if isinstance(value, str) else tuple(value)


@frozen
class Coverage:
    """What a figure covers; it travels with the figure and is printed with it.

    Attributes:
        cases: which cases, in words ("121 closed cases of 246").
        period: which period, in words.
        left_out: costs or benefits that the figure leaves out; empty where it leaves out none, None where
            nobody has said.
    """

    cases: str = ""
    period: str = ""
    left_out: tuple[str, ...] | None = field(default=None, converter=_texts)

    def __str__(self) -> str:
        left_out = _WORDS if self.left_out is None else "; ".join(self.left_out) or "none"
        return f"cases: {self.cases or _WORDS}; period: {self.period or _WORDS}; left out: {left_out}"


NOT_STATED = Coverage()
"""Of a figure of which nobody has said what it covers; it says so."""

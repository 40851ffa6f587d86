"""The data checklist: its outcomes in order, by number or by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from csc_outcomes.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csc_outcomes.definitions.indicator import Indicator


@frozen
class Checklist:
    """Indicators in order: `checklist[1]`, `checklist["children_looked_after"]`, iterable."""

    indicators: tuple[Indicator, ...]

    def __len__(self) -> int:
        return len(self.indicators)

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.indicators)

    def __getitem__(self, key: int | str) -> Indicator:
        for indicator in self.indicators:
            if key in (indicator.number, indicator.name):
                return indicator
        known = (
            [str(i.number) for i in self.indicators]
            if isinstance(key, int)
            else [i.name for i in self.indicators]
        )
        raise unknown("outcome", [str(key)], known)

    def __repr__(self) -> str:
        return "\n".join(f"{i.number:2} {i.name}: {i.title}" for i in self.indicators)

"""An indicator: one of the 24 outcomes of the data checklist, with the measures that express it."""

from __future__ import annotations

from attrs import field, frozen
from attrs.validators import ge, matches_re, min_len

from csc_outcomes.definitions.measure import Direction, Measure, Reference

CHECKLIST = Reference(
    "Children's Social Care Innovation Programme: data checklist (Thematic Report 5)",
    "Rees Centre, University of Oxford, for the Department for Education",
    "2017",
)


@frozen(kw_only=True)
class Indicator:
    """One outcome of the checklist.

    `rise` and `fall` say what a change in either direction can mean; together they are the two-way caveat
    that accompanies every figure. `direction` is what the checklist hoped for.
    """

    number: int = field(validator=ge(1))
    name: str = field(validator=matches_re(r"[a-z][a-z0-9_]*"))
    title: str = field(validator=min_len(1))
    definition: str = field(validator=min_len(1))
    direction: Direction = field(converter=Direction)
    hoped_for: str = field(validator=min_len(1))
    rise: str = field(validator=min_len(1))
    fall: str = field(validator=min_len(1))
    unintended_consequences: str = field(validator=min_len(1))
    data_quality: str = field(validator=min_len(1))
    crosswalk: str = ""
    note: str = ""
    references: tuple[Reference, ...] = (CHECKLIST,)
    measures: tuple[Measure, ...] = ()

    @property
    def caveat(self) -> str:
        """The two-way caveat."""
        return f"A rise can mean: {self.rise} A fall can mean: {self.fall}"

    def caveat_of(self, measure: Measure) -> str:
        """The caveat of one of its measures, which may have meanings of its own."""
        return f"A rise can mean: {measure.rise or self.rise} A fall can mean: {measure.fall or self.fall}"

    def direction_of(self, measure: Measure) -> Direction:
        """The hoped-for direction of one of its measures."""
        return measure.direction or self.direction

"""The catalogue: collections of indicators and measures, this library's and third parties'."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from csc_outcomes.definitions.fingerprint import fingerprint
from csc_outcomes.errors import DefinitionError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.metadata import EntryPoint

    import pandas as pd

    from csc_outcomes.definitions.fingerprint import TableBuilder
    from csc_outcomes.definitions.indicator import Indicator
    from csc_outcomes.definitions.measure import Measure

ENTRY_POINTS = "csc_outcomes.collections"
"""Entry-point group under which packages offer a function that returns a `Collection`."""

SCHEMA_VERSION = 1


@frozen
class Collection:
    """Indicators with their measures, in order.

    Attributes:
        name: who offers it.
        indicators: the indicators; each id of a measure is used once.
        builders: derived table name to how it is built; part of the fingerprints.
        instruments: questionnaires (`csc.instruments.Instrument`) that `csc.instruments` then knows by name.
    """

    name: str
    indicators: tuple[Indicator, ...]
    builders: Mapping[str, TableBuilder] = field(factory=dict, kw_only=True, repr=False)
    instruments: tuple[Any, ...] = field(default=(), kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a collection in which two measures share an id."""
        ids = [measure.id for measure in self]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise DefinitionError(f"collection {self.name!r}: ids used twice: {', '.join(twice)}")

    def __iter__(self) -> Iterator[Measure]:
        for indicator in self.indicators:
            yield from indicator.measures

    def __len__(self) -> int:
        return sum(len(indicator.measures) for indicator in self.indicators)

    def __contains__(self, name: object) -> bool:
        return any(measure.id == name for measure in self)

    def __getitem__(self, name: str) -> Measure:
        for measure in self:
            if measure.id == name:
                return measure
        raise unknown("measure", [name], (measure.id for measure in self))

    def indicator_of(self, name: str) -> Indicator:
        """The indicator that a measure belongs to."""
        for indicator in self.indicators:
            if any(measure.id == name for measure in indicator.measures):
                return indicator
        raise unknown("measure", [name], (measure.id for measure in self))

    def fingerprint(self, name: str) -> str:
        """A short hash that changes when anything that affects the measure's numbers changes."""
        return fingerprint(self[name], self.builders)

    def documents(self) -> list[dict[str, Any]]:
        """One plain dictionary per measure, as the catalogue's JSON holds it."""
        return [
            _document(indicator, measure, fingerprint(measure, self.builders))
            for indicator in self.indicators
            for measure in indicator.measures
        ]

    def to_frame(self) -> pd.DataFrame:
        """One row per measure: id, version, outcome, label, kind, unit, needs, direction, fingerprint ..."""
        import pandas as pd

        rows = [
            {
                key: ", ".join(map(str, value)) if isinstance(value, list) else value
                for key, value in document.items()
                if key not in ("parameters", "references")
            }
            for document in self.documents()
        ]
        return pd.DataFrame(rows)

    def to_json(self) -> str:
        """The catalogue as a JSON document that `schemas/catalogue.schema.json` describes."""
        return json.dumps(
            {"schema_version": SCHEMA_VERSION, "collection": self.name, "measures": self.documents()},
            ensure_ascii=False,
            indent=2,
        )


def _document(indicator: Indicator, measure: Measure, digest: str) -> dict[str, Any]:
    parameters = [
        {
            "name": parameter.name,
            "note": parameter.note,
            "required": parameter.required,
            "default": None if parameter.required else _plain(parameter.default),
            "choices": list(parameter.choices),
        }
        for parameter in measure.parameters
    ]
    return {
        "id": measure.id,
        "version": measure.version,
        "outcome": indicator.number,
        "indicator": indicator.name,
        "label": measure.label,
        "kind": measure.kind.value,
        "unit": measure.unit,
        "per": measure.per,
        "when": measure.when.value,
        "needs": list(measure.needs),
        "uses": list(measure.uses),
        "parts": list(measure.parts),
        "statistics": [statistic.name for statistic in measure.statistics],
        "population": measure.population,
        "annualised": measure.annualised,
        "lookback_months": measure.lookback_months,
        "followup_months": measure.followup_months,
        "limits": measure.limits.value,
        "numerator": measure.numerator,
        "denominator": measure.denominator,
        "formula": measure.formula,
        "edges": measure.edges,
        "basis": measure.basis.value,
        "published": measure.published,
        "direction": indicator.direction_of(measure).value,
        "caveat": indicator.caveat_of(measure),
        "unintended_consequences": indicator.unintended_consequences,
        "parameters": parameters,
        "references": [str(reference) for reference in (*indicator.references, *measure.references)],
        "fingerprint": digest,
    }


def _plain(value: Any) -> Any:
    """A default as JSON holds it."""
    return list(value) if isinstance(value, tuple) else value


def offers() -> list[EntryPoint]:
    """Entry points of other packages, in order of their names."""
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name)
    return [entry for entry in found if not entry.value.startswith("csc_outcomes.")]  # its own is no offer


def discover(own: Collection) -> Collection:
    """Join a collection with those that other packages offer through the entry point.

    A package that cannot be loaded, or that uses an id already taken, is left out with a warning.
    """
    joined = own
    for entry in offers():
        try:
            offered = entry.load()()
            joined = Collection(
                own.name,
                (*joined.indicators, *offered.indicators),
                builders={**offered.builders, **joined.builders},
                instruments=(*joined.instruments, *offered.instruments),
            )
        except Exception as error:  # a third party's fault must not stop everybody else
            warnings.warn(f"collection {entry.name!r} is left out: {error}", stacklevel=2)
    return joined

"""A measure: one computable definition, as a frozen object.

The author of a measure writes the selection (who is in, who counts) and states everything else as data. The
engine does windows, areas, breakdowns, rates, limits and statuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen
from attrs.validators import in_, matches_re

from csc_outcomes.definitions import units
from csc_outcomes.errors import DefinitionError, InputError, all_at_once, unknown

if TYPE_CHECKING:
    from collections.abc import Callable


class Kind(Enum):
    """What kind of figure a measure is; it decides how value and limits follow from the cases."""

    COUNT = "count"
    PROPORTION = "proportion"
    RATE = "rate"
    MEAN = "mean"
    RATIO = "ratio"
    DISTRIBUTION = "distribution"
    TOTAL = "total"
    NUMBER = "number"


class Direction(Enum):
    """What the 2017 data checklist hoped for. It is quoted, never used to call a change good."""

    LOWER = "lower"
    HIGHER = "higher"
    CONTESTED = "contested"


class Status(Enum):
    """Why a result row has, or has not, a value; in order of precedence."""

    NO_DATA = "no_data"
    NO_POPULATION = "no_population"
    INCOMPLETE = "incomplete"
    UNDEFINED = "undefined"
    LOW_PRECISION = "low_precision"
    OK = "ok"


class When(Enum):
    """The time a measure is about: a day, a period, or a return year."""

    DAY = "day"
    PERIOD = "period"
    RETURN_YEAR = "return_year"


class Limits(Enum):
    """How confidence limits are made."""

    STANDARD = "standard"
    BOOTSTRAP = "bootstrap"
    NONE = "none"


class Basis(Enum):
    """How far a definition rests on a published one."""

    DFE_KNOWN = "dfe_known"
    DFE_PARTLY = "dfe_partly"
    CHOICE = "choice"
    EXTERNAL = "external"
    LOCAL = "local"
    SURVEY = "survey"


@frozen
class Reference:
    """A source of a definition: title, publisher, year (or span of years)."""

    title: str
    publisher: str
    year: str

    def __str__(self) -> str:
        return f"{self.publisher}, {self.title}, {self.year}"


_REQUIRED: Any = object()


@frozen
class Parameter:
    """A choice that a definition leaves to its user.

    `default` is used where the user says nothing; a parameter without default must be given.
    `choices` is the closed set of admitted values (empty: any value of the default's type).
    """

    name: str
    note: str
    default: Any = _REQUIRED
    choices: tuple[Any, ...] = ()

    @property
    def required(self) -> bool:
        """Whether the user must give a value."""
        return self.default is _REQUIRED

    def problem(self, value: Any) -> str:
        """Say what is wrong with a value, or nothing."""
        if self.choices:
            fits = any(value == choice and type(value) is type(choice) for choice in self.choices)
            return "" if fits else f"parameter {self.name!r} takes one of {self.choices!r}, found {value!r}"
        if self.required or self.default is None:
            return ""
        if isinstance(self.default, tuple) and isinstance(value, list):
            return ""
        if not isinstance(value, type(self.default)) or isinstance(value, bool) != isinstance(
            self.default, bool
        ):
            return f"parameter {self.name!r} takes a {type(self.default).__name__}, found {value!r}"
        return ""


@frozen
class Parameters:
    """The values of one measure's parameters, as attributes, the way a selection reads them."""

    values: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(f"no parameter {name!r}; known: {', '.join(self.values)}") from None


@frozen
class Statistic:
    """A further figure made of the same cases, shown as a row of breakdown `statistic`.

    `function` takes arrays: the distinct numerators, how many cases have each, and the cases' second value
    (None where the selection gives none). It returns numerator, denominator and value, None where there is none.
    """

    name: str
    function: Callable[..., tuple[float | None, float | None, float | None]] = field(repr=False)


_ID = re.compile(r"[a-z][a-z0-9_]*")
_TABLE = re.compile(r"[a-z0-9_]+(\.[A-Za-z0-9_]+)?")
_PER_UNIT = {Kind.PROPORTION: ("percent",)}
_WITHOUT_POPULATION = (Kind.COUNT, Kind.DISTRIBUTION, Kind.TOTAL, Kind.NUMBER)


@frozen(kw_only=True)
class Measure:
    """One definition of one figure.

    Attributes:
        id: lower-case name, never reused.
        version: integer; a changed meaning is a new version.
        label: title for people.
        kind: count, proportion, rate, mean, ratio, distribution, total (a sum, of either sign and without
            limits) or number (made by `summary` out of all cases).
        unit: a unit of the closed list; `per` is its multiplier: value = per * numerator / denominator.
        counted, over: what numerator and denominator count, in units (`child`, `incident`, `day`); they let
            the multiplier be checked.
        when: `day` (a period gives its last day), `period` or `return_year`.
        needs: tables the selection reads, as `source.table`.
        uses: tables that the selection reads where they are at hand (`tables.get(name)`).
        select: `(tables, window, parameters) -> Cases`.
        says: `(tables, window, parameters) -> {authority: Verdict}` of the authorities that tables without
            return years cannot answer for; the window is None where every child has its own.
        adds_nobody: an authority that cannot be answered for adds nobody to `all`, which is given without it.
        numerator, denominator, formula, edges: the definition in words.
        fractional: numerators and denominators may be fractions; their sums are exactly rounded.
        population: age range of the resident population that is the denominator ('' if none).
        resident_when: parameter and value for which the population is the denominator; with another value the
            cases' own denominators are.
        cohort_windows: whether cases are of persons, so that each can have a window of its own.
        person_groups: whether cases can be told apart by what describes a person (age, sex, arm ...); by default
            where windows of their own can be had.
        annualised: whether the denominator is multiplied by the window's length in years.
        lookback_months, followup_months: history needed before, and observation needed after.
        followup_parameter: name of the parameter that gives the follow-up in months, if one does.
        limits: how limits are made; `bootstrap` where one child can yield many events.
        limits_parameter: name of the parameter whose value `bootstrap` asks for limits by bootstrap over children.
        headline: for a distribution, the figure of its main row: 'median', 'mean' or '' (no main row).
        part, parts: the breakdown (and its groups) without which there is no figure: a row per part, no total.
        statistics: further rows made of the same cases.
        summary: of a number, the function that makes the value; it takes what a statistic's does.
        direction, rise, fall: where they differ from the indicator's.
        published: the published figure that this one matches, and how far.
    """

    id: str = field(validator=matches_re(_ID))
    version: int = 1
    label: str
    kind: Kind = field(converter=Kind)
    unit: str
    per: float = 1
    counted: str = "child"
    over: str = ""
    when: When = field(converter=When)
    needs: tuple[str, ...]
    select: Callable[..., Any] = field(repr=False)
    numerator: str
    denominator: str
    formula: str
    edges: str = ""
    basis: Basis = field(converter=Basis)
    published: str = "none"
    references: tuple[Reference, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    population: str = ""
    annualised: bool = False
    lookback_months: int = 0
    followup_months: int = 0
    followup_parameter: str = ""
    limits: Limits = field(default=Limits.STANDARD, converter=Limits)
    limits_parameter: str = ""
    headline: str = field(default="", validator=in_(("", "mean", "median")))
    direction: Direction | None = None
    rise: str = ""
    fall: str = ""
    uses: tuple[str, ...] = ()
    says: Callable[..., Any] | None = field(default=None, repr=False)
    adds_nobody: bool = False
    fractional: bool = False
    resident_when: tuple[str, Any] | None = None
    cohort_windows: bool = True
    person_groups: bool | None = None
    part: str = ""
    parts: tuple[str, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    summary: Callable[..., float | None] | None = field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check what fields say against each other; a definition that contradicts itself is refused."""
        units.check(self.id, self.unit, self.per, self.counted, self.over)
        problems = []
        if self.kind is Kind.PROPORTION and self.unit not in _PER_UNIT[self.kind]:
            problems.append("a proportion has the unit percent")
        if self.kind in _WITHOUT_POPULATION and self.population:
            problems.append(f"a {self.kind.value} has no population")
        if (self.kind is Kind.NUMBER) != (self.summary is not None):
            problems.append("a number, and nothing else, is made by a summary")
        if (self.statistics or self.summary) and not self.fractional:
            problems.append("statistics and summaries need fractional=True: single cases are kept for them")
        if bool(self.part) != bool(self.parts):
            problems.append("a part has a name and groups")
        declared = {p.name for p in self.parameters}
        if self.limits_parameter and self.limits_parameter not in declared:
            problems.append(f"limits parameter {self.limits_parameter!r} is not declared")
        if self.resident_when and not (self.population and self.resident_when[0] in declared):
            problems.append("resident_when names a declared parameter of a measure with a population")
        if self.annualised and not self.population:
            problems.append("only a rate per population is annualised")
        if self.followup_parameter and self.followup_parameter not in {p.name for p in self.parameters}:
            problems.append(f"follow-up parameter {self.followup_parameter!r} is not declared")
        named = all(_TABLE.fullmatch(name) for name in (*self.needs, *self.uses))
        if not named or not (self.needs or self.population):
            problems.append("needs must name tables as 'source.table', or a local table by its name")
        all_at_once(f"measure {self.id!r} is declared inconsistently", problems, DefinitionError)

    def followup(self, values: Parameters) -> int:
        """Months of observation needed after an index event, for these parameter values."""
        return (
            int(getattr(values, self.followup_parameter)) if self.followup_parameter else self.followup_months
        )

    def ages(self, values: Parameters) -> str:
        """Age range of the resident population that is the denominator for these parameter values, or ''."""
        if self.resident_when is None:
            return self.population
        name, wanted = self.resident_when
        return self.population if getattr(values, name) == wanted else ""

    def as_asked(self, values: Parameters) -> Measure:
        """The measure with the limits that these parameter values ask for."""
        asked = self.limits_parameter and getattr(values, self.limits_parameter) == Limits.BOOTSTRAP.value
        return evolve(self, limits=Limits.BOOTSTRAP) if asked else self

    @property
    def has_groups(self) -> bool:
        """Whether breakdowns of persons apply."""
        return self.cohort_windows if self.person_groups is None else self.person_groups

    @property
    def unit_is_count(self) -> bool:
        """Whether the figure is a number of things, which grows with the length of the window."""
        return self.kind in (Kind.COUNT, Kind.TOTAL)

    def defaults(self) -> dict[str, Any]:
        """Parameter values that hold where the user says nothing."""
        return {p.name: p.default for p in self.parameters if not p.required}


def resolve_parameters(
    measures: tuple[Measure, ...], given: Mapping[str, Any] | None
) -> dict[str, Parameters]:
    """Work out each measure's parameter values.

    `given` holds values by parameter name, for every measure that has the name, and by measure id a mapping
    for that measure alone, which wins.

    Raises:
        UnknownNameError: a name that is neither a parameter of a measure in the call nor one of its ids.
        InputError: a value that is not admitted, or a required parameter without a value; all at once.
    """
    given = dict(given or {})
    ids = {measure.id for measure in measures}
    known = {p.name for measure in measures for p in measure.parameters}
    strangers = [name for name in given if name not in ids | known]
    if strangers:
        raise unknown("parameter", strangers, known | ids)
    problems: list[str] = []
    resolved = {}
    for measure in measures:
        own = given.get(measure.id, {})
        if not isinstance(own, Mapping):
            problems.append(f"{measure.id}: needed a mapping of parameter names to values, found {own!r}")
            own = {}
        declared = {p.name for p in measure.parameters}
        problems += [f"{measure.id} has no parameter {name!r}" for name in own if name not in declared]
        values = measure.defaults()
        values |= {name: given[name] for name in declared if name in given}
        values |= {name: own[name] for name in declared if name in own}
        for p in measure.parameters:
            if p.name not in values:
                problems.append(f"{measure.id} needs parameter {p.name!r}: {p.note}")
            elif text := p.problem(values[p.name]):
                problems.append(f"{measure.id}: {text}")
            elif isinstance(values[p.name], list):
                values[p.name] = tuple(values[p.name])
        resolved[measure.id] = Parameters(values)
    all_at_once("parameters cannot be used as given", problems, InputError)
    return resolved

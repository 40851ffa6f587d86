"""Costs avoided: what fewer adverse outcomes than in the comparator are worth, with limits by simulation."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen

from csc_outcomes.costs.coverage import NOT_STATED, Coverage
from csc_outcomes.costs.draws import generator, limits_of, simulation_problems
from csc_outcomes.costs.money import GBP, pounds, read_amounts
from csc_outcomes.definitions.measure import Kind, Limits
from csc_outcomes.errors import all_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from csc_outcomes.definitions.measure import Measure
    from csc_outcomes.engine.result import Result

    Floats = NDArray[np.float64]

Counterfactual = Literal["matched", "own_history", "business_as_usual"]
COUNTERFACTUALS = ("matched", "own_history", "business_as_usual")
COST_ITSELF = "the cost of the intervention"
_KINDS = (Kind.PROPORTION, Kind.RATE)
_NO_EVENTS = "no event in the {side}: the limits do not show how uncertain a count of 0 is"
_SAME_CHILD = "one child can yield many events: limits that take events as independent are too narrow"
_LENGTHS = "the windows of the two results differ in length, and a proportion grows with its window"


@frozen(kw_only=True)
class Avoided:
    """Costs avoided by one outcome.

    Attributes:
        value: avoided x unit value x duration, in pounds; negative where there was more than expected.
        lower, upper: its limits, by simulation.
        expected: events that the comparator's level gives for the observed cases.
        observed: events there were.
        avoided: expected minus observed.
        exposed: denominator of the observed result.
        unit_value: pounds an event (or a unit of its duration); `duration` in that unit.
        counterfactual: what the comparator is.
        confidence, draws, seed: of the simulation.
        price_year: of the unit value, None where it was given without.
        coverage: which cases and which period, and what is left out.
        warnings: what a reader must be told.
    """

    value: float
    lower: float
    upper: float
    expected: float
    observed: float
    avoided: float
    exposed: float
    unit_value: float
    duration: float
    counterfactual: str
    confidence: float
    draws: int
    seed: int
    price_year: str | None = None
    coverage: Coverage = NOT_STATED
    warnings: tuple[str, ...] = ()

    @property
    def amount(self) -> float | GBP:
        """The value, as `GBP` where its price year is known."""
        return self.value if self.price_year is None else GBP(self.value, self.price_year)

    def __str__(self) -> str:
        prices = f" in {self.price_year} prices" if self.price_year else ""
        value = (
            f"Costs avoided {pounds(self.value)} ({self.confidence:.0%} limits {pounds(self.lower)} to "
            f"{pounds(self.upper)}){prices}"
        )
        events = (
            f"{self.avoided:,.2f} events avoided: {self.expected:,.2f} expected "
            f"({self.counterfactual.replace('_', ' ')}), {self.observed:,.2f} observed"
        )
        lines = [
            value,
            events,
            f"Covers {self.coverage}",
            *(f"Warning: {text}" for text in self.warnings),
        ]
        return "\n".join(lines)


@frozen
class _Side:
    """One result's row."""

    numerator: float
    denominator: float
    row: dict[str, Any]
    measure: Measure | None
    parameters: dict[str, Any] | None


def avoided(
    comparator: Result,
    observed: Result,
    *,
    unit_value: Any,
    duration: float = 1,
    counterfactual: Counterfactual,
    unit_sd: float | None = None,
    confidence: float = 0.95,
    draws: int = 10_000,
    seed: int = 0,
    left_out: Sequence[str] = (),
) -> Avoided:
    """Compute what fewer adverse outcomes than in a comparator are worth.

    With the comparator's n0 / d0 and the observed n1 / d1: expected = n0 / d0 x d1, avoided = expected - n1,
    value = avoided x unit_value x duration. The value is this closed form, never the mean of the draws.
    Limits are percentiles of seeded draws in which both n are drawn anew (binomial for proportions, Poisson
    for rates), and the unit value (gamma) where its standard deviation is given. They do not show that the
    comparator may be the wrong one.

    Args:
        comparator: a result of one row: what would have happened.
        observed: a result of one row: what happened; same measure, version and unit.
        unit_value: pounds (a number or `GBP`) an event, or a unit of its duration.
        duration: how long an event lasts, in units of `unit_value`; 0 or more.
        counterfactual: what the comparator is: `matched`, `own_history` or `business_as_usual`.
        unit_sd: standard deviation of the unit value, in pounds.
        confidence: between 0 and 1.
        draws: number of draws.
        seed: whole number; the same one gives the same limits.
        left_out: costs or benefits left out, beside other outcomes and the cost of the intervention.

    Returns:
        An `Avoided`: value, lower, upper, expected, observed, avoided, exposed, warnings, coverage.

    Raises:
        InputError: all problems at once: results of several rows or without a value, of different measure,
            version, unit or parameters, of a kind that is neither proportion nor rate; no counterfactual;
            negative durations or unit values.
    """
    problems: list[str] = []
    sides = [
        _side(result, name, problems) for name, result in (("comparator", comparator), ("observed", observed))
    ]
    value = read_amounts(unit_value, "unit_value", problems, least=0, money=True)
    length = read_amounts(duration, "duration", problems, least=0)
    problems += _option_problems(counterfactual, value.single and length.single)
    problems += _spread_problems(unit_sd, value.numbers[0], problems)
    problems += simulation_problems(draws, seed, confidence)
    before, after = sides
    if before is None or after is None:
        all_at_once("avoided", problems)
        raise AssertionError("a side that cannot be read is a problem")
    kind = _kind(before, after, problems)
    all_at_once("avoided", problems)
    each = float(value.numbers[0] * length.numbers[0])
    spread = float(unit_sd or 0) * float(length.numbers[0])
    sample = _drawn(before, after, kind, each, spread, generator(seed), draws)
    lower, upper = limits_of(sample, confidence)
    expected = Fraction(before.numerator) / Fraction(before.denominator) * Fraction(after.denominator)
    fewer = expected - Fraction(after.numerator)
    return Avoided(
        value=float(fewer * value.numbers[0] * length.numbers[0]),
        lower=lower,
        upper=upper,
        expected=float(expected),
        observed=after.numerator,
        avoided=float(fewer),
        exposed=after.denominator,
        unit_value=float(value.numbers[0]),
        duration=float(length.numbers[0]),
        counterfactual=counterfactual,
        confidence=confidence,
        draws=draws,
        seed=seed,
        price_year=value.price_year,
        coverage=_coverage(before, after, left_out),
        warnings=tuple(_warnings(before, after, kind)),
    )


def _drawn(
    before: _Side,
    after: _Side,
    kind: Kind,
    each: float,
    spread: float,
    random: np.random.Generator,
    draws: int,
) -> Floats:
    """The value of each draw, in pounds."""
    first, second = (_events(side, kind, random, draws) for side in (before, after))
    unit: Floats | float = each
    if spread:
        unit = random.gamma((each / spread) ** 2, spread**2 / each, draws)
    return (first / before.denominator * after.denominator - second) * unit


def _events(side: _Side, kind: Kind, random: np.random.Generator, draws: int) -> Floats:
    if kind is Kind.RATE:
        return random.poisson(side.numerator, draws).astype(np.float64)
    share = side.numerator / side.denominator
    return random.binomial(int(side.denominator), share, draws).astype(np.float64)


def _side(result: Any, name: str, problems: list[str]) -> _Side | None:
    """Read one row; what is wrong with it is added to `problems`."""
    frame = getattr(result, "frame", None)
    if frame is None:
        problems.append(f"{name}: needed a csc.Result of one row, found {type(result).__name__}")
        return None
    if len(frame) != 1:
        hint = "choose one with csc.Result.from_frame(result.frame.iloc[[0]])"
        problems.append(f"{name}: needed a result of one row, found {len(frame)} rows; {hint}")
        return None
    row = frame.iloc[0].to_dict()
    if row["status"] != "ok":
        problems.append(f"{name}: needed a row with status ok, found {row['status']}")
        return None
    numbers = [_number(row[column]) for column in ("numerator", "denominator")]
    if not all(math.isfinite(number) for number in numbers) or not numbers[1] > 0 or numbers[0] < 0:
        needed = "a numerator of 0 or more and a denominator above 0"
        problems.append(f"{name}: needed {needed}, found others (is the measure a proportion or a rate?)")
        return None
    run = getattr(result, "_runs", {}).get(row["measure"])
    measure = run.measure if run else _catalogued(str(row["measure"]), row["version"])
    parameters = dict(run.parameters.values) if run else None
    return _Side(numbers[0], numbers[1], row, measure, parameters)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):  # pandas' NA is no number
        return math.nan


def _catalogued(name: str, version: object) -> Measure | None:
    """The measure of a result that was made from a frame."""
    from csc_outcomes.api import catalogue

    known = catalogue()
    return known[name] if name in known and known[name].version == version else None


def _kind(before: _Side, after: _Side, problems: list[str]) -> Kind:
    """The kind of both results, which must be of one measure."""
    for column in ("measure", "version", "unit"):
        if before.row[column] != after.row[column]:
            found = f"{before.row[column]} and {after.row[column]}"
            problems.append(f"results: needed the same {column}, found {found}")
    both = before.parameters is not None and after.parameters is not None
    if both and before.parameters != after.parameters:
        problems.append("results: needed the same parameters of the measure, found different ones")
    measure = before.measure
    if measure is None:
        problems.append(
            f"results: measure {before.row['measure']!r} is not in the catalogue, so its kind is unknown"
        )
        return Kind.COUNT
    if measure.kind not in _KINDS:
        problems.append(f"results: needed a proportion or a rate, found a {measure.kind.value}")
    elif measure.kind is Kind.PROPORTION:
        problems += _share_problems(before, "comparator") + _share_problems(after, "observed")
    return measure.kind


def _share_problems(side: _Side, name: str) -> list[str]:
    whole = side.numerator % 1 == 0 and side.denominator % 1 == 0
    if whole and side.numerator <= side.denominator:
        return []
    return [f"{name}: needed whole numbers, the numerator within the denominator, found others"]


def _option_problems(counterfactual: object, single: bool) -> list[str]:
    problems = []
    if counterfactual not in COUNTERFACTUALS:
        problems.append(f"counterfactual: needed {', '.join(COUNTERFACTUALS)}, found {counterfactual!r}")
    if not single:
        problems.append("unit_value and duration: needed one number each, found sequences")
    return problems


def _spread_problems(unit_sd: object, value: Fraction, problems: list[str]) -> list[str]:
    if unit_sd is None:
        return []
    found: list[str] = []
    spread = read_amounts(unit_sd, "unit_sd", found, least=0)
    if spread.numbers[0] and not value and not problems:
        found.append("unit_sd: needed a unit value above 0 to vary, found 0")
    return found


def _warnings(before: _Side, after: _Side, kind: Kind) -> list[str]:
    warnings = [
        _NO_EVENTS.format(side=name)
        for name, side in (("comparator", before), ("observed result", after))
        if side.numerator == 0
    ]
    if before.measure is not None and before.measure.limits is Limits.BOOTSTRAP:
        warnings.append(_SAME_CHILD)
    if kind is Kind.PROPORTION and len({_days(side) for side in (before, after)}) > 1:
        warnings.append(_LENGTHS)
    return warnings


def _days(side: _Side) -> int | None:
    """Days of the window, a leap day apart; None where each child has a window of its own."""
    length = side.row["end"] - side.row["start"]
    days = getattr(length, "days", None)
    if days is None or days != days:
        return None
    return int(days) - (int(days) == 365)


def _coverage(before: _Side, after: _Side, left_out: Sequence[str]) -> Coverage:
    cases = f"{_who(after)}, {after.denominator:,.10g} exposed, against {_who(before)}"
    period = f"{after.row['window']}, against {before.row['window']}"
    others = (f"every outcome but {after.row['measure']}", COST_ITSELF)
    return Coverage(cases, period, (*others, *left_out))


def _who(side: _Side) -> str:
    group = "" if side.row["breakdown"] == "all" else f", {side.row['breakdown']} {side.row['group']}"
    return f"area {side.row['area']}{group}"

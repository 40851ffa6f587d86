"""Sensitivity of a return on investment: one input, two inputs, switching values, deadweight, horizon, simulation.

Source: HM Treasury, *The Green Book: central government guidance on appraisal and evaluation*, 2022 (sensitivity
analysis and switching values).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from csc_outcomes.costs.appraisal import INPUTS, SHARES, Appraisal, froi_of
from csc_outcomes.costs.coverage import NOT_STATED, Coverage
from csc_outcomes.costs.discounting import Schedule, payback, present_value
from csc_outcomes.costs.draws import (
    Beta,
    Distribution,
    Gamma,
    Poisson,
    Triangular,
    generator,
    limits_of,
    simulation_problems,
)
from csc_outcomes.costs.money import Amounts, read_amounts
from csc_outcomes.engine.rounding import round_half_up
from csc_outcomes.errors import InputError, all_at_once, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    import pandas as pd

_DISTRIBUTIONS = (Beta, Gamma, Triangular, Poisson)
_FAR = 0.05
"""A distribution whose mean lies further than this share from the stated value is mentioned."""


def one_way(
    appraisal: Appraisal, *, change: float = 0.2, ranges: Mapping[str, tuple[float, float]] | None = None
) -> pd.DataFrame:
    """Vary one input at a time: what a tornado chart shows.

    Args:
        appraisal: the inputs; those stated are varied.
        change: every input is varied by this share downwards and upwards; shares stay within 0 to 1.
        ranges: lowest and highest value of some inputs, where they are known.

    Returns:
        A pandas frame, the largest swing first: input, stated, low, high, froi_low and froi_high (the return
        at the low and at the high value), swing (their distance).

    Raises:
        InputError: an input that the appraisal does not state, a range that is none, a change outside 0 to 1.
    """
    import pandas as pd

    problems: list[str] = []
    part = read_amounts(change, "change", problems, above=0, most=1).numbers[0]
    bounds = {name: _range(name, pair, appraisal, problems) for name, pair in (ranges or {}).items()}
    all_at_once("one_way", problems)
    rows = []
    for name, stated in appraisal.inputs.items():
        low, high = bounds.get(name) or _around(name, stated, part)
        first, second = appraisal.row(**{name: low})["froi"], appraisal.row(**{name: high})["froi"]
        rows.append((name, float(stated), float(low), float(high), first, second, abs(second - first)))
    columns = ["input", "stated", "low", "high", "froi_low", "froi_high", "swing"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _around(name: str, stated: Fraction, part: Fraction) -> tuple[Fraction, Fraction]:
    low, high = sorted((stated * (1 - part), stated * (1 + part)))
    return low, min(high, Fraction(1)) if name in SHARES else high


def _range(
    name: str, pair: object, appraisal: Appraisal, problems: list[str]
) -> tuple[Fraction, Fraction] | None:
    if name not in appraisal.inputs:
        problems.append(str(unknown("input", [name], appraisal.inputs)))
        return None
    amounts = read_amounts(pair, name, problems, most=1 if name in SHARES else None)
    if len(amounts.numbers) != 2 or amounts.numbers[0] > amounts.numbers[1]:
        problems.append(f"{name}: needed a pair (lowest, highest)")
        return None
    return amounts.numbers[0], amounts.numbers[1]


def two_way(
    appraisal: Appraisal,
    benefits: Sequence[float],
    *,
    throughput: Sequence[float] = (-0.4, -0.2, 0, 0.2),
) -> pd.DataFrame:
    """Vary benefit a case and number of cases together.

    Args:
        appraisal: the inputs.
        benefits: values of `benefit_per_case`, in pounds: the rows.
        throughput: changes of the number of cases as shares: the columns.

    Returns:
        A pandas frame of returns, indexed by benefit_per_case, a column for each change.

    Raises:
        InputError: missing numbers, a change below -1.
    """
    import pandas as pd

    problems: list[str] = []
    values = read_amounts(benefits, "benefits", problems)
    changes = read_amounts(throughput, "throughput", problems, least=-1)
    all_at_once("two_way", problems)
    cases = appraisal.inputs["cases"]
    table = [
        [appraisal.row(benefit_per_case=value, cases=cases * (1 + step))["froi"] for step in changes.numbers]
        for value in values.numbers
    ]
    index = pd.Index([float(value) for value in values.numbers], name="benefit_per_case")
    columns = pd.Index([float(step) for step in changes.numbers], name="throughput")
    return pd.DataFrame(table, index=index, columns=columns)


def switching_values(appraisal: Appraisal, *, target: float = 1) -> pd.DataFrame:
    """Find, input by input, the value at which the return is exactly the target: at 1, the break-even.

    Args:
        appraisal: the inputs.
        target: the return wanted, above 0.

    Returns:
        A pandas frame: input, stated, switching (missing where no admissible value reaches the target) and
        change (from stated to switching, as a share of stated).

    Raises:
        InputError: a target of 0 or less.
    """
    import pandas as pd

    problems: list[str] = []
    wanted = read_amounts(target, "target", problems, above=0).numbers[0]
    all_at_once("switching_values", problems)
    rows = []
    for name, stated in appraisal.inputs.items():
        found = _switching(name, appraisal.inputs, wanted)
        change = None if found is None or not stated else float(found / stated - 1)
        rows.append((name, float(stated), None if found is None else float(found), change))
    frame = pd.DataFrame(rows, columns=["input", "stated", "switching", "change"])
    return frame.astype({"switching": float, "change": float})


def _switching(name: str, numbers: dict[str, Fraction], target: Fraction) -> Fraction | None:
    """Benefit and cost are linear in every input, so two points of (benefit - target x cost) tell the third."""
    zero, one = (_surplus({**numbers, name: Fraction(value)}, target) for value in (0, 1))
    slope = one - zero
    if not slope:
        return None
    found = -zero / slope
    admissible = found >= 0 and (found <= 1 or name not in SHARES)
    return found if admissible and _costs_something({**numbers, name: found}) else None


def _surplus(numbers: dict[str, Fraction], target: Fraction) -> Fraction:
    spent = numbers["cost"] + numbers.get("cost_per_case", Fraction(0)) * numbers["cases"]
    owed = numbers.get("attribution", Fraction(1)) * (1 - numbers.get("deadweight", Fraction(0)))
    gained = numbers["cases"] * numbers["benefit_per_case"] * owed
    return gained * (1 - numbers.get("optimism_bias", Fraction(0))) - target * spent


def _costs_something(numbers: dict[str, Fraction]) -> bool:
    return numbers["cost"] + numbers.get("cost_per_case", Fraction(0)) * numbers["cases"] > 0


def deadweights(appraisal: Appraisal) -> pd.DataFrame:
    """The return without deadweight, with the stated one, and with one half.

    Returns:
        A pandas frame: deadweight, benefit, cost, net (pounds) and froi; two rows where none is stated.

    Raises:
        InputError: the appraisal corrects by attribution.
    """
    if appraisal.attribution is not None:
        raise InputError(
            "deadweights: the appraisal corrects by attribution, and the two correct for the same"
        )
    return _varied(appraisal, "deadweight", [0, appraisal.deadweight, 0.5])


def optimism(appraisal: Appraisal) -> pd.DataFrame:
    """The return without and with the stated correction for optimism.

    Returns:
        A pandas frame: optimism_bias, benefit, cost, net (pounds) and froi; one row where none is stated.
    """
    return _varied(appraisal, "optimism_bias", [0, appraisal.optimism_bias])


def _varied(appraisal: Appraisal, name: str, values: Sequence[float | None]) -> pd.DataFrame:
    import pandas as pd

    exact = [read_amounts(value, name, []).numbers[0] for value in values if value is not None]
    rows = [{name: float(value), **appraisal.row(**{name: value})} for value in dict.fromkeys(exact)]
    return pd.DataFrame(rows)


def horizons(
    costs: Any,
    benefits: Any,
    *,
    years: Sequence[int] = (1, 3, 5),
    schedules: Sequence[Schedule | float | Decimal | None] = (None, 0),
) -> pd.DataFrame:
    """The return over several horizons, discounted and not.

    Args:
        costs: pounds by year, from year 0 on, in the prices of one year.
        benefits: likewise, as many.
        years: horizons: how many years count, from year 0 on; at most as many as there are flows.
        schedules: discounting, as in `present_value`.

    Returns:
        A pandas frame: years, discounting, pv_costs, pv_benefits, net (pounds), froi (missing where nothing
        was spent) and payback (year, missing where not reached).

    Raises:
        InputError: flows of different length or missing, a horizon beyond them.
    """
    import pandas as pd

    problems: list[str] = []
    spent = read_amounts(costs, "costs", problems, money=True)
    gained = read_amounts(benefits, "benefits", problems, money=True)
    spans = read_amounts(years, "years", problems, least=1, most=len(spent.numbers), whole=True)
    if len(spent.numbers) != len(gained.numbers):
        found = f"costs {len(spent.numbers)}, benefits {len(gained.numbers)}"
        problems.append(f"needed sequences of one length, found {found}")
    all_at_once("horizons", problems)
    rows = [_horizon(spent, gained, int(span), schedule) for span in spans.numbers for schedule in schedules]
    return pd.DataFrame(rows)


def _horizon(
    spent: Amounts, gained: Amounts, span: int, schedule: Schedule | float | Decimal | None
) -> dict[str, Any]:
    first, second = ([float(x) for x in part.numbers[:span]] for part in (spent, gained))
    cost, back = (present_value(part, schedule=schedule) for part in (first, second))
    name = schedule.name if isinstance(schedule, Schedule) else schedule
    return {
        "years": span,
        "discounting": "newest schedule" if name is None else str(name),
        "pv_costs": cost,
        "pv_benefits": back,
        "net": back - cost,
        "froi": back / cost if cost else float("nan"),
        "payback": payback(first, second, discounted=True, schedule=schedule),
    }


@frozen(kw_only=True)
class Simulation:
    """A return on investment whose inputs are uncertain.

    Attributes:
        froi: with the stated inputs.
        lower, upper: percentiles of the draws that leave equal tails: the 5th and 95th at confidence 0.9.
        median: of the draws.
        p_above_one: share of the draws in which the return is above 1.
        confidence, draws, seed: of the simulation.
        varied: the inputs that were drawn; the others were taken as known.
        scope, coverage: of the appraisal.
        warnings: what a reader must be told.
    """

    froi: float
    lower: float
    upper: float
    median: float
    p_above_one: float
    confidence: float
    draws: int
    seed: int
    varied: tuple[str, ...]
    scope: str
    coverage: Coverage = NOT_STATED
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        value, lower, upper = (f"{round_half_up(x, 2):,.2f}" for x in (self.froi, self.lower, self.upper))
        first = (
            f"Return of {value} for each pound, {self.scope.replace('_', ' ')}; {self.confidence:.0%} of the draws "
            f"from {lower} to {upper}, above 1 in {self.p_above_one:.1%}"
        )
        lines = [
            first,
            f"Drawn {self.draws:,} times: {', '.join(self.varied)}",
            f"Covers {self.coverage}",
            *(f"Warning: {text}" for text in self.warnings),
        ]
        return "\n".join(lines)


def simulate(
    appraisal: Appraisal,
    inputs: Mapping[str, Distribution],
    *,
    draws: int = 10_000,
    seed: int = 0,
    confidence: float = 0.9,
) -> Simulation:
    """Draw uncertain inputs, independently of each other, and see how the return varies.

    Args:
        appraisal: the inputs as stated; those not drawn are taken as known.
        inputs: distributions by input: `Beta` for shares, `Gamma` or `Triangular` for unit values and costs,
            `Poisson` for numbers of cases.
        draws: number of draws.
        seed: whole number; the same one gives the same figures.
        confidence: between 0 and 1; 0.9 gives the 5th and the 95th percentile.

    Returns:
        A `Simulation`: froi (of the stated inputs), lower, upper, median, p_above_one, warnings.

    Raises:
        InputError: all problems at once: an input that the appraisal does not state, no distribution, a share
            that could exceed 1, draws in which nothing is spent.
    """
    problems = simulation_problems(draws, seed, confidence)
    problems += _input_problems(appraisal, inputs)
    all_at_once("simulate", problems)
    random = generator(seed)
    numbers: dict[str, Any] = {name: float(value) for name, value in appraisal.inputs.items()}
    varied = tuple(name for name in INPUTS if name in inputs)
    numbers |= {name: inputs[name].draw(random, draws) for name in varied}
    with np.errstate(divide="ignore", invalid="ignore"):
        sample = np.broadcast_to(np.asarray(froi_of(numbers), dtype=np.float64), (draws,))
    if not np.isfinite(sample).all():
        raise InputError(
            "simulate: in some draws the cost is 0; choose a distribution of cost that stays above it"
        )
    lower, upper = limits_of(sample, confidence)
    return Simulation(
        froi=appraisal.froi(),
        lower=lower,
        upper=upper,
        median=float(np.median(sample)),
        p_above_one=float((sample > 1).mean()),
        confidence=confidence,
        draws=draws,
        seed=seed,
        varied=varied,
        scope=appraisal.scope,
        coverage=appraisal.coverage,
        warnings=tuple(_far_from_stated(appraisal, inputs)),
    )


def _input_problems(appraisal: Appraisal, inputs: Mapping[str, Distribution]) -> list[str]:
    strangers = [name for name in inputs if name not in appraisal.inputs]
    problems = [str(unknown("input", strangers, appraisal.inputs))] if strangers else []
    if not inputs:
        problems.append("inputs: needed a distribution of at least one input, found none")
    for name, distribution in inputs.items():
        if not isinstance(distribution, _DISTRIBUTIONS):
            kinds = ", ".join(kind.__name__ for kind in _DISTRIBUTIONS)
            problems.append(f"{name}: needed one of {kinds}, found {type(distribution).__name__}")
        elif name in SHARES and not _within_one(distribution):
            problems.append(f"{name}: needed a share, so Beta, or Triangular up to 1")
    return problems


def _within_one(distribution: Distribution) -> bool:
    return isinstance(distribution, Beta) or (isinstance(distribution, Triangular) and distribution.high <= 1)


def _far_from_stated(appraisal: Appraisal, inputs: Mapping[str, Distribution]) -> list[str]:
    return [
        f"{name}: the mean of its distribution differs from the stated value by more than {_FAR:.0%}"
        for name, distribution in inputs.items()
        if abs(distribution.mean - float(appraisal.inputs[name])) > _FAR * abs(float(appraisal.inputs[name]))
    ]

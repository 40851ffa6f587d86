"""Seeded draws: the distributions of uncertain inputs, and limits as percentiles of a sample."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from attrs import field, frozen

from csc_outcomes.engine.estimate import confidence_problems
from csc_outcomes.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]


def _positive(instance: object, attribute: object, value: float) -> None:
    _check(instance, attribute, value, ok=_finite(value) and value > 0, needed="more than 0")


def _not_negative(instance: object, attribute: object, value: float) -> None:
    _check(instance, attribute, value, ok=_finite(value) and value >= 0, needed="0 or more")


def _check(instance: object, attribute: object, value: object, *, ok: bool, needed: str) -> None:
    if not ok:
        name = getattr(attribute, "name", "")
        raise InputError(f"{type(instance).__name__}: {name} needed a number of {needed}, found {value!r}")


def _finite(value: object) -> bool:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return number and math.isfinite(value)  # type: ignore[arg-type]  # it is a number by now


@frozen
class Beta:
    """A share: `yes` of `yes + no` cases seen; both above 0, fractions allowed (add 0.5 where one is 0)."""

    yes: float = field(validator=_positive)
    no: float = field(validator=_positive)

    @property
    def mean(self) -> float:
        """The expected share."""
        return self.yes / (self.yes + self.no)

    def draw(self, random: np.random.Generator, draws: int) -> Floats:
        """Draws of it."""
        return random.beta(self.yes, self.no, draws)


@frozen
class Gamma:
    """A cost that cannot be negative, by its mean and standard deviation."""

    mean: float = field(validator=_positive)
    sd: float = field(validator=_positive)

    def draw(self, random: np.random.Generator, draws: int) -> Floats:
        """Draws of it."""
        return random.gamma((self.mean / self.sd) ** 2, self.sd**2 / self.mean, draws)


@frozen
class Triangular:
    """A quantity of which only the lowest, the likeliest and the highest value are known."""

    low: float = field(validator=_not_negative)
    mode: float = field(validator=_not_negative)
    high: float = field(validator=_not_negative)

    def __attrs_post_init__(self) -> None:
        """Check the order."""
        if not self.low <= self.mode <= self.high or self.low == self.high:
            found = f"{self.low!r}, {self.mode!r}, {self.high!r}"
            raise InputError(f"Triangular: needed low <= mode <= high and low < high, found {found}")

    @property
    def mean(self) -> float:
        """The expected value."""
        return (self.low + self.mode + self.high) / 3

    def draw(self, random: np.random.Generator, draws: int) -> Floats:
        """Draws of it."""
        return random.triangular(self.low, self.mode, self.high, draws)


@frozen
class Poisson:
    """A number of events or cases, by its mean."""

    mean: float = field(validator=_positive)

    def draw(self, random: np.random.Generator, draws: int) -> Floats:
        """Draws of it."""
        return random.poisson(self.mean, draws).astype(np.float64)


Distribution: TypeAlias = Beta | Gamma | Triangular | Poisson


def generator(seed: int) -> np.random.Generator:
    """The random numbers of a seed, the same on every machine."""
    return np.random.Generator(np.random.PCG64(seed))


def limits_of(sample: Floats, confidence: float) -> tuple[float, float]:
    """Percentiles of a sample that leave equal tails."""
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(sample, [tail, 1 - tail])
    return float(lower), float(upper)


def simulation_problems(draws: object, seed: object, confidence: float) -> list[str]:
    """Say what is wrong with the options of a simulation; nothing if nothing is."""
    problems = confidence_problems(confidence)
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or seed < 0:
        problems.append(f"seed: needed a whole number of 0 or more, found {seed!r}")
    if not isinstance(draws, int | np.integer) or isinstance(draws, bool) or draws < 1:
        problems.append(f"draws: needed a whole number of 1 or more, found {draws!r}")
    elif not problems and draws * (1 - confidence) / 2 < 1:
        problems.append(f"draws: {draws} are too few for limits at confidence {confidence}")
    return problems

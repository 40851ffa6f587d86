"""Random numbers that belong to a child, a purpose and a step, not to the order in which they are drawn.

Every draw is a hash of (key, purpose, step). So one child's history is the same whoever else is in the data,
an effect changes only what it acts on, and millions of draws need no loop. The hash is the SplitMix64
finaliser (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014), applied
twice.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Keys = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)


def mixed(values: Keys) -> Keys:
    """Scramble 64-bit integers (wrapping arithmetic is meant)."""
    values = values + _STEP
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def salt(text: str) -> np.uint64:
    """A fixed 64-bit number for a name."""
    return np.uint64(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big"))


def integers(keys: Keys, purpose: str, step: int | Ints = 0) -> Keys:
    """One 64-bit number per key for a purpose and step."""
    steps = np.asarray(step, dtype=np.int64).astype(np.uint64)
    return mixed(mixed(keys ^ salt(purpose)) + steps * _STEP)


def uniform(keys: Keys, purpose: str, step: int | Ints = 0) -> Floats:
    """One number strictly between 0 and 1 per key for a purpose and step."""
    return ((integers(keys, purpose, step) >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def below(keys: Keys, purpose: str, limit: int | Ints, step: int | Ints = 0) -> Ints:
    """One integer from 0 to `limit` - 1 per key."""
    return (uniform(keys, purpose, step) * limit).astype(np.int64)


def exponential(u: Floats, mean: float | Floats) -> Floats:
    """Exponential waiting times with the given mean."""
    waits: Floats = -mean * np.log(u)
    return waits


def gamma(u: Floats, shape: float, mean: float | Floats) -> Floats:
    """Gamma waiting times with the given mean; the larger the shape, the more regular."""
    from scipy.special import gammaincinv

    waits: Floats = np.asarray(gammaincinv(shape, u) * (np.asarray(mean) / shape), dtype=np.float64)
    return waits


def lognormal(u: Floats, median: float | Floats, sigma: float | Floats) -> Floats:
    """Lognormal waiting times with the given median."""
    from scipy.special import ndtri

    waits: Floats = np.asarray(median * np.exp(sigma * ndtri(u)), dtype=np.float64)
    return waits


def pick(u: Floats, shares: Sequence[float] | Floats, rows: Ints | None = None) -> Ints:
    """Index of the class each number falls in.

    `shares` is one list of weights, or a table with one list per row of which `rows` chooses.
    """
    table = np.atleast_2d(np.asarray(shares, dtype=np.float64))
    edges = np.cumsum(table, axis=1)
    edges /= edges[:, -1:]
    chosen = edges[0] if rows is None else edges[rows]
    found: Ints = (u[:, None] >= chosen[..., :-1]).sum(axis=1)
    return found


def poisson(u: Floats, mean: Floats) -> Ints:
    """Poisson counts by inversion, one per number."""
    from scipy.special import pdtr, pdtrik

    counts = np.zeros(len(u), dtype=np.int64)
    rows = np.flatnonzero(u > np.exp(-mean))  # the others are 0
    upper = np.ceil(pdtrik(u[rows], mean[rows]))
    lower = np.maximum(upper - 1, 0)
    counts[rows] = np.where(pdtr(lower, mean[rows]) >= u[rows], lower, upper)
    return counts


def expand(counts: Ints) -> tuple[Ints, Ints]:
    """Row number repeated `counts` times, and the running number within each row."""
    rows = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    firsts = np.repeat(np.cumsum(counts) - counts, counts)
    return rows, np.arange(len(rows), dtype=np.int64) - firsts

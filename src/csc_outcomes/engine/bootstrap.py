"""Limits by resampling children, for measures in which one child yields many events.

Children are drawn, never events, so that what happens to one child stays together (Efron and Tibshirani, An
Introduction to the Bootstrap, 1993). The same text as seed gives the same limits, wherever and in whatever company
a cell is computed.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from csc_outcomes.engine.estimate import (
    confidence_problems,
    count_problems,
    missing_problems,
    per_problems,
    read_cells,
    read_parts,
)
from csc_outcomes.errors import all_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from csc_outcomes.engine.estimate import Floats

# Children drawn one by one for at most this many children per distinct pair; above, whole pairs are cheaper
# (measured: they cross between 5 and 16).
_CHILDREN_PER_PAIR = 8
_BLOCK = 2_000_000
"""Numbers held at a time."""
_HALF = 2**36
_DEFINED = 0.99
"""Share of the resamples that must have a denominator."""


def bootstrap_limits(
    numerators: Any,
    denominators: Any | None,
    counts: Any,
    per: float,
    confidence: float,
    seed: str | Sequence[str],
    draws: int = 1000,
    *,
    cells: ArrayLike | None = None,
) -> tuple[Any, Any]:
    """Limits by percentile bootstrap over children.

    Input is the table of distinct (numerator, denominator) pairs per child; neither the order of its rows, nor how
    children with equal pairs are split over rows, nor rows that count nobody change the limits.

    Args:
        numerators: the sum of the numerator over a child; none missing.
        denominators: the sum of the denominator over a child; None for a number of events. Then the number of
            children is as random as what happens to them, and each pair is drawn a Poisson number of times;
            children without events make no difference.
        counts: how many children have the pair.
        per: multiplier; the statistic is per * sum of numerators / sum of denominators.
        confidence: between 0 and 1.
        seed: any text, such as measure, window, area and group; with `cells` one for each cell.
        draws: number of resamples.
        cells: where the table holds several cells, the cell of each row as whole numbers from 0.

    Returns:
        Lower and upper limit in the unit of the value: floats, or with `cells` arrays over cells. NaN where
        resampling says nothing: fewer than two children, no events, children who are all alike (with
        denominators), or a zero denominator in more than 1% of the resamples.
    """
    seeds: list[Any] = [seed] if isinstance(seed, str) or cells is None else list(seed)
    problems = confidence_problems(confidence) + per_problems(per)
    problems += [f"seed: needed text, found {type(s).__name__}" for s in seeds if not isinstance(s, str)][:1]
    if not problems and not draws * (1 - confidence) / 2 >= 1:
        problems.append(f"draws: {draws} are too few for limits at confidence {confidence}")
    pairs = _pairs(numerators, denominators, counts, cells, len(seeds), problems)
    tail, step = (1 - confidence) / 2, max(1, _BLOCK // draws)
    found = [
        _tails(_statistics(pairs, seeds[start : start + step], start, per, draws), tail)
        for start in range(0, len(seeds), step)
    ]
    lower, upper = np.concatenate([np.empty((0, 2)), *found]).T
    return (lower, upper) if cells is not None else (float(lower[0]), float(upper[0]))


class _Pairs(NamedTuple):
    """Distinct pairs in order within their cells, how many children have each, and where each cell begins."""

    numerator: Floats
    denominator: Floats | None
    children: NDArray[np.int64]
    start: NDArray[np.int64]


def _pairs(
    numerators: Any,
    denominators: Any | None,
    counts: Any,
    cells: ArrayLike | None,
    many: int,
    problems: list[str],
) -> _Pairs:
    """Read the table, leave out rows that count nobody, put the others in order and merge equal pairs."""
    given = {"numerators": numerators, "denominators": 1 if denominators is None else denominators}
    parts = read_parts({**given, "counts": counts}, problems)
    x, n, count = parts["numerators"], parts["denominators"], parts["counts"]
    cell = read_cells(cells, x.size, problems, many)
    problems += missing_problems("numerators", x) + missing_problems("denominators", n)
    all_at_once("bootstrap", problems + count_problems(count))
    kept = (count > 0) & ((x != 0) if denominators is None else True)
    order = np.flatnonzero(kept)[np.lexsort((n[kept], x[kept], cell[kept]))]
    x, n, cell, count = x[order], n[order], cell[order], count[order]
    first = np.ones(x.size, dtype=bool)
    first[1:] = (x[1:] != x[:-1]) | (n[1:] != n[:-1]) | (cell[1:] != cell[:-1])
    children = np.bincount(np.cumsum(first) - 1, weights=count).astype(np.int64)
    start = np.searchsorted(cell[first], np.arange(many + 1))
    return _Pairs(x[first], None if denominators is None else n[first], children, start)


def _statistics(pairs: _Pairs, seeds: Sequence[str], begin: int, per: float, draws: int) -> Floats:
    """The statistic of every resample of some cells, a row each; NaN where it has no denominator."""
    result = np.full((len(seeds), draws), np.nan)
    for row, seed in enumerate(seeds):
        part = slice(pairs.start[begin + row], pairs.start[begin + row + 1])
        x, size = pairs.numerator[part], pairs.children[part]
        n = None if pairs.denominator is None else pairs.denominator[part]
        if size.sum() < 2 or not x.any() or (n is not None and size.size < 2):
            continue
        top, bottom = _resample(_generator(seed), x, n, size, draws)
        np.divide(per * top, bottom, out=result[row], where=bottom != 0)
    return result


def _tails(statistics: Floats, tail: float) -> Floats:
    """Two quantiles of every row, of the resamples that have a value; NaN where too many have none."""
    limits, defined = np.full((len(statistics), 2), np.nan), ~np.isnan(statistics)
    whole = defined.all(axis=1)
    limits[whole] = np.quantile(statistics[whole], [tail, 1 - tail], axis=1).T
    for row in np.flatnonzero(~whole & (defined.mean(axis=1) >= _DEFINED)):
        limits[row] = np.quantile(statistics[row, defined[row]], [tail, 1 - tail])
    return limits


def _generator(seed: str) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(int.from_bytes(sha256(seed.encode()).digest(), "big")))


def _resample(
    generator: np.random.Generator, x: Floats, n: Floats | None, size: NDArray[np.int64], draws: int
) -> tuple[Floats, Floats]:
    """Sums of numerators and denominators over each resample of children, in blocks that fit in memory."""
    one_by_one = n is not None and size.sum() < _CHILDREN_PER_PAIR * size.size
    block = max(1, _BLOCK // int(size.sum() if one_by_one else size.size))
    top, bottom = np.empty(draws), np.ones(draws)
    for start in range(0, draws, block):
        part = slice(start, min(start + block, draws))
        rows = part.stop - part.start
        if n is None:
            top[part] = generator.poisson(size, (rows, size.size)) @ x
        elif one_by_one:
            top[part], bottom[part] = _draw_children(generator, x, n, size, rows)
        else:
            weights = generator.multinomial(size.sum(), size / size.sum(), size=rows)
            top[part], bottom[part] = weights @ x, weights @ n
    return top, bottom


def _draw_children(
    generator: np.random.Generator, x: Floats, n: Floats, size: NDArray[np.int64], rows: int
) -> tuple[Floats, Floats]:
    children = int(size.sum())
    drawn = generator.integers(0, children, (rows, children), dtype=np.uint32)
    whole = not (x % 1).any() and not (n % 1).any()
    if not whole or min(x.min(), n.min()) < 0 or max(n.max() * children, x.max() * children * 2**10) >= _HALF:
        pairs = np.repeat(x + 1j * n, size)[drawn].sum(axis=1)
        return pairs.real, pairs.imag
    # Whole numbers travel as halves of one integer: to fetch a child's pair is what takes the time.
    pairs = np.repeat((x.astype(np.int64) * _HALF + n.astype(np.int64)), size)[drawn].sum(axis=1)
    return (pairs // _HALF).astype(float), (pairs % _HALF).astype(float)

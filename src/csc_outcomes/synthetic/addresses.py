"""Invented postcodes, authorities of placement and registration numbers, well-formed and consistent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.draws import integers, salt

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.draws import Ints, Keys

LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
"""Letters that occur at the end of a postcode."""

# Two-letter areas that no real postcode has; the letters themselves are allowed in those places.
_REAL = ("JE", "UB", "YO", "ZE")
AREAS = tuple(
    first + second for first in "JUYZ" for second in "ABCDEFGHKLMNOPQRSTUVWXY" if first + second not in _REAL
)


def area_of(codes: Sequence[str]) -> Ints:
    """Postcode area of each authority: fixed by its code; two authorities may share one."""
    return np.array([int(salt(code) % np.uint64(len(AREAS))) for code in codes], dtype=np.int64)


def postcodes(area: Ints, keys: Keys, last: Ints) -> pl.Series:
    """Postcodes such as `ZB7 3AL`; `last` chooses the last letter, so that neighbours can differ."""
    import polars as pl

    number = integers(keys, "postcode")
    parts = {
        "area": pl.Series(AREAS).gather(area),
        "district": pl.Series((number >> np.uint64(10)) % np.uint64(20) + np.uint64(1)),
        "sector": pl.Series((number >> np.uint64(20)) % np.uint64(10)),
        "unit": pl.Series(list(LETTERS)).gather(((number >> np.uint64(30)) % np.uint64(20)).astype(np.int64)),
        "last": pl.Series(list(LETTERS)).gather(last % len(LETTERS)),
    }
    return pl.DataFrame(parts).select(
        pl.format("{}{} {}{}{}", "area", "district", "sector", "unit", "last").alias("postcode")
    )["postcode"]


def registrations(keys: Keys) -> pl.Series:
    """Registration numbers of providers: `SC` and six digits, or seven digits."""
    import polars as pl

    number = integers(keys, "registration")
    social_care = pl.Series("social", (number >> np.uint64(40)) % np.uint64(3) > 0)
    six = pl.Series("six", number % np.uint64(1_000_000)).cast(pl.String).str.zfill(6)
    return pl.select(
        pl.when(social_care).then("SC" + six).otherwise(pl.lit("2") + six).alias("registration")
    )["registration"]

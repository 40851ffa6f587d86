"""What must hold for every measure of the catalogue at once, over all returns and local tables together."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.definitions.measure import Kind
from csc_outcomes.sources.registry import TABLES
from everything import CATALOGUE, calculated, invented

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBERS = ["numerator", "denominator", "value", "lower", "upper"]
LABELS = ["measure", "window", "area", "breakdown", "group", "interval", "status"]


@cache
def figures() -> pd.DataFrame:
    return calculated(invented())


def assert_equal(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found[[*LABELS, *NUMBERS]], wanted[[*LABELS, *NUMBERS]], check_exact=True)


def totals() -> pd.DataFrame:
    frame = figures()
    return frame[frame["breakdown"].isin(["all", *(m.part for m in CATALOGUE.values() if m.part)])]


def test_every_measure_has_a_figure() -> None:
    frame = totals()
    answered = frame[(frame["status"] == "ok") | frame["value"].notna()]
    named = set(answered["measure"]) | set(
        figures().query("breakdown == 'statistic' and status == 'ok'")["measure"]
    )
    assert set(CATALOGUE) - named == set()


def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
    order = list(range(frame.height))
    Random(frame.height).shuffle(order)
    return frame[order]


def test_the_order_of_rows_does_not_matter() -> None:
    assert_equal(calculated({name: shuffled(frame) for name, frame in invented().items()}), figures())


def renamed(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The same persons under other ids, in another order of the alphabet."""
    person = TABLES[name].person if name in TABLES else ""
    if not person or person not in frame.columns:
        return frame
    return frame.with_columns(
        (pl.lit("Z") + pl.col(person).cast(pl.String).str.reverse() + "#").alias(person)
    )


def test_the_ids_of_persons_do_not_matter() -> None:
    assert_equal(calculated({name: renamed(frame, name) for name, frame in invented().items()}), figures())


def as_numpy(frame: pl.DataFrame) -> pd.DataFrame:
    made = frame.to_pandas()
    return made.astype(dict.fromkeys(frame.select(pl.col(pl.Date)).columns, "datetime64[ns]"))


def as_objects(frame: pl.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(frame[name].to_list(), dtype=object) for name in frame.columns})


def as_duckdb(frame: pl.DataFrame) -> Any:
    duckdb = pytest.importorskip("duckdb", reason="needs DuckDB: pip install csc-outcomes[duckdb]")
    return duckdb.from_arrow(frame.to_arrow())


@pytest.mark.parametrize(
    "kind", [as_numpy, as_objects, as_duckdb, pl.DataFrame.to_arrow], ids=lambda f: f.__name__
)
def test_the_kind_of_frame_does_not_matter(kind: Callable[[pl.DataFrame], Any]) -> None:
    assert_equal(calculated({name: kind(frame) for name, frame in invented().items()}), figures())


def test_frames_that_come_in_are_not_modified() -> None:
    given = {name: as_numpy(frame) for name, frame in invented().items()}
    copies = {name: frame.copy(deep=True) for name, frame in given.items()}
    calculated(given)
    for name, frame in given.items():
        pd.testing.assert_frame_equal(frame, copies[name])


def test_one_authority_alone_has_the_figures_that_it_has_among_others() -> None:
    area = csc.Data(invented()).areas[0]

    def own(name: str, frame: pl.DataFrame) -> pl.DataFrame:
        return (
            frame if name == "population" or "LA" not in frame.columns else frame.filter(pl.col("LA") == area)
        )

    alone = calculated({name: own(name, frame) for name, frame in invented().items()})
    assert_equal(
        alone[alone["area"] == area].reset_index(drop=True),
        figures()[figures()["area"] == area].reset_index(drop=True),
    )


def test_areas_add_up() -> None:
    added = [m.id for m in CATALOGUE.values() if m.kind not in (Kind.DISTRIBUTION, Kind.NUMBER)]
    frame = totals()
    frame = frame[frame["measure"].isin(added)]
    whole = frame[frame["area"] == "all"].set_index(["measure", "group"])
    parts = (
        frame[frame["area"] != "all"]
        .groupby(["measure", "group"])[["numerator", "denominator"]]
        .sum(min_count=2)
        .add_suffix("_parts")
    )
    both = whole.join(parts).dropna(subset=["numerator", "numerator_parts"])
    assert len(both) > 100
    np.testing.assert_allclose(both["numerator"], both["numerator_parts"], rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(both["denominator"], both["denominator_parts"], rtol=1e-12, atol=1e-9)


def test_groups_add_up() -> None:
    """Numerators always; an age, sex or arm that is not known is the group `unknown`."""
    added = [
        m.id
        for m in CATALOGUE.values()
        if m.kind not in (Kind.DISTRIBUTION, Kind.NUMBER) and m.has_groups and not m.part
    ]
    frame = figures()[figures()["measure"].isin(added)]
    keys = ["measure", "area"]
    whole = frame[frame["breakdown"] == "all"].set_index(keys)["numerator"].dropna()
    parts = frame[frame["breakdown"] == "sex"].groupby(keys)["numerator"].sum(min_count=1)
    both = pd.concat([whole, parts.rename("parts")], axis=1, join="inner").dropna()
    assert len(both) > 250
    np.testing.assert_allclose(both["numerator"], both["parts"], rtol=1e-12, atol=1e-9)


def test_shares_lie_between_nothing_and_everything() -> None:
    shares = [m.id for m in CATALOGUE.values() if m.kind is Kind.PROPORTION]
    frame = figures()[figures()["measure"].isin(shares)]
    assert frame["value"].dropna().between(0, 100).all()
    assert (frame["lower"].dropna() <= frame["value"][frame["lower"].notna()]).all()

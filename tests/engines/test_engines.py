"""Whatever kind of frame holds the returns, every measure of the catalogue gives the same figures."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from datetime import date
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from csc_outcomes.definitions.measure import Status, When
from csc_outcomes.engine.breakdowns import UNKNOWN

from .data import AREAS, YEARS, cohort, frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BY = [
    *("LA", "age_band", "sex", "legal_status", "placement_type", "uasc", "ethnicity_group", "need"),
    "age_band x sex",
]
MEASURES = {when: [m.id for m in csc.catalogue() if m.when is when] for when in When}
ASKED = (
    (MEASURES[When.DAY], [csc.Window.snapshot("2023-10-31"), csc.Window.snapshot("2024-03-31")]),
    (
        [*MEASURES[When.PERIOD], *MEASURES[When.RETURN_YEAR]],
        [csc.Window.year_to("2023-03-31"), csc.Window.year_to("2024-03-31")],
    ),
)
COUNTS, VALUES = ["numerator", "denominator"], ["value", "lower", "upper"]

Tables = dict[str, Any]


# ---- kinds of frames ------------------------------------------------------------------------------------


def pandas_numpy(frame: pl.DataFrame) -> pd.DataFrame:
    """Dates as datetime64, whole numbers with gaps as floats."""
    made = frame.to_pandas()
    for name in frame.select(pl.col(pl.Date)).columns:
        made[name] = pd.to_datetime(made[name])
    return made


def pandas_arrow(frame: pl.DataFrame) -> pd.DataFrame:
    return frame.to_arrow().to_pandas(types_mapper=pd.ArrowDtype)


def pandas_objects(frame: pl.DataFrame) -> pd.DataFrame:
    """Every cell a Python object: `datetime.date`, str, int, float or None."""
    columns = {name: pd.Series(frame[name].to_list(), dtype=object) for name in frame.columns}
    return pd.DataFrame(columns)


def pandas_text(frame: pl.DataFrame) -> pd.DataFrame:
    """Every cell as a file holds it: text, days first, blanks missing."""
    dates = frame.with_columns(pl.col(pl.Date).dt.strftime("%d/%m/%Y"))
    return pandas_objects(dates.with_columns(pl.all().cast(pl.String)))


def pandas_categories(frame: pl.DataFrame) -> pd.DataFrame:
    made = pandas_numpy(frame)
    texts = frame.select(pl.col(pl.String)).columns
    return made.astype(dict.fromkeys(texts, "category"))


def polars_lazy(frame: pl.DataFrame) -> pl.LazyFrame:
    return frame.lazy()


def arrow_table(frame: pl.DataFrame) -> Any:
    return frame.to_arrow()


def duckdb_relation(frame: pl.DataFrame) -> Any:
    duckdb = pytest.importorskip("duckdb", reason="needs DuckDB: pip install csc-outcomes[duckdb]")
    return duckdb.from_arrow(frame.to_arrow())


LOCAL = (
    *(pandas_numpy, pandas_arrow, pandas_objects, pandas_text, pandas_categories),
    *(polars_lazy, arrow_table, duckdb_relation),
)


def tables_as(make: Callable[[pl.DataFrame], Any]) -> Tables:
    return {name: make(frame) for name, frame in frames().items()}


# ---- figures --------------------------------------------------------------------------------------------


def figures(data: csc.Data) -> csc.Result:
    """Every measure over the windows that suit it, as one result."""
    results = [csc.calculate(names, data, windows, by=BY) for names, windows in ASKED]
    return csc.Result(
        pd.concat([r.frame for r in results], ignore_index=True),
        pd.concat([r.notes for r in results], ignore_index=True),
    )


@cache
def reference() -> csc.Result:
    """Figures of Polars frames, to which all others are held."""
    return figures(csc.Data(frames()))


def assert_same(found: csc.Result, wanted: csc.Result) -> None:
    """Equal rows in equal order: labels, statuses and counts exactly, values to nine digits; equal notes."""
    numbers = [*COUNTS, *VALUES]
    pd.testing.assert_frame_equal(found.frame.drop(columns=numbers), wanted.frame.drop(columns=numbers))
    pd.testing.assert_frame_equal(found.frame[COUNTS], wanted.frame[COUNTS], check_exact=True)
    for name in VALUES:
        one, other = (result.frame[name].to_numpy(float) for result in (found, wanted))
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9, equal_nan=True, err_msg=name)
    pd.testing.assert_frame_equal(found.notes, wanted.notes)


def oddities(data: csc.Data) -> Counter[tuple[str, str]]:
    """How many rows each kind of problem concerns, whichever authority reports them."""
    found: Counter[tuple[str, str]] = Counter()
    for code, table, rows in data.problems[["code", "table", "rows"]].itertuples(index=False):
        found[code, table] += rows
    return found


# ---- the data are worth comparing on --------------------------------------------------------------------


def test_every_measure_has_something_to_count() -> None:
    totals = reference().frame.query("group == 'all' and status == 'ok' and numerator != 0")
    with_headline = {m.id for m in csc.catalogue() if m.id != "return_home_days_range"}
    assert with_headline <= set(totals["measure"])
    spread = reference().frame.query("measure == 'return_home_days_range' and status == 'ok' and value > 0")
    assert set(spread["group"]) == {"min", "p25", "median", "p75", "max"}


def test_every_kind_of_row_occurs() -> None:
    frame = reference().frame
    statuses = {Status.OK, Status.UNDEFINED, Status.INCOMPLETE, Status.NO_POPULATION}
    assert set(frame["status"]) == {status.value for status in statuses}
    assert set(frame["area"]) == {"all", *AREAS}
    counted = frame[frame["numerator"].fillna(0) != 0]
    for breakdown in BY[1:]:
        groups = set(counted.loc[counted["breakdown"] == breakdown, "group"])
        assert len(groups) > 2 or breakdown == "uasc", breakdown
        assert breakdown == "uasc" or any(UNKNOWN in group for group in groups), breakdown
    kinds = set(reference().notes["kind"])
    assert {"exclusion", "report", "population", "status", "parameter"} <= kinds


# ---- local frames ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", LOCAL, ids=lambda make: make.__name__)
def test_local_frames_agree(make: Callable[[pl.DataFrame], Any]) -> None:
    data = csc.Data(tables_as(make))
    assert_same(figures(data), reference())
    plain = csc.Data(frames())
    pd.testing.assert_frame_equal(data.problems, plain.problems)
    pd.testing.assert_frame_equal(data.tables, plain.tables)


def test_kinds_of_local_frames_may_be_mixed() -> None:
    tables: Tables = {
        name: make(frame)
        for (name, frame), make in zip(frames().items(), (*LOCAL, *LOCAL)[: len(frames())], strict=True)
    }
    names, windows = ASKED[0]
    found = csc.calculate(names, csc.Data(tables), windows, by=BY)
    assert_same(found, csc.calculate(names, csc.Data(frames()), windows, by=BY))


@pytest.mark.parametrize("make", (lambda frame: frame, *LOCAL), ids=lambda make: make.__name__)
def test_frames_given_are_not_changed(make: Callable[[pl.DataFrame], Any]) -> None:
    given = tables_as(make)
    csc.Data(given).problems  # noqa: B018  (everything is derived to find them)
    for name, frame in tables_as(make).items():
        after = given[name]
        if isinstance(frame, pd.DataFrame):
            pd.testing.assert_frame_equal(after, frame)
        else:
            assert _polars(after).equals(_polars(frame)), name


def _polars(frame: Any) -> pl.DataFrame:
    if isinstance(frame, (pl.DataFrame, pl.LazyFrame)):
        return frame.lazy().collect()
    return pl.DataFrame(frame if hasattr(frame, "column_names") else frame.to_arrow_table())


# ---- Spark ----------------------------------------------------------------------------------------------

MISSING = [
    words
    for words, there in (
        ("PySpark", find_spec("pyspark") is not None),
        ("a Java runtime", bool(shutil.which("java") or os.environ.get("JAVA_HOME"))),
    )
    if not there
]
on_spark = [
    pytest.mark.spark,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)}"),
    # PySpark itself says so at every call that hands over Arrow data where pandas 3 is installed.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]


@pytest.fixture(scope="session")
def session() -> Iterator[Any]:
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.log.level": "ERROR",
        # Many short queries: the second compiler of the JVM costs more than it saves.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    builder = SparkSession.builder.master("local[2]").appName("csc_outcomes tests").config(map=settings)
    spark = builder.getOrCreate()
    yield spark
    spark.stop()


def spark_tables(session: Any) -> Tables:
    """All tables of the returns on Spark; the population stays where a user has it, in a local frame."""
    return {
        name: frame if name == "population" else session.createDataFrame(frame.to_arrow())
        for name, frame in frames().items()
    }


@pytest.fixture(scope="session")
def spread(session: Any) -> csc.Data:
    """The same returns on Spark, used by every test so that each table is derived once."""
    return csc.Data(spark_tables(session))


class TestSpark:
    pytestmark = on_spark

    def test_figures_agree(self, spread: csc.Data) -> None:
        assert_same(figures(spread), reference())

    def test_windows_per_child_agree(self, spread: csc.Data) -> None:
        windows = csc.Windows.per_child(cohort(), follow_up_months=6, baseline_months=3)
        names = [*MEASURES[When.DAY], *MEASURES[When.PERIOD]]
        by = ["LA", "arm", "sex", "arm x age_band"]
        wanted = csc.calculate(names, csc.Data(frames()), windows, by=by)
        counted = wanted.frame.query("breakdown == 'arm' and status == 'ok' and numerator > 0")
        assert {"offered", "usual"} <= set(counted["group"])
        assert len(set(counted["measure"])) > 0.7 * len(names)
        assert_same(csc.calculate(names, spread, windows, by=by), wanted)

"""Whatever kind of frame holds the returns, every measure of the catalogue gives the same figures."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import csc_outcomes as csc
from catalogued import OF_SSDA903
from csc_outcomes.definitions.measure import Status, When
from csc_outcomes.engine.breakdowns import UNKNOWN
from everything import calculated, invented

from .data import AREAS, YEARS, cohort, frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

BY = [
    *("LA", "age_band", "sex", "legal_status", "placement_type", "uasc", "ethnicity_group", "need"),
    "age_band x sex",
]
MEASURES = {when: [m.id for m in OF_SSDA903 if m.when is when] for when in When}
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


def figures(data: csc.Data, by: Sequence[str] = BY) -> csc.Result:
    """Every measure over the windows that suit it, as one result."""
    results = [csc.calculate(names, data, windows, by=by) for names, windows in ASKED]
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
    with_headline = {m.id for m in OF_SSDA903 if m.id != "return_home_days_range"}
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
        """Every measure; the other breakdowns, which cost more there than the measures, by a few of them."""
        by = ["LA", "age_band x sex"]
        assert_same(figures(spread, by), figures(csc.Data(frames()), by))

    def test_breakdowns_agree(self, spread: csc.Data) -> None:
        names, window = ["cla_stock_number", "residential_share_dfe_pct"], csc.Window.snapshot("2024-03-31")
        wanted = csc.calculate(names, csc.Data(frames()), window, by=BY)
        assert wanted.frame.query("status == 'ok' and numerator > 0")["breakdown"].nunique() == len(BY)
        assert_same(csc.calculate(names, spread, window, by=BY), wanted)

    def test_windows_per_child_agree(self, spread: csc.Data) -> None:
        windows = csc.Windows.per_child(cohort(), follow_up_months=6, baseline_months=3)
        names = [*MEASURES[When.DAY], *MEASURES[When.PERIOD]][
            ::3
        ]  # each alike: a cohort joined to its tables
        by = ["LA", "arm", "arm x age_band"]
        wanted = csc.calculate(names, csc.Data(frames()), windows, by=by)
        counted = wanted.frame.query("breakdown == 'arm' and status == 'ok' and numerator > 0")
        assert {"offered", "usual"} <= set(counted["group"])
        assert len(set(counted["measure"])) > 0.7 * len(names)
        assert_same(csc.calculate(names, spread, windows, by=by), wanted)

    def test_other_sources_agree(self, session: Any) -> None:
        """Some measures of the censuses, and of local tables, which go where the returns are."""
        names = ["rereferral_child_pct", "cpp_subsequent_pct", "avg_caseload_fte", "sdq_paired_change"]
        sources = ("cin.", "workforce.", "cohort", "scores")
        tables = {name: frame for name, frame in invented(30).items() if name.startswith(sources)}
        returned = {
            name: session.createDataFrame(frame.to_arrow()) if "." in name else frame
            for name, frame in tables.items()
        }
        found, wanted = calculated(returned, names), calculated(tables, names)
        assert len(wanted.query("status == 'ok' and numerator != 0")) >= 3 * len(names)
        pd.testing.assert_frame_equal(found, wanted, rtol=1e-9)

    def test_problems_and_tables_agree(self, spread: csc.Data) -> None:
        local = csc.Data(frames())
        assert oddities(spread) == oddities(local)
        assert set(spread.problems["set_aside"]) == set(spread.problems["set_aside"].astype(int))
        by_table = spread.tables.set_index("table"), local.tables.set_index("table")
        pd.testing.assert_frame_equal(by_table[0].loc[by_table[1].index], by_table[1])
        assert spread.areas == local.areas == AREAS
        assert all(set(years) == set(YEARS) for years in spread.cover("ssda903.care").values())
        messages = "\n".join(spread.problems["message"])
        assert not [value for value in ("AB1", "SC00", "QQQQ", "Q9", "SW1") if value in messages]

    def test_explain_agrees(self, spread: csc.Data) -> None:
        window = csc.Window.year_to("2024-03-31")
        names = ["placements_3plus_pct", "cla_starts_number", "cla_convicted_pct"]
        for one, other in zip(*(
            [csc.calculate(names, data, window, by="sex").explain(name, area=AREAS[1]) for name in names]
            for data in (spread, csc.Data(frames()))
        ), strict=True):  # fmt: skip
            assert len(one.cases) > 1
            pd.testing.assert_frame_equal(one.cases, other.cases)
            pd.testing.assert_frame_equal(one.steps, other.steps)
        group = {"breakdown": "sex", "group": "male"}
        shown = csc.calculate(names[0], spread, window, by="sex").explain(names[0], **group)
        wanted = csc.calculate(names[0], csc.Data(frames()), window, by="sex").explain(names[0], **group)
        assert len(wanted.cases)
        pd.testing.assert_frame_equal(shown.cases, wanted.cases)

    def test_tables_stay_on_spark(self, spread: csc.Data) -> None:
        from pyspark.sql import DataFrame

        assert spread.on_spark
        names = {need for measure in OF_SSDA903 for need in measure.needs}
        assert len(names) > 10
        for name in sorted(names | {"ssda903.children", "raw:ssda903.episodes"}):
            assert isinstance(spread.table(name).to_native(), DataFrame), name
        assert not [value for value in vars(spread).values() if isinstance(value, dict) and "KEY" in value]

    def test_only_cells_come_to_the_driver(self, spread: csc.Data, monkeypatch: pytest.MonkeyPatch) -> None:
        from pyspark.sql.classic.dataframe import DataFrame

        brought: list[list[str]] = []
        for method in ("collect", "toArrow", "toPandas", "toLocalIterator"):
            original = getattr(DataFrame, method)

            def noted(self: Any, *args: Any, _original: Any = original, **kwargs: Any) -> Any:
                brought.append(self.columns)
                return _original(self, *args, **kwargs)

            monkeypatch.setattr(DataFrame, method, noted)
        csc.calculate(["cla_stock_number", "placements_3plus_pct"], spread, ASKED[0][1], by=["LA", "sex"])
        assert brought
        about_children = {"KEY", "CHILD", "DOB", "DECOM", "FROM", "START", "ROW", "SW_ID"}
        assert [columns for columns in brought if about_children & set(columns)] == []

    def test_mixed_with_local_tables(self, session: Any) -> None:
        given = spark_tables(session)
        given["ssda903.header"] = frames()["ssda903.header"]
        with pytest.raises(
            csc.InputError, match=r"mixed: .*ssda903\.episodes.* on Spark, ssda903\.header are not"
        ):
            csc.Data(given)

    def test_everything_wrong_is_said_at_once(self, session: Any) -> None:
        given = frames()
        bad = {
            "ssda903.episodes": given["ssda903.episodes"].drop("PLACE", "YEAR"),
            "ssda903.header": given["ssda903.header"].with_columns(pl.col("DOB").alias(" dob")),
            "ssda903.uasc": given["ssda903.uasc"].drop("LA"),
        }
        with pytest.raises(csc.InputError) as raised:
            csc.Data({name: session.createDataFrame(frame.to_arrow()) for name, frame in bad.items()})
        text = str(raised.value)
        for part in ("'PLACE'", "from 2016-17", "'YEAR'", "found twice: DOB", "'LA'", "'ssda903.uasc'"):
            assert part in text, part

    @pytest.mark.parametrize("year", ["2023-24", "24", None])
    def test_a_return_year_that_cannot_be_read_is_refused(self, session: Any, year: str | None) -> None:
        header = frames()["ssda903.header"].with_columns(pl.col("YEAR").cast(pl.String))
        bad = header.with_row_index().with_columns(
            YEAR=pl.when(pl.col("index") < 3).then(pl.lit(year)).otherwise("YEAR")
        )
        given = session.createDataFrame(bad.drop("index").to_arrow())
        with pytest.raises(csc.InputError, match=r"'ssda903\.header': YEAR .* in 3 rows"):
            csc.Data({"ssda903.header": given})

    def test_types_are_read_as_those_of_local_frames(self, session: Any) -> None:
        """Numbers, times and truth values in columns that a file would hold as text; LA and YEAR given."""
        rows = pd.DataFrame(
            {
                "\ufeffchild": [12_345_678.0, 7.0, float("nan"), 3.0],
                "LA ": ["A", None, "A", "  "],
                "SDQ_SCORE": [12.0, float("nan"), 3.0, 4.5],
                "SDQ_REASON": [None, "sdq1 ", None, None],
                "CONVICTED": [True, False, True, False],
                "HEALTH_CHECK": [1.0, float("nan"), 0.0, 1.0],
                "IMMUNISATIONS": [1, 0, 1, 0],
                "DOB": pd.to_datetime(["2010-02-03 04:05", "2011-01-01 00:00", "2012-01-01 00:00", None]),
                "TEETH_CHECK": ["1", "0", "", None],
                "HEALTH_ASSESSMENT": ["1", " 0", "x", None],
                "SUBSTANCE_MISUSE": [1.0, 0.0, 1.0, 0.0],
            }
        )
        options: dict[str, Any] = {"la": "B", "year": 2024}
        local = csc.Data({"ssda903.oc2": rows}, **options)
        found = csc.Data({"ssda903.oc2": session.createDataFrame(pl.from_pandas(rows).to_arrow())}, **options)
        shown = [
            data.local("raw:ssda903.oc2")
            .with_columns(pl.col(pl.Categorical).cast(pl.String))
            .sort("LA", "CHILD")
            for data in (found, local)
        ]
        columns = [name for name in shown[1].columns if name != "KEY"]
        assert shown[0].select(columns).rows() == shown[1].select(columns).rows()
        assert shown[1]["CHILD"].to_list() == ["12345678", "3", "7"]
        assert found.areas == local.areas == ("A", "B")
        assert oddities(found) == oddities(local)

    def test_placements_are_located_by_postcode(self, session: Any) -> None:
        directory = pl.DataFrame(
            {
                "pcds": ["AB1 1AA", "AB1 2BB", "AB1 9ZZ"],
                "oslaua": [AREAS[0], AREAS[1], AREAS[0]],
                "oseast1m": [400_000, 416_093, 400_000],
                "osnrth1m": [300_000, 300_000, 300_000],
            }
        )
        names = ["placed_over_20_miles_pct", "foster_out_la_pct", "placed_inside_la_pct"]
        episodes = frames()["ssda903.episodes"].drop("PL_LOCATION", "PL_DISTANCE")
        tables = {"ssda903.episodes": episodes, "postcodes": directory}
        wanted = csc.calculate(names, csc.Data(tables), csc.Window.snapshot("2024-03-31"), by="LA")
        assert (wanted.frame["value"] > 0).sum() >= 4
        tables["ssda903.episodes"] = session.createDataFrame(episodes.to_arrow())
        assert_same(
            csc.calculate(names, csc.Data(tables), csc.Window.snapshot("2024-03-31"), by="LA"), wanted
        )

    def test_an_authority_whose_rows_cannot_be_used_is_not_covered(self, session: Any) -> None:
        """Dates that cannot be read would otherwise pass for a year without any child."""
        episodes = frames()["ssda903.episodes"].with_columns(
            DECOM=pl.when(pl.col("LA") == AREAS[0])
            .then(pl.lit("1/5/23"))
            .otherwise(pl.col("DECOM").cast(pl.String))
        )
        for given in (episodes, session.createDataFrame(episodes.to_arrow())):
            assert set(csc.Data({"ssda903.episodes": given}).cover("ssda903.care")) == {AREAS[1]}

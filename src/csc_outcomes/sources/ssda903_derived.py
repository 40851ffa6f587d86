"""What is derived from cleaned episodes: days in care, periods of care, placement runs.

Each is built once per `Data` and shared by all measures and windows; a measure over them is a filter.
"""

from __future__ import annotations

import polars as pl

from csc_outcomes.engine.kit import OPEN

TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
FOSTER = ("U1", "U2", "U3", "U4", "U5", "U6")
ADOPTED_BY_CARER = ("A3", "A5")
_NEW_CARER = ("S", "P", "B")
_SAME_CARER = ("T", "U")
_OPEN = pl.lit(OPEN)

RUN_COLUMNS = {
    "placements": ("RUN", False, False),
    "placements_same_carer": ("RUN_SAME_CARER", True, False),
    "placements_temporary": ("RUN_TEMPORARY", False, True),
    "placements_all": ("RUN_ALL", True, True),
}
"""Variant of the placement runs: column in care, whether T and U rows start a run, whether T0-T4 rows do."""


def reporting_year(date: pl.Expr) -> pl.Expr:
    """Year ending 31 March in which a date lies."""
    return (date.dt.year() + (date.dt.month() >= 4).cast(pl.Int32)).cast(pl.Int32)


def cover_blocks(cover: pl.DataFrame) -> pl.DataFrame:
    """LA, YEAR and UNTIL: 31 March of the last year of the unbroken run of returns that YEAR belongs to."""
    years = cover.select("LA", pl.col("YEAR").cast(pl.Int32)).unique().sort("LA", "YEAR")
    apart = (pl.col("LA") != pl.col("LA").shift(1)) | (pl.col("YEAR") != pl.col("YEAR").shift(1) + 1)
    blocks = years.with_columns(BLOCK=apart.fill_null(value=True).cum_sum())
    return blocks.with_columns(UNTIL=pl.date(pl.col("YEAR").max().over("BLOCK"), 3, 31)).drop("BLOCK")


def _cover_end(frame: pl.DataFrame, date: str, blocks: pl.DataFrame, name: str) -> pl.DataFrame:
    keyed = frame.with_columns(YEAR=reporting_year(pl.col(date)))
    joined = keyed.join(blocks, on=["LA", "YEAR"], how="left", maintain_order="left")
    return joined.drop("YEAR").rename({"UNTIL": name})


def with_birth(frame: pl.DataFrame, children: pl.DataFrame | None) -> pl.DataFrame:
    """Add DOB; null where it is not known."""
    return frame.with_columns(births(frame, children).alias("DOB"))


def births(frame: pl.DataFrame, children: pl.DataFrame | None) -> pl.Series:
    """Each row's DOB; null where it is not known. It is looked up once for rows of a child that follow each other."""
    if children is None:
        return pl.repeat(None, frame.height, dtype=pl.Date, eager=True)
    first = frame.select((pl.col("KEY") != pl.col("KEY").shift(1)).fill_null(value=True))["KEY"]
    keys = frame.select("KEY").filter(first)
    found = keys.join(children.select("KEY", "DOB"), on="KEY", how="left", maintain_order="left")["DOB"]
    return found.gather(first.cum_sum() - 1) if frame.height else found


def periods(rows: pl.DataFrame, cover: pl.DataFrame, children: pl.DataFrame | None) -> pl.DataFrame:
    """One row per period of care, in order of child and time."""
    last = rows["FIRST"].shift(-1, fill_value=True)
    starts = rows.filter("FIRST").select(
        "KEY",
        "LA",
        "PERIOD",
        START="DECOM",
        KNOWN=(pl.col("RNE") == "S").fill_null(value=False),
        FIRST_ROW="ROW",
    )
    ends = rows.filter(last).select("END", "REC", "CENSORED", LAST_ROW="ROW")
    frame = pl.concat([starts, ends], how="horizontal")
    left = pl.col("REC").is_not_null() & (pl.col("REC") != "X1").fill_null(value=False)
    frame = frame.with_columns(CEASED=(pl.col("END") < _OPEN) & left & ~pl.col("CENSORED"))
    frame = _with_neighbours(frame)
    blocks = cover_blocks(cover)
    frame = _cover_end(_cover_end(frame, "START", blocks, "START_COVER"), "END", blocks, "END_COVER")
    born_before = (pl.col("START") >= pl.col("DOB")).fill_null(value=True)
    frame = with_birth(frame, children)
    return frame.with_columns(DATES_OK=(pl.col("END") >= pl.col("START")) & born_before)


def _with_neighbours(frame: pl.DataFrame) -> pl.DataFrame:
    """PREV_START: the child's previous known start; NEXT_START: the next period's; NEXT_END: the next exit."""
    row = pl.int_range(pl.len(), dtype=pl.Int64)
    places = frame.select(
        before=pl.when("KNOWN").then(row).forward_fill().shift(1),
        after=pl.when((row + 1) < pl.len()).then(row + 1),
        leaves=pl.when("CEASED").then(row).backward_fill().shift(-1),
    )

    def of_child(name: str, place: pl.Series) -> pl.Series:
        same = frame["KEY"].gather(place) == frame["KEY"]
        return pl.select(pl.when(same).then(frame[name].gather(place))).to_series()

    return frame.with_columns(
        of_child("START", places["before"]).alias("PREV_START"),
        of_child("START", places["after"]).alias("NEXT_START"),
        of_child("END", places["leaves"]).alias("NEXT_END"),
    )


def with_runs(rows: pl.DataFrame) -> pl.DataFrame:
    """Add a run number per variant of the placement rules; null for rows before the first ordinary one."""
    is_temporary = pl.col("PLACE").is_in(TEMPORARY).fill_null(value=False)
    every = rows.select("ROW", "PERIOD", "RNE", "PLACE", "PL_POST", "URN")
    starts = {
        True: _starts(every, temporary=True),
        False: _starts(every.filter(~is_temporary), temporary=False),
    }
    return rows.with_columns(
        _run_numbers(rows, starts[temporary], column) for column, _, temporary in RUN_COLUMNS.values()
    )


def _starts(ordinary: pl.DataFrame, *, temporary: bool) -> pl.DataFrame:
    """Whether each row that may start a run does, by the variants that tell such rows in the same way."""
    variants = [(column, same) for column, same, other in RUN_COLUMNS.values() if other is temporary]
    return ordinary.select("ROW", *(_starts_run(same_carer=same).alias(column) for column, same in variants))


def _run_numbers(rows: pl.DataFrame, starts: pl.DataFrame, column: str) -> pl.Series:
    """Number the placement runs (R8) over all rows; temporary rows belong to the run before them."""
    if starts.height == rows.height:
        return starts[column].cum_sum().cast(pl.Int64)
    at = starts["ROW"].filter(starts[column])
    started = pl.repeat(0, rows.height, dtype=pl.Int64, eager=True)
    number = started.scatter(at, pl.repeat(1, len(at), dtype=pl.Int64, eager=True)).cum_sum()
    period_of_run = pl.concat([pl.Series([-1], dtype=pl.Int64), rows["PERIOD"].gather(at)])
    belongs = period_of_run.gather(number) == rows["PERIOD"]
    return pl.select(pl.when(belongs).then(number)).to_series().alias(column)


def _starts_run(*, same_carer: bool) -> pl.Expr:
    """Whether an ordinary row starts a run, judged against the ordinary row before it."""

    def before(name: str) -> pl.Expr:
        return pl.col(name).shift(1)

    first = (pl.col("PERIOD") != before("PERIOD")).fill_null(value=True)
    interrupted = pl.col("ROW") - before("ROW") > 1
    same_post = pl.col("PL_POST") == before("PL_POST")
    same_urn = pl.col("URN") == before("URN")
    came_back = (pl.col("PLACE") == before("PLACE")) & pl.coalesce(same_post, same_urn)
    moved = pl.col("RNE").is_in(_NEW_CARER + _SAME_CARER if same_carer else _NEW_CARER)
    adopted = pl.col("PLACE").is_in(ADOPTED_BY_CARER) & before("PLACE").is_in(FOSTER)
    left = (
        pl.when(interrupted).then(~came_back.fill_null(value=False)).otherwise(moved.fill_null(value=False))
    )
    return first | (~adopted.fill_null(value=False) & left)


def placements(rows: pl.DataFrame, run: str, children: pl.DataFrame | None) -> pl.DataFrame:
    """One row per placement run: `rows` carries the run numbers in column `run`."""
    inside = rows.filter(pl.col(run).is_not_null())
    opens = (pl.col(run) != pl.col(run).shift(1)).fill_null(value=True)
    closes = (pl.col(run) != pl.col(run).shift(-1)).fill_null(value=True)
    starts = inside.filter(opens).select(
        "KEY", "LA", "PERIOD", "RNE", "PLACE", "PL_LOCATION", RUN=run, START="DECOM", FIRST_ROW="ROW"
    )
    ends = inside.filter(closes).select("END", LAST_ROW="ROW")
    frame = pl.concat([starts, ends], how="horizontal").filter(pl.col("END") > pl.col("START"))
    same_period = pl.col("PERIOD") == pl.col("PERIOD").shift(1)
    frame = frame.with_columns(PREV_RUN_START=pl.when(same_period).then(pl.col("START").shift(1)))
    return with_birth(frame, children)


def resolved(rows: pl.DataFrame) -> pl.DataFrame:
    """Replace a temporary row's placement and locality by those of the ordinary row before it (C7)."""
    is_temporary = pl.col("PLACE").is_in(TEMPORARY).fill_null(value=False)
    source = rows.select(pl.when(~is_temporary).then("ROW").forward_fill())["ROW"]
    if not rows.select(is_temporary.any()).item():
        return rows
    found = source.fill_null(0)
    same_period = (rows["PERIOD"].gather(found) == rows["PERIOD"]) & source.is_not_null()
    mended = [
        pl.when(is_temporary).then(pl.when(same_period).then(rows[name].gather(found))).otherwise(name).alias(name)
        for name in ("PLACE", "PL_LOCATION", "PL_DISTANCE")
    ]  # fmt: skip
    return rows.with_columns(mended)


def care(rows: pl.DataFrame, children: pl.DataFrame | None) -> pl.DataFrame:
    """Days in care, each in exactly one row: where rows overlap, the later DECOM owns the day (R7).

    PREV_TO and NEXT_FROM are the end of the child's row before and the start of the one after.
    """
    columns = [
        "KEY", "LA", "ROW", "PERIOD", *(name for name, _, _ in RUN_COLUMNS.values()),
        "PLACE", "LS", "CIN", "RNE", "PL_LOCATION", "PL_DISTANCE",
    ]  # fmt: skip
    whole = rows.select(*columns, FROM="DECOM", TO="END").filter(pl.col("TO") > pl.col("FROM"))
    overlapping = (pl.col("KEY") == pl.col("KEY").shift(-1)) & (pl.col("TO") > pl.col("FROM").shift(-1))
    tangled = whole.filter(overlapping.fill_null(value=False))["KEY"].unique()
    if len(tangled):
        of_them = pl.col("KEY").is_in(tangled.implode())
        whole = pl.concat([whole.filter(~of_them), _disjoint(whole.filter(of_them))])
    before = pl.when(pl.col("KEY") == pl.col("KEY").shift(1)).then(pl.col("TO").shift(1))
    after = pl.when(pl.col("KEY") == pl.col("KEY").shift(-1)).then(pl.col("FROM").shift(-1))
    return with_birth(whole.with_columns(PREV_TO=before, NEXT_FROM=after), children)


def _disjoint(rows: pl.DataFrame) -> pl.DataFrame:
    """Cut a few children's overlapping rows at every start and end; the latest row covers each piece.

    The pieces are in order of child and day.
    """
    points = (
        pl.concat([rows.select("KEY", AT="FROM"), rows.select("KEY", AT="TO")]).unique().sort("KEY", "AT")
    )
    pieces = points.with_columns(
        NEXT=pl.when(pl.col("KEY") == pl.col("KEY").shift(-1)).then(pl.col("AT").shift(-1))
    ).drop_nulls("NEXT")
    covering = pieces.join(rows.select("KEY", "ROW", "FROM", "TO"), on="KEY")
    covering = covering.filter(pl.col("FROM") <= pl.col("AT"), pl.col("TO") >= pl.col("NEXT"))
    owned = covering.group_by("KEY", "AT", "NEXT").agg(pl.col("ROW").max())
    cut = owned.join(rows, on=["KEY", "ROW"]).with_columns(FROM="AT", TO="NEXT")
    return cut.select(rows.columns).sort("KEY", "FROM")

"""Cleaned episodes of the SSDA903 return: stacked, ordered, and numbered into periods of care.

The order of work decides the numbers: zero-night rows out, one row per key from the latest return, short
breaks out, rows left open behind closed, then periods. Everything works on neighbours in one sorted frame.
"""

from __future__ import annotations

import polars as pl
from attrs import frozen

from csc_outcomes.engine.door import Problem, row_order
from csc_outcomes.engine.kit import OPEN

SHORT_BREAKS = ("V3", "V4")
EPISODES = "ssda903.episodes"
_OPEN = pl.lit(OPEN)
_USED = (
    "KEY", "LA", "YEAR", "DECOM", "END", "RNE", "LS", "CIN", "PLACE", "REC",
    "PL_POST", "URN", "PL_LOCATION", "PL_DISTANCE",
)  # fmt: skip


@frozen
class Cleaned:
    """Rows that count, short breaks, and what became of the rest.

    `rows` is in order of KEY, DECOM, END with ROW (its position), CENSORED and PERIOD.
    """

    rows: pl.DataFrame
    short_breaks: pl.DataFrame
    problems: tuple[Problem, ...]


def clean(episodes: pl.DataFrame) -> Cleaned:
    """Stack, order and close the episodes of any number of returns and authorities."""
    found: list[Problem] = []
    latest = episodes.group_by("LA").agg(LATEST=pl.col("YEAR").max())
    frame = _prepared(episodes)
    frame = _without_zero_nights(frame, found)
    frame = _stacked(frame, found)
    is_short = pl.col("LS").is_in(SHORT_BREAKS).fill_null(value=False)
    short = _short_breaks(frame.filter(is_short), latest)
    frame = frame.filter(~is_short)
    frame = _closed(frame, latest, found)
    frame = _without_zero_nights(frame, found)
    rows = _with_periods(frame.with_row_index("ROW").with_columns(pl.col("ROW").cast(pl.Int64)))
    _report(rows, short, found)
    return Cleaned(rows, short, tuple(found))


def _short_breaks(rows: pl.DataFrame, latest: pl.DataFrame) -> pl.DataFrame:
    """KEY, LA, START and END; a break that newer returns no longer have ends on 31 March of its own."""
    left_open = (pl.col("END") == _OPEN) & (pl.col("YEAR") < pl.col("LATEST"))
    own_end = pl.date(pl.col("YEAR").cast(pl.Int32), 3, 31)
    dated = rows.join(latest, on="LA", how="left", maintain_order="left")
    return dated.select("KEY", "LA", START="DECOM", END=pl.when(left_open).then(own_end).otherwise("END"))


def _prepared(episodes: pl.DataFrame) -> pl.DataFrame:
    """Only what a measure reads, with open ends filled and REC on open rows ignored."""
    absent = [name for name in _USED if name not in episodes.columns and name != "END"]
    types = {"PL_DISTANCE": pl.Float64, "PL_LOCATION": pl.Categorical}
    filled = episodes.with_columns(
        pl.lit(None, dtype=types.get(name, pl.String)).alias(name) for name in absent
    )
    return (
        filled.with_columns(
            END=pl.col("DEC").fill_null(_OPEN),
            REC=pl.when(pl.col("DEC").is_not_null()).then(pl.col("REC")),
            DISTANCE_KNOWN=pl.col("PL_DISTANCE") < 999.85,
        )
        .with_columns(PL_DISTANCE=pl.when("DISTANCE_KNOWN").then("PL_DISTANCE"))
        .select(_USED)
    )


def _without_zero_nights(frame: pl.DataFrame, found: list[Problem]) -> pl.DataFrame:
    zero = pl.col("END") == pl.col("DECOM")
    lost = int(frame.select(zero.sum()).item() or 0)
    if lost:
        text = f"{lost} rows end on the day they start; they hold no night and are set aside"
        found.append(Problem("zero_nights", EPISODES, lost, text, set_aside=lost))
        frame = frame.filter(~zero)
    return frame


def _stacked(frame: pl.DataFrame, found: list[Problem]) -> pl.DataFrame:
    """Order the rows and keep the last of each (KEY, DECOM): the latest return's, and within it the later end."""
    order = row_order(frame, ("DECOM", "YEAR", "END"))
    same_key = (pl.col("KEY") == pl.col("KEY").shift(-1)) & (pl.col("DECOM") == pl.col("DECOM").shift(-1))
    same_return = same_key & (pl.col("YEAR") == pl.col("YEAR").shift(-1))
    same_key, same_return = same_key.fill_null(value=False), same_return.fill_null(value=False)
    marks = frame.select("KEY", "DECOM", "YEAR")[order].select(SUPERSEDED=same_key, TWIN=same_return)
    # Whole rows are fetched for those that stay only: of stacked returns a third are repeats.
    kept = frame[order.filter(~marks["SUPERSEDED"])]
    superseded = frame.height - kept.height
    if not superseded:
        return kept
    twins = int(marks["TWIN"].sum())
    exact = _equal_neighbours(frame[order], same_return) if twins else 0
    for code, rows, text in (
        ("superseded", superseded - twins, "rows repeat in a newer return, which is used instead"),
        ("duplicate_row", exact, "rows are exact duplicates within one return"),
        (
            "duplicate_key",
            twins - exact,
            "rows repeat a child's DECOM in one return; the one ending later is used",
        ),
    ):
        if rows:
            found.append(Problem(code, EPISODES, rows, f"{rows} {text}", set_aside=rows))
    return kept


def _equal_neighbours(frame: pl.DataFrame, same_return: pl.Expr) -> int:
    """How many rows of one return repeat in the next row in every column."""
    compared = [name for name in frame.columns if name not in ("KEY", "LA", "YEAR", "DECOM")]
    equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(-1)) for name in compared)
    return int(frame.select((same_return & equal).sum()).item())


def _closed(frame: pl.DataFrame, latest: pl.DataFrame, found: list[Problem]) -> pl.DataFrame:
    """Close open rows that newer returns left behind (R5).

    An orphan ends at the next DECOM that a newer return gives for the child and the period continues;
    without one it is censored at 31 March of its own return, without a reason for ceasing. `latest` holds each
    authority's latest return.
    """
    frame = frame.with_columns(CENSORED=pl.lit(value=False))
    open_rows = frame.with_row_index("AT").filter(pl.col("END") == _OPEN)
    orphans = open_rows.join(latest, on="LA").filter(pl.col("YEAR") < pl.col("LATEST"))
    if orphans.is_empty():
        return frame
    later = orphans.select("AT", "KEY", "DECOM", "YEAR").join(
        frame.select("KEY", NEXT="DECOM", NEWER="YEAR"), on="KEY"
    )
    later = later.filter(pl.col("NEXT") > pl.col("DECOM"), pl.col("NEWER") > pl.col("YEAR"))
    closed = orphans.join(later.group_by("AT").agg(pl.col("NEXT").min()), on="AT", how="left").sort("AT")
    continued = closed["NEXT"].is_not_null()
    text = (
        f"{closed.height} rows are open in a return that is not the authority's latest and do not appear in a "
        f"newer one: {int(continued.sum())} are closed at the child's next episode, the others are censored at "
        "31 March of their return"
    )
    found.append(Problem("orphan_open_row", EPISODES, closed.height, text))
    ends = closed.select(pl.col("NEXT").fill_null(pl.date(pl.col("YEAR"), 3, 31)))["NEXT"]
    at = closed["AT"]
    reason = frame["REC"].cast(pl.String)
    return frame.with_columns(
        frame["END"].scatter(at, ends),
        reason.scatter(at, pl.select(pl.when(continued).then(pl.lit("X1"))).to_series()).cast(frame["REC"].dtype),
        frame["CENSORED"].scatter(at, ~continued),
    )  # fmt: skip


def _with_periods(rows: pl.DataFrame) -> pl.DataFrame:
    """Number the periods of care (C3): only X1, without a gap and without RNE S, continues a period."""
    new = (
        (pl.col("KEY") != pl.col("KEY").shift(1)).fill_null(value=True)
        | (pl.col("RNE") == "S").fill_null(value=False)
        | (pl.col("REC").shift(1) != "X1").fill_null(value=True)
        | (pl.col("DECOM") > pl.col("END").shift(1)).fill_null(value=True)
    )
    return rows.with_columns(FIRST=new).with_columns(PERIOD=pl.col("FIRST").cum_sum().cast(pl.Int64))


def _report(rows: pl.DataFrame, short: pl.DataFrame, found: list[Problem]) -> None:
    same_child = pl.col("KEY") == pl.col("KEY").shift(1)
    start = pl.col("RNE") == "S"
    after_x1 = pl.col("REC").shift(1) == "X1"
    last = (pl.col("PERIOD") != pl.col("PERIOD").shift(-1)).fill_null(value=True)
    closed = pl.col("END") < _OPEN
    counts = rows.select(
        overlap=(same_child & (pl.col("DECOM") < pl.col("END").shift(1))).sum(),
        start_after_x1=(same_child & start & after_x1).sum(),
        no_start_after_exit=(same_child & pl.col("FIRST") & ~start & ~after_x1.fill_null(value=True)).sum(),
        left_censored=(pl.col("FIRST") & ~start.fill_null(value=False)).sum(),
        broken_chain=(last & closed & (pl.col("REC") == "X1")).sum(),
        end_without_reason=(closed & pl.col("REC").is_null() & ~pl.col("CENSORED")).sum(),
    ).row(0, named=True)
    texts = {
        "overlap": "rows start before the child's previous row ends; the later row owns the shared days",
        "start_after_x1": "rows say RNE S although the row before continues (X1); a new period starts",
        "no_start_after_exit": "rows follow an exit without RNE S; a new period of unknown start begins",
        "left_censored": "periods of care start before the returns at hand (first row without RNE S); "
        "no duration is computed from them and they are no starts",
        "broken_chain": "periods end with X1 and no later row; they are no leavers",
        "end_without_reason": "closed rows have no reason for ceasing (REC)",
    }
    for code, text in texts.items():
        if counts[code]:
            found.append(Problem(code, EPISODES, counts[code], f"{counts[code]} {text}"))
    if not short.is_empty():
        text = (
            f"{short.height} rows are short breaks (V3, V4), which no figure of children looked after counts"
        )
        found.append(Problem("short_break", EPISODES, short.height, text, set_aside=short.height))

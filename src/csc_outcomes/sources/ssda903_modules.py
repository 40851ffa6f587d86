"""What is derived from the return's modules: children, UASC, missing incidents, OC2, OC3, social workers."""

from __future__ import annotations

import polars as pl

from csc_outcomes.engine.door import Problem, sort_rows
from csc_outcomes.engine.kit import OPEN
from csc_outcomes.sources.ssda903_codes import ETHNIC, SEX
from csc_outcomes.sources.ssda903_derived import reporting_year, with_birth

_OPEN = pl.lit(OPEN)
_REF = pl.date(pl.col("YEAR"), 3, 31)
_SEX_GROUPS = {entry.code: entry.group for entry in SEX.codes if entry.group != "unknown"}
_ETHNIC_GROUPS = {code: group for code, group in ETHNIC.groups.items() if group != "Unknown"}


def latest(frame: pl.DataFrame, key: tuple[str, ...] = (), end: str = "") -> pl.DataFrame:
    """One row per child and further key columns: the latest return's, and within it the later end."""
    order = [*key, "YEAR", *([end] if end else [])]
    return frame.sort("KEY", *order, nulls_last=bool(end)).unique(
        subset=["KEY", *key], keep="last", maintain_order=True
    )


def repeats(frame: pl.DataFrame, name: str, key: tuple[str, ...], *, yearly: bool) -> list[Problem]:
    """Rows of a module that are set aside because another row of the same key is used.

    Within a return one row of a key counts; over the years the latest return's, unless rows are of a year.
    """
    columns = ["KEY", *(column for column in key if column in frame.columns)]
    distinct = frame.unique().height
    within = frame.select(*columns, "YEAR").unique().height
    overall = within if yearly else frame.select(columns).unique().height
    texts = {
        "duplicate_row": (frame.height - distinct, "rows are exact duplicates within one return"),
        "duplicate_key": (distinct - within, "rows repeat a key in one return; one of them is used"),
        "superseded": (within - overall, "rows repeat in a newer return, which is used instead"),
    }
    return [
        Problem(code, name, rows, f"{rows} {text}", set_aside=rows)
        for code, (rows, text) in texts.items()
        if rows
    ]


def children(header: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """KEY, LA, DOB, SEX and ETHNICITY (groups); the latest return wins, an older one fills its blanks."""
    columns = [name for name in ("DOB", "SEX", "ETHNIC", "UPN") if name in header.columns]
    ordered = sort_rows(header.select("KEY", "LA", "YEAR", *columns), ("YEAR",))
    same_child = pl.col("KEY") == pl.col("KEY").shift(1)
    found = []
    for name in columns:
        normal = pl.col(name).cast(pl.String).replace(_SEX_GROUPS) if name == "SEX" else pl.col(name)
        differs = (same_child & (normal != normal.shift(1))).fill_null(value=False)
        conflicts = ordered.filter(differs)["KEY"].n_unique()
        if conflicts:
            text = (
                f"{conflicts} children have different {name} in different rows; the latest return's is used"
            )
            found.append(Problem("header_conflict", "ssda903.header", conflicts, text))
    is_last = (pl.col("KEY") != pl.col("KEY").shift(-1)).fill_null(value=True)
    if sum(ordered[name].null_count() for name in columns):
        ordered = ordered.with_columns(pl.col(columns).forward_fill().over("KEY"))
    result = ordered.filter(is_last)
    return result.select(
        "KEY",
        "LA",
        "DOB" if "DOB" in columns else pl.lit(None, dtype=pl.Date).alias("DOB"),
        SEX=_grouped("SEX", _SEX_GROUPS) if "SEX" in columns else pl.lit(None, dtype=pl.String),
        ETHNICITY=_grouped("ETHNIC", _ETHNIC_GROUPS)
        if "ETHNIC" in columns
        else pl.lit(None, dtype=pl.String),
    ), found


def _grouped(name: str, groups: dict[str, str]) -> pl.Expr:
    return pl.col(name).cast(pl.String).replace_strict(groups, default=None, return_dtype=pl.String)


def uasc(frame: pl.DataFrame) -> pl.DataFrame:
    """KEY, LA, DUC: one row per child that was ever returned as UASC."""
    return latest(frame).select("KEY", "LA", "DUC")


def incidents(
    missing: pl.DataFrame, periods: pl.DataFrame, cover: pl.DataFrame, children: pl.DataFrame | None
) -> tuple[pl.DataFrame, list[Problem]]:
    """Missing and away incidents (R4), each once, with IN_CARE: whether it overlaps a period of care."""
    last_return = cover.group_by("LA").agg(LATEST=pl.col("YEAR").max())
    frame = missing.join(last_return, on="LA", how="left", maintain_order="left")
    newest = latest(frame.filter(pl.col("MISSING").is_not_null()), ("MISSING", "MIS_START"), "MIS_END")
    left_open = pl.col("MIS_END").is_null() & (pl.col("YEAR") < pl.col("LATEST"))
    closed = newest.with_columns(
        MIS_END=pl.when(left_open)
        .then(pl.max_horizontal(_REF, "MIS_START"))
        .otherwise("MIS_END")
        .fill_null(_OPEN)
    )
    ordered = closed.sort("KEY", "MISSING", "MIS_START", "MIS_END", descending=[False, False, False, True])
    earlier_end = pl.col("MIS_END").cum_max().shift(1).over("KEY", "MISSING")
    contained = (pl.col("MIS_END") <= earlier_end).fill_null(value=False)
    merged = int(ordered.select(contained.sum()).item() or 0)
    found = []
    if merged:
        text = (
            f"{merged} incidents lie wholly inside another of the same child and type and are merged into it"
        )
        found.append(Problem("incident_contained", "ssda903.missing", merged, text))
    single = ordered.filter(~contained).select("KEY", "LA", "MISSING", "MIS_START", "MIS_END")
    single = single.with_row_index("INCIDENT")
    touching = single.join(periods.select("KEY", "START", "END"), on="KEY").filter(
        pl.col("START") <= pl.col("MIS_END"), pl.col("END") >= pl.col("MIS_START")
    )
    result = single.with_columns(IN_CARE=pl.col("INCIDENT").is_in(touching["INCIDENT"].unique().implode()))
    outside = result.height - int(result["IN_CARE"].sum())
    if outside:
        text = f"{outside} incidents overlap no period of care; no figure counts them"
        found.append(Problem("module_outside_care", "ssda903.missing", outside, text))
    return with_birth(result.drop("INCIDENT"), children), found


def oc2(
    frame: pl.DataFrame,
    rows: pl.DataFrame,
    short_breaks: pl.DataFrame,
    periods: pl.DataFrame,
    children: pl.DataFrame | None,
) -> pl.DataFrame:
    """OC2 with REF (31 March of the return), whether the child was looked after continuously, and ROW.

    CONTINUOUS follows the return's own rule, CONTINUOUS_12M the strict one (C5).
    """
    flags = [
        "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK",
        "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED",
    ]  # fmt: skip
    absent = [name for name in flags if name not in frame.columns]
    filled = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
    base = latest(filled, ("YEAR",)).with_columns(YEAR=pl.col("YEAR").cast(pl.Int32), REF=_REF)
    base = _with_dates_of_birth(base, children).select("KEY", "LA", "YEAR", "DOB", "REF", *flags)
    pairs = base.select("KEY", "YEAR", "REF", APRIL=pl.date(pl.col("YEAR") - 1, 4, 1))
    current = pairs.join(rows.select("KEY", "ROW", "DECOM", "END"), on="KEY").filter(
        pl.col("DECOM") <= pl.col("REF"), pl.col("END") >= pl.col("APRIL")
    )
    on_ref = current.filter(pl.col("END") > pl.col("REF")).group_by("KEY", "YEAR").agg(pl.col("ROW").max())
    short = pairs.join(short_breaks, on="KEY").filter(
        pl.col("START") <= pl.col("REF"), pl.col("END") >= pl.col("APRIL")
    )
    steady = pairs.join(periods.select("KEY", "START", "END"), on="KEY").filter(
        pl.col("START") <= pl.col("REF").dt.offset_by("-12mo"), pl.col("END") > pl.col("REF")
    )
    touched = short.filter(pl.col("END") > pl.col("REF").dt.offset_by("-12mo"))
    present = pl.concat([current.select("KEY", "YEAR"), short.select("KEY", "YEAR")])
    marks = {
        "PRESENT": present,
        "SHORT": short,
        "BROKEN": _broken(rows),
        "STEADY": steady,
        "TOUCHED": touched,
    }
    for name, pairs_found in marks.items():
        unique = pairs_found.select("KEY", "YEAR").unique().with_columns(pl.lit(value=True).alias(name))
        base = base.join(unique, on=["KEY", "YEAR"], how="left")
    base = base.with_columns(pl.col(name).fill_null(value=False) for name in marks)
    base = base.with_columns(
        CONTINUOUS=pl.col("PRESENT") & ~pl.col("SHORT") & ~pl.col("BROKEN"),
        CONTINUOUS_12M=pl.col("STEADY") & ~pl.col("TOUCHED"),
    )
    return base.drop(*marks).join(on_ref, on=["KEY", "YEAR"], how="left")


def _broken(rows: pl.DataFrame) -> pl.DataFrame:
    """Child-years in which the return's rule sees an exit before 31 March or a start after 1 April."""
    exits = rows.filter((pl.col("REC") != "X1") & (pl.col("END") < _OPEN)).select(
        "KEY", DAY="END", YEAR=reporting_year(pl.col("END"))
    )
    starts = rows.filter(pl.col("RNE") == "S").select(
        "KEY", DAY="DECOM", YEAR=reporting_year(pl.col("DECOM"))
    )
    april = pl.date(pl.col("YEAR") - 1, 4, 1)
    return pl.concat(
        [
            exits.filter(pl.col("DAY") < _REF).select("KEY", "YEAR"),
            starts.filter(pl.col("DAY") > april).select("KEY", "YEAR"),
        ]
    ).unique()


def oc3(
    frame: pl.DataFrame,
    periods: pl.DataFrame | None,
    short_breaks: pl.DataFrame | None,
    children: pl.DataFrame | None,
) -> pl.DataFrame:
    """OC3 with AGE on REF, and whether care passed to another authority or was short breaks only.

    TRANSFERRED and ONLY_SHORT_BREAKS are null where the child's episodes are not at hand.
    """
    base = latest(frame, ("YEAR",)).with_columns(YEAR=pl.col("YEAR").cast(pl.Int32), REF=_REF)
    base = _with_dates_of_birth(base, children).select(
        "KEY",
        "LA",
        "YEAR",
        "DOB",
        "REF",
        "IN_TOUCH",
        "ACTIV",
        "ACCOM",
        AGE=_age(pl.col("DOB"), pl.col("REF")),
    )
    unknown = pl.lit(None, dtype=pl.Boolean)
    if periods is None or short_breaks is None:
        return base.with_columns(TRANSFERRED=unknown, ONLY_SHORT_BREAKS=unknown)
    last = periods.filter((pl.col("KEY") != pl.col("KEY").shift(-1)).fill_null(value=True)).select(
        "KEY", TRANSFERRED=(pl.col("REC") == "E3").fill_null(value=False) & pl.col("CEASED")
    )
    breaks = short_breaks.select("KEY").unique().with_columns(SHORT=pl.lit(value=True))
    joined = base.join(last, on="KEY", how="left").join(breaks, on="KEY", how="left")
    only = pl.col("TRANSFERRED").is_null() & pl.col("SHORT").fill_null(value=False)
    known = pl.col("TRANSFERRED").is_not_null() | only
    return joined.with_columns(ONLY_SHORT_BREAKS=pl.when(known).then(only)).drop("SHORT")


def _with_dates_of_birth(frame: pl.DataFrame, children: pl.DataFrame | None) -> pl.DataFrame:
    """Header's DOB; the module's own where header does not know the child."""
    if "DOB" not in frame.columns:
        return with_birth(frame, children)
    if children is None:
        return frame
    known = children.select("KEY", HEADER_DOB="DOB")
    joined = frame.join(known, on="KEY", how="left", maintain_order="left")
    return joined.with_columns(DOB=pl.coalesce("HEADER_DOB", "DOB")).drop("HEADER_DOB")


def _age(birth: pl.Expr, on: pl.Expr) -> pl.Expr:
    def number(date: pl.Expr) -> pl.Expr:
        return date.dt.year().cast(pl.Int64) * 10_000 + date.dt.month().cast(pl.Int64) * 100 + date.dt.day()

    return (number(on) - number(birth)) // 10_000


def social_workers(frame: pl.DataFrame) -> pl.DataFrame:
    """Spells of a child with a worker, each once; open spells end on 31 December 2099."""
    newest = latest(frame, ("SW_ID", "SW_DECOM"), "SW_DEC")
    return newest.select("KEY", "LA", "SW_ID", "SW_DECOM", SW_DEC=pl.col("SW_DEC").fill_null(_OPEN))

"""What is derived from the return's modules: children, UASC, missing incidents, OC2, OC3, social workers."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_outcomes.definitions.tables import FIRST_YEAR
from csc_outcomes.engine.door import Problem, packed, sort_rows
from csc_outcomes.engine.kit import OPEN, shift_months
from csc_outcomes.sources.ssda903_codes import ETHNIC, SEX
from csc_outcomes.sources.ssda903_derived import births, with_birth

_OPEN = pl.lit(OPEN)
_REF = pl.date(pl.col("YEAR"), 3, 31)
_SEX_GROUPS = {entry.code: entry.group for entry in SEX.codes if entry.group != "unknown"}
_ETHNIC_GROUPS = {code: group for code, group in ETHNIC.groups.items() if group != "Unknown"}


def latest(frame: pl.DataFrame, key: tuple[str, ...] = (), end: str = "") -> pl.DataFrame:
    """One row per child and further key columns: the latest return's, and within it the later end."""
    order = dict.fromkeys([*key, "YEAR", *([end] if end else [])])
    ordered = sort_rows(frame, list(order))
    changes = (pl.col(name).ne_missing(pl.col(name).shift(-1)) for name in ("KEY", *key))
    return ordered.filter(pl.any_horizontal(changes))


def repeats(frame: pl.DataFrame, name: str, key: tuple[str, ...], *, yearly: bool) -> list[Problem]:
    """Rows of a module that are set aside because another row of the same key is used.

    Within a return one row of a key counts; over the years the latest return's, unless rows are of a year.
    """
    columns = [column for column in key if column in frame.columns]
    within = _distinct(frame, [*columns, "YEAR"])
    distinct = frame.height if within == frame.height else frame.unique().height
    overall = within if yearly else _distinct(frame, columns)
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


def _distinct(frame: pl.DataFrame, columns: list[str]) -> int:
    """Number of different values of KEY and further columns."""
    numbers = packed(frame, columns)
    return frame.select("KEY", *columns).unique().height if numbers is None else numbers.n_unique()


def children(header: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """KEY, LA, DOB, SEX and ETHNICITY (groups); the latest return wins, an older one fills its blanks."""
    columns = [name for name in ("DOB", "SEX", "ETHNIC", "UPN") if name in header.columns]
    ordered = sort_rows(header.select("KEY", "LA", "YEAR", *columns), ("YEAR",))
    found = []
    for name in columns:
        conflicts = _conflicts(ordered, name)
        if conflicts:
            text = (
                f"{conflicts} children have different {name} in different rows; the latest return's is used"
            )
            found.append(Problem("header_conflict", "ssda903.header", conflicts, text))
    is_last = ordered.select((pl.col("KEY") != pl.col("KEY").shift(-1)).fill_null(value=True))["KEY"]
    result = ordered.filter(is_last).with_columns(_last_known(ordered, name, is_last) for name in columns)
    return result.select(
        "KEY",
        "LA",
        "DOB" if "DOB" in columns else pl.lit(None, dtype=pl.Date).alias("DOB"),
        SEX=_grouped("SEX", _SEX_GROUPS) if "SEX" in columns else pl.lit(None, dtype=pl.String),
        ETHNICITY=_grouped("ETHNIC", _ETHNIC_GROUPS)
        if "ETHNIC" in columns
        else pl.lit(None, dtype=pl.String),
    ), found


def _conflicts(ordered: pl.DataFrame, name: str) -> int:
    """Number of children of whom two rows that follow each other say different things."""
    same_child = pl.col("KEY") == pl.col("KEY").shift(1)
    pairs = ordered.select("KEY", BEFORE=pl.col(name).shift(1), NOW=name, SAME=same_child)
    differing = pairs.filter("SAME", pl.col("BEFORE") != pl.col("NOW"))
    if name == "SEX":  # the codes of 2024-25 say the same as those before
        texts = differing.with_columns(pl.col("BEFORE", "NOW").cast(pl.String).replace(_SEX_GROUPS))
        differing = texts.filter(pl.col("BEFORE") != pl.col("NOW"))
    return differing["KEY"].n_unique()


def _last_known(ordered: pl.DataFrame, name: str, is_last: pl.Series) -> pl.Series:
    """For the last row of each child the last value that any of the child's rows has."""
    column = ordered[name]
    if not column.null_count():
        return column.filter(is_last)
    row = pl.int_range(pl.len(), dtype=pl.Int64)
    places = ordered.select(AT=pl.when(pl.col(name).is_not_null()).then(row).forward_fill())["AT"]
    place = places.filter(is_last)
    own = ordered["KEY"].gather(place) == ordered["KEY"].filter(is_last)
    return pl.select(pl.when(own).then(column.gather(place))).to_series().alias(name)


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
    ordered = newest.with_columns(
        MIS_END=pl.when(left_open)
        .then(pl.max_horizontal(_REF, "MIS_START"))
        .otherwise("MIS_END")
        .fill_null(_OPEN)
    )
    contained = _contained(ordered)
    merged = int(contained.sum())
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


def _contained(ordered: pl.DataFrame) -> pl.Series:
    """Whether an incident ends by the latest end of the earlier ones of its child and type.

    The ends of a later child or type are lifted above all before, so that one running maximum serves them all.
    """
    changes = (pl.col(name).ne_missing(pl.col(name).shift(1)) for name in ("KEY", "MISSING"))
    group = pl.any_horizontal(changes).cum_sum().cast(pl.Int64)
    end = pl.col("MIS_END").to_physical().cast(pl.Int64)
    lifted = ordered.select(END=group * 2**20 + end)["END"]
    return (lifted <= lifted.cum_max().shift(1)).fill_null(value=False)


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
    # A year's rows are few; pairing all years with all rows of a child would make many times as many.
    exits = rows.filter((pl.col("REC") != "X1") & (pl.col("END") < _OPEN)).select("KEY", DAY="END")
    starts = rows.filter(pl.col("RNE") == "S").select("KEY", DAY="DECOM")
    spans = rows.select("KEY", "ROW", START="DECOM", END="END")
    years = base.partition_by("YEAR") or [base]
    return pl.concat(_in_care(year, spans, exits, starts, short_breaks, periods) for year in years)


def _in_care(
    base: pl.DataFrame,
    spans: pl.DataFrame,
    exits: pl.DataFrame,
    starts: pl.DataFrame,
    short_breaks: pl.DataFrame,
    periods: pl.DataFrame,
) -> pl.DataFrame:
    """The OC2 rows of one return with CONTINUOUS, CONTINUOUS_12M and ROW."""
    year = int(base.item(0, "YEAR")) if base.height else FIRST_YEAR
    ref = dt.date(year, 3, 31)
    april, year_before = shift_months(ref, -12) + dt.timedelta(days=1), shift_months(ref, -12)
    start, end, day = pl.col("START"), pl.col("END"), pl.col("DAY")
    current = spans.filter(start <= ref, end >= april)
    on_ref = current.filter(end > ref).group_by("KEY").agg(pl.col("ROW").max())
    short = short_breaks.filter(start <= ref, end >= april)
    steady = periods.filter(start <= year_before, end > ref)
    # The return's own rule sees an exit before 31 March or a start after 1 April.
    left, entered = exits.filter(day >= april, day < ref), starts.filter(day > april, day <= ref)
    marked = base.select(
        present=_among(current) | _among(short),
        short=_among(short),
        broken=_among(left) | _among(entered),
        steady=_among(steady),
        touched=_among(short.filter(end > year_before)),
    )
    continuous = marked["present"] & ~marked["short"] & ~marked["broken"]
    strictly = marked["steady"] & ~marked["touched"]
    result = base.with_columns(CONTINUOUS=continuous, CONTINUOUS_12M=strictly)
    return result.join(on_ref, on="KEY", how="left", maintain_order="left")


def _among(found: pl.DataFrame) -> pl.Expr:
    return pl.col("KEY").is_in(found["KEY"].implode())


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
    return frame.with_columns(DOB=births(frame, children).fill_null(frame["DOB"]))


def _age(birth: pl.Expr, on: pl.Expr) -> pl.Expr:
    def number(date: pl.Expr) -> pl.Expr:
        return date.dt.year().cast(pl.Int64) * 10_000 + date.dt.month().cast(pl.Int64) * 100 + date.dt.day()

    return (number(on) - number(birth)) // 10_000


def social_workers(frame: pl.DataFrame) -> pl.DataFrame:
    """Spells of a child with a worker, each once; open spells end on 31 December 2099."""
    newest = latest(frame, ("SW_ID", "SW_DECOM"), "SW_DEC")
    return newest.select("KEY", "LA", "SW_ID", "SW_DECOM", SW_DEC=pl.col("SW_DEC").fill_null(_OPEN))

"""What is derived from the workforce census: workers with their standing in the year, and figures by authority.

Definitions: Department for Education, *Children's social work workforce: methodology*, 2025. T is 30 September of
YEAR; the year is the twelve months to T.

- In post: no RoleEndDate, or one after T, and no RoleStartDate after T.
- Starter: employed by the authority, RoleStartDate in the year, those who left again within it included.
- Leaver: employed by the authority, RoleEndDate in the year, and not a starter of the year.
- A role that starts after T is neither: it counts nowhere.
- FTE of workers with several posts are added up; workers whose FTE is not known add nothing.
"""

from __future__ import annotations

import calendar
import math
from typing import TYPE_CHECKING

import polars as pl
from attrs import frozen

from csc_outcomes.engine.door import Problem, of_no_person
from csc_outcomes.sources.workforce_prepare import AUTHORITY, LA_LEVEL, WORKER

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORKING_DAYS, _IN_LEAP_YEARS = 253, 254
"""Working days of a year in the published absence rate; inferred from it, year by year."""
_PLACE = ("LA", "YEAR")
_NUMBER, _WHOLE, _FLAG = pl.Float64(), pl.Int64(), pl.Boolean()


# ---- workers ------------------------------------------------------------------------------------------


def workers(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """One row per worker and post: KEY LA YEAR REF DOB FTE ..., with flags that are never null.

    CASELOAD_FTE is FTE30, or FTE where FTE30 is blank (FTE30_BLANK). TOLD_APART is the date of birth where
    several are returned under one number, else null: number and TOLD_APART together are a person.
    """
    full = _with_absent(frame)
    flagged = full.with_columns(REF=pl.date(pl.col("YEAR"), 9, 30), DOB="PersonBirthDate").with_columns(
        **_flags()
    )
    births = pl.col("DOB").drop_nulls().n_unique().over("KEY", "YEAR")
    result = flagged.with_columns(
        YEAR=pl.col("YEAR").cast(pl.Int32),
        CASELOAD_FTE=pl.col("FTE30").fill_null(pl.col("FTE")),
        FTE30_BLANK=pl.col("FTE30").is_null() & pl.col("FTE").is_not_null(),
        CASES=pl.col("Cases30").cast(_WHOLE),
        DAYS_LOST="WorkingDaysLost",
        TOLD_APART=pl.when(births > 1).then(pl.col("DOB")),
    )
    return result.select(
        "KEY", "LA", "YEAR", "REF", "DOB", "TOLD_APART", "FTE", "CASELOAD_FTE", "FTE30_BLANK", "CASES",
        "DAYS_LOST", "EMPLOYED", "AGENCY", "IN_POST", "ENDS_ON_REF", "STARTER", "LEFT", "LEAVER",
    ), _odd_workers(full, result)  # fmt: skip


def _with_absent(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that a return may lack, empty."""
    types = {
        "PersonBirthDate": pl.Date(),
        "FTE30": _NUMBER,
        "Cases30": pl.Int32(),
        "WorkingDaysLost": _NUMBER,
    }
    absent = {name: kind for name, kind in types.items() if name not in frame.columns}
    return frame.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in absent.items())


def _flags() -> dict[str, pl.Expr]:
    kind, start, end, ref = (
        pl.col("AgencyWorker").cast(pl.String),
        "RoleStartDate",
        "RoleEndDate",
        pl.col("REF"),
    )
    first = pl.date(pl.col("YEAR").cast(pl.Int32) - 1, 10, 1)
    employed, agency = (kind == "0").fill_null(value=False), (kind == "1").fill_null(value=False)
    begun = pl.col(start).is_null() | (pl.col(start) <= ref)
    starter = employed & pl.col(start).is_between(first, ref).fill_null(value=False)
    left = employed & begun & pl.col(end).is_between(first, ref).fill_null(value=False)
    known = employed | agency
    return {
        "EMPLOYED": employed,
        "AGENCY": agency,
        "IN_POST": known & begun & (pl.col(end).is_null() | (pl.col(end) > ref)),
        "ENDS_ON_REF": known & begun & (pl.col(end) == ref).fill_null(value=False),
        "STARTER": starter,
        "LEFT": left,
        "LEAVER": left & ~starter,
    }


_PERSON = ("KEY", "YEAR", "TOLD_APART")
_HOLDS = pl.col("CASES") > 0
_STANDING = pl.col("IN_POST") | pl.col("LEFT")
_NO_FTE = pl.col("FTE").is_null() | (pl.col("FTE") == 0)
_ODD: dict[str, tuple[pl.Expr, str]] = {
    "agency_missing": (pl.col("AgencyWorker").is_null(), "have no AgencyWorker; they count nowhere"),
    "fte_missing": (_STANDING & pl.col("FTE").is_null(), "have no usable FTE; they add nothing to FTE"),
    "fte_zero": (_STANDING & (pl.col("FTE") == 0), "have an FTE of 0"),
    "leaver_fte": (
        pl.col("LEAVER") & _NO_FTE,
        "are leavers without an FTE above 0: the FTE of leavers, and the turnover, are too low",
    ),
    "fte30_blank": (
        pl.col("IN_POST") & _HOLDS & pl.col("FTE30_BLANK"),
        "hold cases and have no FTE30; FTE is used",
    ),
    "cases_missing": (
        pl.col("IN_POST") & pl.col("CASES").is_null(),
        "are in post without a number of cases, which is not 0",
    ),
    "cases_without_fte": (
        pl.col("IN_POST") & _HOLDS & (pl.col("CASELOAD_FTE").fill_null(0) == 0),
        "hold cases with an FTE of 0 or unknown",
    ),
    "cases_not_in_post": (~pl.col("IN_POST") & _HOLDS, "hold cases and are not in post on 30 September"),
    "dates_out_of_order": (pl.col("RoleEndDate") < pl.col("RoleStartDate"), "end before they start"),
    "start_after_return": (
        pl.col("RoleStartDate") > pl.col("REF"),
        "start after 30 September of their return; they count nowhere",
    ),
    "end_after_return": (
        pl.col("RoleEndDate") > pl.col("REF"),
        "end after 30 September of their return; they are in post on it",
    ),
    "end_before_year": (
        pl.col("RoleEndDate") < pl.date(pl.col("YEAR") - 1, 10, 1),
        "ended before the year of their return; they count nowhere",
    ),
    "shared_number": (pl.col("TOLD_APART").is_not_null(), "share a number with another date of birth"),
    "duplicate_row": (pl.col("REPEATED"), "repeat another row in every column; their FTE counts again"),
    "several_rows": (
        _STANDING & ~pl.struct(*_PERSON, "IN_POST").is_first_distinct(),
        "are further rows of a person: FTE is added up, the person counts once",
    ),
    "leaver_in_post": (
        pl.col("LEAVER") & (pl.col("IN_POST") & pl.col("EMPLOYED")).any().over(_PERSON),
        "are leavers who are in post in another row; they count as leavers",
    ),
}
"""What can be odd in a worker row, and in words what it means for the figures."""


def _odd_workers(given: pl.DataFrame, made: pl.DataFrame) -> list[Problem]:
    """What is odd in worker rows: counted, never repaired."""
    repeated = ~given.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    dates = (given[name] for name in ("AgencyWorker", "RoleStartDate", "RoleEndDate"))
    rows = made.with_columns(*dates, REPEATED=repeated)
    counts = rows.select(condition.sum().alias(code) for code, (condition, _) in _ODD.items()).row(
        0, named=True
    )
    return [
        Problem(code, WORKER, counts[code], f"{counts[code]} rows {words}")
        for code, (_, words) in _ODD.items()
        if counts[code]
    ]


# ---- figures by authority and year ----------------------------------------------------------------------


@frozen
class LastDay:
    """What a RoleEndDate of exactly 30 September means: still in post on the day, a leaver of the year, or both."""

    in_post: bool
    leaver: bool


LAST_DAYS = {
    "leaver": LastDay(in_post=False, leaver=True),
    "in_post": LastDay(in_post=True, leaver=False),
    "both": LastDay(in_post=True, leaver=True),
}
"""By the value of the measures' parameter; the published figures are taken to follow the first."""
PUBLISHED_AS = LAST_DAYS["leaver"]

_FIGURES = (
    "IN_POST_FTE", "STARTERS_FTE", "STARTERS_WHO_STAYED_FTE", "LEAVERS_FTE", "AGENCY_FTE", "VACANCY_FTE",
    "COVER_FTE", "CASES", "CASES_WITH_FTE", "HOLDERS_FTE", "DAYS_LOST",
)  # fmt: skip
_PUBLISHED = {
    "IN_POST_FTE": "inpost_fte",
    "STARTERS_FTE": "starters_fte",
    "LEAVERS_FTE": "leavers_fte",
    "AGENCY_FTE": "agency_fte",
    "VACANCY_FTE": "vacancy_fte",
    "COVER_FTE": "agency_cover_fte",
    "CASES": "cases",
    "HOLDERS_FTE": "case_holders_fte",
    "DAYS_LOST": "working_days_lost_fte",
}
"""Figures that are published, with their columns; the others are missing for an authority without a return."""
_OF_NO_WORKER = ("VACANCY_FTE", "COVER_FTE")
_OF_THE_RETURN = {"VACANCY_FTE": "NumberOfVacancies", "COVER_FTE": "NoAgencyFTE"}
_COLUMNS = (*_PLACE, *_FIGURES, "FROM_RETURN")
_SCHEMA = {
    "KEY": _WHOLE, "LA": pl.String(), "YEAR": pl.Int32(), **dict.fromkeys(_FIGURES, _NUMBER),
    "OPENING_FTE": _NUMBER, "WORKING_DAYS": _WHOLE, "REF": pl.Date(), "FROM_RETURN": _FLAG,
}  # fmt: skip


def parts(
    made: pl.DataFrame | None,
    la_level: pl.DataFrame | None,
    authority: pl.DataFrame | None,
    last_day: LastDay,
) -> tuple[pl.DataFrame, list[Problem]]:
    """One row per authority and year: FTE, cases and days, null where a figure is not known or not usable.

    They come from worker rows where there are any (vacancies and cover from the return's own row), else from
    published figures. OPENING_FTE is the FTE in post of the year before, WORKING_DAYS those of the year.
    """
    at_hand = [frame for frame in (made, la_level, authority) if frame is not None]
    given = [frame for frame in at_hand if frame.height]
    if not given:
        types = {name: at_hand[0].schema[name] for name in ("KEY", "LA")} if at_hand else {}
        return pl.DataFrame(schema={**_SCHEMA, **types}), []
    problems: list[Problem] = []
    frame = pl.concat(_pieces(made, la_level, authority, last_day, problems))
    keys = pl.concat([_keys(one) for one in given]).unique()
    before = frame.select("LA", YEAR=pl.col("YEAR") + 1, OPENING_FTE="IN_POST_FTE")
    complete = (
        frame.join(keys, on="LA", how="left")
        .join(before, on=_PLACE, how="left")
        .with_columns(REF=pl.date(pl.col("YEAR"), 9, 30))
    )
    return complete.with_columns(_working_days(complete["YEAR"])).select(*_SCHEMA).sort(
        "KEY", "YEAR"
    ), problems


def _keys(frame: pl.DataFrame) -> pl.DataFrame:
    """LA and the KEY of its rows of no person: a worker's own would show the figures as that worker's."""
    if frame.schema["KEY"] == pl.String:
        return frame.select("LA", KEY=pl.col("LA").cast(pl.String))
    return frame.select("LA", KEY=of_no_person(pl.col("KEY")))


def _pieces(
    made: pl.DataFrame | None,
    la_level: pl.DataFrame | None,
    authority: pl.DataFrame | None,
    last_day: LastDay,
    problems: list[Problem],
) -> list[pl.DataFrame]:
    """Rows of worker returns; published rows of other authority-years; vacancies where there is nothing else."""
    pieces: list[pl.DataFrame] = []
    vacancies = _vacancies(la_level, problems) if la_level is not None and la_level.height else None
    if made is not None and made.height:
        pieces.append(_with_vacancies(_of_workers(made, last_day), vacancies, problems))
    if authority is not None and authority.height:
        published = _published(authority, last_day, problems)
        rest = _others(published, pieces)
        beside = published.height - rest.height
        if beside:
            text = f"{beside} authority-years have worker rows of their own, which are used instead"
            problems.append(Problem("published_not_used", AUTHORITY, beside, text, set_aside=beside))
        pieces.append(rest)
    if vacancies is not None:
        pieces.append(_others(_alone(vacancies), pieces))
    return pieces


def _others(frame: pl.DataFrame, pieces: list[pl.DataFrame]) -> pl.DataFrame:
    """Rows of authorities and years that none of the pieces has."""
    for piece in pieces:
        frame = frame.join(piece, on=_PLACE, how="anti")
    return frame


def _working_days(years: pl.Series) -> pl.Series:
    days = [_IN_LEAP_YEARS if calendar.isleap(year) else _WORKING_DAYS for year in years]
    return pl.Series("WORKING_DAYS", days, dtype=_WHOLE)


def _of_workers(made: pl.DataFrame, last_day: LastDay) -> pl.DataFrame:
    """Figures of worker rows; sums are exactly rounded, so that the order of the rows cannot matter."""
    in_post = pl.col("IN_POST") | pl.col("ENDS_ON_REF") if last_day.in_post else pl.col("IN_POST")
    leaver = pl.col("LEAVER") if last_day.leaver else pl.col("LEAVER") & ~pl.col("ENDS_ON_REF")
    employed, agency, starter = pl.col("EMPLOYED"), pl.col("AGENCY"), pl.col("STARTER")
    holds_with_fte = (pl.col("CASES") > 0) & (pl.col("CASELOAD_FTE") > 0)
    # Of each figure: the column that is added up, the rows, and whether a sum of 0 over some rows is no sum.
    sums: dict[str, tuple[str, pl.Expr, bool]] = {
        "IN_POST_FTE": ("FTE", employed & in_post, True),
        "STARTERS_FTE": ("FTE", starter, True),
        "STARTERS_WHO_STAYED_FTE": ("FTE", starter & ~pl.col("LEFT"), True),
        "LEAVERS_FTE": ("FTE", leaver, True),
        "AGENCY_FTE": ("FTE", agency & in_post, True),
        "CASES": ("CASES", in_post, False),
        "CASES_WITH_FTE": ("CASES", in_post & (pl.col("CASELOAD_FTE") > 0), False),
        "HOLDERS_FTE": ("CASELOAD_FTE", in_post & holds_with_fte, True),
        "DAYS_LOST": ("DAYS_LOST", employed & (in_post | pl.col("LEFT")), False),
    }
    lists = made.group_by(_PLACE, maintain_order=True).agg(
        pl.col(column).filter(rows).alias(name) for name, (column, rows, _) in sums.items()
    )
    totals = [
        pl.Series(
            name, [_total(values, positive=positive) for values in lists[name].to_list()], dtype=_NUMBER
        )
        for name, (_, _, positive) in sums.items()
    ]
    missing = (pl.lit(None, dtype=_NUMBER).alias(name) for name in _OF_NO_WORKER)
    return lists.with_columns(totals).with_columns(*missing, FROM_RETURN=pl.lit(value=True)).select(*_COLUMNS)


def _total(values: Sequence[float | None], *, positive: bool) -> float | None:
    """The exact sum of what is known; none where there are rows and nothing is known (or above 0) of any."""
    known = [value for value in values if value is not None]
    told = any(value > 0 for value in known) if positive else bool(known)
    return None if values and not told else math.fsum(known)


def _vacancies(la_level: pl.DataFrame, problems: list[Problem]) -> pl.DataFrame:
    """Vacancies and the agency workers who cover them, one row per authority and year."""
    figures = {
        name: pl.col(column) if column in la_level.columns else pl.lit(None, dtype=_NUMBER)
        for name, column in _OF_THE_RETURN.items()
    }
    return _one_row(la_level.select(*_PLACE, **figures), LA_LEVEL, problems)


def _with_vacancies(
    own: pl.DataFrame, vacancies: pl.DataFrame | None, problems: list[Problem]
) -> pl.DataFrame:
    if vacancies is None:
        return own
    joined = own.drop(_OF_NO_WORKER).join(vacancies, on=_PLACE, how="left")
    # Cover without a single agency row says that the return left agency workers out, not that there are none.
    absent = (pl.col("AGENCY_FTE") == 0) & (pl.col("COVER_FTE") > 0).fill_null(value=False)
    left_out = joined.filter(absent).height
    if left_out:
        text = (
            f"{left_out} authority-years have agency cover and no agency worker; their agency FTE is not used"
        )
        problems.append(Problem("agency_rows_missing", WORKER, left_out, text))
    agency = pl.when(absent).then(None).otherwise(pl.col("AGENCY_FTE"))
    return joined.with_columns(AGENCY_FTE=agency).select(*_COLUMNS)


def _alone(vacancies: pl.DataFrame) -> pl.DataFrame:
    """Rows of vacancies and cover without any other figure."""
    others = (pl.lit(None, dtype=_NUMBER).alias(name) for name in _FIGURES if name not in _OF_NO_WORKER)
    return vacancies.with_columns(*others, FROM_RETURN=pl.lit(value=True)).select(*_COLUMNS)


def _published(authority: pl.DataFrame, last_day: LastDay, problems: list[Problem]) -> pl.DataFrame:
    """Published figures, one row per authority and year."""
    # They do not tell who left on 30 September; under another rule only what rests on no worker stays known.
    told = _FIGURES if last_day == PUBLISHED_AS else _OF_NO_WORKER
    columns = {n: column for n, column in _PUBLISHED.items() if n in told and column in authority.columns}
    figures = {
        name: pl.col(columns[name]) if name in columns else pl.lit(None, dtype=_NUMBER) for name in _FIGURES
    }
    own = _one_row(authority.select(*_PLACE, **figures), AUTHORITY, problems)
    return own.with_columns(FROM_RETURN=pl.lit(value=False)).select(*_COLUMNS)


def _one_row(frame: pl.DataFrame, table: str, problems: list[Problem]) -> pl.DataFrame:
    """One row per authority and year; where several contradict each other, none of their figures is used."""
    distinct = frame.with_columns(pl.col("YEAR").cast(pl.Int32)).unique(maintain_order=True)
    repeats = frame.height - distinct.height
    if repeats:
        text = f"{repeats} rows repeat another row of their authority and year"
        problems.append(Problem("duplicate_row", table, repeats, text, set_aside=repeats))
    rows = pl.len().over(_PLACE)
    conflicts = distinct.filter(rows > 1).height
    if not conflicts:
        return distinct
    text = f"{conflicts} rows contradict another row of their authority and year; none of them is used"
    problems.append(Problem("conflicting_rows", table, conflicts, text, set_aside=conflicts))
    figures = [name for name in distinct.columns if name not in _PLACE]
    kept = distinct.with_columns(pl.when(rows == 1).then(pl.col(name)).alias(name) for name in figures)
    return kept.unique(_PLACE, maintain_order=True)

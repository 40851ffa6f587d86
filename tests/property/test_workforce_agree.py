"""The workforce measures and their slow twin give the same figures on drawn censuses, in any order of rows."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

import csc_outcomes as csc
from reference import workforce_twin as twin
from reference.workforce_twin import Census, Choices, Row

from .drawn import examples
from .expected import STATISTICS, _quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

LAS = ("301", "302", "303", "304")
YEARS = (2023, 2024)
RATIOS = (
    "avg_caseload_fte", "cases_per_all_fte", "vacancy_rate_fte_pct", "turnover_rate_fte_pct", "agency_rate_fte_pct",
    "vacancy_agency_cover_pct", "starters_rate_fte_pct", "sickness_absence_rate_pct",
)  # fmt: skip
OF_WORKERS = ("caseload_per_worker_median", "caseload_over_threshold_pct")
MEASURES = (*RATIOS, *OF_WORKERS)
BY_BASE = ("turnover_rate_fte_pct", "starters_rate_fte_pct")
NOT_SHARES = ("avg_caseload_fte", "cases_per_all_fte")


# ---- drawing --------------------------------------------------------------------------------------------


def numbers(*texts: str | None) -> st.SearchStrategy[Any]:
    return st.sampled_from([None if text is None else Fraction(text) for text in texts])


def dates_near(year: int, *more: date | None) -> st.SearchStrategy[Any]:
    """Days on both sides of the bounds of a census year."""
    bounds = [date(year - 1, 9, 30), date(year - 1, 10, 1), date(year, 9, 30), date(year, 10, 1)]
    return st.sampled_from([*more, *bounds, date(year, 2, 28), date(year, 2, 28)])


@st.composite
def workers(draw: st.DrawFn, la: str, year: int) -> Row:
    fte = ("1", "0.5", "0.333333", "0.1", "0", "37", "-0.5", None)
    return {
        "LA": la,
        "YEAR": year,
        "SWENo": draw(st.sampled_from(["SW1", "SW2", "SW3", "SW4", "SW5"])),
        "AgencyWorker": draw(st.sampled_from(["0", "0", "0", "1", "1", "7", None])),
        "FTE": draw(numbers(*fte)),
        "PersonBirthDate": draw(
            st.sampled_from([None, date(1980, 1, 1), date(1980, 1, 1), date(1990, 2, 3)])
        ),
        "RoleStartDate": draw(dates_near(year, *[date(2010, 1, 1)] * 6, None, None)),
        "RoleEndDate": draw(dates_near(year, *[None] * 6)),
        "FTE30": draw(numbers(None, *fte)),
        "Cases30": draw(numbers(None, "0", "5", "8", "16", "17", "-3")),
        "WorkingDaysLost": draw(numbers(None, "0", "3.5", "10.25", "400")),
    }


@st.composite
def totals(draw: st.DrawFn, la: str, year: int) -> Row:
    return {
        "LA": la,
        "YEAR": year,
        "NumberOfVacancies": draw(numbers("0", "2.5", "4", "-1", None)),
        "NoAgencyFTE": draw(numbers("0", "1.25", "3", None)),
    }


@st.composite
def published(draw: st.DrawFn, la: str, year: int) -> Row:
    figures = {name: draw(numbers("0", "10.1", "33.3", None)) for name in twin.PUBLISHED.values()}
    return {"LA": la, "YEAR": year, **figures}


@st.composite
def censuses(draw: st.DrawFn) -> Census:
    """Up to four authorities in two years, some of them with published figures only, or with nothing."""
    census = Census()
    for la in LAS:
        for year in YEARS:
            own = draw(st.sampled_from([*["workers"] * 6, "published", "nothing"]))
            if own == "workers":
                census.worker += draw(st.lists(workers(la, year), min_size=2, max_size=8))
            elif own == "published":
                census.authority += draw(st.lists(published(la, year), min_size=1, max_size=2))
            census.la_level += draw(st.lists(totals(la, year), max_size=2))
            if draw(st.sampled_from([False, False, True])):
                census.authority += draw(st.lists(published(la, year), max_size=1))
    return census


def repeated(census: Census) -> Census:
    """With one row of the authorities' totals given twice."""
    again = census.la_level[:1]
    return Census(census.worker, [*census.la_level, *again], census.authority)


choices_drawn = st.builds(
    Choices,
    ends_on_30_september=st.sampled_from(["leaver", "leaver", "in_post", "both"]),
    cases_without_fte=st.sampled_from(["keep", "exclude"]),
    base=st.sampled_from(["closing", "closing", "average"]),
    starters_who_left=st.sampled_from(["include", "exclude"]),
    threshold=st.sampled_from([16, 10, 17.5, 0.5]),
)


# ---- calculating ----------------------------------------------------------------------------------------


def as_frame(rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as text, the way a file gives them."""

    def text(value: Any) -> str | None:
        if isinstance(value, Fraction):
            return str(value.numerator) if value.denominator == 1 else str(float(value))
        return None if value is None else str(value)

    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[text(row.get(name)) for name in names] for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")


def calculated(census: Census, choices: Choices) -> pd.DataFrame:
    tables = {"worker": census.worker, "la_level": census.la_level, "authority": census.authority}
    data = csc.Data({f"workforce.{name}": as_frame(rows) for name, rows in tables.items() if rows})
    windows = [csc.Window.year_to(date(year, 9, 30), label=str(year)) for year in YEARS]
    return csc.calculate(MEASURES, data, windows, by="LA", parameters=asdict(choices)).frame


# ---- what should come out ---------------------------------------------------------------------------------


def areas_of(census: Census) -> list[str]:
    return [la for la in LAS if census.years(la)]


def verdict(measure: str, census: Census, la: str, year: int, choices: Choices) -> str:
    """Whether one authority can be answered for."""
    years = census.worker_years(la) if measure in OF_WORKERS else census.years(la)
    if not years:
        return "no_data"
    if year not in years:
        return "incomplete"
    if measure in BY_BASE and choices.base == "average" and year - 1 not in years:
        return "incomplete"
    return "ok"


def overall(verdicts: Sequence[str]) -> str:
    if all(found == "no_data" for found in verdicts):
        return "no_data"
    return "ok" if all(found == "ok" for found in verdicts) else "incomplete"


def sums(
    measure: str, census: Census, las: Sequence[str], year: int, choices: Choices
) -> tuple[Fraction, Fraction]:
    pairs = [
        twin.over_threshold(census, la, year, choices)
        if measure in OF_WORKERS
        else twin.ratio(measure, census, la, year, choices)
        for la in las
    ]
    known = [pair for pair in pairs if pair is not None]
    return sum((n for n, _ in known), Fraction(0)), sum((d for _, d in known), Fraction(0))


Wanted = dict[str, tuple[float | None, float | None, float | None, str]]


def wanted_rows(
    measure: str, census: Census, las: Sequence[str], year: int, choices: Choices, status: str
) -> Wanted:
    """Numerator, denominator, value and status by group."""
    groups = list(STATISTICS) if measure == "caseload_per_worker_median" else []
    if status != "ok":
        return dict.fromkeys(("all", *groups), (None, None, None, status))
    if groups:
        values = sorted(v for la in las for v in twin.median_values(census, la, year, choices))
        found = {group: _quantile(values, STATISTICS[group]) for group in groups}
        found["all"] = found["median"]
        size = len(values)
        state = "ok" if size else "undefined"
        return {g: (None if v is None else v * size, size, v, state) for g, v in found.items()}
    n, d = sums(measure, census, las, year, choices)
    per = 1 if measure in NOT_SHARES else 100
    value = float(per * n / d) if d else None
    return {"all": (float(n), float(d), value, "ok" if d else "undefined")}


def same(found: Any, wanted: float | None) -> bool:
    if wanted is None:
        return bool(pd.isna(found))
    return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)


def differences(frame: pd.DataFrame, census: Census, choices: Choices, seen: Counter[str]) -> list[str]:
    rows = {(r["measure"], r["window"], r["area"], r["group"]): r for r in frame.to_dict("records")}
    problems, places = [], 0
    areas = areas_of(census)
    for measure in MEASURES:
        for year in YEARS:
            verdicts = {la: verdict(measure, census, la, year, choices) for la in areas}
            for area in ("all", *areas):
                status = overall(list(verdicts.values())) if area == "all" else verdicts[area]
                las = areas if area == "all" else [area]
                for group, wanted in wanted_rows(measure, census, las, year, choices, status).items():
                    row = rows[measure, str(year), area, group]
                    places += 1
                    seen[f"{measure} {wanted[3]}"] += 1
                    seen[f"{measure} counted"] += bool(wanted[0])
                    cells = [row["numerator"], row["denominator"], row["value"]]
                    if row["status"] != wanted[3] or not all(map(same, cells, wanted[:3])):
                        problems.append(
                            f"{measure} {year} {area} {group}: {[*cells, row['status']]}, twin {wanted}"
                        )
    if places != len(rows):
        problems.append(f"{len(rows)} rows, twin {places}")
    return problems


def test_workforce_measures_agree_with_their_twin() -> None:
    seen: Counter[str] = Counter()

    @examples(30, long=400)
    @given(censuses(), choices_drawn, st.randoms(use_true_random=False))
    def agree(census: Census, choices: Choices, random: Any) -> None:
        census = repeated(census)
        if not areas_of(census):
            return
        frame = calculated(census, choices)
        assert differences(frame, census, choices, seen) == []
        shuffled = Census(*(random.sample(table, len(table)) for table in tables_of(census)))
        pd.testing.assert_frame_equal(calculated(shuffled, choices), frame, check_exact=True)

    agree()
    for measure in MEASURES:
        assert seen[f"{measure} ok"] > 5, f"{measure} was hardly ever answered"
        assert seen[f"{measure} counted"] > 5, f"{measure} was hardly ever above 0"
        assert seen[f"{measure} incomplete"] > 0
        assert seen[f"{measure} undefined"] > 0


def tables_of(census: Census) -> tuple[list[Row], list[Row], list[Row]]:
    return census.worker, census.la_level, census.authority

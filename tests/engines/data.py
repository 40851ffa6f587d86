"""A small and odd stack of returns, the same in every run: two authorities, three years, sixty children.

Every child's life in care is drawn with a generator seeded by the child; what each year's return shows of it
follows from the dates. Children of the two authorities share their ids.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = dict[str, Any]

AREAS = ("E06000001", "E08000003")
YEARS = (2022, 2023, 2024)
CHILDREN = 30  # of each authority

_KEY = {"LA": pl.String, "CHILD": pl.String, "YEAR": pl.Int64}
_MODULE = {**_KEY, "DOB": pl.Date}
_CODES = ("RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "REC", "HOME_POST", "PL_POST", "URN", "PL_LOCATION")
_FLAGS = (
    "CONVICTED",
    "HEALTH_CHECK",
    "IMMUNISATIONS",
    "TEETH_CHECK",
    "HEALTH_ASSESSMENT",
    "SUBSTANCE_MISUSE",
)
SCHEMAS: dict[str, dict[str, Any]] = {
    "episodes": {
        **_KEY,
        "DECOM": pl.Date,
        "DEC": pl.Date,
        **dict.fromkeys(_CODES, pl.String),
        "PL_DISTANCE": pl.Float64,
    },
    "header": {**_KEY, "SEX": pl.String, "DOB": pl.Date, "ETHNIC": pl.String, "UPN": pl.String},
    "uasc": {**_MODULE, "SEX": pl.String, "DUC": pl.Date},
    "oc2": {**_MODULE, "SDQ_SCORE": pl.Int64, "SDQ_REASON": pl.String, **dict.fromkeys(_FLAGS, pl.String)},
    "oc3": {**_MODULE, "IN_TOUCH": pl.String, "ACTIV": pl.String, "ACCOM": pl.String},
    "missing": {**_MODULE, "MISSING": pl.String, "MIS_START": pl.Date, "MIS_END": pl.Date},
    "sw_episodes": {
        **_MODULE,
        "SW_ID": pl.String,
        "SW_DECOM": pl.Date,
        "SW_DEC": pl.Date,
        "SW_REASON": pl.String,
    },
    "population": {
        "LA": pl.String,
        "YEAR": pl.Int64,
        "SEX": pl.String,
        "AGE": pl.Int64,
        "POPULATION": pl.Int64,
    },
}
"""Columns of each table with their types."""

# Unknown, missing, badly written and retired codes stand among the usual ones.
_PLACES = (
    *("U6", "U6", "U6", "U4", "U1", "U5", "u3 ", "K2", "K2", "K1", "H5", "H5", "P2", "R1", "S1"),
    *("R5", "P1", "P3", "Z1", "A4", "Q9", None),
)
_LEGAL = ("C2", "C2", "C1", "E1", "V2", "V2", "L1", "J1", "c2", "XX", None)
_REASONS = ("E4A", "E4A", "E4B", "E13", "E3", "E8", "E11", "E45", "E2", "E5", "E17", "X1", None)
_MOVES = ("P", "P", "P", "B", "L", "L", "T", "U", None)
_SPOTS = (
    *(("AB1 1AA", None, "IN", 3.4), ("AB1 2BB", "SC000001", "OUT", 20.1), ("ab11aa", "SC000002", "IN", 20.0)),
    *((None, "SC000002", "OUT", 45.0), (None, None, None, None), ("AB1 2BB", None, "OUT", 999.9)),
)
_NIGHTS = (1, 5, 30, 60, 90, 182, 365, 366, 730, 730, 9_000)
_ETHNIC = ("WBRI", "WBRI", "BCRB", "AIND", "MOTH", "OOTH", "NOBT", "QQQQ", None)
_ACCOM = ("B1", "B2", "D1", "U1", "S2", "V2", "W2", "X2", "G1", "R2", "0", "S9", None)
_ACTIV = ("F2", "F1", "P2", "F4", "P5", "F3", "G4", "G5", "G6", "0", None)
_IN_TOUCH = ("YES", "YES", "YES", "NO", "REFU", "NREQ", "DIED", "RHOM", None)
_FAR = date(2060, 1, 1)


def frames() -> dict[str, pl.DataFrame]:
    """Every table as a typed Polars frame, under the names that `csc.Data` knows."""
    rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
    for la in AREAS:
        for number in range(CHILDREN):
            _add_child(rows, la, f"{number:04d}", Random(f"{la}/{number}"))
    rows["episodes"] += _unusable(rows["episodes"])
    rows["population"] = list(_residents())
    return {
        name if name == "population" else f"ssda903.{name}": _frame(rows[name], schema)
        for name, schema in SCHEMAS.items()
    }


def _frame(rows: Sequence[Row], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([[row.get(name) for name in schema] for row in rows], schema=schema, orient="row")


def _add_child(rows: dict[str, list[Row]], la: str, child: str, draw: Random) -> None:
    who = {"LA": la, "CHILD": child}
    leaver = draw.random() < 0.3
    history = [] if leaver and draw.random() < 0.5 else list(_history(draw))
    rows["episodes"] += [{**who, **row} for row in _episodes(history, draw)]
    begins = min((row["FROM"] for row in history), default=date(2022, 6, 1))
    born = date(draw.randint(2001, 2006), 4, 1) if leaver else begins - timedelta(draw.randrange(1, 6_000))
    rows["header"] += [{**who, **row} for row in _header(born, draw)]
    who["DOB"] = born
    if draw.random() < 0.25:
        ceased = draw.choice((None, date(2023, 3, 31), date(2023, 10, 1)))
        rows["uasc"] += [{**who, "YEAR": year, "SEX": "1", "DUC": ceased} for year in YEARS]
    rows["missing"] += [{**who, **row} for row in _incidents(draw)]
    rows["sw_episodes"] += [{**who, **row} for row in _workers(draw)]
    for year in YEARS:
        if leaver:
            answers = {"IN_TOUCH": _IN_TOUCH, "ACTIV": _ACTIV, "ACCOM": _ACCOM}
            row = {name: draw.choice(codes) for name, codes in answers.items()}
            rows["oc3"].append({**who, "YEAR": year, **row})
        elif draw.random() < 0.9:
            rows["oc2"].append({**who, "YEAR": year, **_health(draw)})


def _history(draw: Random) -> Iterator[Row]:
    """Rows of care from first to last: several periods, each of several rows; FROM and TO are the true dates."""
    day = date(2020, 1, 1) + timedelta(draw.randrange(1_300))
    need = draw.choice(("N1", "N1", "N2", "N4", "N8", "N9", None))
    for _period in range(draw.randint(1, 3)):
        place, legal, spot = draw.choice(_PLACES), draw.choice(_LEGAL), draw.choice(_SPOTS)
        if draw.random() < 0.1:
            legal = draw.choice(("V3", "V4"))
        rne: str | None = draw.choice(("S", "S", "S", "S", "P"))
        rows = draw.randint(1, 5)
        for number in range(rows):
            nights = draw.choice(_NIGHTS)
            last = number == rows - 1
            moved = {"PLACE": place, "LS": legal, "CIN": need, "RNE": rne, **_where(spot)}
            reason = draw.choice(_REASONS) if last else "X1"
            yield {**moved, "FROM": day, "TO": day + timedelta(nights), "REC": reason}
            day += timedelta(nights)
            if number % 2 and not last:  # a stay in hospital, and back
                stay = timedelta(draw.randint(1, 12))
                away = {**moved, "PLACE": draw.choice(("T1", "T3")), "RNE": "P"}
                yield {**away, "FROM": day, "TO": day + stay, "REC": "X1"}
                day += stay
                rne = "P"
                continue
            rne = draw.choice(_MOVES)
            if rne in ("L", "B", "U"):
                legal = draw.choice(_LEGAL)
            if rne != "L":
                place, spot = draw.choice(_PLACES), draw.choice(_SPOTS)
            if draw.random() < 0.1:  # the next row begins too early, or too late
                day += timedelta(draw.choice((-20, -3, 4)))
        day += timedelta(draw.choice((0, 1, 40, 200, 366)))


def _where(spot: tuple[str | None, str | None, str | None, float | None]) -> Row:
    post, urn, location, distance = spot
    return {
        "PL_POST": post,
        "URN": urn,
        "PL_LOCATION": location,
        "PL_DISTANCE": distance,
        "HOME_POST": "AB1 9ZZ",
    }


def _episodes(history: Sequence[Row], draw: Random) -> Iterator[Row]:
    """What the returns show of the rows; some rows are lost on the way, repeated, or keep REC while open."""
    for row in history:
        plain = {name: value for name, value in row.items() if name not in ("FROM", "TO")}
        mishap = draw.choice((*("none",) * 12, "first_only", "rec_on_open", "twice"))
        shown = list(_shown(row["FROM"], row["TO"]))
        for number, (year, end) in enumerate(shown):
            if mishap == "first_only" and number:
                continue
            reason = row["REC"] if end or mishap == "rec_on_open" else None
            found = {**plain, "YEAR": year, "DECOM": row["FROM"], "DEC": end, "REC": reason}
            yield from [found] * (2 if mishap == "twice" else 1)


def _shown(start: date, end: date | None) -> Iterator[tuple[int, date | None]]:
    """Return years that show a span of dates, and the end as each of them knows it."""
    for year in YEARS:
        if start <= date(year, 3, 31) and (end is None or end >= date(year - 1, 4, 1)):
            yield year, end if end is not None and end <= date(year, 3, 31) else None


def _header(born: date, draw: Random) -> Iterator[Row]:
    sex, ethnic = draw.choice(("1", "2", "M", "F", "U", None)), draw.choice(_ETHNIC)
    if draw.random() < 0.05:
        return
    known = None if draw.random() < 0.05 else born
    corrected = draw.random() < 0.1
    for year in YEARS:
        shown = date(2010, 1, 15) if corrected and year < YEARS[-1] else known
        yield {"YEAR": year, "SEX": sex, "DOB": shown, "ETHNIC": ethnic}


def _incidents(draw: Random) -> Iterator[Row]:
    for _ in range(draw.choice((0, 0, 1, 3))):
        kind, start = draw.choice(("M", "M", "A", None)), date(2021, 4, 1) + timedelta(draw.randrange(1_090))
        end = draw.choice((start, start + timedelta(3), start + timedelta(60), None))
        for year, known in _shown(start, end):
            yield {"YEAR": year, "MISSING": kind, "MIS_START": start, "MIS_END": known}


def _workers(draw: Random) -> Iterator[Row]:
    start = date(2021, 4, 1) + timedelta(draw.randrange(200))
    for number in range(draw.choice((0, 1, 3, 5))):
        end = start + timedelta(draw.choice((30, 100, 400)))
        for year, known in _shown(start, end):
            name = f"SW{number % 3}"
            yield {"YEAR": year, "SW_ID": name, "SW_DECOM": start, "SW_DEC": known, "SW_REASON": "MANAGE"}
        start = end


def _health(draw: Random) -> Row:
    score = draw.choice((0, 10, 13, 14, 16, 17, 25, 40, 41, None))
    flags = {name: draw.choice(("1", "1", "0", None)) for name in _FLAGS}
    return {
        "SDQ_SCORE": score,
        "SDQ_REASON": None if score is not None else draw.choice(("SDQ2", "SDQ1")),
        **flags,
    }


def _unusable(episodes: Sequence[Row]) -> list[Row]:
    """Rows without what identifies them, and one that holds no night."""
    row = episodes[0]
    return [
        {**row, "CHILD": None},
        {**row, "DECOM": None},
        {**row, "DECOM": row["DECOM"], "DEC": row["DECOM"]},
    ]


def _residents() -> Iterator[Row]:
    for place, la in enumerate(AREAS):
        for year in (2020, 2021, 2022, 2023, 2024):
            for age in range(18):
                for sex in ("male", "female"):
                    number = 900 + 150 * place + 7 * age + (year - 2020) + 20 * (sex == "male")
                    yield {"LA": la, "YEAR": year, "SEX": sex, "AGE": age, "POPULATION": number}


def cohort() -> pl.DataFrame:
    """Children with a day of their own and an arm; some twice, one unknown to the returns."""
    draw = Random("cohort")
    rows = [
        (
            la,
            f"{number:04d}",
            date(2022, 9, 1) + timedelta(draw.randrange(300)),
            draw.choice(("offered", "usual")),
        )
        for la in AREAS
        for number in range(0, CHILDREN, 2)
    ]
    rows += [(la, child, day + timedelta(45), arm) for la, child, day, arm in rows[:6]]
    rows.append((AREAS[0], "nobody", date(2023, 1, 1), "usual"))
    schema = {"LA": pl.String, "CHILD": pl.String, "index_date": pl.Date, "arm": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")

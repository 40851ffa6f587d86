"""Measures of the children in need census: engine and slow twin agree on drawn histories."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

import csc_outcomes as csc
from reference.base import Returns, plus_months, return_year, year_end
from reference.cin_twin import (
    BACKWARD,
    FORWARD,
    PLAIN,
    Census,
    looks_back,
    return_home_adverse_12m_pct,
    years_at_hand,
)

from .drawn import examples
from .expected import exposure

if TYPE_CHECKING:
    from collections.abc import Callable

    from reference.base import Row

AUTHORITIES, CHILDREN = ("201", "301", "872"), ("1", "2", "3")
YEARS = (2023, 2024, 2025)
PEOPLE = 10_000
TURNS = (
    date(2022, 6, 14), date(2022, 6, 15), date(2023, 2, 28), date(2023, 3, 31), date(2023, 4, 1),
    date(2023, 6, 14), date(2023, 6, 15), date(2023, 6, 16), date(2024, 2, 28), date(2024, 2, 29),
    date(2024, 3, 31), date(2024, 4, 1), date(2024, 6, 15), date(2025, 2, 28), date(2025, 3, 1),
)  # fmt: skip
"""Days on which "within 12 months", "in the window" and "covered" are decided."""
FACTORS = ("1A", "13A", "24A", "11A", "10A", "21", "RB")
WINDOWS = (
    (date(2022, 4, 1), date(2023, 3, 31)),
    (date(2023, 4, 1), date(2024, 3, 31)),
    (date(2022, 4, 1), date(2024, 3, 31)),
    (date(2023, 6, 15), date(2023, 6, 30)),
    (date(2024, 2, 29), date(2024, 7, 31)),
)
SCHEMAS: dict[str, dict[str, Any]] = {
    "CINdetails": {
        "CINdetailsID": pl.Int64, "CINreferralDate": pl.Date, "CINclosureDate": pl.Date,
        "ReasonForClosure": pl.String, "ReferralNFA": pl.String, "PrimaryNeedCode": pl.String,
    },
    "ChildIdentifiers": {"PersonBirthDate": pl.Date, "Sex": pl.String},
    "Assessments": {
        "CINdetailsID": pl.Int64, "AssessmentID": pl.Int64, "AssessmentActualStartDate": pl.Date,
        "AssessmentAuthorisationDate": pl.Date,
    },
    "AssessmentFactorsList": {
        "CINdetailsID": pl.Int64, "AssessmentID": pl.Int64, "AssessmentFactor": pl.String,
    },
    "Section47": {"S47ActualStartDate": pl.Date},
    "ChildProtectionPlans": {"CPPstartDate": pl.Date, "CPPendDate": pl.Date, "NumberOfPreviousCPP": pl.Int64},
}  # fmt: skip
FIELDS = {
    "CINdetails": "details", "ChildIdentifiers": "identifiers", "Assessments": "assessments",
    "AssessmentFactorsList": "factors", "Section47": "enquiries", "ChildProtectionPlans": "plans",
}  # fmt: skip


# ---- histories ------------------------------------------------------------------------------------------

days = st.one_of(
    st.sampled_from(TURNS), st.dates(date(2022, 4, 1), date(2025, 3, 31)), st.sampled_from(TURNS)
)
gaps = st.sampled_from((0, 0, 1, 30, 364, 365, 366, -5, 400))
years_of_a_row = st.sampled_from(((2023,), (2024,), (2025,), (2023, 2024), (2024, 2025), (2023, 2024, 2025)))


class Case(NamedTuple):
    """A referral as it appears in one or several returns, closed in the last of them or never."""

    la: str
    child: str
    years: tuple[int, ...]
    day: date
    closes: int | None
    reason: str
    nfa: str | None
    assessed: tuple[tuple[int, int | None, tuple[str, ...]], ...]
    corrected: int


assessed = st.tuples(
    gaps, st.one_of(st.none(), gaps), st.lists(st.sampled_from(FACTORS), max_size=3, unique=True).map(tuple)
)
cases = st.builds(
    Case,
    la=st.sampled_from(AUTHORITIES),
    child=st.sampled_from(CHILDREN),
    years=years_of_a_row,
    day=days,
    closes=st.one_of(st.none(), gaps),
    reason=st.sampled_from(("RC7", "RC8", "RC9")),
    nfa=st.sampled_from(("0", "0", "1", "true", "false", None)),
    assessed=st.lists(assessed, max_size=2).map(tuple),
    corrected=st.sampled_from((0, 1, 300)),
)
echoes = st.tuples(
    cases,
    st.sampled_from(("year on", "year on", "same day", "closure", "year after closure", "another return")),
    st.sampled_from((0, 0, 0, 1, -1)),
)
"""A second referral, and where it comes in relation to the first: on the days on which definitions turn."""
identities = st.fixed_dictionaries(
    {"LA": st.sampled_from(AUTHORITIES), "CHILD": st.sampled_from(CHILDREN), "YEAR": st.sampled_from(YEARS)}
)
births = st.one_of(
    st.none(), st.sampled_from((date(2006, 2, 28), date(2006, 6, 15), date(2010, 1, 1), date(2024, 6, 1)))
)


def rows(more: dict[str, st.SearchStrategy[Any]], most: int) -> st.SearchStrategy[list[Row]]:
    """Rows of a table, with authority, child and year."""
    one = st.tuples(identities, st.fixed_dictionaries(more)).map(lambda pair: {**pair[0], **pair[1]})
    return st.lists(one, max_size=most)


@st.composite
def censuses(draw: st.DrawFn, least: int = 8, most: int = 14) -> Census:
    """Returns of several authorities, some of which lack one, with so many cases."""
    census = Census()
    for la in AUTHORITIES:  # a case that lets every authority have a return
        known = draw(st.sampled_from((YEARS, YEARS, YEARS, (2023, 2025), (2024, 2025), (2023,))))
        for year in known:
            _add(census, Case(la, "0", (year,), date(2019, 5, 1), None, "", "0", (), 0), year)
    drawn = draw(st.lists(st.tuples(cases, st.lists(echoes, max_size=2)), min_size=least, max_size=most))
    for first, others in drawn:
        for case in (first, *(echo(first, *other) for other in others)):
            for year in case.years:
                _add(census, case, year)
    census.identifiers = draw(rows({"PersonBirthDate": births}, 8))
    one_each = {(row["LA"], row["CHILD"], row["YEAR"]): row for row in census.identifiers}
    census.identifiers = [{**row, "Sex": "F"} for row in one_each.values()]
    ends = st.one_of(st.none(), days)
    previous = st.sampled_from((None, 0, 1, 2))
    census.plans = draw(rows({"CPPstartDate": days, "CPPendDate": ends, "NumberOfPreviousCPP": previous}, 8))
    census.enquiries = draw(rows({"S47ActualStartDate": st.one_of(st.none(), days)}, 6))
    return census


def echo(first: Case, other: Case, where: str, step: int) -> Case:
    """The other case as one of the first's child, placed in relation to it."""
    closed = first.day + timedelta(first.closes or 0)
    place = {
        "same day": first.day,
        "year on": plus_months(first.day, 12) + timedelta(step),
        "closure": closed + timedelta(max(step, 0)),
        "year after closure": plus_months(closed, 12) + timedelta(step),
        "another return": first.day,
    }[where]
    years = other.years if where == "another return" else first.years
    return other._replace(la=first.la, child=first.child, day=place, years=years)


def _add(census: Census, case: Case, year: int) -> None:
    """One case as one return has it; earlier returns have the ends of its assessments some days later."""
    who = {"LA": case.la, "CHILD": case.child, "YEAR": year}
    number = 1 + sum((d["LA"], d["CHILD"], d["YEAR"]) == tuple(who.values()) for d in census.details)
    last = year == case.years[-1]
    closed = case.day + timedelta(case.closes) if last and case.closes is not None else None
    census.details.append(
        {**who, "CINdetailsID": number, "CINreferralDate": case.day, "CINclosureDate": closed,
         "ReasonForClosure": case.reason if closed else None, "ReferralNFA": case.nfa, "PrimaryNeedCode": "N1"}
    )  # fmt: skip
    for place, (start, length, factors) in enumerate(case.assessed, 1):
        began = case.day + timedelta(max(start, 0))
        done = None if length is None else began + timedelta(length + (0 if last else case.corrected))
        block = {**who, "CINdetailsID": number, "AssessmentID": place}
        census.assessments.append(
            {**block, "AssessmentActualStartDate": began, "AssessmentAuthorisationDate": done}
        )
        census.factors += [{**block, "AssessmentFactor": factor} for factor in factors]


# ---- as data --------------------------------------------------------------------------------------------


def as_polars(table: str, found: list[Row]) -> pl.DataFrame:
    schema = {"LA": pl.String, "CHILD": pl.String, "YEAR": pl.Int64, **SCHEMAS[table]}
    cells = [[row.get(name) for name in schema] for row in found]
    return pl.DataFrame(cells, schema=schema, orient="row").rename({"CHILD": "LAchildID"})


def as_pandas(table: str, found: list[Row]) -> pd.DataFrame:
    """Text throughout, days first, in another order of rows."""
    texts = as_polars(table, found[::-1]).to_pandas().astype(object)
    for name, kind in SCHEMAS[table].items():
        if kind == pl.Date:
            texts[name] = [None if pd.isna(d) else d.strftime("%d/%m/%Y") for d in texts[name]]
    return texts


def data_of(census: Census, make: Callable[[str, list[Row]], Any], **more: Any) -> csc.Data:
    tables = {f"cin.{name}": make(name, getattr(census, attribute)) for name, attribute in FIELDS.items()}
    people = {
        "LA": [la for la in AUTHORITIES for _ in range(2020, 2026)],
        "YEAR": [year for _ in AUTHORITIES for year in range(2020, 2026)],
    }
    population = pl.DataFrame(people).with_columns(population=pl.lit(PEOPLE))
    return csc.Data({**tables, **more, "population": population})


# ---- comparing ------------------------------------------------------------------------------------------

Figure = tuple[float | None, float | None, float | None, str]


def figure(n: int, d: float | None, status: str, per: float) -> Figure:
    if status == "incomplete":
        return None, None, None, status
    if d == 0:
        return n, 0, None, "undefined"
    return n, d, n if d is None else per * n / d, "ok"


def forward(n: int, d: int, status: str) -> Figure:
    """A follow-up that is covered in part gives the figure of that part, and says so."""
    if status == "partly":
        return n, d, 100 * n / d if d else None, "incomplete"
    return figure(n, d, status, 100)


def statuses(census: Census, name: str, start: date, end: date) -> dict[str, str]:
    found = {}
    for la in AUTHORITIES:
        years = years_at_hand(census, la)
        needed = set(range(return_year(start), return_year(end) + 1))
        fine = looks_back(census, la, start, end) if name in BACKWARD else needed <= years
        if name == "referral_rate_10k" and exposure(start, end) < 0.25:
            fine = False
        found[la] = "ok" if fine else "incomplete"
        if fine and name in FORWARD:
            later = set(range(return_year(end), return_year(plus_months(end, 12)) + 1))
            found[la] = "ok" if later <= years else "partly"
    return found


def whole(statuses_by_la: dict[str, str]) -> str:
    found = set(statuses_by_la.values())
    return "incomplete" if "incomplete" in found else "partly" if "partly" in found else "ok"


def expected(
    census: Census, name: str, start: date, end: date, parameters: dict[str, Any]
) -> dict[str, Figure]:
    twin = {**BACKWARD, **FORWARD, **PLAIN}[name]
    named = twin.__kwdefaults__ or {}
    chosen = {key: parameters[key] for key in named if key in parameters}
    figures = {la: twin(census, la, start, end, **chosen) for la in AUTHORITIES}
    said = statuses(census, name, start, end)
    figures["all"] = tuple(
        None if any(part is None for part in parts) else sum(parts)
        for parts in zip(*(figures[la] for la in AUTHORITIES), strict=True)
    )
    said["all"] = whole(said)
    if name in FORWARD:
        return {area: forward(n, d, said[area]) for area, (n, d) in figures.items()}
    if name == "referral_rate_10k":
        people = {la: PEOPLE * exposure(start, end) for la in AUTHORITIES}
        people["all"] = len(AUTHORITIES) * PEOPLE * exposure(start, end)
        return {area: figure(n, people[area], said[area], 10_000) for area, (n, _) in figures.items()}
    return {area: figure(n, d, said[area], 100) for area, (n, d) in figures.items()}


def found_in(result: csc.Result, name: str, label: str) -> dict[str, Figure]:
    frame = result.frame
    chosen = frame[(frame["measure"] == name) & (frame["window"] == label) & (frame["breakdown"] == "all")]
    plain = chosen[["area", "numerator", "denominator", "value", "status"]].astype(object)
    return {
        row.area: (
            *(None if pd.isna(x) else x for x in (row.numerator, row.denominator, row.value)),
            row.status,
        )
        for row in plain.itertuples(index=False)
    }


def same(first: Figure, second: Figure) -> bool:
    """Equal figures; where there is none, numerator and denominator of it are of no interest."""
    if first[3] != second[3]:
        return False
    if first[2] is None or second[2] is None:
        return first[2] is second[2]
    return all(
        a == b or (a is not None and b is not None and abs(a - b) < 1e-9 * max(1, abs(a)))
        for a, b in zip(first[:3], second[:3], strict=True)
    )


SEEN: Counter[str] = Counter()
CHOICES = st.fixed_dictionaries(
    {
        "index": st.sampled_from(("referral", "closure")),
        "episodes": st.sampled_from(("with_factor", "assessed")),
        "with_exploitation": st.booleans(),
    }
)


@examples(25, long=400)
@given(
    census=censuses(),
    windows=st.lists(st.sampled_from(WINDOWS), min_size=2, max_size=2, unique=True),
    parameters=CHOICES,
    make=st.sampled_from((as_polars, as_pandas)),
)
def test_engine_and_twin_agree(
    census: Census,
    windows: list[tuple[date, date]],
    parameters: dict[str, Any],
    make: Callable[[str, list[Row]], Any],
) -> None:
    names = [*BACKWARD, *FORWARD, *PLAIN]
    spans = [csc.Window(start, end) for start, end in windows]
    result = csc.calculate(names, data_of(census, make), spans, by="LA", parameters=parameters)
    for (start, end), span in zip(windows, spans, strict=True):
        for name in names:
            wanted = expected(census, name, start, end, parameters)
            found = found_in(result, name, span.label)
            assert set(found) == set(wanted), name
            differing = {a: (wanted[a], found[a]) for a in wanted if not same(wanted[a], found[a])}
            assert not differing, (name, span.label, differing)
            SEEN[name] += sum(bool(n) for n, _, value, _ in found.values() if value is not None)


def test_something_was_compared() -> None:
    """The histories drawn above let every measure count something."""
    if SEEN:
        assert {name for name in (*BACKWARD, *FORWARD, *PLAIN) if not SEEN[name]} == set()


# ---- returns home -----------------------------------------------------------------------------------------

EPISODES = {
    **dict.fromkeys(("LA", "CHILD"), pl.String), "YEAR": pl.Int64, **dict.fromkeys(("DECOM", "DEC"), pl.Date),
    **dict.fromkeys(("RNE", "LS", "CIN", "PLACE", "REC"), pl.String),
}  # fmt: skip


def episode(la: str, child: str, year: int, start: date, end: date | None, reason: str | None) -> Row:
    return {
        "LA": la, "CHILD": child, "YEAR": year, "DECOM": start, "RNE": "S", "LS": "C2", "CIN": "N1",
        "PLACE": "U4", "DEC": end, "REC": reason, "PL_POST": None, "URN": None,
    }  # fmt: skip


@st.composite
def stays(draw: st.DrawFn) -> Returns:
    """Children in care once or twice, returned in the year in which they left."""
    returns = Returns()
    for la in AUTHORITIES:
        for year in YEARS:
            returns.episodes.append(episode(la, "0", year, date(2019, 6, 1), None, None))
        for child in CHILDREN:
            start = date(2021, 1, 1)
            for _ in range(draw(st.sampled_from((0, 1, 1, 2)))):
                end = max(draw(days), start + timedelta(1))
                if end > date(2025, 3, 31):
                    break
                reason = draw(st.sampled_from(("E4A", "E4A", "E13", "E5")))
                returns.episodes.append(episode(la, child, return_year(end), start, end, reason))
                start = end + timedelta(draw(st.sampled_from((0, 365, 366, 100))))
            birth = draw(births)
            if birth is not None and birth < date(2021, 1, 1):
                row = {"LA": la, "CHILD": child, "YEAR": 2025, "SEX": "1", "DOB": birth, "ETHNIC": "WBRI"}
                returns.header.append(row)
    return returns


def harm(returns: Returns, steps: list[tuple[int, int, int, str]], census: Census) -> None:
    """Add a case, and plans, enquiries and referrals around the days that decide whether they follow a return."""
    left = [row for row in returns.episodes if row["DEC"] is not None]
    for la in AUTHORITIES:  # the third child is known by another number
        for child in CHILDREN[:2]:
            _add(census, Case(la, child, (2023,), date(2019, 5, 1), None, "", "0", (), 0), 2023)
    for which, months, plus, kind in steps if left else ():
        row = left[which % len(left)]
        day = plus_months(row["DEC"], months) + timedelta(plus)
        who = {"LA": row["LA"], "CHILD": row["CHILD"], "YEAR": 2025}
        if kind == "plan":
            census.plans.append({**who, "CPPstartDate": day, "CPPendDate": None, "NumberOfPreviousCPP": 0})
        elif kind == "enquiry":
            census.enquiries.append({**who, "S47ActualStartDate": day})
        else:
            nfa = "1" if kind == "no action" else "0"
            _add(census, Case(row["LA"], row["CHILD"], (2025,), day, None, "", nfa, (), 0), 2025)


HARMS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from((0, 12)),
        st.sampled_from((0, 0, 0, 1)),
        st.sampled_from(("plan", "enquiry", "referral", "no action")),
    ),
    min_size=4,
    max_size=8,
)
HOMES: Counter[str] = Counter()


@examples(20, long=400)
@given(
    census=censuses(1, 3),
    returns=stays(),
    steps=HARMS,
    window=st.sampled_from(WINDOWS[:3]),
    home=st.sampled_from(("seed", "narrow")),
)
def test_returns_home_agree(
    census: Census,
    returns: Returns,
    steps: list[tuple[int, int, int, str]],
    window: tuple[date, date],
    home: str,
) -> None:
    start, end = window
    harm(returns, steps, census)
    cells = [[row.get(name) for name in EPISODES] for row in returns.episodes]
    header = pl.DataFrame(
        returns.header,
        schema={"LA": pl.String, "CHILD": pl.String, "YEAR": pl.Int64, "SEX": pl.String, "DOB": pl.Date,
                "ETHNIC": pl.String},
    )  # fmt: skip
    more = {
        "ssda903.episodes": pl.DataFrame(cells, schema=EPISODES, orient="row"),
        "ssda903.header": header,
    }
    name = "return_home_adverse_12m_pct"
    span = csc.Window(start, end)
    result = csc.calculate(name, data_of(census, as_polars, **more), span, by="LA", parameters={"home": home})
    wanted: dict[str, Figure] = {}
    sums, said = [0, 0], {}
    later = set(range(return_year(end), return_year(plus_months(end, 12)) + 1))
    needed = set(range(return_year(start), return_year(end) + 1))
    for la in AUTHORITIES:
        n, d = return_home_adverse_12m_pct(
            census, la, start, end, returns=returns, care_until=year_end(2025), home=home
        )
        at_hand = years_at_hand(census, la) & set(YEARS)
        said[la] = "incomplete" if not needed <= at_hand else "ok" if later <= at_hand else "partly"
        wanted[la] = forward(n, d, said[la])
        sums = [sums[0] + n, sums[1] + d]
    wanted["all"] = forward(sums[0], sums[1], whole(said))
    found = found_in(result, name, span.label)
    assert {a: (wanted[a], found[a]) for a in wanted if not same(wanted[a], found[a])} == {}
    HOMES["harmed"] += sum(bool(n) for n, _, value, _ in found.values() if value is not None)


def test_some_return_home_was_followed_by_harm() -> None:
    """The histories drawn above let the measure count something."""
    if HOMES.total() or SEEN:
        assert HOMES["harmed"]

"""Hypothesis strategies for small, nasty SSDA903 data.

What is drawn is a short, flat description of each child (steps with a kind, a length, a place ...); plain
functions turn it into the rows that an authority would send year after year. So an example is cheap to make
and shrinks to few steps of the plain kind (the first value of every list below).

Left out on purpose, because no definition says what they mean: two different rows of one return with the
same (LA, CHILD, DECOM) and the same end; rows that start before the child's birth or after their return's
31 March, or end after it; short breaks, incidents and worker spells that end before they start.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from reference.base import Returns, Row, plus_months, return_year, year_end

if TYPE_CHECKING:
    from collections.abc import Iterable

AUTHORITIES = ("E06000001", "E08000003")

# ---- what can be drawn ----------------------------------------------------------------------------------

KINDS = (
    *("move", "move", "both", "legal", "same_carer", "same_carer_and_status", "no_rne"),
    *("hospital", "hospital", "hospital", "hospital_elsewhere", "adoption", "temporary", "back"),
    *("restart", "restart", "return", "return", "return", "no_start", "start_after_x1", "gap_after_x1"),
    *(
        "blank_rec",
        "overlap",
        "overlap",
        "nested",
        "nested",
        "nested",
        "nested_start",
        "zero_nights",
        "same_key",
    ),
    *("backwards", "backwards", "break_between", "break_inside"),
)
# Kinds that stand for two rows: the kind and the nights of the first, the kind of the second.
PAIRS = {
    "hospital": ("temporary", 7, "back"),
    "hospital_elsewhere": ("temporary", 7, "move"),
    "adoption": ("fostered", 30, "adopted"),
}
FIRST_RNES = ("S", "S", "S", "S", "S", "P", "L", "B", None)
# A number is nights, "+12" calendar months, "31 March" and "1 April" the next such day; None is still open.
LENGTHS: tuple[int | str | None, ...] = (
    *(90, None, None, None, "31 March", "1 April", "30 March", "+12", "+6", "+30"),
    *(1, 5, 30, 60, 120, 182, 365, 366, 731),
)
GAPS: tuple[int | str, ...] = (7, 1, 92, "+6", "+12", 366)
# PLACE and LS
PLACES = (
    *(("U6", "V2"), ("U6", "C2"), ("U4", "V2"), ("U1", "C2"), ("U5", "E1"), ("U3", "L1"), ("U6", "L2")),
    *(("K2", "V2"), ("K2", "C1"), ("K1", "L1"), ("H5", "V2"), ("K3", "V2"), ("R1", "V2"), ("S1", "C2")),
    *(("R5", "J1"), ("P2", "V2"), ("P1", "C1"), ("P3", "V2"), ("A4", "E1"), ("A6", "E1"), ("Z1", "L3")),
)
FOSTER_FIRST = "U5"  # the foster placement before an adoption by the same carer
TEMPORARY = ("T0", "T1", "T3", "T4")
# PL_POST, URN, PL_LOCATION, PL_DISTANCE
SITES = (
    *(
        ("AB1 1AA", None, "IN", 3.4),
        ("AB1 2BB", "SC000001", "OUT", 20.1),
        ("AB1 1AA", "SC000001", "IN", 20.0),
    ),
    *((None, "SC000001", None, None), (None, "SC000002", "OUT", 45.0), (None, None, None, 25.0)),
    ("AB1 2BB", None, "OUT", 999.9),
)
RECS = ("E4A", "E4A", "E4B", "E13", "E4", "E3", "E8", "E11", "E45", "E2", "E5", "X1", None)
# What goes wrong in recording the row, or in reporting it year after year.
MISHAPS = (
    *("none",) * 10,
    *("no_decom", "no_status", "no_place", "no_spot", "no_urn", "no_spot_no_urn"),
    *("first_only", "first_only", "first_only", "not_last", "last_only", "late", "end_corrected", "reopened"),
    *("twice", "twice_shorter", "break_later", "break_first", "rec_on_open", "rec_on_open"),
)
BLANKS = {
    "no_decom": ("DECOM",),
    "no_status": ("LS",),
    "no_place": ("PLACE",),
    "no_spot": ("PL_POST",),
    "no_urn": ("URN",),
    "no_spot_no_urn": ("PL_POST", "URN"),
}
FIRST_DAYS = (
    *(date(2022, 6, 15), date(2021, 6, 15), date(2020, 4, 1), date(2020, 9, 30), date(2021, 3, 31)),
    *(date(2021, 4, 1), date(2021, 9, 30), date(2022, 3, 31), date(2022, 4, 1), date(2022, 4, 2)),
    *(date(2022, 12, 1), date(2023, 3, 31), date(2023, 4, 1), date(2020, 2, 29), date(2019, 3, 31)),
)
BIRTHS = (
    *(date(2010, 6, 15), date(2008, 2, 29), date(2006, 3, 31), date(2007, 4, 1), date(2007, 9, 15)),
    *(date(2008, 3, 31), date(2005, 6, 15), date(2013, 3, 31), date(2016, 8, 31), date(2018, 4, 1)),
    *(date(2019, 1, 15), date(2020, 1, 15), date(2021, 6, 15), date(2004, 4, 1)),
)
# The return asks about development under 5, so small children must not be rare among those asked about.
OC2_BIRTHS = (*BIRTHS, *(date(2019, 4, 1), date(2019, 3, 31), date(2019, 8, 31), date(2020, 1, 15)) * 2)
LEAVERS_BIRTHS = (
    *(date(2003, 1, 15), date(2004, 2, 29), date(2004, 3, 31), date(2004, 4, 1), date(2005, 6, 15)),
    *(date(2001, 7, 1), date(2002, 4, 1), date(2006, 3, 31), date(2006, 4, 1)),
)
HEADERS = (*("every_year",) * 7, "changed", "changed", "no_birth", "none")
DUCS = (
    *("none",) * 8,
    *(None, date(2022, 3, 30), date(2022, 3, 31), date(2023, 3, 31), date(2023, 4, 1), date(2024, 4, 1)),
)
SCORES = (10, 17, 16, 25, 0, 13, 14, 17, 40, 41, -1, None)
FLAGS = ("111111", "000000", "101010", "010101", "1.0.1.", ".1.0.1", "0.1.1.", "......")
CONTACTS = ("YES", "YES", "YES", "NO", "REFU", "NREQ", "DIED", "RHOM", None)
ACTIVITIES = ("F2", "F1", "P2", "F4", "P5", "F3", "G4", "G5", "G6", "0", None)
HOMES = ("B1", "B2", "D1", "U1", "S2", "S1", "V2", "W1", "W2", "X2", "G1", "H2", "R2", "0", None)
SETTLED_ON = date(2020, 1, 10)
SNAPSHOTS = (
    *(date(2023, 3, 31), date(2022, 3, 31), date(2024, 3, 31), date(2021, 3, 31), date(2024, 2, 29)),
    *(date(2022, 9, 30), date(2023, 6, 15), date(2023, 12, 31), date(2022, 4, 1)),
)


class Step(NamedTuple):
    """One row of care (two for the kinds of PAIRS), told by how it follows the row before it."""

    kind: str
    length: int | str | None
    place: tuple[str, str]
    site: tuple[str | None, str | None, str | None, float | None]
    rec: str | None
    gap: int | str
    mishap: str


class Spell(NamedTuple):
    """A missing incident or the time of a social worker: what or who, and days from the first 31 March."""

    what: str | None
    start: int
    length: int | None
    mishap: str


class Child(NamedTuple):
    """All that is drawn about a child."""

    first_day: date
    first_rne: str | None
    steps: list[Step]
    born: date
    header: str
    duc: date | str | None  # "none": not in the UASC table
    uasc_from: int
    oc2: list[tuple[int | None, str | None, str]]  # of the latest return, the one before it ...
    oc3: list[tuple[str | None, str | None, str | None]]
    missing: list[Spell]
    workers: list[Spell]


def _any_of(*values: Iterable[Any]) -> st.SearchStrategy[Any]:
    """Any combination of the values, in one draw: that is what keeps examples cheap."""
    return st.sampled_from(list(product(*values)))


# Days from 31 March of the authority's first year, and lengths in days (None is open).
_OFFSETS = (15, 0, 1, 2, -1, -3, -30, -90, 180, 340, 363, 364, 365, 366, 367, 540, 730, 731, 900)
_ABSENCES = (1, 0, 3, 20, 120, None)
_ALLOCATIONS = (60, 1, 100, 350, 364, 365, None)
_REPEATS = ("none", "none", "none", "first_only", "twice_shorter", "end_corrected")
_NO_SCORE = (None, None, None, "SDQ2")

_START = _any_of(FIRST_DAYS, FIRST_RNES)
_STEP = st.tuples(
    _any_of(KINDS, GAPS), _any_of(PLACES, SITES), st.sampled_from(LENGTHS), _any_of(RECS, MISHAPS)
)
_IDENTITY = _any_of(HEADERS, DUCS, range(3))
_OC2 = _any_of(SCORES, _NO_SCORE, FLAGS)
_OC3 = _any_of(CONTACTS, ACTIVITIES, HOMES)
_INCIDENT = _any_of(("M", "M", "M", "A", None), _OFFSETS, _ABSENCES, _REPEATS)
_WORKER = _any_of(("SW1", "SW2", "SW3", "XX4"), _OFFSETS, _ALLOCATIONS, _REPEATS)
_STEPS = st.lists(_STEP, min_size=1, max_size=8)
_NOTHING: st.SearchStrategy[list[Any]] = st.just([])
_SOME_MISSING = st.lists(_INCIDENT, max_size=2)
_MODULES = {
    # A role gives a child many rows of one module rather than a few of each: oc2, oc3, missing, workers.
    "plain": (_NOTHING, _NOTHING, _NOTHING, _NOTHING),
    "missing": (_NOTHING, _NOTHING, st.lists(_INCIDENT, min_size=2, max_size=5), _NOTHING),
    "workers": (_NOTHING, _NOTHING, _SOME_MISSING, st.lists(_WORKER, min_size=3, max_size=6)),
    "oc2": (st.lists(_OC2, min_size=2, max_size=4), _NOTHING, _NOTHING, _NOTHING),
    "oc3": (_NOTHING, st.lists(_OC3, min_size=2, max_size=4), _SOME_MISSING, _NOTHING),
}
_ROLE = st.sampled_from(list(_MODULES))


@st.composite
def children(draw: st.DrawFn) -> Child:
    """One child's description."""
    role = draw(_ROLE)
    first_day, first_rne = draw(_START)
    header, duc, uasc_from = draw(_IDENTITY)
    steps = [
        Step(kind, length, place, site, rec, gap, mishap)
        for (kind, gap), (place, site), length, (rec, mishap) in draw(_STEPS)
    ]
    few = draw(st.sampled_from((1, 2, 8))) if role == "oc2" else 8
    if few < 8:  # long enough in care to be asked about
        steps = [steps[0]._replace(kind="move", length=None, mishap="none"), *steps[1:few]]
    born = draw(st.sampled_from({"oc2": OC2_BIRTHS, "oc3": LEAVERS_BIRTHS}.get(role, BIRTHS)))
    oc2, oc3, missing, workers = (draw(module) for module in _MODULES[role])
    return Child(
        *(first_day, first_rne, steps, born, header, duc, uasc_from, oc2, oc3),
        missing=[Spell(*drawn) for drawn in missing],
        workers=[Spell(*drawn) for drawn in workers],
    )


@st.composite
def returns(draw: st.DrawFn, *, same_years: bool = True) -> Returns:
    """One or two authorities, 1 to 4 children each, 2 to 4 consecutive returns of 2021 to 2024.

    Every authority has an episode of care and a header row in each of its years (a child "FILL" is added
    where the drawn children leave a hole), so that its cover is whole. With `same_years=False` the years
    may differ between the authorities.
    """
    made = Returns()
    years = draw(_YEAR_RANGES)
    for la in AUTHORITIES[: draw(st.integers(1, 2))]:
        if not same_years:
            years = draw(_YEAR_RANGES)
        for n, child in enumerate(draw(st.lists(children(), min_size=1, max_size=4)), start=1):
            _add_child(made, la, str(n), child, years)
        _fill_holes(made, la, years)
    if draw(st.booleans()):  # no figure may depend on the order of the rows
        made.episodes.reverse()
        made.missing.reverse()
        made.sw_episodes.reverse()
    return made


_YEAR_RANGES = st.sampled_from(
    [
        range(*pair)
        for pair in ((2022, 2025), (2021, 2025), (2021, 2025), (2021, 2024), (2022, 2024), (2023, 2025))
    ]
)


@st.composite
def settled_returns(draw: st.DrawFn) -> Returns:
    """One authority with returns of 2021 to 2024: children in care throughout, and care leavers.

    Few of the children that `returns` draws are in the base of a yearly module in the end; these all are, and
    what their rows say is drawn.
    """
    made, la = Returns(), AUTHORITIES[0]
    stay = Step("move", None, PLACES[1], SITES[0], None, 1, "none")
    left = stay._replace(length=300, rec="E5")
    for name in ("1", "2", "3"):
        asked, born = draw(st.lists(_OC2, min_size=4, max_size=4)), draw(st.sampled_from(OC2_BIRTHS))
        child = Child(SETTLED_ON, "S", [stay], born, "every_year", "none", 0, asked, [], [], [])
        _add_child(made, la, name, child, range(2021, 2025))
    for name in ("4", "5", "6"):
        told, born = draw(st.lists(_OC3, min_size=4, max_size=4)), draw(st.sampled_from(LEAVERS_BIRTHS))
        child = Child(SETTLED_ON, "S", [left], born, "every_year", "none", 0, [], told, [], [])
        _add_child(made, la, name, child, range(2021, 2025))
    return made


@st.composite
def windows(draw: st.DrawFn) -> tuple[date, date]:
    """A day (start == end), a return year, or any months within the years of the returns."""
    kind = draw(st.sampled_from(("year", "year", "day", "between")))
    if kind == "year":
        year = draw(st.sampled_from((2023, 2024, 2022, 2023, 2022, 2021)))
        return date(year - 1, 4, 1), year_end(year)
    day = draw(st.sampled_from(SNAPSHOTS))
    if kind == "day":
        return day, day
    return plus_months(day, -draw(st.sampled_from((3, 1, 6, 9, 18)))) + timedelta(1), day


# ---- from a description to rows -------------------------------------------------------------------------


def _later(day: date, length: int | str) -> date:
    """The day that a length away from another is."""
    if isinstance(length, int):
        return day + timedelta(length)
    if length.startswith("+"):
        return plus_months(day, int(length))
    march = year_end(return_year(day + timedelta(2)))  # two days on, so that no row is empty by chance
    return march + timedelta({"30 March": -1, "31 March": 0, "1 April": 1}[length])


def _flat(steps: list[Step]) -> list[Step]:
    """The steps with every pair written out as its two rows; what goes wrong goes wrong in the second."""
    flat: list[Step] = []
    for step in steps:
        if step.kind in PAIRS:
            first, nights, second = PAIRS[step.kind]
            flat.append(step._replace(kind=first, length=nights, mishap="none"))
            flat.append(step._replace(kind=second))
        else:
            flat.append(step)
    return flat


def _history(child: Child) -> list[Row]:
    """Rows of care as last known, in the order drawn, each with its step (STEP) and true start (FROM)."""
    rows: list[Row] = []
    base: Row | None = None  # the ordinary row whose place a child keeps, or comes back to
    for step in _flat(child.steps):
        row = _next_row(rows[-1], step, base or rows[0]) if rows else _first_row(child, step)
        rows.append(row)
        if row["PLACE"] not in TEMPORARY and row["LS"] not in ("V3", "V4"):
            base = row
    for row in rows:
        for column in BLANKS.get(row["STEP"].mishap, ()):
            row[column] = None
    return rows


def _row(step: Step, start: date, rne: str | None) -> Row:
    end = None if step.length is None else _later(start, step.length)
    return {
        "DECOM": start,
        "RNE": rne,
        "LS": step.place[1],
        "CIN": "N1",
        "PLACE": step.place[0],
        "PLACE_PROVIDER": "PR1",
        "DEC": end,
        "REC": None if end is None else step.rec,
        "REASON_PLACE_CHANGE": None,
        "HOME_POST": "AB1 1AA",
        "PL_POST": step.site[0],
        "URN": step.site[1],
        "PL_LOCATION": step.site[2],
        "PL_DISTANCE": step.site[3],
        "STEP": step,
        "FROM": start,
    }


def _first_row(child: Child, step: Step) -> Row:
    """A first row may be temporary or a short break, even if a period should not start so."""
    row = _row(step, child.first_day, child.first_rne)
    if step.kind == "temporary":
        row["PLACE"] = TEMPORARY[len(child.steps) % 4]
    if step.kind == "break_between":
        row["LS"], row["RNE"] = "V3", "S"
    return row


RNES = {
    "move": "P",
    "both": "B",
    "legal": "L",
    "same_carer": "T",
    "same_carer_and_status": "U",
    "temporary": "P",
    "back": "P",
    "fostered": "P",
    "adopted": "P",
    "restart": "S",
    "return": "S",
    "start_after_x1": "S",
    "gap_after_x1": "P",
    "no_start": "P",
    "blank_rec": "P",
    "overlap": "P",
    "nested": "P",
    "nested_start": "S",
    "backwards": "P",
    "zero_nights": "P",
    "same_key": "P",
    "break_between": "S",
    "break_inside": "S",
    "no_rne": None,
}
EXITS = {"restart", "return", "no_start", "break_between"}  # the row before really ended
STAYS = {"legal", "same_carer", "same_carer_and_status", "back"}  # the place does not change
KEEPS_REC = {"nested_start", "break_inside", "same_key", "zero_nights"}  # the row before as drawn


def _next_row(before: Row, step: Step, base: Row) -> Row:
    """The row after another; the row before gets the REC that the kind of step implies."""
    kind = step.kind
    # A row left open is followed all the same: that is what a forgotten row looks like.
    end = before["DEC"] or before["FROM"] + timedelta(100)
    if before["DEC"] is not None and kind not in KEEPS_REC:
        if kind in EXITS:
            before["REC"] = before["REC"] if before["REC"] not in (None, "X1") else "E4A"
        else:
            before["REC"] = None if kind == "blank_rec" else "X1"
    row = _row(step, _start_after(before, end, step), RNES[kind])
    if kind in STAYS:
        row["PLACE"] = base["PLACE"]
        if kind != "same_carer":
            row["PL_POST"], row["URN"] = base["PL_POST"], base["URN"]
    elif kind == "temporary":
        row["PLACE"], row["PL_POST"], row["URN"] = TEMPORARY[int(step.place[0][1]) % 4], None, None
    elif kind in ("fostered", "adopted"):
        row["PLACE"] = FOSTER_FIRST if kind == "fostered" else "A3" if step.site[0] else "A5"
    elif kind in ("break_between", "break_inside"):
        row["LS"], row["DEC"], row["REC"] = "V3" if step.site[0] else "V4", row["DECOM"] + timedelta(5), "E8"
    elif kind == "zero_nights":
        row["DEC"], row["REC"] = row["DECOM"], "X1"
    elif kind == "backwards":
        row["DEC"], row["REC"] = row["DECOM"] - timedelta(20), step.rec
    return row


def _start_after(before: Row, end: date, step: Step) -> date:
    if step.kind in ("return", "gap_after_x1") or (step.kind == "no_start" and step.site[0] is None):
        return max(_later(end, step.gap), before["FROM"])
    if step.kind == "overlap":
        return max(end - timedelta(10), before["FROM"] + timedelta(1))
    if step.kind in ("nested", "nested_start", "break_inside"):
        return before["FROM"] + timedelta(3)
    if step.kind == "same_key":
        return before["FROM"]
    # After a row that ends before it starts: a day on, as the same start would only replace that row.
    return end if end >= before["FROM"] else before["FROM"] + timedelta(1)


# ---- from rows to the returns that held them ------------------------------------------------------------


def _copies(row: Row, years: range, end: str) -> list[Row]:
    """The row as each return shows it: in the years it touches, open while its end is still to come."""
    first, last = row["FROM"], row[end]
    copies = []
    for year in years:
        opens, closes = date(year - 1, 4, 1), year_end(year)
        touches = first <= closes and (last is None or max(last, first) >= opens)
        if touches:
            still_open = last is None or last > closes
            copies.append({**row, "YEAR": year, end: None if still_open else last})
    return copies


def _reported(row: Row, years: range, report: str, start: str, end: str) -> list[Row]:
    """The copies with what went wrong in reporting them."""
    copies = _copies(row, years, end)
    last_year = years[-1]
    if report == "late" and not copies and row["FROM"] <= year_end(last_year):
        return [{**row, "YEAR": last_year}]
    if not copies or row[start] is None:
        return copies
    if report in ("first_only", "last_only"):
        return copies[:1] if report == "first_only" else copies[-1:]
    if report == "not_last":
        return copies[:-1] or copies
    if report == "twice":
        return [*copies, dict(copies[-1])]
    sooner = row["FROM"] + timedelta(2)  # an end that another copy of the row contradicts
    if sooner > year_end(copies[0]["YEAR"]):
        return copies
    if report == "twice_shorter":
        return [*copies[:-1], {**copies[-1], end: min(sooner, copies[-1][end] or sooner)}, copies[-1]]
    if report == "end_corrected" and len(copies) > 1:
        return [{**copies[0], end: sooner}, *copies[1:]]
    if report == "reopened":
        return [*copies[:-1], {**copies[-1], end: None}] if copies[-1][end] else copies
    return copies


def _episodes(child: Child, years: range) -> list[Row]:
    found: list[Row] = []
    for row in _history(child):
        report = row["STEP"].mishap
        copies = _reported(row, years, report, "DECOM", "DEC")
        if report == "break_later" and copies:
            copies = [*copies[:-1], _as_break(copies[-1])]
        if report == "break_first" and copies:
            copies = [_as_break(copies[0]), *copies[1:]]
        for copy in copies:
            if copy["DEC"] is None:
                copy["REC"] = row["STEP"].rec if report == "rec_on_open" else None
            elif copy["REC"] is None and copy["DEC"] != row["DEC"]:
                copy["REC"] = "E8"
            found.append({k: v for k, v in copy.items() if k not in ("STEP", "FROM")})
    return _without_ties(found)


def _as_break(row: Row) -> Row:
    backwards = row["DEC"] is not None and row["DEC"] < row["DECOM"] if row["DECOM"] else False
    return row if backwards else {**row, "LS": "V4"}


def _without_ties(rows: list[Row]) -> list[Row]:
    """One return never shows two different rows with the same start and the same end."""
    kept: dict[Any, Row] = {}
    twins: list[Row] = []
    for row in rows:
        slot = (row["DECOM"], row["YEAR"], row["DEC"])
        if row["DECOM"] is None or slot not in kept or kept[slot] == row:
            kept.setdefault(slot, row)
            twins.append(row)
    return twins


def _add_child(made: Returns, la: str, name: str, child: Child, years: range) -> None:
    who = {"LA": la, "CHILD": name}
    episodes = _episodes(child, years)
    made.episodes.extend({**who, **row} for row in episodes)
    born = min([child.born, *(row["DECOM"] for row in episodes if row["DECOM"] is not None)])
    known = None if child.header in ("none", "no_birth") else born
    for year in years if child.header != "none" else ():
        # An earlier return may give another date of birth: the latest one wins.
        shown = plus_months(born, -18) if child.header == "changed" and year != years[-1] else known
        made.header.append({**who, "YEAR": year, "SEX": "1", "DOB": shown, "ETHNIC": "WBRI"})
    _add_modules(made, {**who, "DOB": known}, child, years)


def _add_modules(made: Returns, who: Row, child: Child, years: range) -> None:
    for year in years[child.uasc_from :] if child.duc != "none" else ():
        # Only the latest return, which wins, knows the date.
        made.uasc.append({**who, "YEAR": year, "SEX": "1", "DUC": child.duc if year == years[-1] else None})
    for year, (score, reason, flags) in zip(reversed(years), child.oc2, strict=False):
        row = {**who, "YEAR": year, "SDQ_SCORE": score, "SDQ_REASON": reason}
        made.oc2.append({**row, **_flags(flags)})
    for year, (contact, activity, home) in zip(reversed(years), child.oc3, strict=False):
        row = {**who, "YEAR": year, "IN_TOUCH": contact}
        made.oc3.append({**row, "ACTIV": activity, "ACCOM": home})
    first = year_end(years[0])
    for spell in child.missing:
        row = {**who, "MISSING": spell.what, **_dates("MIS_START", "MIS_END", first, spell)}
        made.missing.extend(_told(row, years, spell.mishap, "MIS_START", "MIS_END"))
    for spell in child.workers:
        row = {**who, "SW_ID": spell.what, **_dates("SW_DECOM", "SW_DEC", first, spell), "SW_REASON": None}
        made.sw_episodes.extend(_told(row, years, spell.mishap, "SW_DECOM", "SW_DEC"))


def _flags(drawn: str) -> dict[str, str | None]:
    """Six flags from six characters; a dot is blank."""
    names = (
        "CONVICTED",
        "HEALTH_CHECK",
        "IMMUNISATIONS",
        "TEETH_CHECK",
        "HEALTH_ASSESSMENT",
        "SUBSTANCE_MISUSE",
    )
    return {name: None if flag == "." else flag for name, flag in zip(names, drawn, strict=True)}


def _dates(start: str, end: str, first: date, drawn: Spell) -> Row:
    begins = first + timedelta(drawn.start)
    return {
        start: begins,
        end: None if drawn.length is None else begins + timedelta(drawn.length),
        "FROM": begins,
    }


def _told(row: Row, years: range, report: str, start: str, end: str) -> list[Row]:
    copies = _reported(row, years, report, start, end)
    return [{k: v for k, v in copy.items() if k != "FROM"} for copy in copies]


def _fill_holes(made: Returns, la: str, years: range) -> None:
    """Add a child in care throughout when a year would have no sound episode or no header row."""
    sound = {
        row["YEAR"]
        for row in made.episodes
        if row["LA"] == la
        and row["DECOM"] is not None
        and (row["DEC"] is None or row["DEC"] > row["DECOM"])
        and row["LS"] not in ("V3", "V4")
    }
    headed = {row["YEAR"] for row in made.header if row["LA"] == la}
    if sound & headed >= set(years):
        return
    plain = Step("move", None, ("U6", "C2"), SITES[0], None, 1, "none")
    filler = Child(
        *(date(2020, 1, 10), "S", [plain], date(2010, 6, 15), "every_year", "none", 0),
        *([], [], [], []),
    )
    _add_child(made, la, "FILL", filler, years)

"""Engine and slow twins give the same figures on drawn local data."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

import csc_outcomes as csc
from csc_outcomes.definitions.measure import When, resolve_parameters
from reference.base import plus_months
from reference.local_twin import EXTERNAL, TWINS, Asked, Local, together

from .drawn import examples

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Measure
    from reference.local_twin import Answer, Row

CATALOGUE: dict[str, Measure] = {name: csc.measure(name) for name in TWINS}
PERSONS = [name for name, measure in CATALOGUE.items() if measure.cohort_windows]

AREAS, CHILDREN = ("A", "B"), ("1", "2", "3")
YEAR = (date(2023, 4, 1), date(2024, 3, 31))
WINDOWS = (YEAR, (date(2023, 4, 1), date(2023, 9, 30)), (date(2023, 5, 15), date(2024, 2, 29)))
EDGES = [edge + timedelta(n) for window in WINDOWS for edge in window for n in (-1, 0, 1)]
DAYS = (*EDGES, date(2022, 11, 5), date(2023, 6, 1), date(2023, 8, 1), date(2023, 10, 1), date(2023, 12, 31))
BIRTHS = (
    date(2004, 2, 29), date(2005, 6, 1), date(2007, 10, 1), date(2008, 2, 29), date(2008, 8, 31),
    date(2010, 1, 1), date(2013, 6, 1), date(2018, 9, 1), date(1999, 6, 2), None,
)  # fmt: skip
DETAILS: dict[str, tuple[str | None, ...]] = {
    "arrest": (None,),
    "victim": (None,),
    "homeless": ("presented", "self_reported", "sofa"),
    "missing_from_home": ("missing", "missing", "absent"),
    "ae_attendance": ("first_unplanned", "first_unplanned", "planned"),
    "camhs_referral": ("accepted", "rejected", None),
    "camhs_contact": ("attended", "attended", "cancelled"),
    "training": ("completed", "part"),
    "eet_status": ("education", "training", "neet", "neet", "unknown", None),
    "risk_assessment": (None,),
    "school_move": (None,),
    "school_enrolment": (None,),
}
LEVELS = {"ae_attendance": (1, 3, 4, 5, None), "risk_assessment": (0, 1, 2, 3, 4)}
NAMES = {"training": ("signs", "other"), "risk_assessment": ("T", "T", "S"), "camhs_contact": (None, "group")}
SPELLS = ("eet_status", "school_enrolment")
ROLES = (None, "child", "child", "child", "parent", "staff", "staff")

# ---- what is drawn --------------------------------------------------------------------------------------

days, births = st.sampled_from(DAYS), st.sampled_from(BIRTHS)
areas, children = st.sampled_from(AREAS), st.sampled_from(CHILDREN)
rarely = st.sampled_from((True, False, False, False))


@st.composite
def members(draw: st.DrawFn) -> Row:
    start, end = draw(st.sampled_from((None, None, *DAYS))), draw(st.sampled_from((None, None, *DAYS)))
    return {
        "LA": draw(areas), "CHILD": draw(st.sampled_from("12345678")), "DOB": draw(births), "start": start,
        "end": end, "role": draw(st.sampled_from(ROLES)), "arm": draw(st.sampled_from((None, "x", "y"))),
        "index_date": draw(st.sampled_from((None, date(2023, 6, 1), date(2023, 6, 1), date(2023, 10, 1)))),
    }  # fmt: skip


@st.composite
def events(draw: st.DrawFn, kinds: tuple[str, ...]) -> Row:
    kind = draw(st.sampled_from(kinds))
    return {
        "LA": draw(areas), "CHILD": draw(st.sampled_from("12345678")), "event": kind, "start": draw(days),
        "end": draw(st.sampled_from((None, None, *DAYS))) if kind in SPELLS else None,
        "detail": draw(st.sampled_from(DETAILS[kind])), "level": draw(st.sampled_from(LEVELS.get(kind, (None,)))),
        "name": draw(st.sampled_from(NAMES.get(kind, (None,)))), "DOB": draw(births),
        "age": draw(st.sampled_from((None, 9, 10, 17, 18, 24))),
    }  # fmt: skip


PERIODS = (
    (date(2023, 4, 1), date(2023, 7, 31)), (date(2023, 8, 31), date(2023, 12, 31)),
    (date(2023, 9, 1), date(2023, 9, 30)), (date(2024, 2, 1), date(2024, 4, 30)),
)  # fmt: skip


@st.composite
def sessions(draw: st.DrawFn) -> Row:
    start, end = draw(st.sampled_from(PERIODS))
    return {
        "LA": draw(areas), "CHILD": draw(st.sampled_from("12345678")), "start": start, "end": end,
        "possible": draw(st.sampled_from((0, 10, 20, 100, 100, None))),
        "authorised": draw(st.sampled_from((0, 1, 2, 5, -1))),
        "unauthorised": draw(st.sampled_from((0, 0, 1, 5, 20))),
        "school": draw(st.sampled_from((None, "X"))), "DOB": draw(births),
        "group": draw(st.sampled_from((None, "cla", "cla", "cin"))),
    }  # fmt: skip


@st.composite
def published(draw: st.DrawFn) -> list[Row]:
    """For every measure of other bodies a row of some authorities and windows."""
    rows = []
    for measure in (*EXTERNAL, "foster_carer_net_change"):
        for la in AREAS:
            start, end = draw(st.sampled_from(WINDOWS))
            numbers = st.sampled_from(
                (None, 10, 200, 1000.0, 1000.5) if measure != "neet_16_17_pct" else (None, 0, 10)
            )
            below = draw(st.sampled_from((None, 0, 20, 40000)))
            above = 0 if below == 0 else draw(numbers)
            row = {"LA": la, "measure": measure, "start": start, "end": end, "numerator": above}
            rows.append({**row, "denominator": below, "deducted": draw(st.sampled_from((None, 0, 5)))})
    return draw(st.permutations(rows))[: draw(st.integers(6, len(rows)))]


@st.composite
def spans(draw: st.DrawFn) -> Row:
    kind = draw(st.sampled_from((*DETAILS, "absence")))
    starts = st.sampled_from((None, date(2020, 1, 1), date(2023, 4, 1), date(2023, 10, 1), date(2023, 5, 15)))
    ends = st.sampled_from((None, None, date(2023, 9, 30), date(2024, 3, 31)))
    start, end = draw(starts), draw(ends)
    return {
        "LA": draw(areas),
        "event": kind,
        "start": start,
        "end": None if end and start and end < start else end,
    }


@st.composite
def in_care(draw: st.DrawFn) -> Row:
    start, end = draw(st.sampled_from(DAYS[:6])), draw(st.sampled_from((None, None, *DAYS[6:])))
    return {
        "LA": draw(areas),
        "CHILD": draw(children),
        "DECOM": start,
        "DEC": end if end and end > start else None,
    }


@st.composite
def local_data(draw: st.DrawFn) -> Local:
    """Local tables over a few kinds of event, thick enough that there is something to count."""
    kinds = tuple(draw(st.permutations(list(DETAILS)))[:5])
    rows = draw(st.lists(events(kinds), min_size=20, max_size=45))
    some = st.lists(members(), min_size=6, max_size=12)
    cohort = None if draw(rarely) and draw(rarely) else draw(some)
    absence = draw(st.lists(sessions(), min_size=8, max_size=16))
    if draw(rarely):
        absence = [{name: cell for name, cell in row.items() if name != "DOB"} for row in absence]
    care = draw(st.lists(in_care(), max_size=6, unique_by=lambda row: (row["LA"], row["CHILD"])))
    always = [{"LA": la, "CHILD": "0", "DECOM": date(2020, 1, 1), "DEC": None} for la in AREAS]
    return Local(
        cohort=cohort,
        events=[*rows, *draw(st.lists(st.sampled_from(rows), max_size=3))],
        absence=absence,
        external=draw(published()),
        cover=draw(st.lists(spans(), max_size=3)),
        spells=[*always, *care],
        incidents={(row["LA"], row["CHILD"], row["start"]) for row in draw(st.lists(st.sampled_from(rows), max_size=2))},
        population={
            (la, year, ages): draw(st.sampled_from((1000, 2500)))
            for la in AREAS for year in (2022, 2023) for ages in ("0-17", "10-17")
        },
    )  # fmt: skip


@st.composite
def parameters(draw: st.DrawFn, data: Local) -> dict[str, dict[str, Any]]:
    """Values by measure: other ones than the defaults for some, names only where a row has them."""
    clean = data.clean()
    arms = [None, *sorted({m["arm"] for m in clean.cohort or [] if m["arm"]})]
    names = {kind: {r["name"] for r in clean.events or [] if r["event"] == kind} for kind in NAMES}
    groups = {row["group"] for row in clean.absence or [] if row["group"]}
    choices: dict[str, Any] = {
        "arm": arms, "base": ["cohort", "residents"], "definition": ["presented", "self_reported"],
        "category": ["missing", "absent"], "departments": [(1, 2, 3, 4), (1,), (3, 4)],
        "denominator": ["children", "person_years"], "accepted_only": [False, True], "contacts": [1, 2],
        "course": ["any", *sorted(names["training"])], "tool": [None, *sorted(names["risk_assessment"])],
        "role": ["child", "parent"], "group": ["all", *sorted(groups)], "threshold": [10, 25, 50],
    }  # fmt: skip
    ages = {"min_age": [0, 3, 10, 16], "max_age": [16, 17, 24]}
    found = {}
    for name, measure in CATALOGUE.items():
        known = {p.name for p in measure.parameters}
        wanted = {key: values for key, values in choices.items() if key in known}
        if draw(rarely):
            wanted |= {key: values for key, values in ages.items() if key in known}
        values = {key: draw(st.sampled_from(list(values))) for key, values in wanted.items()}
        found[name] = values
    return found


# ---- frames ---------------------------------------------------------------------------------------------

_TYPES = {
    **dict.fromkeys(("start", "end", "DOB", "index_date", "DECOM", "DEC"), pl.Date),
    **dict.fromkeys(("level", "numerator", "denominator", "deducted"), pl.Float64),
    **dict.fromkeys(("age", "possible", "authorised", "unauthorised", "YEAR"), pl.Int64),
}


def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={name: _TYPES.get(name, pl.String) for name in rows[0]})


def data_of(local: Local) -> csc.Data:
    tables: dict[str, Any] = {
        name: frame(getattr(local, name))
        for name in ("cohort", "events", "absence", "external", "cover")
        if getattr(local, name)
    }
    codes = {"RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "U4"}
    rows = [
        {**spell, **codes, "REC": "E4A" if spell["DEC"] else None, "YEAR": year}
        for spell in local.spells or []
        for year in ((2023, 2024) if spell["CHILD"] == "0" else (2024,))
    ]
    tables["ssda903.episodes"] = frame(rows)
    if local.incidents:
        away = [
            {"LA": la, "CHILD": child, "YEAR": 2024, "MISSING": "M", "MIS_START": day, "MIS_END": day}
            for la, child, day in sorted(local.incidents)
        ]
        tables["ssda903.missing"] = pl.DataFrame(away)
    people = [
        {"LA": la, "YEAR": year, "ages": ages, "population": n}
        for (la, year, ages), n in local.population.items()
    ]
    tables["population"] = pl.DataFrame(people)
    return csc.Data(tables)


# ---- comparing ------------------------------------------------------------------------------------------


@dataclass
class Wanted:
    """What a row must show."""

    numerator: float | None
    denominator: float | None
    value: float | None
    status: str


def wanted_of(measure: Measure, answer: Answer, numerator: float | None = None) -> Wanted:
    """The row that an answer of the twin stands for."""
    if isinstance(answer, str):
        shown = {"undefined": 0.0, "no_population": numerator}.get(answer)
        below = 0.0 if answer == "undefined" and measure.kind.value != "count" else None
        return Wanted(shown, below, None, answer)
    n, d = answer
    if measure.kind.value == "count":
        return Wanted(float(n), None, float(n), "ok")
    if d is None:
        return Wanted(float(n), None, None, "no_population")
    if not d:
        return Wanted(float(n), 0.0, None, "undefined")
    return Wanted(float(n), float(d), measure.per * float(n) / float(d), "ok")


def same(found: Any, wanted: float | None) -> bool:
    missing = found is None or math.isnan(found)
    return (
        missing
        if wanted is None
        else not missing and math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-9)
    )


def differs(row: dict[str, Any], wanted: Wanted) -> bool:
    numbers = ("numerator", "denominator", "value")
    return row["status"] != wanted.status or not all(same(row[n], getattr(wanted, n)) for n in numbers)


def answers_of(
    name: str, clean: Local, window: tuple[date, date], values: dict[str, Any]
) -> dict[str, Answer]:
    """What the twin says of each authority."""
    every = resolve_parameters((CATALOGUE[name],), {name: values})[name].values
    return {la: TWINS[name](Asked(clean, la, *window, dict(every))) for la in AREAS}


def numerator_of(name: str, clean: Local, la: str, window: tuple[date, date]) -> float | None:
    """The numerator that stands beside a blank denominator."""
    for row in clean.external or []:
        if (row["LA"], row["measure"], row["start"], row["end"]) == (la, name, *window):
            return row["numerator"]  # type: ignore[no-any-return]
    return None


def disagreements(local: Local, values: dict[str, dict[str, Any]], seen: Counter[str]) -> list[str]:
    clean, data, found = local.clean(), data_of(local), []
    for window in WINDOWS:
        result = csc.calculate(list(TWINS), data, csc.Window(*window), by=["LA"], parameters=values)
        rows = result.frame.query("breakdown == 'all'").to_dict("records")
        places = {(row["measure"], row["area"]): row for row in rows}
        for name, measure in CATALOGUE.items():
            answers = answers_of(name, clean, window, values[name])
            for la, answer in answers.items():
                wanted = wanted_of(measure, answer, numerator_of(name, clean, la, window))
                seen[name] += not isinstance(answer, str) and bool(answer[0])
                if differs(places[name, la], wanted):
                    found.append(f"{name} {window} {values[name]} {la}: {places[name, la]}, twin {answer}")
            whole = together(list(answers.values()))
            if differs(places[name, "all"], wanted_of(measure, whole)):
                found.append(f"{name} {window} {values[name]} all: {places[name, 'all']}, twin {whole}")
    return found


def test_every_measure_over_local_data_gives_what_its_twin_gives() -> None:
    seen: Counter[str] = Counter()

    @examples(25, long=500)
    @given(st.data())
    def agree(drawn: st.DataObject) -> None:
        local = drawn.draw(local_data())
        assert disagreements(local, drawn.draw(parameters(local)), seen) == []

    agree()
    # A comparison of nothing with nothing proves nothing.
    assert [name for name in TWINS if not seen[name]] == []


# ---- windows of each child's own ------------------------------------------------------------------------

_OF_CHILDREN = [name for name in PERSONS if not CATALOGUE[name].population or CATALOGUE[name].resident_when]
_SKIPPED = ("missing_from_home_rate_10k",)


def added(name: str, clean: Local, spells: list[Row], label: str, values: dict[str, Any]) -> Answer:
    """Sums over the spells of what the twin says of one child over its own window."""
    every = dict(resolve_parameters((CATALOGUE[name],), {name: values})[name].values)
    n: Any = 0
    d: Any = None
    for spell in spells:
        index = spell["index_date"]
        first, last = (-12, 0) if label == "baseline" else (0, 12)
        window = plus_months(index, first), plus_months(index, last) - timedelta(1)
        own = clean.of_child(spell["LA"], spell["CHILD"])
        start = window[1] if CATALOGUE[name].when is When.DAY else window[0]
        answer = TWINS[name](Asked(own, spell["LA"], start, window[1], every))
        if not isinstance(answer, str):
            n, d = n + answer[0], d if answer[1] is None else (d or 0) + answer[1]
    return n, d


@examples(20, long=300)
@given(st.data())
def test_windows_per_child_add_up_to_what_each_child_has(drawn: st.DataObject) -> None:
    local = drawn.draw(local_data().filter(lambda found: bool(found.cohort)))
    local.cover = []
    clean = local.clean()
    values = drawn.draw(parameters(local))
    for own in values.values():
        own |= {key: value for key, value in (("base", "cohort"), ("arm", None)) if key in own}
    pairs = {(m["LA"], m["CHILD"]) for m in clean.cohort or []}
    dates = st.sampled_from((date(2023, 6, 1), date(2023, 10, 1), date(2024, 2, 29)))
    spells = [{"LA": la, "CHILD": child, "index_date": drawn.draw(dates)} for la, child in sorted(pairs)]
    names = [name for name in _OF_CHILDREN if name not in ("school_midyear_move_pct",)]
    windows = csc.Windows.per_child(frame(spells))
    chosen = {name: values[name] for name in names}
    result = csc.calculate(names, data_of(local), windows, parameters=chosen)
    for row in result.frame.query("breakdown == 'all'").to_dict("records"):
        if row["status"] in ("no_data", "incomplete"):
            continue
        answer = added(row["measure"], clean, spells, row["window"], values[row["measure"]])
        wanted = wanted_of(CATALOGUE[row["measure"]], _blank(answer, CATALOGUE[row["measure"]]))
        assert not differs(row, wanted), f"{row}, twin {answer}"


def _blank(answer: Answer, measure: Measure) -> Answer:
    """Nobody's denominators add up to 0, not to nothing."""
    if isinstance(answer, str) or measure.kind.value == "count":
        return answer
    return answer[0], answer[1] or 0

"""Engine and slow twins give the same figures on drawn local data."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
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
    from collections.abc import Sequence

    from csc_outcomes.definitions.measure import Measure
    from reference.local_twin import Answer, Figure, Row

CATALOGUE: dict[str, Measure] = {name: csc.measure(name) for name in TWINS}
PERSONS = [name for name, measure in CATALOGUE.items() if measure.cohort_windows]

AREAS, CHILDREN = ("A", "B"), "12345678"
YEAR = (date(2023, 4, 1), date(2024, 3, 31))
WINDOWS = (YEAR, (date(2023, 4, 1), date(2023, 9, 30)), (date(2023, 5, 15), date(2024, 2, 29)))
Span = tuple[date, date]
EDGES = [edge + timedelta(n) for window in WINDOWS for edge in window for n in (-1, 0, 1)]
DAYS = (*EDGES, date(2022, 11, 5), date(2023, 6, 1), date(2023, 8, 1), date(2023, 10, 1), date(2023, 12, 31))
BIRTHS = (
    date(2004, 2, 29), date(2005, 6, 1), date(2007, 10, 1), date(2008, 2, 29), date(2008, 8, 31),
    date(2006, 3, 1), date(2010, 1, 1), date(2013, 6, 1), date(2018, 9, 1), date(1999, 6, 2), None,
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
GROUPS = (
    *((kind,) for kind in DETAILS if not kind.startswith("school")),
    ("school_move", "school_enrolment"),
)
ROLES = (None, "child", "child", "child", "parent", "staff", "staff")

# ---- what is drawn --------------------------------------------------------------------------------------


class Dice(Random):
    """Seeded draws: the seed is what Hypothesis draws, so that rows are thick enough to have something to count."""

    def often(self, share: float) -> bool:
        return self.random() < share

    def maybe(self, share: float, values: Sequence[Any]) -> Any:
        """One of the values in a share of the draws, else a blank."""
        return self.choice(values) if self.often(share) else None

    def day(self, window: Span) -> date:
        """Mostly any day of the window, else one of the days on which something changes."""
        if self.often(0.6):
            return window[0] + timedelta(self.randrange((window[1] - window[0]).days + 1))
        return self.choice(DAYS)

    def end(self, start: date | None, share: float) -> date | None:
        """An end, mostly blank; now and then one before the start, which makes the row unusable."""
        end: date | None = self.maybe(share, DAYS)
        if end and start and end < start and not self.often(0.2):
            return start
        return end


def member(dice: Dice, la: str, child: str) -> Row:
    start = dice.maybe(0.3, DAYS)
    return {
        "LA": la, "CHILD": child, "DOB": dice.choice(BIRTHS), "start": start, "end": dice.end(start, 0.25),
        "role": dice.choice(ROLES), "arm": dice.choice((None, "x", "y")),
        "index_date": dice.choice((None, date(2023, 6, 1), date(2023, 6, 1), date(2023, 10, 1))),
    }  # fmt: skip


def event(dice: Dice, kinds: Sequence[str], window: Span) -> Row:
    kind = dice.choice(kinds)
    start = dice.day(window)
    if kind in SPELLS or (kind == "risk_assessment" and dice.often(0.5)):
        start = dice.choice((date(2022, 11, 5), date(2023, 5, 31), start))
    return {
        "LA": dice.choice(AREAS), "CHILD": dice.choice("123" if kind == "risk_assessment" else CHILDREN),
        "event": kind, "start": start,
        "end": dice.end(start, 0.3) if kind in SPELLS else None, "detail": dice.choice(DETAILS[kind]),
        "level": dice.choice(LEVELS.get(kind, (None,))), "name": dice.choice(NAMES.get(kind, (None,))),
        "DOB": dice.maybe(0.5, BIRTHS), "age": dice.choice((None, 9, 10, 17, 18, 24)),
    }  # fmt: skip


PERIODS = (
    (date(2023, 4, 1), date(2023, 7, 31)), (date(2023, 8, 31), date(2023, 12, 31)),
    (date(2023, 9, 1), date(2023, 9, 30)), (date(2024, 2, 1), date(2024, 4, 30)),
)  # fmt: skip


def sessions(dice: Dice) -> Row:
    start, end = dice.choice(PERIODS)
    return {
        "LA": dice.choice(AREAS), "CHILD": dice.choice(CHILDREN), "start": start, "end": end,
        "possible": dice.choice((0, 10, 20, 100, 100, None)), "authorised": dice.choice((0, 1, 2, 5, -1)),
        "unauthorised": dice.choice((0, 0, 1, 5, 20)), "school": dice.choice((None, "X")),
        "DOB": dice.choice(BIRTHS), "group": dice.choice((None, "cla", "cla", "cin")),
    }  # fmt: skip


def published(dice: Dice, window: Span) -> list[Row]:
    """For every measure of other bodies a row of most authorities, mostly of the window."""
    rows = []
    for measure in (*EXTERNAL, "foster_carer_net_change"):
        for la in AREAS:
            start, end = window if dice.often(0.8) else WINDOWS[0]
            below = dice.choice((None, 0, 20, 40000, 40000))
            above = dice.choice(
                (None, 10, 7.5, 200, 1000.5) if measure != "neet_16_17_pct" else (None, 0, 7.5, 10)
            )
            row = {"LA": la, "measure": measure, "start": start, "end": end}
            numbers = {"numerator": above if below else above and 0, "denominator": below}
            if below is None:
                numbers["numerator"] = above
            rows.append({**row, **numbers, "deducted": dice.choice((None, 0, 5))})
    return [row for row in rows if dice.often(0.9)]


def span(dice: Dice) -> Row:
    start = dice.choice((None, date(2020, 1, 1), date(2023, 4, 1), date(2023, 10, 1), date(2023, 5, 15)))
    end = dice.choice((None, None, date(2023, 9, 30), date(2024, 3, 31)))
    late = end and start and end < start
    return {
        "LA": dice.choice(AREAS), "event": dice.choice((*DETAILS, "absence")), "start": start,
        "end": None if late else end,
    }  # fmt: skip


def in_care(dice: Dice, la: str, child: str) -> Row:
    start, end = dice.choice(DAYS[:6]), dice.maybe(0.5, DAYS[6:])
    return {"LA": la, "CHILD": child, "DECOM": start, "DEC": end if end and end > start else None}


def local_data(dice: Dice, window: Span) -> Local:
    """Local tables over a few kinds of event; some rows come twice, some contradict each other."""
    groups = dice.sample(GROUPS, 9)
    kinds = [kind for group in groups for kind in group]
    rows = [event(dice, kinds, window) for _ in range(240)]
    people = [(la, child) for la in AREAS for child in CHILDREN]
    cohort = [member(dice, *who) for who in people if dice.often(0.85)]
    cohort += [member(dice, *who) for who in dice.sample(people, 1)] + dice.sample(cohort, 1)
    absence = [sessions(dice) for _ in range(24)]
    if dice.often(0.2):
        absence = [{name: cell for name, cell in row.items() if name != "DOB"} for row in absence]
    always = [{"LA": la, "CHILD": "0", "DECOM": date(2020, 1, 1), "DEC": None} for la in AREAS]
    care = [in_care(dice, *who) for who in people if dice.often(0.5)]
    ages = [(la, year, ages) for la in AREAS for year in (2022, 2023) for ages in ("0-17", "10-17")]
    return Local(
        cohort=None if dice.often(0.1) else cohort,
        events=[*rows, *dice.sample(rows, 3)],
        absence=absence,
        external=published(dice, window),
        cover=[span(dice) for _ in range(dice.choice((0, 0, 2, 4)))],
        spells=[*always, *care],
        incidents={(row["LA"], row["CHILD"], row["start"]) for row in dice.sample(rows, 2)},
        population={key: dice.choice((1000, 2500)) for key in ages},
    )


def parameters(dice: Dice, data: Local) -> dict[str, dict[str, Any]]:
    """Values by measure: other ones than the defaults for some, names only where a row has them."""
    clean = data.clean()
    arms = sorted({m["arm"] for m in clean.cohort or [] if m["arm"]})
    names = {kind: {r["name"] for r in clean.events or [] if r["event"] == kind} for kind in NAMES}
    groups = {row["group"] for row in clean.absence or [] if row["group"]}
    choices: dict[str, list[Any]] = {
        "arm": [None, None, None, *arms], "base": ["cohort", "residents"],
        "definition": ["presented", "self_reported"], "category": ["missing", "absent"],
        "departments": [(1, 2, 3, 4), (1,), (3, 4)], "denominator": ["children", "person_years"],
        "accepted_only": [False, True], "contacts": [1, 2], "course": ["any", *sorted(names["training"])],
        "tool": [None, *sorted(names["risk_assessment"])], "role": ["child", "parent"],
        "group": ["all", "all", *sorted(groups)], "threshold": [10, 25, 50],
    }  # fmt: skip
    ages = {"min_age": [0, 3, 10, 16], "max_age": [16, 17, 24]}
    found = {}
    for name, measure in CATALOGUE.items():
        known = {p.name for p in measure.parameters}
        wanted = choices | (ages if dice.often(0.25) else {})
        found[name] = {key: dice.choice(values) for key, values in wanted.items() if key in known}
    return found


seeds = st.integers(0, 2**32)


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


def answers_of(name: str, clean: Local, window: Span, values: dict[str, Any]) -> dict[str, Answer]:
    """What the twin says of each authority."""
    every = resolve_parameters((CATALOGUE[name],), {name: values})[name].values
    return {la: TWINS[name](Asked(clean, la, *window, dict(every))) for la in AREAS}


def numerator_of(name: str, clean: Local, la: str, window: Span) -> float | None:
    """The numerator that stands beside a blank denominator."""
    for row in clean.external or []:
        if (row["LA"], row["measure"], row["start"], row["end"]) == (la, name, *window):
            return row["numerator"]  # type: ignore[no-any-return]
    return None


def disagreements(
    local: Local, window: Span, values: dict[str, dict[str, Any]], seen: Counter[str]
) -> list[str]:
    clean, found = local.clean(), []
    result = csc.calculate(list(TWINS), data_of(local), csc.Window(*window), by=["LA"], parameters=values)
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
        numerators = [numerator_of(name, clean, la, window) for la in answers]
        shown = sum(n for n in numerators if n is not None) if whole == "no_population" else None
        if differs(places[name, "all"], wanted_of(measure, whole, shown)):
            found.append(f"{name} {window} {values[name]} all: {places[name, 'all']}, twin {whole}")
    return found


def test_every_measure_over_local_data_gives_what_its_twin_gives() -> None:
    seen: Counter[str] = Counter()

    @examples(25, long=500)
    @given(seeds)
    def agree(seed: int) -> None:
        dice = Dice(seed)
        window = dice.choice(WINDOWS)
        local = local_data(dice, window)
        assert disagreements(local, window, parameters(dice, local), seen) == []

    agree()
    # A comparison of nothing with nothing proves nothing.
    assert [name for name in TWINS if not seen[name]] == []


# ---- windows of each child's own ------------------------------------------------------------------------

OF_CHILDREN = [
    name
    for name in PERSONS
    if "ssda903.care" not in CATALOGUE[name].needs
    and (not CATALOGUE[name].population or CATALOGUE[name].resident_when)
]


def added(name: str, clean: Local, spells: list[Row], label: str, values: dict[str, Any]) -> Figure:
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


def per_child_disagreements(seed: int, seen: Counter[str]) -> list[str]:
    dice = Dice(seed)
    local = local_data(dice, WINDOWS[0])
    local.cover = []
    local.cohort = local.cohort or [member(dice, "A", "1"), member(dice, "B", "2")]
    clean, values = local.clean(), parameters(dice, local)
    for own in values.values():
        own |= {key: value for key, value in (("base", "cohort"), ("arm", None)) if key in own}
    pairs = {(m["LA"], m["CHILD"]) for m in clean.cohort or []}
    dates = (date(2023, 6, 1), date(2023, 10, 1), date(2024, 2, 29))
    spells = [{"LA": la, "CHILD": child, "index_date": dice.choice(dates)} for la, child in sorted(pairs)]
    windows, chosen = csc.Windows.per_child(frame(spells)), {name: values[name] for name in OF_CHILDREN}
    result = csc.calculate(OF_CHILDREN, data_of(local), windows, parameters=chosen)
    found = []
    for row in result.frame.query("breakdown == 'all'").to_dict("records"):
        measure = CATALOGUE[row["measure"]]
        if row["status"] not in ("no_data", "incomplete"):
            answer = _blank(added(measure.id, clean, spells, row["window"], values[measure.id]), measure)
            seen[measure.id] += bool(answer[0])
            if differs(row, wanted_of(measure, answer)):
                found.append(f"{row}, twin {answer}")
    return found


def test_windows_per_child_add_up_to_what_each_child_has() -> None:
    seen: Counter[str] = Counter()

    @examples(20, long=300)
    @given(seeds)
    def agree(seed: int) -> None:
        assert per_child_disagreements(seed, seen) == []

    agree()
    assert [name for name in OF_CHILDREN if not seen[name]] == []


def _blank(figure: Figure, measure: Measure) -> Figure:
    """Nobody's denominators add up to 0, not to nothing."""
    return figure if measure.kind.value == "count" else (figure[0], figure[1] or 0)

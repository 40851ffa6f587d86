"""Engine and slow twins give the same figures, and the same derived tables, on drawn histories."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import given, seed
from hypothesis import strategies as st

import csc_outcomes as csc
from csc_outcomes.engine.cases import WindowDates
from csc_outcomes.engine.kit import OPEN
from csc_outcomes.indicators import common
from csc_outcomes.indicators.placements import long_in_care
from reference.base import Key, Returns, key_of, latest_rows, year_end
from reference.care import (
    Period,
    Run,
    care_days,
    care_on,
    care_rows,
    continuously_looked_after,
    periods_of_care,
    placed_on,
    placement_runs,
    run_of_row,
)
from reference.modules import incidents, incidents_of_care, looked_after_all_year, worker_spells
from reference.ssda903_twin import TWINS

from .drawn import data_of, examples, residents, several_returns
from .expected import People, Span, added, population_of, rows_of, twin_of, values_for, verdict
from .questions import Asked, questions, telling_days, telling_periods
from .soundness import CATALOGUE, NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csc_outcomes.definitions.measure import Measure

Found = dict[tuple[str, str], dict[str, Any]]  # rows of a result by breakdown and group


# ---- figures --------------------------------------------------------------------------------------------


class Seen(Counter[tuple[str, str]]):
    """How often each measure was compared, and how often there was something to count."""

    def note(self, measure: Measure, figure: list[Any]) -> None:
        self[measure.id, "compared"] += 1
        self[measure.id, "something"] += any(figure)
        self[measure.id, "counted"] += bool(figure and figure[0])


def found_rows(result: csc.Result) -> dict[tuple[str, str, str], Found]:
    """Rows by measure, window and area."""
    found: dict[tuple[str, str, str], Found] = {}
    for row in result.frame.to_dict("records"):
        place = (row["measure"], row["window"], row["area"])
        found.setdefault(place, {})[row["breakdown"], row["group"]] = row
    return found


def same(found: float, wanted: float | None) -> bool:
    return math.isnan(found) if wanted is None else math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-9)


def differences(measure: Measure, rows: Found, figure: list[Any], *, partly: bool) -> Iterator[str]:
    """What differs between the rows of a measure for one window and area, and what the twin makes of them."""
    wanted = rows_of(measure, figure, partly=partly)
    if set(rows) != set(wanted):
        yield f"rows {sorted(rows)} instead of {sorted(wanted)}"
    for place in set(rows) & set(wanted):
        row, (*numbers, status) = rows[place], wanted[place]
        found = [row["numerator"], row["denominator"], row["value"]]
        if not all(map(same, found, numbers)) or row["status"] != status:
            yield f"{place}: engine {[*found, row['status']]}, twin {[*numbers, status]}"


class Comparison(NamedTuple):
    """One measure over one window: rows found, the authorities' returns, and parameter values."""

    measure: Measure
    span: Span
    values: dict[str, Any]
    rows: dict[str, Found]
    parts: dict[str, Returns]
    people: People

    def figure(self, la: str) -> list[Any]:
        figure = twin_of(self.measure, self.parts[la], self.span, self.values)
        if self.measure.population:
            figure[1] = population_of(self.measure, [la], self.span, self.people)
        return figure

    def disagreements(self, seen: Seen) -> Iterator[tuple[str, str]]:
        """Area and text of every difference."""
        verdicts = {
            la: verdict(self.measure, self.values, part, self.span) for la, part in self.parts.items()
        }
        figures = {la: self.figure(la) for la in self.parts if verdicts[la] in ("ok", "partly")}
        for la in self.parts:
            if la in figures:
                seen.note(self.measure, figures[la])
                texts = differences(self.measure, self.rows[la], figures[la], partly=verdicts[la] == "partly")
                yield from ((la, text) for text in texts)
            elif any(
                row["status"] != verdicts[la] or row["value"] == row["value"]
                for row in self.rows[la].values()
            ):
                yield la, f"needed {verdicts[la]} without a value, found {self.rows[la]}"
        if len(figures) == len(self.parts):
            whole, partly = added(self.measure, list(figures.values())), "partly" in verdicts.values()
            texts = differences(self.measure, self.rows["all"], whole, partly=partly)
            yield from (("all", text) for text in texts)


def disagreements(returns: Returns, what: Asked, seen: Seen) -> list[str]:
    """Every figure in which engine and twin differ, with the rows of the authority that show it."""
    data, people = data_of(returns), residents(returns)
    parts = {la: returns.of(la) for la in returns.authorities()}
    texts: list[str] = []
    for when, names in NAMES.items():
        known = {p.name for name in names for p in CATALOGUE[name].parameters}
        values = {name: what.parameters[name] for name in known} if what.parameters else None
        spans = {csc.Window(*span).label: span for span in what.spans[when]}
        result = csc.calculate(names, data, [csc.Window(*span) for span in spans.values()], "LA", values)
        found = found_rows(result)
        for name, (label, span) in product(names, spans.items()):
            rows = {area: found[name, label, area] for area in ("all", *parts)}
            own = values_for(CATALOGUE[name], what.parameters)
            comparison = Comparison(CATALOGUE[name], span, own, rows, parts, people)
            texts += [
                f"{name} {own} over {label} in {area}: {text}\n{parts.get(area, '')}"
                for area, text in comparison.disagreements(seen)
            ]
    return texts


def test_every_measure_gives_what_its_twin_gives() -> None:
    seen = Seen()

    def not_compared() -> list[str]:
        return [name for name in CATALOGUE if seen[name, "something"] < 5 or seen[name, "counted"] < 1]

    # What is drawn shifts with the code Hypothesis reads its constants from: draw on until every measure has
    # been compared on figures that are not empty, for a comparison of nothing with nothing proves nothing.
    for batch in range(4):

        @seed(batch)
        @examples(20, long=1500)
        @given(questions())
        def agree(drawn: tuple[Returns, Asked]) -> None:
            assert disagreements(*drawn, seen) == []

        agree()
        if not not_compared():
            return
    assert not_compared() == []


def test_every_measure_has_a_twin_with_its_parameters() -> None:
    assert set(CATALOGUE) == set(TWINS)
    span = (date(2023, 4, 1), date(2024, 3, 31))
    for measure in CATALOGUE.values():
        for parameter in measure.parameters:
            for value in parameter.choices:
                assert twin_of(measure, Returns(), span, {parameter.name: value}) in ([], [0, 0], [0, None])


# ---- derived tables -------------------------------------------------------------------------------------

RUNS = {
    "ssda903.placements": {},
    "ssda903.placements_same_carer": {"same_carer_moves": True},
    "ssda903.placements_temporary": {"temporary_moves": True},
    "ssda903.placements_all": {"same_carer_moves": True, "temporary_moves": True},
}
RUN_COLUMNS = dict(zip(RUNS, ("RUN", "RUN_SAME_CARER", "RUN_TEMPORARY", "RUN_ALL"), strict=True))


class Engine:
    """Derived tables as lists of plain rows: keys are (LA, CHILD), open ends are None."""

    def __init__(self, data: csc.Data) -> None:
        self.data = data
        self.children = {row["KEY"]: row["CHILD"] for row in data.children().collect().to_native().to_dicts()}

    def __getitem__(self, name: str) -> Any:
        return self.data.table(name)

    def rows(self, frame: Any) -> list[dict[str, Any]]:
        """Rows of a lazy frame, in its order."""
        rows = frame.collect().to_native().to_dicts()
        plain = [{name: None if value == OPEN else value for name, value in row.items()} for row in rows]
        return [{**row, "WHO": (str(row["LA"]), str(self.children[row["KEY"]]))} for row in plain]

    def table(self, name: str) -> list[dict[str, Any]]:
        return self.rows(self.data.table(name))


def by_key(pairs: list[tuple[Key, Any]]) -> dict[Key, list[Any]]:
    """Values of each child, in the order given."""
    found: dict[Key, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def periods_differ(engine: Engine, returns: Returns) -> bool:
    def twin(p: Period) -> tuple[Any, ...]:
        return p.start, p.known, p.end, p.rec, p.censored, p.ceased

    names = ("START", "KNOWN", "END", "REC", "CENSORED", "CEASED")
    found = [(row["WHO"], tuple(row[name] for name in names)) for row in engine.table("ssda903.periods")]
    return by_key(found) != by_key([(p.key, twin(p)) for p in periods_of_care(returns)])


def runs_differ(engine: Engine, returns: Returns, table: str) -> bool:
    temporary = "temporary_moves" in RUNS[table]

    def twin(run: Run) -> tuple[Any, ...]:
        before = run.previous.start if run.previous else None
        # The place of a temporary row is resolved in the engine's tables; as a run's own it is read nowhere.
        first = None if temporary else (run.rows[0]["PLACE"], run.rows[0]["PL_LOCATION"])
        return run.start, run.end, run.rne, before, first

    def run(row: dict[str, Any]) -> tuple[Any, ...]:
        first = None if temporary else (row["PLACE"], row["PL_LOCATION"])
        return row["START"], row["END"], row["RNE"], row["PREV_RUN_START"], first

    found = [(row["WHO"], run(row)) for row in engine.table(table)]
    return by_key(found) != by_key([(r.key, twin(r)) for r in placement_runs(returns, **RUNS[table])])


def days_that_matter(engine: Engine, returns: Returns) -> list[date]:
    """Every day on which either side changes, and the day before: what holds on them holds on all days."""
    ends = {row[name] for row in care_rows(returns) for name in ("DECOM", "END")}
    ends |= {row[name] for row in engine.table("ssda903.care") for name in ("FROM", "TO")}
    days = {day for day in ends if day is not None}
    return sorted(days | {day - timedelta(1) for day in days})


def days_that_differ(engine: Engine, returns: Returns) -> list[date]:
    """Days on which the owner of a child's day, its place, locality or current run differ."""
    care = engine.table("ssda903.care")
    starts = {name: {row["RUN"]: row["START"] for row in engine.table(name)} for name in RUNS}
    runs = {name: placement_runs(returns, **moves) for name, moves in RUNS.items()}
    differing = []
    for day in days_that_matter(engine, returns):
        today = [row for row in care if row["FROM"] <= day and (row["TO"] is None or day < row["TO"])]
        found = {
            row["WHO"]: (
                *(row[name] for name in ("LS", "CIN", "RNE", "PLACE", "PL_LOCATION", "PL_DISTANCE")),
                *(starts[name].get(row[column]) for name, column in RUN_COLUMNS.items()),
            )
            for row in today
        }
        if len(found) < len(today) or found != _twin_day(returns, runs, day):
            differing.append(day)
    return differing


def _twin_day(returns: Returns, runs: dict[str, list[Run]], day: date) -> dict[Key, tuple[Any, ...]]:
    placed = placed_on(returns, day)
    wanted = {}
    for key, row in care_on(returns, day).items():
        ordinary = placed[key] or {}
        miles = ordinary.get("PL_DISTANCE")
        current = [run_of_row(runs[name], row) for name in RUNS]
        wanted[key] = (
            *(row[name] for name in ("LS", "CIN", "RNE")),
            *(ordinary.get("PLACE"), ordinary.get("PL_LOCATION"), None if miles == 999.9 else miles),
            *(run.start if run else None for run in current),
        )
    return wanted


def care_days_of(engine: Engine, span: Span) -> int:
    dates = WindowDates.of(*span, 0, None)
    return sum(row["DAYS"] for row in engine.rows(common.care_days(engine, dates)))


def incidents_differ(engine: Engine, returns: Returns) -> bool:
    names = ("MISSING", "MIS_START", "MIS_END", "IN_CARE")
    found = [(row["WHO"], *(row[name] for name in names)) for row in engine.table("ssda903.incidents")]
    caring = [row for kind in ("M", "A") for row in incidents_of_care(returns, kind)]
    wanted = [
        (key_of(row), *(row[name] for name in names[:3]), row in caring)
        for row in incidents(returns)
        if row["MISSING"]
    ]
    return Counter(found) != Counter(wanted)


def continuous(engine: Engine, ref: date, months: int) -> set[Key]:
    dates = WindowDates.of(ref, ref, months, None)
    steady = long_in_care(common.looked_after(engine, dates), engine, dates, months)
    return {row["WHO"] for row in engine.rows(steady) if row["SEEN"] == 1}


def oc2_differ(engine: Engine, returns: Returns) -> bool:
    found = {
        (*row["WHO"], row["YEAR"]): (row["CONTINUOUS"], row["CONTINUOUS_12M"])
        for row in engine.table("ssda903.oc2")
    }
    wanted = {}
    for row in returns.oc2:
        ref, key = year_end(row["YEAR"]), key_of(row)
        rules = key in looked_after_all_year(returns, ref), key in continuously_looked_after(returns, ref, 12)
        wanted[*key, row["YEAR"]] = rules
    return found != wanted


def spells_differ(engine: Engine, returns: Returns) -> bool:
    names = ("SW_ID", "SW_DECOM", "SW_DEC")
    found = [(row["WHO"], *(row[name] for name in names)) for row in engine.table("ssda903.social_workers")]
    return Counter(found) != Counter(
        (key_of(row), *(row[name] for name in names)) for row in worker_spells(returns)
    )


def births_differ(engine: Engine, returns: Returns) -> bool:
    found = {row["WHO"]: row["DOB"] for row in engine.table("ssda903.children")}
    return found != {key: row["DOB"] for key, row in latest_rows(returns.header).items()}


def tables_that_differ(returns: Returns, span: Span, day: date) -> list[str]:
    """Names of what differs, with the days on which it does."""
    engine = Engine(data_of(returns))
    tests = {
        "periods": periods_differ(engine, returns),
        **{name: runs_differ(engine, returns, name) for name in RUNS},
        "days": days_that_differ(engine, returns),
        "care days": care_days_of(engine, span) != care_days(returns, *span),
        "incidents": incidents_differ(engine, returns),
        **{
            f"{months} months": continuous(engine, day, months)
            != continuously_looked_after(returns, day, months)
            for months in (12, 24, 30)
        },
        "oc2": oc2_differ(engine, returns),
        "social workers": spells_differ(engine, returns),
        "births": births_differ(engine, returns),
    }
    return [f"{name}: {found}" for name, found in tests.items() if found]


@examples(60, long=3000)
@given(several_returns(most=2), st.data())
def test_derived_tables_are_those_of_the_twins(returns: Returns, data: st.DataObject) -> None:
    span, day = data.draw(telling_periods(returns)), data.draw(telling_days(returns))
    for la in returns.authorities():
        assert tables_that_differ(returns.of(la), span, day) == [], la

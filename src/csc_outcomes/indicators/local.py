"""What measures over local events select in the same way: who is observed, which events count, what can be said.

Days are inclusive at both ends. A person of the cohort is observed from its start to its end, both included. A
figure is of the cohort (events of its members on days on which they are observed) or of residents (all events of
the authority). Where an extract holds no event of a kind at all, nothing is known of the kind: that is no zero.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
from attrs import evolve

from csc_outcomes.definitions.measure import Parameter, Status
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import ARM, WINDOW_END, WINDOW_START, Cases
from csc_outcomes.engine.verdict import Verdict
from csc_outcomes.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates
    from csc_outcomes.engine.windows import Window

c = nw.col

MEMBERS, EVENTS, COVER, HELD = "local.members", "local.events", "local.cover", "local.held"
USES = (MEMBERS, COVER, HELD)
"""What a measure over events reads, beside the events, where it is at hand."""
COHORT, RESIDENTS = "cohort", "residents"
EDGES = (
    "Where an extract holds no event of the kind at all, nothing is known: there is no figure, and no 0. A person "
    "whose age is not known leaves both sides and is counted in the notes. An event belongs to the window in "
    "which it starts; events outside the days on which a member of the cohort is observed do not count."
)
"""What holds for every measure over events, in words."""
MEMBERS_OF_AGE = (
    "Children and young people of the cohort who are observed on at least one day of the window, aged {} "
    "(min_age, max_age) on at least one of the days on which they are observed."
)
ALL_MEMBERS = "Children and young people of the cohort who are observed on at least one day of the window."
NO_BIRTH, NO_AGE = "date of birth not known", "age not known"
_NOT_COVERED = "the extract does not hold the whole window (table cover)"
_DAYS_OF_A_YEAR = 365.25


# ---- parameters -----------------------------------------------------------------------------------------


def base_parameter(default: str = COHORT) -> Parameter:
    """Make the parameter `base` with the default of one measure."""
    return Parameter(
        "base",
        "'cohort' counts events of the persons in the table cohort, on days on which they are observed, by "
        "their date of birth there; 'residents' counts all events of the authority, by the age that the "
        "events state.",
        default=default,
        choices=(COHORT, RESIDENTS),
    )


LIMITS = Parameter(
    "limits",
    "`bootstrap` gives limits by a bootstrap over children, because one child can have many events; `none` none.",
    default="none",
    choices=("none", "bootstrap"),
)
ARM_PARAMETER = Parameter(
    "arm",
    "One arm of the cohort, by its name; None counts everybody, and says so where there are several arms.",
    default=None,
)


def age_parameters(low: int, high: int) -> tuple[Parameter, Parameter]:
    """Make `min_age` and `max_age`, both inclusive, with the defaults of one measure."""
    return (
        Parameter("min_age", "Youngest age that counts, in completed years.", default=low),
        Parameter("max_age", "Oldest age that counts, in completed years.", default=high),
    )


def ages_of(parameters: Parameters) -> tuple[int, int]:
    """The ages asked for.

    Raises:
        InputError: the youngest is below 0 or above the oldest.
    """
    low, high = int(parameters.min_age), int(parameters.max_age)
    if not 0 <= low <= high:
        raise InputError(
            f"min_age and max_age: needed ages from 0, the youngest first, found {low} and {high}"
        )
    return low, high


# ---- persons --------------------------------------------------------------------------------------------


def one_arm(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """With windows per child the arm is the spell's, not the one that the table has."""
    own = f"{ARM}_right"
    if own not in frame.collect_schema().names():
        return frame
    return frame.drop(ARM).rename({own: ARM})


def members(tables: Tables, parameters: Parameters, role: str = "child") -> nw.LazyFrame[Any]:
    """Persons of the cohort in one role, of the arm asked for."""
    frame = one_arm(tables[MEMBERS]).filter(c("ROLE") == role)
    return frame if parameters.arm is None else frame.filter(c(ARM) == parameters.arm)


def observed(
    tables: Tables, window: WindowDates, parameters: Parameters, role: str = "child"
) -> nw.LazyFrame[Any]:
    """Members observed on at least one day of the window; FIRST and LAST are the first and last such day."""
    frame = members(tables, parameters, role).filter(c("START") <= window.end, c("END") >= window.start)
    return frame.with_columns(
        FIRST=kit.later("START", window.start),
        LAST=kit.earlier("END", window.end),
    )


def observed_on(tables: Tables, day: nw.Expr, parameters: Parameters, role: str) -> nw.LazyFrame[Any]:
    """Members observed on one day."""
    return members(tables, parameters, role).filter(c("START") <= day, c("END") >= day)


def of_ages(frame: nw.LazyFrame[Any], low: int, high: int) -> nw.LazyFrame[Any]:
    """Observed members of the ages on at least one observed day, and those whose birth is not known.

    AGED is the day at which age is read: the first observed day, or the last for those still too young then.
    """
    old_enough = kit.age("DOB", "FIRST") >= low
    fits = (kit.age("DOB", "FIRST") <= high) & (kit.age("DOB", "LAST") >= low)
    aged = nw.when(old_enough).then(c("FIRST")).otherwise(c("LAST"))
    return frame.filter(c("DOB").is_null() | fits).with_columns(AGED=aged)


def person_years() -> nw.Expr:
    """Observed days within the window in years of 365.25 days."""
    return (kit.days("FIRST", "LAST") + 1).cast(nw.Float64) / _DAYS_OF_A_YEAR


# ---- events ---------------------------------------------------------------------------------------------


def events_in(tables: Tables, window: WindowDates, event: str) -> nw.LazyFrame[Any]:
    """Events of one kind that start in the window."""
    started = (c("START") >= window.start) & (c("START") <= window.end)
    return one_arm(tables[EVENTS]).filter(c("EVENT") == event, started)


def of_members(
    events: nw.LazyFrame[Any], people: nw.LazyFrame[Any], window: WindowDates
) -> nw.LazyFrame[Any]:
    """Events of observed members on days on which they are observed; BORN is the cohort's date of birth."""
    days = people.select(*window.keys, "FIRST", "LAST", BORN=c("DOB"))
    joined = events.join(days, on=window.keys, how="inner")
    return joined.filter(c("START") >= c("FIRST"), c("START") <= c("LAST"))


def counts(events: nw.LazyFrame[Any], people: nw.LazyFrame[Any], window: WindowDates) -> nw.LazyFrame[Any]:
    """Members with DAYS_WITH, the number of different days on which they have one of the events."""
    days = of_members(events, people, window).select(*window.keys, "START").unique()
    numbers = days.group_by(window.keys).agg(DAYS_WITH=nw.len())
    joined = people.join(numbers, on=window.keys, how="left")
    return joined.with_columns(c("DAYS_WITH").fill_null(0).cast(nw.Int64))


def _resident_ages(events: nw.LazyFrame[Any], low: int, high: int) -> nw.LazyFrame[Any]:
    """Add FITS and UNSURE (1 or 0), and FIT_DAY and FIT_DOB where the age on the day fits."""
    age = nw.when(~c("DOB").is_null()).then(kit.age("DOB", "START")).otherwise(c("AGE"))
    aged = events.with_columns(AGE_THEN=age)
    aged = aged.with_columns(
        FITS=kit.flag((c("AGE_THEN") >= low) & (c("AGE_THEN") <= high)),
        UNSURE=kit.flag(c("AGE_THEN").is_null()),
    )
    fits = c("FITS") == 1
    return aged.with_columns(FIT_DAY=nw.when(fits).then(c("START")), FIT_DOB=nw.when(fits).then(c("DOB")))


def residents(
    events: nw.LazyFrame[Any],
    window: WindowDates,
    low: int,
    high: int,
    *apart: str,
    least: tuple[str, ...] = (),
) -> Cases:
    """Persons with an event at one of the ages, one row each (or one for each value of further columns).

    Those of whom no event is known to fit, and one has no age, are left out and counted. `least` names columns
    of which a person's row has the smallest value among the events that fit.
    """
    aged = _resident_ages(events, low, high)
    aged = aged.with_columns(nw.when(c("FITS") == 1).then(c(name)).alias(name) for name in least)
    smallest = ("FIT_DAY", "FIT_DOB", *least, *_window_columns(window))
    summed = aged.group_by([*window.keys, "LA", *apart]).agg(
        c("FITS").max(), c("UNSURE").max(), *(c(name).min() for name in smallest)
    )
    kept = summed.filter((c("FITS") == 1) | (c("UNSURE") == 1)).with_columns(DOB=c("FIT_DOB"))
    return Cases(kept, on=c("FIT_DAY")).keep(c("FITS") == 1, NO_AGE)


def _window_columns(window: WindowDates) -> list[str]:
    """Columns of a window per child that are no key."""
    return [WINDOW_START, WINDOW_END] if len(window.keys) > 1 else []


# ---- notes ----------------------------------------------------------------------------------------------


def with_cover(cases: Cases, tables: Tables, window: WindowDates, *kinds: str) -> Cases:
    """Leave out, and count, persons of whose window the extract does not hold every day.

    An authority's own window is judged beforehand; this tells the persons apart where each has its own.
    """
    if COVER not in tables:
        return cases
    frame, fine = cases.frame, nw.lit(value=True)
    for number, kind in enumerate(kinds):
        spans = tables[COVER].filter(c("EVENT") == kind)
        spoken = spans.select("LA").unique().with_columns(nw.lit(value=True).alias(f"SPOKEN_{number}"))
        columns = ["LA", *window.keys, *_window_columns(window)]
        inside = frame.select(columns).unique().join(spans.select("LA", "FROM", "TO"), on="LA", how="inner")
        inside = inside.filter(c("FROM") <= window.start, c("TO") >= window.end)
        inside = (
            inside.select(window.keys).unique().with_columns(nw.lit(value=True).alias(f"INSIDE_{number}"))
        )
        frame = frame.join(spoken, on="LA", how="left").join(inside, on=window.keys, how="left")
        fine = fine & (c(f"SPOKEN_{number}").is_null() | ~c(f"INSIDE_{number}").is_null())
    return _on(cases, frame).keep(fine, _NOT_COVERED)


def with_arms(cases: Cases, parameters: Parameters) -> Cases:
    """Mention that persons of several arms are counted together, where nobody chose one."""
    if parameters.arm is not None or ARM not in cases.frame.collect_schema().names():
        return cases
    arms = cases.frame.select(ARMS=c(ARM).n_unique())
    text = "counted with persons of another arm; parameter arm chooses one, by=['arm'] tells them apart"
    return _on(cases, cases.frame.join(arms, how="cross")).report(c("ARMS") > 1, text)


def with_length(cases: Cases, window: WindowDates) -> Cases:
    """Mention a window that is not twelve months long: numbers of distinct persons cannot be annualised."""
    text = "in a window that is not 12 months long; distinct persons are never annualised"
    return cases.report(~window.twelve_months, text)


def _on(cases: Cases, frame: nw.LazyFrame[Any]) -> Cases:
    return evolve(cases, frame=frame)


# ---- distinct persons -----------------------------------------------------------------------------------


def persons_share(
    tables: Tables, window: WindowDates, parameters: Parameters, events: nw.LazyFrame[Any], kind: str
) -> Cases:
    """Members of the ages; numerator those with an event at such an age on an observed day."""
    low, high = ages_of(parameters)
    people = of_ages(observed(tables, window, parameters), low, high)
    found = of_members(events, people, window)
    age = kit.age("BORN", "START")
    hits = found.filter(age >= low, age <= high).select(window.keys).unique()
    frame = people.join(hits.with_columns(HIT=nw.lit(1)), on=window.keys, how="left")
    cases = Cases(frame, on=c("AGED"), numerator=kit.flag(c("HIT") == 1), denominator=nw.lit(1))
    cases = with_cover(cases, tables, window, kind).keep(~c("DOB").is_null(), NO_BIRTH)
    return with_length(with_arms(cases, parameters), window)


def persons_number(
    tables: Tables, window: WindowDates, parameters: Parameters, events: nw.LazyFrame[Any], kind: str
) -> Cases:
    """Persons with an event at one of the ages, one row each: of the cohort, or residents."""
    low, high = ages_of(parameters)
    if parameters.base == RESIDENTS:
        cases = with_cover(residents(events, window, low, high), tables, window, kind)
        return with_length(cases, window)
    people = observed(tables, window, parameters)
    age = kit.age("BORN", "START")
    found = of_members(events, people, window).filter(c("BORN").is_null() | ((age >= low) & (age <= high)))
    days = found.group_by(window.keys).agg(FIRST_EVENT=c("START").min())
    cases = Cases(people.join(days, on=window.keys, how="inner"), on=c("FIRST_EVENT"))
    cases = with_cover(cases, tables, window, kind).keep(~c("DOB").is_null(), NO_BIRTH)
    return with_length(with_arms(cases, parameters), window)


# ---- what can be said -----------------------------------------------------------------------------------


def says_events(
    tables: Tables,
    window: Window | None,
    parameters: Parameters,
    *,
    kinds: Sequence[str],
    members_needed: bool | None = None,
    months: int = 0,
) -> dict[str, Verdict]:
    """What extracts of events cannot answer, by authority.

    Args:
        tables: the tables at hand.
        window: dates asked about; None where every person has dates of its own.
        parameters: of the calculation.
        kinds: events without any row of which an authority is not known about.
        members_needed: whether a cohort is needed; None: where parameter `base` says so.
        months: the dates needed are the months that end on the window's last day, not the window.
    """
    cohort = _of_cohort(parameters) if members_needed is None else members_needed
    if cohort:
        check_arm(tables, window, parameters)
    held = held_by(tables)
    found: dict[str, Verdict] = {}
    for area in tables.areas:
        why = _lacking(tables, held, area, kinds, cohort=cohort)
        if why:
            found[area] = Verdict(Status.NO_DATA, why)
    if window is not None:
        start = kit.shift_months(window.end + _DAY, -months) if months else window.start
        for kind in kinds:
            for area in not_covered(tables, kind, start, window.end):
                why = (
                    f"table cover: the extract of {kind} does not hold all days from {start} to {window.end}"
                )
                found.setdefault(area, Verdict(Status.INCOMPLETE, why))
    return found


_DAY = dt.timedelta(days=1)


def _of_cohort(parameters: Parameters) -> bool:
    return bool(parameters.base == COHORT)


def held_by(tables: Tables) -> set[tuple[str, str, str]]:
    """Authority, table and kind of which there is a usable row."""
    rows = tables[HELD].select("LA", "TABLE", "KIND").collect("polars").iter_rows()
    return {(str(la), str(table), str(kind)) for la, table, kind in rows}


def _lacking(
    tables: Tables, held: set[tuple[str, str, str]], area: str, kinds: Sequence[str], *, cohort: bool
) -> str:
    for kind in kinds:
        if (area, "events", kind) not in held:
            return f"no row of event {kind} for this authority"
    if not cohort:
        return ""
    if MEMBERS not in tables:
        return "table cohort is not in the data"
    if not any(la == area and table == "cohort" for la, table, _ in held):
        return "no row of cohort for this authority"
    return ""


def not_covered(tables: Tables, kind: str, start: dt.date, end: dt.date) -> set[str]:
    """Authorities whose cover speaks of a kind of event and does not hold every day from start to end."""
    if COVER not in tables:
        return set()
    rows = tables[COVER].filter(c("EVENT") == kind).select("LA", "FROM", "TO").collect("polars").iter_rows()
    spans = [(str(la), since, until) for la, since, until in rows]
    inside = {la for la, since, until in spans if since is not None and since <= start and until >= end}
    return {la for la, _, _ in spans} - inside


def check_arm(tables: Tables, window: Window | None, parameters: Parameters) -> None:
    """Refuse the name of an arm that the cohort does not have.

    Raises:
        InputError: no row of the cohort has the arm.
    """
    arm = parameters.arm
    if arm is None or window is None or MEMBERS not in tables:
        return
    if not len(tables[MEMBERS].filter(c(ARM) == arm).select("KEY").collect("polars")):
        raise InputError(f"parameter 'arm': no row of table cohort has the arm {arm!r}")


def check_name(tables: Tables, event: str, name: str, parameter: str) -> None:
    """Refuse the name of a tool or a course that no row has.

    Raises:
        InputError: no row of the event has the name.
    """
    rows = tables[EVENTS].filter(c("EVENT") == event, c("NAME") == name)
    if not len(rows.select("KEY").collect("polars")):
        raise InputError(f"parameter {parameter!r}: no row of event {event} has the name {name!r}")

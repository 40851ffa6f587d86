"""Slow, plain-Python twins of the measures over local events, absence and external figures.

Written from the definitions alone. Days are looked at one by one wherever a definition speaks of days. A twin
answers for one authority and one window: with numerator and denominator, or with the word for why not.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .base import age, days_between, plus_months

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row = dict[str, Any]
Figure = tuple[Fraction | int | float, Fraction | int | float | None]
Answer = Figure | str
NO_DATA, INCOMPLETE, UNDEFINED, NO_POPULATION = "no_data", "incomplete", "undefined", "no_population"

KEYS = {
    "cohort": ("LA", "CHILD"),
    "events": ("LA", "CHILD", "event", "start", "name"),
    "absence": ("LA", "CHILD", "school", "start", "end"),
    "external": ("LA", "measure", "start", "end"),
}


@dataclass
class Local:
    """Local tables as lists of rows (None: the table is not at hand), and what lies beside them.

    `spells` are spells in care (LA, CHILD, DECOM, DEC), None without returns; `returns` the authority-years at
    hand; `incidents` pairs (LA, CHILD, MIS_START); `population` numbers by (LA, YEAR, ages).
    """

    cohort: list[Row] | None = None
    events: list[Row] | None = None
    absence: list[Row] | None = None
    external: list[Row] | None = None
    cover: list[Row] = field(default_factory=list)
    spells: list[Row] | None = None
    returns: set[tuple[str, int]] = field(default_factory=set)
    incidents: set[tuple[str, str, date]] = field(default_factory=set)
    population: dict[tuple[str, int, str], int] = field(default_factory=dict)

    def clean(self) -> Local:
        """Rows that can be used, each once (R27, R28); a blank role is a child's."""
        tables = {}
        for name, key in KEYS.items():
            rows = getattr(self, name)
            tables[name] = None if rows is None else _usable(rows, name, key)
        return replace(self, **tables)

    def of_child(self, la: str, child: str) -> Local:
        """One child's rows of cohort and absence; events stay, for what a kind of event holds is asked of all."""

        def own(rows: list[Row] | None) -> list[Row] | None:
            return None if rows is None else [r for r in rows if (r["LA"], r["CHILD"]) == (la, child)]

        return replace(self, cohort=own(self.cohort), absence=own(self.absence))


def _usable(rows: list[Row], name: str, key: tuple[str, ...]) -> list[Row]:
    kept: list[Row] = []
    for row in rows:
        filled = {**row, "role": row.get("role") or "child"} if name == "cohort" else row
        backwards = row.get("start") and row.get("end") and row["end"] < row["start"]
        if not backwards and filled not in kept:
            kept.append(filled)

    def identity(row: Row) -> tuple[Any, ...]:
        return tuple(row.get(column) for column in key)

    def disputed(row: Row) -> bool:
        if name == "events" and row["event"] not in ("eet_status", "risk_assessment"):
            return False
        return sum(identity(other) == identity(row) for other in kept) > 1

    return [row for row in kept if not disputed(row)]


@dataclass
class Asked:
    """One question: the data (already clean), an authority, a window and parameters."""

    data: Local
    la: str
    start: date
    end: date
    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.values[name]

    @property
    def days(self) -> list[date]:
        return days_between(self.start, self.end)

    def inside(self, day: date) -> bool:
        return self.start <= day <= self.end

    def events(self, kind: str, **wanted: Any) -> list[Row]:
        """Events of one kind of the authority that start in the window and have the wanted cells."""
        return [
            row
            for row in self.data.events or []
            if row["LA"] == self.la
            and row["event"] == kind
            and self.inside(row["start"])
            and all(row.get(column) == value for column, value in wanted.items())
        ]

    def members(self, role: str = "child") -> list[Row]:
        arm = self.values.get("arm")
        return [
            row
            for row in self.data.cohort or []
            if row["LA"] == self.la and row["role"] == role and (arm is None or row.get("arm") == arm)
        ]


def observed_on(member: Row, day: date) -> bool:
    return (member.get("start") or day) <= day <= (member.get("end") or day)


def observed_days(asked: Asked, member: Row) -> list[date]:
    return [day for day in asked.days if observed_on(member, day)]


def observed(asked: Asked, role: str = "child") -> list[Row]:
    return [member for member in asked.members(role) if observed_days(asked, member)]


def aged(born: date | None, day: date, low: int, high: int) -> bool:
    return born is not None and low <= age(born, day) <= high


def own_events(asked: Asked, member: Row, rows: list[Row]) -> list[Row]:
    """A member's events on days on which the member is observed."""
    return [row for row in rows if row["CHILD"] == member["CHILD"] and observed_on(member, row["start"])]


def members_of_ages(asked: Asked, low: int, high: int) -> list[Row]:
    return [
        member
        for member in asked.members()
        if any(aged(member.get("DOB"), day, low, high) for day in observed_days(asked, member))
    ]


def members_with(asked: Asked, members: list[Row], rows: list[Row], low: int, high: int) -> int:
    return sum(
        any(aged(member.get("DOB"), row["start"], low, high) for row in own_events(asked, member, rows))
        for member in members
    )


def resident_age(row: Row) -> int | None:
    stated: int | None = row.get("age")
    return age(row["DOB"], row["start"]) if row.get("DOB") else stated


def residents_with(rows: list[Row], low: int, high: int) -> set[str]:
    found = set()
    for row in rows:
        years = resident_age(row)
        if years is not None and low <= years <= high:
            found.add(row["CHILD"])
    return found


# ---- what can be answered -------------------------------------------------------------------------------


def without_events(asked: Asked, *kinds: str, cohort: bool) -> str:
    """Why nothing can be said, or nothing."""
    held = {row["event"] for row in asked.data.events or [] if row["LA"] == asked.la}
    if set(kinds) - held:
        return NO_DATA
    if cohort and not any(row["LA"] == asked.la for row in asked.data.cohort or []):
        return NO_DATA
    return ""


def not_covered(asked: Asked, start: date, *kinds: str) -> str:
    """`incomplete` where the cover speaks of the authority and kind and lacks a day."""
    for kind in kinds:
        spoken = [row for row in asked.data.cover if (row["LA"], row["event"]) == (asked.la, kind)]
        for day in days_between(start, asked.end) if spoken else []:
            if not any(row["start"] and row["start"] <= day <= (row["end"] or day) for row in spoken):
                return INCOMPLETE
    return ""


def _events(
    kind: str, *, cohort: bool | None
) -> Callable[[Callable[[Asked], Figure]], Callable[[Asked], Answer]]:
    """A twin over events of one kind; cohort None: where base says so."""

    def decorate(twin: Callable[[Asked], Figure]) -> Callable[[Asked], Answer]:
        def answer(asked: Asked) -> Answer:
            needed = asked.values.get("base", "cohort") == "cohort" if cohort is None else cohort
            why = without_events(asked, kind, cohort=needed) or not_covered(asked, asked.start, kind)
            return why or twin(asked)

        return answer

    return decorate


# ---- distinct persons -----------------------------------------------------------------------------------


def _number(asked: Asked, rows: list[Row], low: int, high: int) -> Figure:
    if asked.base == "residents":
        return len(residents_with(rows, low, high)), None
    return members_with(asked, asked.members(), rows, low, high), None


def _share(asked: Asked, rows: list[Row], low: int, high: int) -> Figure:
    members = members_of_ages(asked, low, high)
    return members_with(asked, members, rows, low, high), len(members)


@_events("arrest", cohort=None)
def yp_arrested_number(asked: Asked) -> Figure:
    return _number(asked, asked.events("arrest"), asked.min_age, asked.max_age)


@_events("arrest", cohort=True)
def yp_arrested_pct(asked: Asked) -> Figure:
    return _share(asked, asked.events("arrest"), asked.min_age, asked.max_age)


@_events("victim", cohort=None)
def yp_victim_rate(asked: Asked) -> Figure:
    if asked.base == "cohort":
        return _share(asked, asked.events("victim"), 10, 17)
    return _number(asked, asked.events("victim"), 10, 17)[0], residents(asked, "10-17")


@_events("homeless", cohort=None)
def homeless_yp_number(asked: Asked) -> Figure:
    rows = asked.events("homeless", detail=asked.definition)
    return _number(asked, rows, asked.min_age, asked.max_age)


@_events("homeless", cohort=True)
def homeless_yp_pct(asked: Asked) -> Figure:
    rows = asked.events("homeless", detail=asked.definition)
    return _share(asked, rows, asked.min_age, asked.max_age)


def residents(asked: Asked, ages: str) -> int | None:
    """The estimate of the latest 30 June on or before the end (W5)."""
    year = asked.end.year if asked.end >= date(asked.end.year, 6, 30) else asked.end.year - 1
    return asked.data.population.get((asked.la, year, ages))


def in_care_on(data: Local, la: str, child: str, day: date) -> bool:
    return any(
        (row["LA"], row["CHILD"]) == (la, child)
        and row["DECOM"] <= day
        and (not row["DEC"] or day < row["DEC"])
        for row in data.spells or []
    )


@_events("missing_from_home", cohort=False)
def missing_from_home_rate_10k(asked: Asked) -> Figure:
    rows = [
        row
        for row in asked.events("missing_from_home", detail=asked.category)
        if not in_care_on(asked.data, asked.la, row["CHILD"], row["start"])
        and (asked.la, row["CHILD"], row["start"]) not in asked.data.incidents
    ]
    return len(residents_with(rows, 0, 17)), residents(asked, "0-17")


# ---- events ---------------------------------------------------------------------------------------------


def _attendances(asked: Asked) -> list[Row]:
    rows = asked.events("ae_attendance", detail="first_unplanned")
    return [row for row in rows if row.get("level") in asked.departments]


def _days_of_members(asked: Asked, rows: list[Row]) -> int:
    """Pairs of observed member and day with one of the events."""
    return sum(len({row["start"] for row in own_events(asked, m, rows)}) for m in observed(asked))


def _attendance_days(asked: Asked) -> int:
    if asked.base == "cohort":
        return _days_of_members(asked, _attendances(asked))
    aged_rows = [row for row in _attendances(asked) if residents_with([row], 0, 17)]
    return len({(row["CHILD"], row["start"]) for row in aged_rows})


def _person_years(asked: Asked) -> Fraction:
    days = sum(len(observed_days(asked, member)) for member in asked.members())
    return days / Fraction("365.25")


@_events("ae_attendance", cohort=None)
def ae_attendances_number(asked: Asked) -> Figure:
    return _attendance_days(asked), None


@_events("ae_attendance", cohort=None)
def ae_attendance_rate(asked: Asked) -> Figure:
    if asked.base == "cohort":
        return _attendance_days(asked), _person_years(asked)
    people = residents(asked, "0-17")
    return _attendance_days(asked), None if people is None else people * exposure(asked)


def exposure(asked: Asked) -> Fraction:
    """Whole months / 12, else days over the days of the twelve months from the start (W4)."""
    after = asked.end + timedelta(1)
    months = (after.year - asked.start.year) * 12 + after.month - asked.start.month
    if months > 0 and asked.start.day == after.day:
        return Fraction(months, 12)
    return Fraction((after - asked.start).days, (plus_months(asked.start, 12) - asked.start).days)


@_events("camhs_referral", cohort=True)
def camhs_referral_rate(asked: Asked) -> Figure:
    rows = asked.events("camhs_referral")
    if asked.accepted_only:
        rows = [row for row in rows if row.get("detail") == "accepted"]
    years = asked.denominator == "person_years"
    return _days_of_members(asked, rows), _person_years(asked) if years else len(observed(asked))


@_events("camhs_contact", cohort=True)
def camhs_in_treatment_pct(asked: Asked) -> Figure:
    rows = asked.events("camhs_contact", detail="attended")
    people = observed(asked)
    days = [len({row["start"] for row in own_events(asked, member, rows)}) for member in people]
    return sum(number >= asked.contacts for number in days), len(people)


@_events("training", cohort=True)
def training_reach_pct(asked: Asked) -> Figure:
    rows = asked.events("training", detail="completed")
    if asked.course != "any":
        rows = [row for row in rows if row.get("name") == asked.course]
    staff = [member for member in asked.members("staff") if observed_on(member, asked.end)]
    done = {row["CHILD"] for row in rows}
    return sum(member["CHILD"] in done for member in staff), len(staff)


def cohort_eet_pct(asked: Asked) -> Answer:
    why = without_events(asked, "eet_status", cohort=True) or not_covered(asked, asked.end, "eet_status")
    if why:
        return why
    people = [
        member
        for member in asked.members(asked.role)
        if observed_on(member, asked.end) and aged(member.get("DOB"), asked.end, asked.min_age, 200)
    ]
    known = [status for status in (_status(asked, member) for member in people) if status]
    return sum(status != "neet" for status in known), len(known)


def _status(asked: Asked, member: Row) -> str:
    """What the spell that holds the last day and began last says; nothing where it is not known."""
    spells = [
        row
        for row in asked.data.events or []
        if (row["LA"], row["CHILD"], row["event"]) == (asked.la, member["CHILD"], "eet_status")
        and row["start"] <= asked.end <= (row.get("end") or asked.end)
    ]
    last = max((row["start"] for row in spells), default=None)
    says = {row.get("detail") for row in spells if row["start"] == last}
    status = says.pop() if len(says) == 1 else None
    return status if status in ("education", "employment", "training", "neet") else ""


# ---- pairs ----------------------------------------------------------------------------------------------


def risk_changes(asked: Asked) -> list[int]:
    """Change of level of every member with a follow-up in the window and a baseline by the same tool."""
    changes = []
    for member in asked.members():
        index = member.get("index_date")
        rows = [
            row
            for row in asked.data.events or []
            if (row["LA"], row["CHILD"], row["event"]) == (asked.la, member["CHILD"], "risk_assessment")
            and row.get("level") in (0, 1, 2, 3)
            and (asked.tool is None or row.get("name") == asked.tool)
        ]
        after = [row for row in rows if index and row["start"] > index and asked.inside(row["start"])]
        last = [row for row in after if row["start"] == max(other["start"] for other in after)]
        if len({row.get("name") for row in last}) != 1:
            continue
        before = [row for row in rows if row["start"] <= index and row.get("name") == last[0].get("name")]
        if before:
            changes.append(last[0]["level"] - max(before, key=lambda row: row["start"])["level"])
    return changes


@_events("risk_assessment", cohort=True)
def cse_risk_level_change(asked: Asked) -> Figure:
    changes = risk_changes(asked)
    return sum(changes), len(changes)


# ---- school ---------------------------------------------------------------------------------------------


def school_midyear_move_pct(asked: Asked) -> Answer:
    first = plus_months(asked.end + timedelta(1), -12)
    kinds = ("school_enrolment", "school_move")
    why = without_events(asked, *kinds, cohort=False) or not_covered(asked, first, *kinds)
    if why:
        return why
    data, la = asked.data, asked.la
    children = {row["CHILD"] for row in data.spells or [] if row["LA"] == la}
    stock = [child for child in children if in_care_on(data, la, child, asked.end)]
    year = days_between(first, asked.end)
    own = [row for row in data.events or [] if row["LA"] == la]
    n = d = 0
    for child in stock:
        rows = [row for row in own if row["CHILD"] == child]
        roll = [row for row in rows if row["event"] == "school_enrolment"]
        if not any(row["start"] <= asked.end and (row.get("end") or first) >= first for row in roll):
            continue
        entered = next(day for day in year if in_care_on(data, la, child, day))
        moves = [row["start"] for row in rows if row["event"] == "school_move"]
        d += 1
        n += any(entered <= day <= asked.end and day.month not in (8, 9) for day in moves)
    return n, d


def _absence(asked: Asked) -> list[Row] | str:
    """The rows of absence that count, or why there are none."""
    own = [row for row in asked.data.absence or [] if row["LA"] == asked.la]
    if not own:
        return NO_DATA
    if not_covered(asked, asked.start, "absence"):
        return INCOMPLETE
    arms = {(m["LA"], m["CHILD"]): m.get("arm") for m in asked.data.cohort or []}
    usable = [
        row
        for row in own
        if asked.start <= row["start"]
        and row["end"] <= asked.end
        and (asked.group == "all" or row.get("group") == asked.group)
        and _valid(row)
    ]
    if not usable:
        return UNDEFINED
    return [
        row
        for row in usable
        if ("DOB" not in row or aged(row["DOB"], _last_august(row["start"]), asked.min_age, asked.max_age))
        and (asked.arm is None or arms.get((row["LA"], row["CHILD"])) == asked.arm)
    ]


def _valid(row: Row) -> bool:
    numbers = [row["possible"], row["authorised"], row["unauthorised"]]
    if any(number is None or number < 0 or number != int(number) for number in numbers):
        return False
    return bool(row["authorised"] + row["unauthorised"] <= row["possible"])


def _last_august(day: date) -> date:
    """The last 31 August before a day."""
    day -= timedelta(1)
    while (day.month, day.day) != (8, 31):
        day -= timedelta(1)
    return day


def unauthorised_absence_pct(asked: Asked) -> Answer:
    rows = _absence(asked)
    if isinstance(rows, str):
        return rows
    return sum(row["unauthorised"] for row in rows), sum(row["possible"] for row in rows)


def overall_absence_pct(asked: Asked) -> Answer:
    rows = _absence(asked)
    if isinstance(rows, str):
        return rows
    missed = sum(row["authorised"] + row["unauthorised"] for row in rows)
    return missed, sum(row["possible"] for row in rows)


def persistent_absence_pct(asked: Asked) -> Answer:
    rows = _absence(asked)
    if isinstance(rows, str):
        return rows
    pupils = {row["CHILD"] for row in rows}
    n = d = 0
    for pupil in pupils:
        own = [row for row in rows if row["CHILD"] == pupil]
        possible = sum(row["possible"] for row in own)
        missed = sum(row["authorised"] + row["unauthorised"] for row in own)
        d += possible > 0
        n += possible > 0 and Fraction(100 * missed, possible) >= asked.threshold
    return n, d


# ---- figures of other bodies ----------------------------------------------------------------------------


def _external(measure: str, second: str = "denominator") -> Callable[[Asked], Answer]:
    def twin(asked: Asked) -> Answer:
        rows = [r for r in asked.data.external or [] if (r["LA"], r["measure"]) == (asked.la, measure)]
        if not rows:
            return NO_DATA
        exact = [row for row in rows if (row["start"], row["end"]) == (asked.start, asked.end)]
        if not exact:
            return UNDEFINED
        first, other = exact[0]["numerator"], exact[0][second]
        if first is None:
            return NO_DATA
        if second == "deducted":
            return NO_DATA if other is None else (first - other, None)
        return NO_POPULATION if other is None else (first, other)

    return twin


EXTERNAL = (
    "first_time_entrants_rate_100k",
    "cautioned_or_sentenced_rate_10k",
    "injury_admissions_0_14_rate_10k",
    "mh_inpatient_admission_rate_100k",
    "neet_16_17_pct",
    "cla_weekly_unit_cost",
)

TWINS: dict[str, Callable[[Asked], Answer]] = {
    **{
        twin: globals()[twin]
        for twin in (
            "yp_arrested_number", "yp_arrested_pct", "yp_victim_rate", "homeless_yp_number", "homeless_yp_pct",
            "missing_from_home_rate_10k", "ae_attendances_number", "ae_attendance_rate", "camhs_referral_rate",
            "camhs_in_treatment_pct", "training_reach_pct", "cohort_eet_pct", "cse_risk_level_change",
            "school_midyear_move_pct", "unauthorised_absence_pct", "overall_absence_pct",
            "persistent_absence_pct",
        )
    },
    **{measure: _external(measure) for measure in EXTERNAL},
    "foster_carer_net_change": _external("foster_carer_net_change", "deducted"),
}  # fmt: skip
"""Twin of every measure over local events, absence and external figures."""


def together(answers: list[Answer]) -> Answer:
    """What can be said of all authorities: what one of them lacks makes the whole incomplete (R31)."""
    figures = list(_figures(answers))
    for same in (NO_DATA, NO_POPULATION, UNDEFINED):
        if all(answer == same for answer in answers):
            return same
    if len(figures) < len(answers):
        return INCOMPLETE
    denominators = [d for _, d in figures if d is not None]
    return sum(n for n, _ in figures), sum(denominators) if denominators else None


def _figures(answers: list[Answer]) -> Iterator[Figure]:
    for answer in answers:
        if not isinstance(answer, str):
            yield answer

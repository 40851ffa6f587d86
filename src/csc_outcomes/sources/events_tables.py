"""Tables of local data that no national return holds: cohorts, events, absence, figures of other bodies.

The layout is this project's own. `end` is everywhere the last day, inclusive; blank means that it goes on. Names
of events, details and roles are read without regard to case. Dates are declared as text and read afterwards: a date
that cannot be read must not become a blank, which has a meaning of its own.
"""

from __future__ import annotations

from csc_outcomes.definitions.tables import Code, CodeList, Column, ColumnType, Table

ROLES = CodeList(
    "role",
    (
        Code("child", "the child or young person (also where the cell is blank)"),
        Code("parent", "a parent"),
        Code("carer", "a carer, such as a foster carer"),
        Code("staff", "a member of staff"),
    ),
)

EVENTS = CodeList(
    "event",
    (
        Code("arrest", "arrested"),
        Code("victim", "recorded as a victim of crime"),
        Code("homeless", "classed as homeless; detail says by which definition"),
        Code("missing_from_home", "reported missing, or absent, from home"),
        Code("ae_attendance", "attendance at an emergency department; level is the department's type"),
        Code("camhs_referral", "referral to child and adolescent mental health services"),
        Code("camhs_contact", "contact with child and adolescent mental health services"),
        Code("training", "a course of staff training; name is the course"),
        Code("eet_status", "a spell in, or out of, education, employment or training"),
        Code("risk_assessment", "a level of risk by a tool; name is the tool"),
        Code("school_move", "a change of school"),
        Code("school_enrolment", "a spell on the roll of a school"),
    ),
)
"""Kinds of event that measures know; a row of another name is kept and counted as unknown."""

SPELLS = ("eet_status", "school_enrolment")
"""Kinds of event that last; all others are of the day on which they start."""

SINGLE = ("eet_status", "risk_assessment")
"""Kinds of event of which a person can have only one with the same start and name."""

_DETAILS = {
    "homeless": ("statutory_duty_owed", "presented", "self_reported"),
    "missing_from_home": ("missing", "absent"),
    "ae_attendance": ("first_unplanned", "follow_up", "planned"),
    "camhs_referral": ("accepted", "rejected", "pending"),
    "camhs_contact": ("attended", "not_attended", "cancelled"),
    "training": ("completed", "part", "not_attended"),
    "eet_status": ("education", "employment", "training", "neet", "unknown"),
}
DETAILS = {
    event: CodeList(f"detail of {event}", tuple(Code(code, code.replace("_", " ")) for code in codes))
    for event, codes in _DETAILS.items()
}
"""Codes of `detail`, by event; for the other events it is free text."""

LEVELS = {"ae_attendance": (1, 2, 3, 4), "risk_assessment": (0, 1, 2, 3)}
"""Values of `level`, by event: type of department; risk none, low, medium, high."""

_CHILD = Column(
    "CHILD",
    ColumnType.IDENTIFIER,
    note="the child's id in the returns, where it has one; another id of the project's for other persons",
)
_ANY_DETAIL = CodeList("detail", tuple(code for listed in DETAILS.values() for code in listed.codes))


def _optional(name: str, kind: ColumnType, note: str, codes: CodeList | None = None) -> Column:
    return Column(name, kind, codes=codes, required=False, nullable=True, note=note)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "cohort",
            "Persons whom a project or service serves, or compares with, and staff",
            (
                _CHILD,
                _optional("index_date", ColumnType.TEXT, "first day of the intervention, or its stand-in"),
                _optional("arm", ColumnType.TEXT, "intervention, comparison, or any name"),
                _optional("start", ColumnType.TEXT, "first day observed; of staff, in post"),
                _optional("end", ColumnType.TEXT, "last day observed; blank while it goes on"),
                _optional("closed", ColumnType.TEXT, "last day of support; blank while supported"),
                _optional("DOB", ColumnType.TEXT, "date of birth"),
                _optional("role", ColumnType.TEXT, "child where blank", ROLES),
            ),
            key=("CHILD",),
        ),
        Table(
            "events",
            "Events of local registers: police, housing, health, schools, training",
            (
                _CHILD,
                Column("event", ColumnType.TEXT, codes=EVENTS, note="kind of event; other names are kept"),
                Column("start", ColumnType.TEXT, note="day of the event, or first day of a spell"),
                _optional("end", ColumnType.TEXT, "last day of a spell (eet_status, school_enrolment)"),
                _optional("detail", ColumnType.TEXT, "codes by event; free text for the others", _ANY_DETAIL),
                _optional("level", ColumnType.NUMBER, "type of department 1 to 4; risk 0 to 3"),
                _optional("name", ColumnType.TEXT, "name of the tool or the course"),
                _optional("DOB", ColumnType.TEXT, "date of birth, for figures of residents"),
                _optional("age", ColumnType.INTEGER, "completed years on start, where there is no DOB"),
            ),
            key=("CHILD", "event", "start"),
        ),
        Table(
            "absence",
            "Sessions at school: possible, and missed, by pupil and period",
            (
                _CHILD,
                Column("start", ColumnType.TEXT, note="first day of the period the sessions belong to"),
                Column("end", ColumnType.TEXT, note="last day of the period"),
                Column("possible", ColumnType.INTEGER, nullable=True, note="possible sessions"),
                Column("authorised", ColumnType.INTEGER, nullable=True, note="missed with authorisation"),
                Column("unauthorised", ColumnType.INTEGER, nullable=True, note="missed without it"),
                _optional("school", ColumnType.TEXT, "told apart where a pupil has two schools"),
                _optional("DOB", ColumnType.TEXT, "without this column pupils are taken to be of school age"),
                _optional("group", ColumnType.TEXT, "any name, such as looked after or cohort"),
            ),
            key=("CHILD", "start", "end"),
        ),
        Table(
            "external",
            "Figures that other bodies publish: a numerator and a denominator by authority and period",
            (
                Column("measure", ColumnType.TEXT, note="id of the measure in the catalogue"),
                Column("start", ColumnType.TEXT, note="first day of the period"),
                Column("end", ColumnType.TEXT, note="last day of the period"),
                _optional("numerator", ColumnType.NUMBER, "as published"),
                _optional("denominator", ColumnType.NUMBER, "as published"),
                _optional("deducted", ColumnType.NUMBER, "what is taken off, such as deregistrations"),
                _optional("source", ColumnType.TEXT, "title, publisher and year"),
            ),
            key=("measure", "start", "end"),
            person="",
        ),
        Table(
            "cover",
            "Which dates an extract of events holds, by authority and kind of event",
            (
                Column("event", ColumnType.TEXT, codes=EVENTS, note="kind of event, or absence"),
                Column("start", ColumnType.TEXT, nullable=True, note="first day held"),
                _optional("end", ColumnType.TEXT, "last day held; blank while it goes on"),
            ),
            key=("event",),
            person="",
        ),
    )
}

DATES = ("index_date", "start", "end", "closed", "DOB")
"""Columns of dates, in whatever table: dates, YYYY-MM-DD or DD/MM/YYYY; times of day are dropped."""

IDENTITY = {
    "cohort": ("CHILD",),
    "events": ("CHILD", "event", "start", "name"),
    "absence": ("CHILD", "school", "start", "end"),
    "external": ("measure", "start", "end"),
}
"""Columns, beside LA, that two rows cannot share unless they are the same; blanks are equal."""

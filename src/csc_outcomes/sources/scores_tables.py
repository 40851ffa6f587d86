"""Tables of questionnaires and surveys that projects keep themselves, declared once as data.

No national return holds them. The layout is this library's own. Dates and numbers are declared as text, because
they are read more strictly here than in a return: a row with a cell that cannot be read is left out (`scores_read`).
"""

from __future__ import annotations

from csc_outcomes.definitions.tables import Column, ColumnType, Table

NAME = "scores"
INFORMANTS = ("self", "parent", "carer", "teacher", "worker")
"""Who can fill in a questionnaire about a person."""

BASELINE, FOLLOW_UP, LATER = "baseline", "follow_up", "later"
POINTS_IN_TIME = (BASELINE, FOLLOW_UP, LATER)
ROLES = ("young_person", "parent_carer", "worker", "staff", "foster_carer")
"""Whose answers a row of a survey holds."""

MOST_ITEMS = 60
"""Columns i1 to i60 are read; the longest questionnaire with a key here has 45 items."""

USUAL_POINTS = 5
"""Response points of a form that does not state them."""

SCORE_KEY = ("date", "instrument", "scale", "informant", "points", "scoring", "form")
"""With authority and person: what identifies a score."""

ITEMS = tuple(f"i{item}" for item in range(1, MOST_ITEMS + 1))
NUMBERS = {
    "scores": ("score", "points", *ITEMS),
    "survey": ("answer", "scale_max", "refused", "invited", "returned"),
}
"""By table: columns that hold numbers."""

ANSWER_KEY = ("survey", "question", "date")
"""With authority and person: what identifies an answer."""

_PERSON = Column(
    "CHILD",
    ColumnType.IDENTIFIER,
    note="the child's id of the return; for parents, carers and staff an id the project gives",
)
_POINT = Column(
    "point",
    ColumnType.TEXT,
    required=False,
    nullable=True,
    note="baseline, follow_up or later; blank: told by the date and the cohort's index_date",
)
_ARM = Column(
    "arm", ColumnType.TEXT, required=False, nullable=True, note="used where the cohort does not say"
)


def _optional(name: str, kind: ColumnType, note: str) -> Column:
    return Column(name, kind, required=False, nullable=True, note=note)


SCORES = Table(
    "scores",
    "Scores of questionnaires: one row per person, day and scale",
    (
        _PERSON,
        Column("date", ColumnType.TEXT, note="day on which the questionnaire was filled in"),
        Column(
            "instrument",
            ColumnType.TEXT,
            note="a name of csc.instruments, or a name of one's own for a test of one's own",
        ),
        _optional("scale", ColumnType.TEXT, "blank: total"),
        _optional(
            "score",
            ColumnType.TEXT,
            "a number, used as it is; where blank, the items are scored by the instrument's own rules",
        ),
        _optional("informant", ColumnType.TEXT, ", ".join(INFORMANTS)),
        _optional("points", ColumnType.TEXT, f"number of response points of the form; blank: {USUAL_POINTS}"),
        _optional("scoring", ColumnType.TEXT, "how answers became points, for instance likert or ghq"),
        _optional("form", ColumnType.TEXT, "form of the instrument, or version of the test"),
        _POINT,
        _ARM,
        *(
            _optional(f"i{item}", ColumnType.TEXT, f"answer to item {item}")
            for item in range(1, MOST_ITEMS + 1)
        ),
    ),
    key=("CHILD", "date", "instrument"),
)

SURVEY = Table(
    "survey",
    "Surveys: one row per person, round and question; of a person who returned nothing, one row without question",
    (
        _PERSON,
        Column("survey", ColumnType.TEXT, note="name of the round"),
        Column("date", ColumnType.TEXT, note="day of the answer, or of the round"),
        Column("role", ColumnType.TEXT, note=", ".join(ROLES)),
        _optional("question", ColumnType.TEXT, "what was asked, for instance job_satisfaction"),
        _optional("answer", ColumnType.TEXT, "a number; higher is more of what the question asks"),
        _optional("scale_max", ColumnType.TEXT, "top of the scale: 1 (yes or no), 5, 10; blank: the usual"),
        _optional("refused", ColumnType.TEXT, "1 or 0; blank: 0"),
        _optional("invited", ColumnType.TEXT, "1 or 0; blank: 1"),
        _optional("returned", ColumnType.TEXT, "1 or 0; blank: 1 where the row holds an answer or a refusal"),
        _POINT,
        _ARM,
    ),
    key=("CHILD", "survey", "date"),
)

TABLES: dict[str, Table] = {table.name: table for table in (SCORES, SURVEY)}

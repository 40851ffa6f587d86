"""Tables of money: what an intervention costs, unit costs, events avoided, a service's throughput, monthly flows.

The layout is this project's own. Amounts are pounds sterling; `end` is the last day, inclusive. Words of closed
lists are read without regard to case. Unit costs belong to no authority: one sheet serves all.
"""

from __future__ import annotations

from csc_outcomes.definitions.tables import Code, CodeList, Column, ColumnType, Table

KINDS = CodeList(
    "kind of cost",
    (
        Code("staff", "salaries and on-costs"),
        Code("training", "sessions and materials"),
        Code("buildings", "premises"),
        Code("travel", "travel"),
        Code("accommodation", "accommodation and respite"),
        Code("overhead", "management, support and other overheads"),
        Code("other", "anything else"),
    ),
)
"""Kinds of cost, after the cost items that evaluations of the Innovation Programme named."""

BEHAVIOURS = CodeList(
    "behaviour of a cost",
    (
        Code("fixed", "the amount is that of the whole line, spread evenly over its days (also where blank)"),
        Code("variable", "the amount is that of one case supported"),
    ),
)

PER = CodeList(
    "what a unit cost is per",
    (
        Code("event", "an event"),
        Code("case", "a case"),
        Code("day", "a day"),
        Code("week", "seven days"),
        Code("month", "a month"),
        Code("year", "a year"),
    ),
)

CATEGORIES = CodeList(
    "category of a unit cost",
    (
        Code("fiscal", "budgets of the public sector (also where blank)"),
        Code("economic", "income and costs of persons and businesses"),
        Code("social", "wellbeing"),
    ),
)

COUNTERFACTUALS = CodeList(
    "counterfactual",
    (
        Code("matched", "a matched comparison group"),
        Code("own_history", "the same authority before"),
        Code("business_as_usual", "the existing service at the same time"),
    ),
)

PLACEMENT = "placement:"
"""Before the code of a placement (PLACE): the item of its unit cost."""


def _optional(name: str, kind: ColumnType, note: str, codes: CodeList | None = None) -> Column:
    return Column(name, kind, codes=codes, required=False, nullable=True, note=note)


# Numbers with a default are read as text first: what is no number must not turn into the default.
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "costs",
            "What an intervention costs: a ledger, in which equal lines are two lines",
            (
                Column("item", ColumnType.TEXT, nullable=True, note="name of the line"),
                Column("kind", ColumnType.TEXT, codes=KINDS, nullable=True, note="kind of cost"),
                Column("start", ColumnType.DATE, note="first day of the line"),
                Column("end", ColumnType.DATE, note="last day of the line"),
                Column("gross", ColumnType.NUMBER, note="pounds, 0 or more"),
                Column(
                    "price_year", ColumnType.TEXT, note="financial year (2014-15) or calendar year (2015)"
                ),
                _optional(
                    "displaced", ColumnType.TEXT, "pounds of spending replaced, 0 (also where blank) to gross"
                ),
                _optional(
                    "behaviour", ColumnType.TEXT, "whether the amount is of the line or of a case", BEHAVIOURS
                ),
                _optional("in_kind", ColumnType.TEXT, "1 where no budget pays for it; 0 where blank"),
                _optional("team", ColumnType.TEXT, "name of the team"),
                _optional("funded_by", ColumnType.TEXT, "who pays"),
            ),
            key=(),
            person="",
        ),
        Table(
            "unit_costs",
            "Unit costs with their price year and source",
            (
                Column("item", ColumnType.TEXT, note="an outcome, or placement: with a code of PLACE"),
                Column("value", ColumnType.NUMBER, nullable=True, note="pounds, 0 or more"),
                Column("per", ColumnType.TEXT, codes=PER, note="what the value is per"),
                Column(
                    "price_year", ColumnType.TEXT, note="financial year (2014-15) or calendar year (2015)"
                ),
                Column("source", ColumnType.TEXT, note="title, publisher and year"),
                _optional("category", ColumnType.TEXT, "whose benefit it is", CATEGORIES),
                _optional("confidence", ColumnType.INTEGER, "grade from 1 (best) to 6 (also where blank)"),
                _optional("sd", ColumnType.NUMBER, "standard deviation, pounds"),
                _optional("low", ColumnType.NUMBER, "lowest value, pounds"),
                _optional("high", ColumnType.NUMBER, "highest value, pounds"),
                _optional("bearer", ColumnType.TEXT, "the agency that bears the cost"),
                _optional("cashable_share", ColumnType.NUMBER, "0 to 1; unknown where blank"),
            ),
            key=("item",),
            person="",
            authority=False,
        ),
        Table(
            "avoided",
            "Adverse outcomes of the cases, and of what they are compared with",
            (
                Column("outcome", ColumnType.TEXT, nullable=True, note="an item of the unit costs"),
                Column("start", ColumnType.DATE, note="first day"),
                Column("end", ColumnType.DATE, note="last day"),
                Column("exposed", ColumnType.NUMBER, nullable=True, note="cases exposed"),
                Column("observed", ColumnType.NUMBER, nullable=True, note="events among them"),
                Column(
                    "comparator_events", ColumnType.NUMBER, nullable=True, note="events in the comparator"
                ),
                Column(
                    "comparator_exposed", ColumnType.NUMBER, nullable=True, note="cases in the comparator"
                ),
                Column(
                    "counterfactual",
                    ColumnType.TEXT,
                    codes=COUNTERFACTUALS,
                    nullable=True,
                    note="what the comparator is",
                ),
                _optional(
                    "duration", ColumnType.TEXT, "of an event, in the unit of the unit cost; 1 where blank"
                ),
                _optional("team", ColumnType.TEXT, "name of the team"),
                _optional(
                    "judged", ColumnType.TEXT, "1 where practitioners judged what was avoided; 0 where blank"
                ),
            ),
            key=(),
            person="",
        ),
        Table(
            "service",
            "Throughput, benefit and running cost of a whole service, team by team",
            (
                Column("start", ColumnType.DATE, note="first day"),
                Column("end", ColumnType.DATE, note="last day"),
                Column("cases", ColumnType.NUMBER, nullable=True, note="cases whose benefit is known"),
                Column("benefit", ColumnType.NUMBER, nullable=True, note="pounds, total of those cases"),
                Column("throughput", ColumnType.NUMBER, nullable=True, note="all cases of the period"),
                Column("running_cost", ColumnType.NUMBER, nullable=True, note="pounds, with overheads"),
                _optional("team", ColumnType.TEXT, "name of the team; a blank one carries running cost only"),
            ),
            key=(),
            person="",
        ),
        Table(
            "flows",
            "Cost and benefit by month",
            (
                Column("month", ColumnType.DATE, note="first day of the month"),
                Column("cost", ColumnType.TEXT, nullable=True, note="pounds; 0 where blank"),
                Column("benefit", ColumnType.TEXT, nullable=True, note="pounds; 0 where blank"),
            ),
            key=("month",),
            person="",
        ),
    )
}

IDENTITY = {
    "unit_costs": ("item",),
    "avoided": ("team", "outcome", "start", "end"),
    "service": ("team", "start", "end"),
    "flows": ("month",),
}
"""Columns, beside LA, that two rows cannot share unless they are the same; blanks are equal."""

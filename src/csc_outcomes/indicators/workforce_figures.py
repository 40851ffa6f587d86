"""What the measures of the social work workforce share: figures by authority, and the workers left out of them.

Figures come from `workforce.parts` (one row per authority and 30 September). Workers who add nothing to a figure
are put beside it as rows of 0 / 0, so that the notes can count them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
from attrs import frozen

from csc_outcomes.definitions.measure import Parameter, Reference
from csc_outcomes.engine.cases import Cases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

DFE_CSWW = Reference("Children's social work workforce", "Department for Education", "2025")
DFE_CSWW_METHODS = Reference(
    "Children's social work workforce: methodology", "Department for Education", "2025"
)

WORKERS = "workforce.workers"
_PARTS = {
    "leaver": "workforce.parts",
    "in_post": "workforce.parts_in_post",
    "both": "workforce.parts_both",
}
NEEDS = ("workforce.parts",)
USES = ("workforce.parts_in_post", "workforce.parts_both", WORKERS)

LAST_DAY = Parameter(
    "ends_on_30_september",
    "What a role that ends on 30 September itself is, which the published definition leaves open. "
    "'leaver': not in post on the day, and a leaver of the year. 'in_post': in post on the day, and no "
    "leaver of the year. 'both': in post on the day and a leaver of the year. Published figures are taken "
    "to follow 'leaver'; an authority with nothing else is left out under another value.",
    default="leaver",
    choices=("leaver", "in_post", "both"),
)

IN_POST = (
    "A social worker is in post on 30 September if the role has begun and has no end date, or a later one "
    "(parameter ends_on_30_september)."
)
FTE_RULES = (
    "A person with two posts adds the FTE of both. A worker whose FTE is blank, or not between 0 and 1, "
    "adds nothing and is counted in the notes. Where a group has workers and none of them has an FTE above "
    "0, its FTE is not usable: the authority leaves numerator and denominator, and the notes count it."
)
SOURCES = (
    "Figures of an authority come from its own return of the year; where that is not at hand, from "
    "published figures (table workforce.authority)."
)
NO_LIMITS = "FTE are no counts, so there are no confidence limits."
CENSUS_DAY = "The census tells of 30 September alone: any other day is incomplete."
CENSUS_YEAR = "The census tells of the twelve months to 30 September alone: any other period is incomplete."


@frozen
class Aside:
    """Workers to be counted in the notes: which rows, in what words, and whether they are left out."""

    condition: nw.Expr
    text: str
    left_out: bool = True


def in_post(parameters: Parameters) -> nw.Expr:
    """Whether a worker is in post on 30 September."""
    if parameters.ends_on_30_september == "leaver":
        return c("IN_POST")
    return c("IN_POST") | c("ENDS_ON_REF")


def leaver(parameters: Parameters) -> nw.Expr:
    """Whether a worker is a leaver of the year."""
    if parameters.ends_on_30_september == "in_post":
        return c("LEAVER") & ~c("ENDS_ON_REF")
    return c("LEAVER")


def workers_on(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Rows of workers of the census taken on the last day of the window."""
    return tables[WORKERS].filter(c("REF") == window.end)


def figures_on(
    tables: Tables, window: WindowDates, parameters: Parameters | None = None
) -> nw.LazyFrame[Any]:
    """Figures of the census taken on the last day of the window: one row per authority."""
    last_day = "leaver" if parameters is None else parameters.ends_on_30_september
    return tables[_PARTS[last_day]].filter(c("REF") == window.end)


def ratio(
    tables: Tables,
    window: WindowDates,
    figures: nw.LazyFrame[Any],
    numerator: nw.Expr,
    denominator: nw.Expr,
    *,
    what: tuple[str, str],
    asides: Sequence[Aside] = (),
) -> Cases:
    """One case per authority with figures, and rows of 0 / 0 for workers set aside.

    An authority of which either figure is null leaves both sides; `what` names the two figures in the notes.
    """
    frames = [figures.select("KEY", "LA", "REF", N=numerator, D=denominator, ASIDE=nw.lit(0))]
    if WORKERS in tables:
        rows, zero = workers_on(tables, window), nw.lit(0.0)
        frames += [
            rows.filter(aside.condition).select("KEY", "LA", "REF", N=zero, D=zero, ASIDE=nw.lit(number))
            for number, aside in enumerate(asides, 1)
        ]
    cases = Cases(nw.concat(frames, how="vertical"), on=c("REF"), numerator=c("N"), denominator=c("D"))
    for name, text in zip(("N", "D"), what, strict=True):
        cases = cases.keep(~c(name).is_null(), f"authorities whose {text} is not known or not usable")
    for number, aside in enumerate(asides, 1):
        if aside.left_out:
            cases = cases.keep(c("ASIDE") != number, aside.text)
        else:
            cases = cases.report(c("ASIDE") == number, aside.text)
    return cases


def without_fte(condition: nw.Expr, who: str) -> Aside:
    """Workers of a group whose FTE is not known."""
    return Aside(condition & c("FTE").is_null(), f"{who} whose FTE is not known")

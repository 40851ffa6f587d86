"""`synthesise_local`: a project for the invented children, with everything that no national return holds.

Questionnaires, surveys, local events, figures of other bodies, and money. The children of the project are those of
the returns, with their ids, dates of birth and days in care, and some children at home.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from csc_outcomes.engine.kit import shift_months
from csc_outcomes.errors import InputError
from csc_outcomes.synthetic.days import day, first_day, last_day
from csc_outcomes.synthetic.local_effect import Effects, LocalEffect, effects_by_authority

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from csc_outcomes.synthetic.local_people import Span
    from csc_outcomes.synthetic.make import Synthetic

__all__ = ["LocalEffect", "synthesise_local", "write_local"]

MONTHS = 24
"""Months before and after the day of going live that the local extracts hold, as far as returns do."""
_EPOCH = date(1970, 1, 1).toordinal()


def synthesise_local(
    made: Synthetic, go_live: date, *, effect: Effects = None, seed: int = 0
) -> dict[str, pl.DataFrame]:
    """Invent the local tables of a project that begins on a day, for the authorities and children of `made`.

    The project serves, in every authority, an intervention arm and follows a comparison arm, drawn by lot: together
    a fifth of the children of 4 to 16 in care on that day, or home from it for at most a year, and others at home
    whom no return holds, 6 per 10,000 children; in all 100 to 300 in an authority of the usual size. Index dates lie
    in the 120 days from that day on. Without an effect the arms do not differ; in both of them questionnaires show
    a little less difficulty the second time, and staff are trained.

    Extracts of events hold the children of the project; those of the police (victims, arrests, missing from home)
    also residents outside it. `missing_from_home` holds no child on a day in care. Schools (enrolments, moves)
    are those of all children in care.

    Args:
        made: what `synthesise` returned.
        go_live: first day of the project, inside the returns.
        effect: what the project changes in its intervention arm, everywhere or by authority code; None: nothing.
        seed: another seed gives other children, answers and events. What a person does depends on the seed,
            the authority's code and the person's id, not on the others.

    Returns:
        Polars frames by name: `cohort`, `events`, `absence`, `scores`, `survey`, `external`, `costs`,
        `unit_costs`, `avoided`, `service`, `flows`, `cover`. `csc.Data({**made.tables, **local})` takes them as
        they are; `write_local` writes them.

    Raises:
        InputError: there are no SSDA903 returns, the day is outside them, or the effect names an authority that
            is not there.
    """
    import polars as pl

    from csc_outcomes.synthetic import local_people as people
    from csc_outcomes.synthetic.local_events import events_of
    from csc_outcomes.synthetic.local_figures import cover_of, external_of, people_of
    from csc_outcomes.synthetic.local_money import money_of
    from csc_outcomes.synthetic.local_residents import residents
    from csc_outcomes.synthetic.local_school import absence, enrolments
    from csc_outcomes.synthetic.local_scores import scores_of
    from csc_outcomes.synthetic.local_surveys import survey_of

    if "ssda903" not in made.returns:
        raise InputError(
            "synthesise_local: needed the returns of ssda903, whose children the project serves; found none"
        )
    authorities = made.authorities
    codes = [authority.code for authority in authorities]
    effects = effects_by_authority(effect, authorities)
    span = _span(made, go_live)
    project = people.project_of(made.tables, authorities, span, seed)
    children, adults, staff = project.children, project.adults, project.staff
    known = people_of(made.population_by_age, codes)
    parts = [
        events_of(children, adults, staff, project.care, span, effects, codes),
        enrolments(project.returned, project.care, span, codes),
        residents(known, codes, span, seed),
    ]
    # Two of a kind on one day are one: a register tells them apart by nothing else.
    named = ["LA", "CHILD", "event", "start", "name"]
    events = (
        pl.concat(parts).sort(*named, maintain_order=True).unique(named, keep="first", maintain_order=True)
    )
    cohort = people.cohort_table(children, adults, staff, codes)
    return {
        "cohort": cohort,
        "events": events,
        "absence": absence(children, project.care, span, codes),
        "scores": scores_of(children, adults, staff, span, effects, codes),
        "survey": survey_of(children, adults, staff, span, codes),
        "external": external_of(project.returned, project.care, known, codes, made.years, seed),
        **money_of(cohort, events, codes, go_live, date.fromordinal(span.until + _EPOCH)),
        "cover": cover_of(codes, span),
    }


def _span(made: Synthetic, go_live: date) -> Span:
    """Days that the local extracts hold.

    Raises:
        InputError: the day lies outside the returns.
    """
    from csc_outcomes.synthetic.local_people import Span

    first, last = first_day(min(made.years)), last_day(max(made.years))
    begins = day(go_live)
    if not first < begins <= last:
        opens, closes = (date.fromordinal(moment + _EPOCH) for moment in (first + 1, last))
        raise InputError(f"go_live: needed a day of the returns, {opens} to {closes}, found {go_live}")
    before, after = (day(shift_months(go_live, months)) for months in (-MONTHS, MONTHS))
    return Span(max(first, before), min(last, after - 1), begins)


def write_local(tables: Mapping[str, pl.DataFrame], folder: str | Path) -> Path:
    """Write each table as `<name>.csv`, by which `csc.read` recognises it; dates as YYYY-MM-DD.

    Args:
        tables: what `synthesise_local` returned.
        folder: made if it does not exist; files of the same names are replaced.

    Returns:
        The folder.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.write_csv(place / f"{name}.csv")
    return place

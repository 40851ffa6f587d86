"""The children in need census of each year: the referrals of the year, and the cases open in it.

A return knows nothing after its 31 March: what ends later is open in it, and comes again in the next return. What
ended in an earlier year is not in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic import cin_assessments, cin_protection
from csc_outcomes.synthetic import cin_rates as rates
from csc_outcomes.synthetic.cin_rates import Outcome
from csc_outcomes.synthetic.cin_story import is_disabled
from csc_outcomes.synthetic.days import YEAR, birthday, last_day, return_year
from csc_outcomes.synthetic.draws import below, pick, uniform
from csc_outcomes.synthetic.episodes import dates, labelled
from csc_outcomes.synthetic.identity import LETTERED_SEX
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.yearly import closing, current

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from csc_outcomes.synthetic.cin_story import Story
    from csc_outcomes.synthetic.draws import Ints

FIRST_PLANS = 2022
"""Return year from which child in need plans are collected."""
_YEARS = 64
"""Room for return years in packed keys."""


@frozen(eq=False)
class _Blocks:
    """One row per CINdetails block: case, return year and counter, ordered by child, year and referral."""

    case: Ints
    year: Ints
    number: Ints
    packed: Ints
    """Case and year in one, ascending, with `order` of the rows."""
    order: Ints
    base: int

    def counter(self, case: Ints, year: Ints) -> Ints:
        """The counter of the block in which a case stands in a return."""
        place = np.searchsorted(self.packed, case * _YEARS + year - self.base)
        found: Ints = self.number[self.order[place]]
        return found


def returns_of(story: Story) -> dict[str, pl.DataFrame]:
    """All tables, the yearly returns stacked, in the declared columns with LA and YEAR."""
    from csc_outcomes.sources.cin_tables import TABLES

    blocks = _blocks(story)
    child, year = _people(story, blocks)
    made = cin_assessments.assessments_of(story)
    assessments, factors = _assessments(story, made, blocks)
    parts = {
        "Header": _header(story),
        "ChildIdentifiers": _identifiers(story, child, year),
        "ChildCharacteristics": _table(story, child, year, {"Ethnicity": story.ethnicity.gather(child)}),
        "Disabilities": _disabilities(story, child, year),
        "CINdetails": _details(story, blocks),
        "Assessments": assessments,
        "AssessmentFactorsList": factors,
        "CINplanDates": _plan_dates(story, blocks),
        "Section47": _section_47(story, blocks),
        "ChildProtectionPlans": _plans(story, blocks),
        "Reviews": _reviews(story, blocks),
    }
    return {
        f"cin.{name}": parts[name]
        .select(*TABLES[name].names, "LA", "YEAR")
        .sort("LA", "YEAR", maintain_order=True)
        for name in TABLES
        if name in parts
    }


def _blocks(story: Story) -> _Blocks:
    cases = story.cases
    until = np.where(cases.outcome == Outcome.NFA, cases.start, cases.end)
    case, year = current(cases.start, until, story.years)
    child = cases.child[case]
    order = np.lexsort((cases.start[case], year, child))
    case, year, child = case[order], year[order], child[order]
    new = np.append(True, (child[1:] != child[:-1]) | (year[1:] != year[:-1]))[: len(case)]
    opening = np.flatnonzero(new)
    number = 1 + np.arange(len(case)) - np.repeat(opening, np.diff(np.append(opening, len(case))))
    base = min(story.years)
    packed = case * _YEARS + year - base
    ascending = np.argsort(packed)
    return _Blocks(case, year, number, packed[ascending], ascending, base)


def _people(story: Story, blocks: _Blocks) -> tuple[Ints, Ints]:
    """Child and year of every child in every return, in order."""
    packed = np.unique(story.cases.child[blocks.case] * 4096 + blocks.year)
    return packed // 4096, packed % 4096


def _table(story: Story, child: Ints, year: Ints, columns: Mapping[str, object]) -> pl.DataFrame:
    """Rows of a table: the child's identifier, the table's columns, LA and YEAR."""
    import polars as pl

    return pl.DataFrame(
        {
            "LAchildID": story.code.gather(child),
            **columns,
            "LA": story.area.gather(child),
            "YEAR": pl.Series(year.astype(np.int32)),
        }
    )


def _of_case(
    story: Story, blocks: _Blocks, case: Ints, year: Ints, columns: Mapping[str, object]
) -> pl.DataFrame:
    counted = {"CINdetailsID": blocks.counter(case, year), **columns}
    return _table(story, story.cases.child[case], year, counted)


def _known(days: Ints, year: Ints) -> pl.Series:
    """Days that the return knows of; later ones are blank."""
    return dates(np.where(days <= closing(year), days, NEVER))


# ---- children ---------------------------------------------------------------------------------------------


def _header(story: Story) -> pl.DataFrame:
    import polars as pl

    rows = [(area, year) for area in story.authorities for year in story.years]
    size = len(rows)
    return pl.DataFrame(
        {
            "Collection": ["CIN"] * size,
            "ReferenceDate": dates(np.array([last_day(year) for _, year in rows], dtype=np.int64)),
            "SourceLevel": ["L"] * size,
            "LEA": [area.old_code for area, _ in rows],
            "SoftwareCode": ["invented"] * size,
            "Release": ["1"] * size,
            "SerialNo": ["001"] * size,
            "DateTime": [f"{year}-05-31T09:00:00" for _, year in rows],
            "BlocksOutOfOrder": pl.Series([0] * size, dtype=pl.Int64),
            "UnknownElements": pl.Series([0] * size, dtype=pl.Int64),
            "LA": [area.code for area, _ in rows],
            "YEAR": pl.Series([year for _, year in rows], dtype=pl.Int32),
        }
    )


def _identifiers(story: Story, child: Ints, year: Ints) -> pl.DataFrame:
    import polars as pl

    children = story.children
    born, key = children.born[child], children.key[child]
    unborn = born > closing(year)
    pupil = story.pupil_number.gather(child)
    too_young = pl.Series(birthday(born, 5) > closing(year))
    reason = pupil.str.starts_with("UN")
    sex = np.where(unborn, 2, (~children.male[child]).astype(np.int64))
    lettered = year >= LETTERED_SEX
    expected = born - 7 + below(key, "expected birth", 15)
    return _table(
        story,
        child,
        year,
        {
            "UPN": pupil.set(too_young | reason, None),
            "FormerUPN": pl.Series([None], dtype=pl.String).new_from_index(0, len(child)),
            "UPNunknown": pupil.set(too_young, "UN1").set(~too_young & ~reason, None),
            "PersonBirthDate": dates(np.where(unborn, NEVER, born)),
            "ExpectedPersonBirthDate": dates(
                np.where(unborn, np.maximum(expected, closing(year) - 10), NEVER)
            ),
            "GenderCurrent": labelled(("1", "2", "0"), np.where(lettered, -1, sex)),
            "Sex": labelled(("M", "F", "U"), np.where(lettered, sex, -1)),
            "PersonDeathDate": _known(_deaths(story)[child], year),
        },
    )


def _deaths(story: Story) -> Ints:
    """The day each child died; `NEVER` for nearly all."""
    cases = story.cases
    found = np.full(len(story.children), NEVER)
    died = np.flatnonzero((cases.reason == rates.ENDS.index("RC2")) & (cases.end < NEVER))
    found[cases.child[died]] = cases.end[died]
    return found


def _disabilities(story: Story, child: Ints, year: Ints) -> pl.DataFrame:
    disabled = is_disabled(story)[child]
    key = story.children.key[child]
    codes = (*rates.DISABILITIES, "NONE")
    found = [(np.flatnonzero(~disabled), codes.index("NONE"))]
    some = np.zeros(len(child), dtype=bool)
    for place, (code, chance) in enumerate(rates.DISABILITIES.items()):
        hit = disabled & (uniform(key, f"disability {code}") < chance)
        some |= hit
        found.append((np.flatnonzero(hit), place))
    found.append((np.flatnonzero(disabled & ~some), codes.index("LD")))
    row = np.concatenate([rows for rows, _ in found])
    kind = np.concatenate([np.full(len(rows), place) for rows, place in found])
    order = np.lexsort((kind, row))
    row, kind = row[order], kind[order]
    return _table(story, child[row], year[row], {"Disability": labelled(codes, kind)})


# ---- referrals --------------------------------------------------------------------------------------------


def _details(story: Story, blocks: _Blocks) -> pl.DataFrame:
    cases, case, year = story.cases, blocks.case, blocks.year
    child = cases.child[case]
    nfa = cases.outcome[case] == Outcome.NFA
    closed = cases.end[case] <= closing(year)
    reason = np.where(closed & ~nfa, _reason_of_year(cases.reason[case], year), -1)
    conference = np.where(cin_protection.transferred(cases)[case], cases.plan_start[case], NEVER)
    held = (conference <= closing(year)) & (return_year(np.where(conference < NEVER, conference, 0)) == year)
    return _table(
        story,
        child,
        year,
        {
            "CINdetailsID": blocks.number,
            "CINreferralDate": dates(cases.start[case]),
            "ReferralSource": _source(story)[case],
            "PrimaryNeedCode": labelled(rates.NEEDS, np.where(nfa, -1, story.need[child])),
            "CINclosureDate": dates(np.where(closed & ~nfa, cases.end[case], NEVER)),
            "ReasonForClosure": labelled(rates.ENDS, reason),
            "DateOfInitialCPC": dates(np.where(held, conference, NEVER)),
            "ReferralNFA": labelled(("0", "1"), nfa.astype(np.int64)),
        },
    )


def _reason_of_year(reason: Ints, year: Ints) -> Ints:
    early_help = (reason == rates.ENDS.index("RC9")) & (year < rates.FIRST_RC9)
    return np.where(early_help, rates.ENDS.index("RC8"), reason)


def _source(story: Story) -> pl.Series:
    """Source of each referral; the code is that of the year of the referral."""
    codes = tuple(rates.SOURCES)
    cases = story.cases
    older = cases.start - story.children.born[cases.child] >= rates.SCHOOL_AGE * YEAR
    shares = np.array(list(rates.SOURCES.values())).T
    found = pick(uniform(cases.key, "source"), shares, older.astype(np.int64))
    old = (found == codes.index("5D")) & (return_year(story.cases.start) < rates.FIRST_EARLY_HELP)
    return labelled(codes, np.where(old, codes.index("5B"), found))


# ---- what follows them ------------------------------------------------------------------------------------


def _assessments(
    story: Story, made: cin_assessments.Assessments, blocks: _Blocks
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Assessments that went on in each return's year, and the factors of those that it completed."""
    row, year = current(made.start, made.end, story.years)
    case = made.case[row]
    order = np.lexsort((made.start[row], year, case))
    row, year, case = row[order], year[order], case[order]
    new = np.append(True, (case[1:] != case[:-1]) | (year[1:] != year[:-1]))[: len(case)]
    opening = np.flatnonzero(new)
    number = 1 + np.arange(len(case)) - np.repeat(opening, np.diff(np.append(opening, len(case))))
    columns = {
        "AssessmentID": number,
        "AssessmentActualStartDate": dates(made.start[row]),
        "AssessmentInternalReviewDate": _known(np.minimum(made.start[row] + 14, made.end[row]), year),
        "AssessmentAuthorisationDate": _known(made.end[row], year),
    }
    done = np.flatnonzero(made.end[row] <= closing(year))
    at, factor = cin_assessments.factors_of(story, made, row[done])
    at = done[at]
    listed = {
        "AssessmentID": number[at],
        "AssessmentFactor": labelled(cin_assessments.CODES, factor),
    }
    return (
        _of_case(story, blocks, case, year, columns),
        _of_case(story, blocks, case[at], year[at], listed),
    )


def _plan_dates(story: Story, blocks: _Blocks) -> pl.DataFrame:
    case, start, end = cin_protection.plans_in_need(story.cases)
    row, year = current(start, end, story.years)
    collected = year >= FIRST_PLANS
    row, year = row[collected], year[collected]
    return _of_case(
        story,
        blocks,
        case[row],
        year,
        {"CINPlanStartDate": dates(start[row]), "CINPlanEndDate": _known(end[row], year)},
    )


def _section_47(story: Story, blocks: _Blocks) -> pl.DataFrame:
    made = cin_protection.enquiries_of(story)
    row, year = current(made.start, made.end, story.years)
    decided = made.end[row] <= closing(year)
    needless = decided & (made.conference[row] == NEVER)
    return _of_case(
        story,
        blocks,
        made.case[row],
        year,
        {
            "S47ActualStartDate": dates(made.start[row]),
            "InitialCPCtarget": dates(made.target[row]),
            "DateOfInitialCPC": _known(made.conference[row], year),
            "ICPCnotRequired": labelled(("0", "1"), needless.astype(np.int64)),
        },
    )


def _plans(story: Story, blocks: _Blocks) -> pl.DataFrame:
    cases = story.cases
    planned = np.flatnonzero(cases.plan_start < NEVER)
    row, year = current(cases.plan_start[planned], cases.plan_end[planned], story.years)
    case = planned[row]
    first, latest = cin_protection.categories(cases, case)
    return _of_case(
        story,
        blocks,
        case,
        year,
        {
            "CPPID": np.ones(len(case), dtype=np.int64),
            "CPPstartDate": dates(cases.plan_start[case]),
            "CPPendDate": _known(cases.plan_end[case], year),
            "InitialCategoryOfAbuse": labelled(rates.CATEGORIES, first),
            "LatestCategoryOfAbuse": labelled(rates.CATEGORIES, latest),
            "NumberOfPreviousCPP": cases.previous[case],
        },
    )


def _reviews(story: Story, blocks: _Blocks) -> pl.DataFrame:
    case, day = cin_protection.reviews_of(story.cases, last_day(max(story.years)))
    row, year = current(day, day, story.years)
    return _of_case(
        story,
        blocks,
        case[row],
        year,
        {"CPPID": np.ones(len(row), dtype=np.int64), "CPPreviewDate": dates(day[row])},
    )

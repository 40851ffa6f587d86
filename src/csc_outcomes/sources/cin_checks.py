"""What is odd in typed tables of the census: reported with counts, never with a row's value, never repaired.

Source: Department for Education, *Children in need census: validation rules*; the number of the rule is given
where there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.door import Problem, neighbours_once, sort_rows
from csc_outcomes.sources.cin_codes import NO_FACTOR
from csc_outcomes.sources.cin_derived import described
from csc_outcomes.sources.cin_keys import BLOCK, numbered
from csc_outcomes.sources.cin_tables import TABLES
from csc_outcomes.sources.code_checks import odd_codes
from csc_outcomes.sources.ssda903_derived import reporting_year

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csc_outcomes.definitions.tables import Column

FIRST_YEAR, LAST_YEAR = 2017, 2027
"""Years ending of the first and the last census that the tables and code lists describe."""
UNBORN_DAYS = 280
"""A referral may come up to 40 weeks before the (expected) birth (rule 8606)."""

_Tests = dict[str, tuple[pl.Expr, str]]
c = pl.col
_IDENTIFIERS, _DETAILS = "cin.ChildIdentifiers", "cin.CINdetails"


def check(tables: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """Check codes, years, dates and what hangs together in every table at hand."""
    found: list[Problem] = []
    for name, frame in tables.items():
        for column in TABLES[name.removeprefix("cin.")].coded:
            if column.name in frame.columns:
                found += _codes(name, frame, column)
        found += _counted(name, frame, _TESTS.get(name, {}))
    found += _years(tables)
    found += _between_tables(tables)
    return found


def _codes(name: str, frame: pl.DataFrame, column: Column) -> list[Problem]:
    assert column.codes is not None
    odd = odd_codes(frame, column, FIRST_YEAR)
    found = []
    if odd.unknown:
        text = f"{column.name}: {odd.unknown} rows hold codes that are not in the list {column.codes.name}; "
        found.append(Problem("unknown_code", name, odd.unknown, text + "they are kept and fall in no group"))
    if odd.outside:
        text = f"{column.name}: {odd.outside} rows hold codes ({odd.listed}) of other years; they are kept"
        found.append(Problem("code_of_other_years", name, odd.outside, text))
    return found


def _counted(name: str, frame: pl.DataFrame, tests: _Tests) -> list[Problem]:
    """Count the rows that meet each condition whose columns are all there."""
    fitting = {
        code: test for code, (test, _) in tests.items() if set(test.meta.root_names()) <= set(frame.columns)
    }
    if not fitting or frame.is_empty():
        return []
    counts = frame.select(test.sum().alias(code) for code, test in fitting.items()).row(0, named=True)
    return [Problem(code, name, rows, f"{rows} {tests[code][1]}") for code, rows in counts.items() if rows]


def _year_end() -> pl.Expr:
    return pl.date(c("YEAR").cast(pl.Int32), 3, 31)


def _outside(date: str) -> pl.Expr:
    """A date that does not lie in the return's own year."""
    return reporting_year(c(date)) != c("YEAR")


def _after_return(date: str) -> pl.Expr:
    return reporting_year(c(date)) > c("YEAR")


_TESTS: Mapping[str, _Tests] = {
    "cin.Header": {
        "reference_date": (
            c("ReferenceDate") != _year_end(),
            "returns have another ReferenceDate than 31 March of their Year, which is used (rule 100)",
        ),
        "out_of_order": (
            c("BlocksOutOfOrder") > 0,
            "returns hold blocks whose elements are not in the schema's order; they are read by name",
        ),
        "unknown_element": (
            c("UnknownElements") > 0,
            "returns hold elements that have no place in the schema; they are left out",
        ),
    },
    _IDENTIFIERS: {
        "no_birth": (
            c("PersonBirthDate").is_null() & c("ExpectedPersonBirthDate").is_null(),
            "children have neither a date of birth nor an expected one; their age is unknown",
        ),
    },
    _DETAILS: {
        "closure_before_referral": (
            c("CINclosureDate") < c("CINreferralDate"),
            "episodes of need close before the referral; no measure counts from such a closure",
        ),
        "closure_without_reason": (
            c("CINclosureDate").is_not_null() & c("ReasonForClosure").is_null(),
            "closed rows have no reason for closure (rule 8805)",
        ),
        "reason_without_closure": (
            c("CINclosureDate").is_null() & c("ReasonForClosure").is_not_null(),
            "rows have a reason for closure and no closure date; they are open (rule 8810)",
        ),
        "referral_after_return": (
            _after_return("CINreferralDate"),
            "referrals are dated after 31 March of their return",
        ),
        "closure_outside_return": (
            _outside("CINclosureDate"),
            "closures are not dated in the year of their return (rule 8620)",
        ),
        "nfa_blank": (
            c("ReferralNFA").is_null(),
            "referrals do not say whether they led to no further action; it is taken that they did not",
        ),
        "need_missing": (
            (c("ReferralNFA") == "0") & c("PrimaryNeedCode").is_null(),
            "referrals that led further have no primary need (rule 8610)",
        ),
    },
    "cin.Assessments": {
        "assessment_dates": (
            c("AssessmentAuthorisationDate") < c("AssessmentActualStartDate"),
            "assessments are authorised before they start; the date of authorisation is used",
        ),
        "assessment_outside_return": (
            _outside("AssessmentAuthorisationDate"),
            "assessments are authorised in another year than their return's (rule 8715)",
        ),
    },
    "cin.Section47": {
        "conference_dates": (
            c("DateOfInitialCPC") < c("S47ActualStartDate"),
            "enquiries have a conference before they start",
        ),
        "enquiry_without_start": (
            c("S47ActualStartDate").is_null(),
            "enquiries have no start; they are not counted as started, their conferences are",
        ),
    },
    "cin.ChildProtectionPlans": {
        "plan_dates": (c("CPPendDate") < c("CPPstartDate"), "plans end before they start"),
        "plan_outside_return": (
            _after_return("CPPstartDate") | _outside("CPPendDate"),
            "plans start after, or end outside, the year of their return",
        ),
        "previous_plans_blank": (
            c("NumberOfPreviousCPP").is_null(),
            "plans do not state the number of earlier plans; none is counted",
        ),
    },
}
"""Conditions on the rows of one table, with what to say of the rows that meet them."""


# ---- years ------------------------------------------------------------------------------------------------


def _years(tables: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """Returns of years that are not described, and tables that say nothing of a year of their authority."""
    details = tables.get(_DETAILS)
    if details is None:
        return []
    found = []
    strange = details.filter(~c("YEAR").is_between(FIRST_YEAR, LAST_YEAR)).height
    if strange:
        text = (
            f"{strange} rows are of returns before {FIRST_YEAR} or after {LAST_YEAR} (year ending), which are "
            "not described; they are read as the nearest that is"
        )
        found.append(Problem("year_not_described", _DETAILS, strange, text))
    returns = details.select("LA", "YEAR").unique()
    for name in ("cin.Assessments", "cin.ChildProtectionPlans", "cin.Section47"):
        if name in tables:
            silent = returns.join(tables[name].select("LA", "YEAR").unique(), on=["LA", "YEAR"], how="anti")
            if silent.height:
                text = (
                    f"of {silent.height} of {returns.height} returns the table has no row; if it was left "
                    "out, figures of these years are too low"
                )
                found.append(Problem("return_without_rows", name, 0, text))
    return found


# ---- between tables ---------------------------------------------------------------------------------------


def _between_tables(tables: Mapping[str, pl.DataFrame]) -> list[Problem]:
    found: list[Problem] = []
    identifiers, details = tables.get(_IDENTIFIERS), tables.get(_DETAILS)
    if identifiers is not None:
        found += _conflicts(identifiers)
        found += _strangers(tables, identifiers)
    if details is None:
        return found
    if identifiers is not None:
        found += _early(details, identifiers)
    found += _open_twice(details)
    if "CINdetailsID" in details.columns:
        found += _after_no_action(tables, details)
    if "cin.Assessments" in tables and "cin.AssessmentFactorsList" in tables:
        found += _factors(tables["cin.Assessments"], tables["cin.AssessmentFactorsList"])
    return found


def _strangers(tables: Mapping[str, pl.DataFrame], identifiers: pl.DataFrame) -> list[Problem]:
    names = [name for name in tables if name not in (_IDENTIFIERS, "cin.Header")]
    if not names:
        return []
    keys = [neighbours_once(tables[name]).with_columns(TABLE=pl.lit(n)) for n, name in enumerate(names)]
    # All tables at once: what they are compared with has millions of rows and is prepared for that only once.
    strange = pl.concat(keys).join(neighbours_once(identifiers), on="KEY", how="anti").unique()
    found = []
    for number, name in enumerate(names):
        strangers = strange.filter(c("TABLE") == number)
        if strangers.height:
            rows = tables[name].join(strangers, on="KEY", how="semi").height
            text = f"{strangers.height} children are not in ChildIdentifiers; their age and sex are unknown"
            found.append(Problem("child_without_identifiers", name, rows, text))
    return found


def _conflicts(identifiers: pl.DataFrame) -> list[Problem]:
    """Children who have different births or sexes in different rows."""
    frame, found = described(identifiers), []
    for name, words in (("DOB", "dates of birth"), ("SEX", "sexes")):
        values = frame.select("KEY", name).drop_nulls()
        differing = sort_rows(values, (name,)).filter(
            c("KEY") == c("KEY").shift(1), c(name) != c(name).shift(1)
        )
        children = differing["KEY"].n_unique()
        if children:
            text = (
                f"{children} children have different {words} in different rows; the latest return's is used"
            )
            found.append(Problem("header_conflict", _IDENTIFIERS, children, text))
    return found


def _early(details: pl.DataFrame, identifiers: pl.DataFrame) -> list[Problem]:
    """Referrals longer before the birth than a child can be expected."""
    births = [name for name in ("PersonBirthDate", "ExpectedPersonBirthDate") if name in identifiers.columns]
    own, theirs = numbered([details, identifiers], ["YEAR"])
    referred = details.select(own.alias("CHILD"), "CINreferralDate")
    born = identifiers.select(theirs.alias("CHILD"), BORN=pl.coalesce(births)).drop_nulls()
    too_early = c("CINreferralDate") < c("BORN") - pl.duration(days=UNBORN_DAYS)
    suspect = (
        referred.lazy().join(born.lazy(), on="CHILD").filter(too_early).select("CHILD").unique().collect()
    )
    if suspect.is_empty():
        return []
    # Few are left; of several births in one return the earliest counts.
    first = born.join(suspect, on="CHILD", how="semi").group_by("CHILD").agg(c("BORN").min())
    early = referred.join(first, on="CHILD").filter(too_early).height
    if not early:
        return []
    text = f"{early} referrals come more than 40 weeks before the (expected) birth (rule 8606)"
    return [Problem("referral_before_birth", _DETAILS, early, text)]


def _open_twice(details: pl.DataFrame) -> list[Problem]:
    """Children with two episodes of need open at the end of one return."""
    still_open = details.filter(
        c("CINclosureDate").is_null(), (c("ReferralNFA") != "1").fill_null(value=True)
    )
    (numbers,) = numbered([still_open], ["YEAR"])
    children = still_open.group_by(numbers.alias("CHILD")).agg(DATES=c("CINreferralDate").n_unique())
    twice = children.filter(c("DATES") > 1).height
    if not twice:
        return []
    text = f"{twice} times a child has more than one episode of need open in a return (rule 8816)"
    return [Problem("open_twice", _DETAILS, twice, text)]


def _after_no_action(tables: Mapping[str, pl.DataFrame], details: pl.DataFrame) -> list[Problem]:
    """Rows under a referral that is said to have led to no further action."""
    ended = details.filter(c("ReferralNFA") == "1").drop_nulls("CINdetailsID")
    found = []
    for name in ("cin.Assessments", "cin.Section47", "cin.ChildProtectionPlans"):
        if name in tables and "CINdetailsID" in tables[name].columns:
            theirs, blocks = numbered([tables[name], ended], BLOCK)
            rows = int(theirs.is_in(blocks.implode()).sum())
            if rows:
                text = f"{rows} rows follow a referral that led to no further action (rule 8831)"
                found.append(Problem("after_no_further_action", name, rows, text))
    return found


def _factors(assessments: pl.DataFrame, factors: pl.DataFrame) -> list[Problem]:
    """Completed assessments without a factor, and the factor for none beside others."""
    completed = assessments.filter(c("AssessmentAuthorisationDate").is_not_null())
    done, listed = numbered([completed, factors], [*BLOCK, "AssessmentID"])
    none = factors["AssessmentFactor"] == NO_FACTOR
    bare = completed.height - int(done.is_in(listed.implode()).sum())
    others = listed.filter(~none)
    both = others.filter(others.is_in(listed.filter(none).implode())).n_unique()
    found = []
    if bare:
        text = f"{bare} completed assessments have no factor; they leave the base of shares (rule 8897)"
        found.append(Problem("assessment_without_factor", "cin.Assessments", bare, text))
    if both:
        text = f"{both} assessments say that no factor was found, and name one; the one named counts"
        found.append(Problem("no_factor_beside_others", "cin.AssessmentFactorsList", both, text))
    return found

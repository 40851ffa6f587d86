"""What Annex A fills: the tables of the children in need census that its lists hold whole, and nothing else.

Lists 3, 4, 5 and 7 keep one row per referral, assessment, enquiry and plan. Lists 6 to 8 keep one row per child, the
latest: list 6 adds to the referrals of list 3 what became of them, and list 8 can give no episodes of care.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
from attrs import frozen

from csc_outcomes.definitions.tables import year_ending
from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.kit import shift_months
from csc_outcomes.engine.source import Cover, Feed, Frames
from csc_outcomes.sources import cin_codes, spellings, ssda903_codes
from csc_outcomes.sources.feeds import REASONS_OF_RETURNS, Filled, absent_tables, sexes, year_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csc_outcomes.sources.annex_a import Workbook

c = pl.col
NAME = "Annex A"
_A_DAY = dt.timedelta(days=1)
_FILLS = {
    3: ("cin.CINdetails",),
    4: ("cin.Assessments",),
    5: ("cin.Section47",),
    7: ("cin.ChildProtectionPlans",),
    10: ("ssda903.placed_for_adoption", "ssda903.ad1"),
}
"""Tables that a list fills, and of which it therefore says what they cover."""

FILLED = frozenset(
    {
        "cin.ChildIdentifiers",
        "cin.ChildCharacteristics",
        *(name for names in _FILLS.values() for name in names),
    }
)
"""Tables that workbooks with all lists fill."""

SOURCES_OF_REFERRAL: Mapping[str, str] = {
    "SCHOOLS": "2A", "SCHOOL": "2A", "EDUCATION SERVICES": "2B", "HOUSING": "4", "POLICE": "6",
    "OTHER LEGAL AGENCY": "7", "OTHER LEGAL AGENCIES": "7", "OTHER": "8", "ANONYMOUS": "9", "UNKNOWN": "10",
}  # fmt: skip
"""Groups of the referral source that stand for one code; individuals, health and authority services have several."""

ABSENT: Mapping[str, str] = {
    "cin.Disabilities": "Annex A says whether a child has a disability, not which",
    "cin.AssessmentFactorsList": "Annex A holds no assessment factors",
    "cin.CINplanDates": "list 6 says that a child has a plan, not from when to when",
    "cin.Reviews": "list 7 holds the date of the latest review only",
    "cin.PreProceedings": "Annex A holds no pre-proceedings",
    "ssda903.header": "Annex A holds no episodes of care that a header could describe",
    "ssda903.episodes": (
        "list 8 keeps one row per child, the latest period of care with its latest placement and legal status; "
        "earlier periods and episodes are lost"
    ),
    "ssda903.uasc": "lists 8 and 9 say that a child was unaccompanied in the 12 months before, not until when",
    "ssda903.reviews": "list 8 holds the date of the latest review only",
    "ssda903.oc2": (
        "Annex A holds no SDQ scores, convictions or substance misuse, and of health checks the latest date only"
    ),
    "ssda903.oc3": "list 9 describes care leavers on the day of the workbook, not around their birthday in the year",
    "ssda903.previous_permanence": "Annex A does not hold it",
    "ssda903.missing": "list 8 holds the number of episodes in 12 months, not when they were",
    "ssda903.sw_episodes": "the lists name the worker of the day only",
    "ssda903.dolo": "Annex A does not hold it",
}
"""Why a table is not filled, by name."""
NO_PREVIOUS = "list 7 has no column 'Number of Previous Child Protection Plans'"


@frozen
class Dated:
    """A workbook with the day that it is about."""

    book: Workbook
    day: dt.date


def filled(books: Sequence[Dated], la: str) -> Filled:
    """Fill the tables that the workbooks hold whole; rows that come again in a newer workbook count once."""
    found: list[Problem] = [problem for dated in books for problem in dated.book.problems]
    lists = {number: _stacked(books, number, keys, found) for number, keys in _KEYS.items()}
    found += _after_the_day(books)
    tables: Frames = {}
    details = _details(lists[3], lists[6], books, found)
    if details is not None:
        tables["cin.CINdetails"] = details.drop("DAY")
        if lists[4] is not None:
            tables["cin.Assessments"] = _assessments(lists[4], details, found)
    if lists[5] is not None:
        tables["cin.Section47"] = _section_47(lists[5])
    if lists[7] is not None:
        tables["cin.ChildProtectionPlans"] = _plans(lists[7], found)
    if tables:
        tables |= _children([lists[number] for number in (3, 4, 5, 6, 7)], found)
    if lists[10] is not None:
        tables |= _adoption(lists[10])
    return Filled(tables, tuple(found), _feed(books, lists, tables, la))


# ---- stacking ---------------------------------------------------------------------------------------------

_KEYS: Mapping[int, tuple[str, ...]] = {
    3: ("CHILD", "REFERRAL"),
    4: ("CHILD", "START"),
    5: ("CHILD", "START", "CONFERENCE"),
    6: ("CHILD", "START"),
    7: ("CHILD", "START"),
    10: ("CHILD", "DECISION"),
}
"""Columns that tell the rows of a list apart, over the workbooks. An enquiry without a start goes by its conference."""


def _stacked(
    books: Sequence[Dated], number: int, keys: tuple[str, ...], found: list[Problem]
) -> pl.DataFrame | None:
    """A list of all workbooks with DAY; a row that a newer workbook has too is the newer one's."""
    frames = [
        dated.book.lists[number].frame.with_columns(DAY=pl.lit(dated.day))
        for dated in books
        if number in dated.book.lists and dated.book.lists[number].frame.height
    ]
    if not frames:
        return None
    together = pl.concat(frames, how="diagonal_relaxed")
    if number == 5:
        # The conference of an enquiry is dated in a later workbook than the enquiry itself.
        keys = ("CHILD", "KEY")
        together = together.with_columns(KEY=pl.coalesce("START", "CONFERENCE"))
    untold = pl.any_horizontal(c(key).is_null() for key in keys)
    newest = together.filter(untold | (c("DAY") == c("DAY").max().over(list(keys))))
    repeats = together.height - newest.height
    if repeats:
        text = f"{repeats} rows of list {number} come again in a newer workbook, which is used instead"
        found.append(Problem("superseded", f"list {number}", repeats, text))
    return newest


def _after_the_day(books: Sequence[Dated]) -> list[Problem]:
    """Rows that happen after the day of their workbook: the day, or their date, is wrong."""
    dates = {1: "CONTACT", 3: "REFERRAL", 4: "START", 5: "START", 6: "START", 7: "START", 8: "START"}
    rows = sum(
        dated.book.lists[number].frame.filter(c(name) > dated.day).height
        for dated in books
        for number, name in dates.items()
        if number in dated.book.lists
    )
    if not rows:
        return []
    text = f"{rows} rows are dated after the day of their workbook; the day decides what is covered and may be wrong"
    return [Problem("after_workbook", "", rows, text)]


# ---- children ---------------------------------------------------------------------------------------------


def _children(lists: Sequence[pl.DataFrame | None], found: list[Problem]) -> Frames:
    """One row per child: of each trait what the newest workbook says. The birth of an unborn child is expected."""
    wanted = {"DOB": pl.Date, "AGE": pl.Float64, "GENDER": pl.String, "ETHNICITY": pl.String}
    pieces = [
        frame.select(
            "CHILD",
            "DAY",
            *(
                name if name in frame.columns else pl.lit(None, dtype=kind).alias(name)
                for name, kind in wanted.items()
            ),
        )
        for frame in lists
        if frame is not None
    ]
    rows = pl.concat(pieces).drop_nulls("CHILD").sort("DAY", maintain_order=True)
    unborn = ((c("AGE") < 0) | (c("DOB") > c("DAY"))).fill_null(value=False)
    rows = rows.with_columns(BORN=pl.when(~unborn).then("DOB"), DUE=pl.when(unborn).then("DOB"))
    differing = (
        rows.drop_nulls("BORN").group_by("CHILD").agg(c("BORN").n_unique()).filter(c("BORN") > 1).height
    )
    if differing:
        text = f"{differing} children have different dates of birth in different rows; the newest workbook's is used"
        found.append(Problem("header_conflict", "cin.ChildIdentifiers", differing, text))
    single = rows.group_by("CHILD", maintain_order=True).agg(
        c("DAY").max(), *(c(name).drop_nulls().last() for name in ("BORN", "DUE", "GENDER", "ETHNICITY"))
    )
    years = single.select("CHILD", YEAR=year_of("DAY"))["YEAR"]
    identifiers = single.select(
        LAchildID="CHILD",
        YEAR=years,
        PersonBirthDate="BORN",
        ExpectedPersonBirthDate=pl.when(c("BORN").is_null()).then("DUE"),
    ).with_columns(sexes(single["GENDER"], years))
    ethnicity = spellings.coded(single["ETHNICITY"], cin_codes.ETHNICITY.names)
    characteristics = single.select(LAchildID="CHILD", YEAR=years, Ethnicity=ethnicity)
    return {"cin.ChildIdentifiers": identifiers, "cin.ChildCharacteristics": characteristics}


# ---- referrals and assessments ----------------------------------------------------------------------------


def _details(
    referrals: pl.DataFrame | None,
    episodes: pl.DataFrame | None,
    books: Sequence[Dated],
    found: list[Problem],
) -> pl.DataFrame | None:
    """Referrals of list 3 with what list 6 says of the episode that began on the same day.

    Episodes that began before the six months are added, since list 3 cannot have their referral; those that began
    within them on another day than any referral are no referrals of their own.
    """
    if referrals is None:
        return None
    columns = {"SOURCE": pl.String, "NFA": pl.String}
    base = _with(referrals, columns).select("CHILD", "DAY", REFERRAL="REFERRAL", SOURCE="SOURCE", NFA="NFA")
    base = base.with_columns(NFA=spellings.answers(base["NFA"]))
    if episodes is None:
        rows = base.with_columns(
            NEED=pl.lit(None, pl.String), CLOSURE=pl.lit(None, pl.Date), REASON=pl.lit(None, pl.String)
        )
    else:
        rows = _with_episodes(base, episodes, books, found)
    ended = pl.when(c("NFA") == "1").then("REFERRAL").otherwise(pl.coalesce("CLOSURE", "DAY"))
    rows = rows.with_columns(YEAR=year_of(ended)).with_columns(c("YEAR").max().over("CHILD", "REFERRAL"))
    return rows.select(
        "DAY",
        "YEAR",
        LAchildID="CHILD",
        CINdetailsID=c("REFERRAL").rank("dense").over("CHILD").cast(pl.Int32),
        CINreferralDate="REFERRAL",
        ReferralSource=spellings.coded(rows["SOURCE"], cin_codes.REFERRAL_SOURCE.names, SOURCES_OF_REFERRAL),
        PrimaryNeedCode=spellings.coded(rows["NEED"], cin_codes.PRIMARY_NEED.names),
        CINclosureDate="CLOSURE",
        ReasonForClosure=spellings.coded(rows["REASON"], cin_codes.REASON.names),
        ReferralNFA="NFA",
    )


def _with_episodes(
    base: pl.DataFrame, episodes: pl.DataFrame, books: Sequence[Dated], found: list[Problem]
) -> pl.DataFrame:
    columns = {"NEED": pl.String, "CLOSURE": pl.Date, "REASON": pl.String}
    latest = _with(episodes, columns).select(
        "CHILD", "DAY", REFERRAL="START", NEED="NEED", CLOSURE="CLOSURE", REASON="REASON"
    )
    latest = latest.unique(["CHILD", "REFERRAL"], keep="last", maintain_order=True)
    rows = base.join(latest.drop("DAY"), on=["CHILD", "REFERRAL"], how="left", maintain_order="left")
    others = latest.join(base, on=["CHILD", "REFERRAL"], how="anti")
    reach = min(_since(dated, 3) for dated in books if 3 in dated.book.lists)
    before = others.filter(c("REFERRAL") < reach)
    apart = others.filter(c("REFERRAL") >= reach).height
    if apart:
        text = (
            f"{apart} episodes of need begin on a day on which list 3 has no referral of the child; they are no "
            "referrals and are left out"
        )
        found.append(Problem("episode_without_referral", "list 6", apart, text))
    return pl.concat([rows, before.with_columns(NFA=pl.lit("0"))], how="diagonal")


def _assessments(rows: pl.DataFrame, details: pl.DataFrame, found: list[Problem]) -> pl.DataFrame:
    """Assessments, each under the child's latest referral up to its start: list 4 names none."""
    led = details.filter((c("ReferralNFA") != "1").fill_null(value=True), c("CINreferralDate").is_not_null())
    referrals = led.select("YEAR", "CINdetailsID", CHILD="LAchildID", START="CINreferralDate").unique(
        ["CHILD", "START"]
    )
    known = rows.drop_nulls(["CHILD", "START"]).sort("START", maintain_order=True)
    linked = known.join_asof(
        referrals.sort("START"), on="START", by="CHILD", strategy="backward", check_sortedness=False
    )
    lost = rows.height - linked["CINdetailsID"].count()
    if lost:
        text = (
            f"{lost} assessments have no referral of the child before them in the lists; they are set aside"
        )
        found.append(Problem("assessment_without_referral", "cin.Assessments", lost, text, set_aside=lost))
    kept = linked.drop_nulls("CINdetailsID")
    return kept.select(
        "YEAR",
        "CINdetailsID",
        LAchildID="CHILD",
        AssessmentID=pl.int_range(1, pl.len() + 1).over("CHILD", "CINdetailsID").cast(pl.Int32),
        AssessmentActualStartDate="START",
        AssessmentAuthorisationDate="AUTHORISED",
    )


# ---- child protection -------------------------------------------------------------------------------------


def _section_47(rows: pl.DataFrame) -> pl.DataFrame:
    filled_rows = _with(rows, {"NOT_NEEDED": pl.String})
    return filled_rows.select(
        LAchildID="CHILD",
        YEAR=year_of(pl.coalesce("START", "CONFERENCE")),
        S47ActualStartDate="START",
        DateOfInitialCPC="CONFERENCE",
        ICPCnotRequired=spellings.answers(filled_rows["NOT_NEEDED"]),
    )


def _plans(rows: pl.DataFrame, found: list[Problem]) -> pl.DataFrame:
    """Plans: one row per child and workbook, so a plan that another one followed by its day is lost."""
    columns = {"INITIAL": pl.String, "LATEST": pl.String, "PREVIOUS": pl.Float64}
    plans = _with(rows, columns)
    repeat = plans.filter((c("PREVIOUS") > 0) & (c("START") >= c("DAY").dt.offset_by("-6mo")))
    alone = (
        repeat.join(plans.select("CHILD", EARLIER="START"), on="CHILD", how="left")
        .group_by("CHILD", "START")
        .agg(KNOWN=(c("EARLIER") < c("START")).any())
    )
    hidden = alone.filter(~c("KNOWN").fill_null(value=False)).height
    if hidden:
        text = (
            f"{hidden} children start a further plan in the six months and their plan before it is in no list: "
            "list 7 keeps a child's latest plan, so one that began and ended in the same six months is lost"
        )
        found.append(Problem("plan_replaced", "cin.ChildProtectionPlans", hidden, text))
    return plans.select(
        LAchildID="CHILD",
        YEAR=year_of(pl.coalesce("END", "DAY")),
        CPPstartDate="START",
        CPPendDate="END",
        InitialCategoryOfAbuse=spellings.coded(
            plans["INITIAL"], cin_codes.CATEGORY.names, spellings.CATEGORIES
        ),
        LatestCategoryOfAbuse=spellings.coded(
            plans["LATEST"], cin_codes.CATEGORY.names, spellings.CATEGORIES
        ),
        NumberOfPreviousCPP="PREVIOUS",
    )


# ---- adoption ---------------------------------------------------------------------------------------------


def _adoption(rows: pl.DataFrame) -> Frames:
    """Decisions for adoption, and the children adopted, of the twelve months before the day."""
    columns = {"DOB": pl.Date, "REVERSED": pl.Date, "REASON": pl.String, "MATCH": pl.Date, "ADOPTED": pl.Date}
    decided = _with(rows, columns)
    reason = spellings.coded(decided["REASON"], ssda903_codes.REASON_PLACED_CEASED.names)
    decisions = decided.with_columns(REASON=reason).select(
        "CHILD",
        "DOB",
        YEAR=year_of(pl.coalesce("ADOPTED", "REVERSED", "DAY")),
        DATE_PLACED="DECISION",
        DATE_PLACED_CEASED="REVERSED",
        REASON_PLACED_CEASED="REASON",
    )
    adopted = decided.drop_nulls("ADOPTED").select(
        "CHILD", "DOB", YEAR=year_of("ADOPTED"), DATE_INT="DECISION", DATE_MATCH="MATCH"
    )
    return {"ssda903.placed_for_adoption": decisions, "ssda903.ad1": adopted}


def _with(frame: pl.DataFrame, columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Add columns that a sheet leaves out, as missing."""
    absent = [name for name in columns if name not in frame.columns]
    return frame.with_columns(pl.lit(None, dtype=columns[name]).alias(name) for name in absent)


# ---- cover ------------------------------------------------------------------------------------------------


def _since(dated: Dated, number: int) -> dt.date:
    """First day that a list of a workbook reaches back to."""
    return shift_months(dated.day, -dated.book.lists[number].declared.months)


def _feed(books: Sequence[Dated], lists: Mapping[int, pl.DataFrame | None], tables: Frames, la: str) -> Feed:
    cover: dict[str, Cover] = {}
    for number, names in _FILLS.items():
        spans = [
            (_since(dated, number), dated.day)
            for dated in books
            if number in dated.book.lists and dated.book.lists[number].frame.height
        ]
        for name in names:
            if name in tables:
                cover[name] = {la: whole_years(spans)}
    first = min(shift_months(dated.day, -6) for dated in books)
    last = max(dated.day for dated in books)
    plans = lists[7]
    counted = plans is None or "PREVIOUS" in plans.columns
    return Feed(
        NAME,
        cover=cover,
        short=(
            f"{NAME} holds six months to the day it was made; a year is covered where workbooks together hold all of "
            f"it, and these lie between {first} and {last}"
        ),
        absent=absent_tables(tables, {**ABSENT, **_missing_lists(books, tables)}, NAME),
        withheld={} if counted else {"cpp_subsequent_pct": NO_PREVIOUS},
        meaningless=REASONS_OF_RETURNS,
    )


def _missing_lists(books: Sequence[Dated], tables: Frames) -> dict[str, str]:
    """Why a table that a list would fill is not there."""
    reasons: dict[str, str] = {}
    for number, names in _FILLS.items():
        said = [reason for dated in books if (reason := dated.book.missing.get(number))]
        text = said[0] if said else f"no workbook has a row of list {number}"
        reasons |= {name: text for name in names if name not in tables}
    if "cin.CINdetails" in reasons:
        reasons["cin.Assessments"] = reasons["cin.CINdetails"]
    return reasons


def whole_years(spans: Sequence[tuple[dt.date, dt.date]]) -> frozenset[int]:
    """Return years (year ending 31 March) of which spans of days, ends included, leave no day out."""
    joined: list[list[dt.date]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1] + _A_DAY:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return frozenset(
        year
        for start, end in joined
        for year in range(year_ending(start), year_ending(end) + 1)
        if start <= dt.date(year - 1, 4, 1) and end >= dt.date(year, 3, 31)
    )

"""What is derived from the census: children, referrals, episodes of need, plans, assessments, enquiries.

Several returns are stacked: what comes again in a newer return counts once, as the newest has it. Each table is
built once per `Data` and shared by all measures and windows; a measure over them is a filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.door import Problem, sort_rows
from csc_outcomes.engine.kit import OPEN
from csc_outcomes.sources.cin_codes import ETHNICITY, FACTORS, NO_FACTOR, NOT_IN_NEED, SEX
from csc_outcomes.sources.cin_keys import BLOCK, numbered, repeats
from csc_outcomes.sources.ssda903_derived import reporting_year
from csc_outcomes.sources.ssda903_derived import with_birth as looked_up_birth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

c = pl.col
_OPEN = pl.lit(OPEN)
YEAR_MONTHS = 12
"""Calendar months within which a referral is a re-referral."""
_TEXTS = (pl.String, pl.Categorical, pl.Enum)


# ---- stacking ---------------------------------------------------------------------------------------------


def filled(frame: pl.DataFrame, columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Add columns that the return leaves out, as missing."""
    absent = [name for name in columns if name not in frame.columns]
    return frame.with_columns(pl.lit(None, dtype=columns[name]).alias(name) for name in absent)


def stacked(
    frame: pl.DataFrame, date: str, then: Sequence[str], table: str
) -> tuple[pl.DataFrame, list[Problem]]:
    """One row per child and date, in this order: the newest return's, within it the largest by `then`."""
    single = _single(frame, (date, "YEAR"), then)
    later = (c("KEY") == c("KEY").shift(-1)) & (c(date) == c(date).shift(-1))
    kept = single.filter(~later.fill_null(value=False))
    twins, older = frame.height - single.height, single.height - kept.height
    found = []
    if older:
        text = f"{older} rows repeat in a newer return, which is used instead"
        found.append(Problem("superseded", table, older, text, set_aside=older))
    if twins:
        text = f"{twins} rows repeat a child's date in one return; what happens on one day counts once"
        found.append(Problem("same_day", table, twins, text, set_aside=twins))
    return kept, found


def _single(frame: pl.DataFrame, by: Sequence[str], then: Sequence[str]) -> pl.DataFrame:
    """One row per child and values of `by`, in this order; of several the largest by `then`, blanks smallest.

    Rows that agree in all of these are told apart by their texts, so that the order of the input never matters.
    """
    keys = ["KEY", *by]
    ordered = sort_rows(frame, by)
    equal = pl.all_horizontal(c(name).eq_missing(c(name).shift(-1)) for name in keys)
    before = ordered.select(TIED=equal.fill_null(value=False))["TIED"]
    if not before.any():
        return ordered
    tied = before | before.shift(1, fill_value=False)
    texts = [name for name, kind in ordered.schema.items() if kind in _TEXTS and name not in keys]
    ranked = ordered.with_row_index("PLACE").filter(tied)
    ranked = ranked.sort(*keys, *then, *(c(name).cast(pl.String) for name in texts))
    # Older versions of Polars want the places in order.
    chosen = ranked.unique(keys, keep="last")["PLACE"].sort()
    # Rows that agree in the keys stand together: whichever is chosen stands where the order wants it.
    return ordered.filter((~tied).scatter(chosen, values=True))


def cover(details: pl.DataFrame) -> pl.DataFrame:
    """LA and YEAR of the returns at hand, with the run of years without a hole that each belongs to.

    SINCE is the first day of the run (a 1 April), UNTIL its last (a 31 March).
    """
    years = details.select("LA", "YEAR").unique().drop_nulls().with_columns(c("YEAR").cast(pl.Int64))
    years = years.sort("LA", "YEAR")
    apart = (c("LA") != c("LA").shift(1)) | (c("YEAR") != c("YEAR").shift(1) + 1)
    runs = years.with_columns(RUN=apart.fill_null(value=True).cum_sum())
    first, last = c("YEAR").min().over("RUN"), c("YEAR").max().over("RUN")
    return runs.with_columns(
        SINCE=pl.date(first.cast(pl.Int32) - 1, 4, 1), UNTIL=pl.date(last.cast(pl.Int32), 3, 31)
    ).drop("RUN")


def _of_returns(frame: pl.DataFrame, cover: pl.DataFrame, table: str) -> tuple[pl.DataFrame, list[Problem]]:
    """Set aside rows of authorities of which no referral is at hand: what they cover is not known."""
    kept = frame.join(cover, on="LA", how="semi")
    lost = frame.height - kept.height
    if not lost:
        return frame, []
    text = f"{lost} rows are of authorities without a row in CINdetails and are set aside"
    return kept, [Problem("authority_without_referrals", table, lost, text, set_aside=lost)]


def _covered(frame: pl.DataFrame, date: str, cover: pl.DataFrame) -> pl.DataFrame:
    """Add SINCE and UNTIL of the returns around a date; missing where no return holds it."""
    year = _per_day(frame[date], lambda days: days.to_frame("DAY").select(reporting_year(c("DAY")))["DAY"])
    keyed = frame.select("LA", year.cast(pl.Int64).alias("YEAR"))
    return frame.with_columns(
        keyed.join(cover, on=["LA", "YEAR"], how="left", maintain_order="left").drop("LA", "YEAR")
    )


def _with_latest(frame: pl.DataFrame, cover: pl.DataFrame) -> pl.DataFrame:
    """Add LATEST, the authority's newest return."""
    latest = cover.group_by("LA").agg(LATEST=c("YEAR").max())
    return frame.join(latest, on="LA", how="left", maintain_order="left")


def with_birth(frame: pl.DataFrame, children: pl.DataFrame | None) -> pl.DataFrame:
    """Add DOB to rows in order of KEY; missing where it is not known."""
    if children is None or frame["KEY"].dtype == pl.String:
        return looked_up_birth(frame, children)
    # Both are in order: walking along them side by side is cheaper than looking each child up.
    born = children.select("KEY", "DOB", OTHER="KEY").set_sorted("KEY")
    found = frame.select("KEY").set_sorted("KEY").join_asof(born, on="KEY")
    return frame.with_columns(DOB=found.select(pl.when(c("KEY") == c("OTHER")).then("DOB"))["DOB"])


def _per_day(dates: pl.Series, function: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A function of dates, worked out once for each day from the first to the last and not once per row."""
    if dates.null_count() == len(dates):
        return function(dates)
    days = pl.select(pl.date_range(pl.lit(dates.min()), pl.lit(dates.max()))).to_series()
    return function(days).gather(dates.to_physical() - days.to_physical()[0]).alias(dates.name)


def _months_on(dates: pl.Series, months: int) -> pl.Series:
    """The same day of the month, so many months later; the month's last day where it is shorter."""
    return _per_day(dates, lambda days: days.dt.offset_by(f"{months}mo"))


def _upcoming(date: str, condition: pl.Expr, within: Sequence[str]) -> pl.Expr:
    """In rows in order: the date of the first row from this one on that meets a condition, if there is one.

    Only rows that agree in the columns `within` follow each other.
    """
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    last = pl.any_horizontal(c(name).ne_missing(c(name).shift(-1)) for name in within)
    end = pl.when(last).then(place).backward_fill()
    found = pl.when(condition).then(place).backward_fill()
    return pl.when(found <= end).then(c(date).gather(found.fill_null(0)))


def _next_april() -> pl.Expr:
    """The first day that a row's return says nothing of."""
    return pl.date(c("YEAR").cast(pl.Int32), 4, 1)


# ---- children ---------------------------------------------------------------------------------------------


def children(identifiers: pl.DataFrame, characteristics: pl.DataFrame | None) -> pl.DataFrame:
    """KEY, LA, DOB, EXPECTED, SEX and ETHNICITY (groups): the newest return wins, an older one fills its blanks.

    EXPECTED is the expected date of birth of a child who has no other yet.
    """
    ordered = _single(described(identifiers), ("YEAR",), ("DOB", "EXPECTED", "SEX"))
    last = (c("KEY") != c("KEY").shift(-1)).fill_null(value=True)
    result = ordered.select("KEY", "LA", *(_last_known(name) for name in ("DOB", "EXPECTED", "SEX"))).filter(
        last
    )
    if characteristics is None:
        result = filled(result, {"ETHNICITY": pl.String})
    else:
        result = result.join(_ethnicities(characteristics), on="KEY", how="left", maintain_order="left")
    return result.with_columns(EXPECTED=pl.when(c("DOB").is_null()).then("EXPECTED"))


_SEXES = {entry.code: entry.group for entry in SEX.codes if entry.group != "unknown"}
_ETHNICITIES = {code: group for code, group in ETHNICITY.groups.items() if group != "Unknown"}


def described(identifiers: pl.DataFrame) -> pl.DataFrame:
    """KEY, LA, YEAR, DOB, EXPECTED and SEX of every row."""
    types = {"PersonBirthDate": pl.Date, "ExpectedPersonBirthDate": pl.Date, "Sex": pl.String}
    whole = filled(identifiers, {**types, "GenderCurrent": pl.String})
    return whole.select(
        "KEY",
        "LA",
        "YEAR",
        DOB="PersonBirthDate",
        EXPECTED="ExpectedPersonBirthDate",
        SEX=pl.coalesce(_grouped(whole["Sex"], _SEXES), _grouped(whole["GenderCurrent"], _SEXES)),
    )


def _grouped(codes: pl.Series, groups: Mapping[str, str]) -> pl.Series:
    """The group of each code, looked up once per code that occurs."""
    seen = codes.unique().drop_nulls()
    named = seen.cast(pl.String).replace_strict(dict(groups), default=None, return_dtype=pl.String)
    return codes.replace_strict(seen, named, default=None, return_dtype=pl.String)


def _last_known(name: str) -> pl.Expr:
    """In rows by child and year: the child's newest value so far; missing where there is none yet."""
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    first = pl.when((c("KEY") != c("KEY").shift(1)).fill_null(value=True)).then(place).forward_fill()
    known = pl.when(c(name).is_not_null()).then(place).forward_fill()
    return pl.when(known >= first).then(c(name).gather(known.fill_null(0))).alias(name)


def _ethnicities(characteristics: pl.DataFrame) -> pl.DataFrame:
    """KEY and ETHNICITY, the newest that is known."""
    ethnicity = _grouped(characteristics["Ethnicity"], _ETHNICITIES).alias("ETHNICITY")
    ordered = _single(characteristics.select("KEY", "YEAR", ethnicity), ("YEAR",), ("ETHNICITY",))
    known = ordered.select("KEY", "ETHNICITY").drop_nulls()
    return known.filter((c("KEY") != c("KEY").shift(-1)).fill_null(value=True))


# ---- referrals and what follows them ----------------------------------------------------------------------


def referrals(
    details: pl.DataFrame, cover: pl.DataFrame, children: pl.DataFrame | None
) -> tuple[pl.DataFrame, list[Problem]]:
    """One row per child and referral date (R15, R17), with the child's referrals before and after it.

    NFA (no further action) is never missing; CLOSURE is 31 December 2099 where the case is open. SINCE and
    UNTIL bound the returns at hand around the referral. AGAIN: 1 if another came in the 12 months before it, the
    same day of the month a year before included; LOOKED_BACK: the returns cover these months; NEXT_AGAIN: the date
    of the child's first re-referral from this row on; LIMIT: the day 12 months after it; ADULT_AT_REFERRAL and
    ADULT_AT_LIMIT: 18 or over on the day (missing: unknown). Of rows of one day in one return the one that led to
    something counts, and of these the one that closes last.
    """
    columns = {"ReferralSource": pl.String, "PrimaryNeedCode": pl.String, "ReasonForClosure": pl.String}
    frame = filled(details, columns).select(
        "KEY",
        "LA",
        "YEAR",
        REFERRAL="CINreferralDate",
        NFA=_no_action(),
        CLOSURE=c("CINclosureDate").fill_null(_OPEN),
        REASON=pl.when(c("CINclosureDate").is_not_null()).then("ReasonForClosure"),
        NEED="PrimaryNeedCode",
        SOURCE="ReferralSource",
        ACTED=~_no_action(),
    )
    kept, found = stacked(frame, "REFERRAL", ("ACTED", "CLOSURE"), "cin.CINdetails")
    before = pl.when(c("KEY") == c("KEY").shift(1)).then(c("REFERRAL").shift(1))
    after = pl.when(c("KEY") == c("KEY").shift(-1)).then(c("REFERRAL").shift(-1))
    linked = kept.drop("ACTED").with_columns(PREV_REFERRAL=before, NEXT_REFERRAL=after)
    found += _while_open(linked)
    return _again(with_birth(_covered(linked, "REFERRAL", cover), children)), found


def _again(referrals: pl.DataFrame) -> pl.DataFrame:
    """Add what measures of referrals ask of every row, of the year before it and of those that come later."""
    year_before = _months_on(referrals["REFERRAL"], -YEAR_MONTHS)
    judged = referrals.with_columns(
        _adult(referrals, "REFERRAL"),
        AGAIN=(c("PREV_REFERRAL") >= year_before).fill_null(value=False).cast(pl.Int8),
        LOOKED_BACK=(c("SINCE") <= year_before).fill_null(value=False),
    )
    return _followed(
        judged.with_columns(NEXT_AGAIN=_upcoming("REFERRAL", c("AGAIN") == 1, ["KEY"])), "REFERRAL"
    )


def _followed(frame: pl.DataFrame, date: str) -> pl.DataFrame:
    """Add LIMIT, the day 12 months after a date, and whether someone is 18 by then (missing: unknown)."""
    limited = frame.with_columns(LIMIT=_months_on(frame[date], YEAR_MONTHS))
    return limited.with_columns(_adult(limited, "LIMIT"))


def _adult(frame: pl.DataFrame, date: str) -> pl.Expr:
    """Whether someone is 18 or over on a date; missing where the birth is unknown."""
    return (c("DOB") <= _months_on(frame[date], -216)).alias(f"ADULT_AT_{date}")


def _no_action() -> pl.Expr:
    return (c("ReferralNFA") == "1").fill_null(value=False)


def _while_open(referrals: pl.DataFrame) -> list[Problem]:
    """Referrals of a child whose case has not been closed: they count, but should not be."""
    same_child = c("KEY") == c("KEY").shift(1)
    still_open = ~c("NFA").shift(1) & (c("CLOSURE").shift(1) > c("REFERRAL"))
    rows = int(referrals.select((same_child & still_open).sum()).item() or 0)
    if not rows:
        return []
    text = f"{rows} referrals come while the child's previous case is open; they are counted"
    return [Problem("referral_while_open", "cin.CINdetails", rows, text)]


def closures(referrals: pl.DataFrame, cover: pl.DataFrame) -> pl.DataFrame:
    """One row per child and closure date, with the closure before it and the first referral after it.

    A closure dated before its own referral is none. NEXT_REFERRAL comes after the day of closure. LIMIT is the day
    12 months after it, ADULT_AT_LIMIT as in referrals.
    """
    closed = referrals.filter(c("CLOSURE") < _OPEN, c("CLOSURE") >= c("REFERRAL"))
    days = closed.select("KEY", "LA", "CLOSURE", "DOB").unique(["KEY", "CLOSURE"])
    ordered = sort_rows(days, ("CLOSURE",))
    before = pl.when(c("KEY") == c("KEY").shift(1)).then(c("CLOSURE").shift(1))
    later = referrals.select("KEY", NEXT_REFERRAL="REFERRAL").sort("NEXT_REFERRAL")
    followed = (
        ordered.with_columns(PREV_CLOSURE=before)
        .sort("CLOSURE")
        .join_asof(
            later,
            left_on="CLOSURE",
            right_on="NEXT_REFERRAL",
            by="KEY",
            strategy="forward",
            allow_exact_matches=False,
            coalesce=False,
            check_sortedness=False,
        )
    )
    return _followed(_covered(followed, "CLOSURE", cover), "CLOSURE")


def needs(referrals: pl.DataFrame, cover: pl.DataFrame) -> pl.DataFrame:
    """Episodes of need: START, END (31 December 2099 while open), REASON, NEED and CENSORED.

    A referral without further action, or closed after an assessment that found no need, is none. An episode
    open in a return that is not the authority's latest, and gone from the newer one, is lost: it ends on the
    1 April after its own return, CENSORED and without a reason.
    """
    found_no_need = c("REASON").cast(pl.String).is_in(NOT_IN_NEED).fill_null(value=False)
    episodes = _with_latest(referrals.filter(~c("NFA"), ~found_no_need), cover)
    lost = (c("CLOSURE") == _OPEN) & (c("YEAR") < c("LATEST"))
    return episodes.select(
        "KEY",
        "LA",
        START="REFERRAL",
        END=pl.when(lost).then(_next_april()).otherwise("CLOSURE"),
        REASON="REASON",
        NEED="NEED",
        CENSORED=lost,
        DOB="DOB",
    )


# ---- plans, enquiries, conferences ------------------------------------------------------------------------


def plans(
    frame: pl.DataFrame, cover: pl.DataFrame, children: pl.DataFrame | None
) -> tuple[pl.DataFrame, list[Problem]]:
    """Child protection plans, one per child and start (R17): START, END, PREVIOUS, INITIAL, LATEST, CENSORED.

    PREVIOUS is the number of earlier plans as returned (missing where blank). ADULT_AT_START: 18 or over on the
    day (missing: unknown). A plan that is open in an older return and gone from the newer one ends as an episode of
    need does.
    """
    columns = {"InitialCategoryOfAbuse": pl.String, "LatestCategoryOfAbuse": pl.String}
    name = "cin.ChildProtectionPlans"
    frame, found = _of_returns(frame, cover, name)
    started = (
        filled(frame, columns)
        .filter(c("CPPstartDate").is_not_null())
        .select(
            "KEY",
            "LA",
            "YEAR",
            START="CPPstartDate",
            END=c("CPPendDate").fill_null(_OPEN),
            PREVIOUS="NumberOfPreviousCPP",
            INITIAL="InitialCategoryOfAbuse",
            LATEST_CATEGORY="LatestCategoryOfAbuse",
        )
    )
    kept, repeated = stacked(started, "START", ("END", "PREVIOUS"), name)
    found += repeated
    overlapping = (c("KEY") == c("KEY").shift(1)) & (c("START") < c("END").shift(1))
    rows = int(kept.select(overlapping.sum()).item() or 0)
    if rows:
        text = f"{rows} plans start before the child's previous plan ends (rule 8940)"
        found.append(Problem("plan_overlap", name, rows, text))
    lost = (c("END") == _OPEN) & (c("YEAR") < c("LATEST"))
    ended = _with_latest(kept, cover).with_columns(
        END=pl.when(lost).then(_next_april()).otherwise("END"), CENSORED=lost
    )
    born = with_birth(ended.drop("LATEST"), children)
    return born.with_columns(_adult(born, "START")), found


def section_47(
    frame: pl.DataFrame, cover: pl.DataFrame, children: pl.DataFrame | None
) -> tuple[pl.DataFrame, list[Problem]]:
    """Enquiries under section 47, one per child and start: START, TARGET, CONFERENCE, NOT_REQUIRED."""
    columns = {"InitialCPCtarget": pl.Date, "DateOfInitialCPC": pl.Date, "ICPCnotRequired": pl.String}
    name = "cin.Section47"
    frame, found = _of_returns(frame, cover, name)
    started = (
        filled(frame, columns)
        .filter(c("S47ActualStartDate").is_not_null())
        .select(
            "KEY",
            "LA",
            "YEAR",
            START="S47ActualStartDate",
            TARGET="InitialCPCtarget",
            CONFERENCE="DateOfInitialCPC",
            NOT_REQUIRED=(c("ICPCnotRequired").cast(pl.String) == "1").fill_null(value=False),
        )
    )
    kept, repeated = stacked(started, "START", ("CONFERENCE", "TARGET", "NOT_REQUIRED"), name)
    return with_birth(kept, children), [*found, *repeated]


def conferences(
    details: pl.DataFrame, enquiries: pl.DataFrame | None, children: pl.DataFrame | None
) -> pl.DataFrame:
    """Initial child protection conferences, one per child and DATE; ENQUIRY: whether one led to it.

    A conference is dated in the enquiry that led to it, or in the referral's own block where there was none.
    """
    pieces = [
        filled(piece, {"DateOfInitialCPC": pl.Date}).select(
            "KEY", "LA", DATE="DateOfInitialCPC", ENQUIRY=pl.lit(number).cast(pl.Int8)
        )
        for number, piece in ((0, details), (1, enquiries))
        if piece is not None
    ]
    held = pl.concat(pieces).drop_nulls("DATE")
    days = held.group_by("KEY", "LA", "DATE").agg(ENQUIRY=c("ENQUIRY").max() == 1)
    return with_birth(sort_rows(days, ("DATE",)), children)


# ---- assessments and factors ------------------------------------------------------------------------------


def assessments(
    frame: pl.DataFrame, factors: pl.DataFrame, details: pl.DataFrame, children: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame, list[Problem]]:
    """Completed assessments, and the factors found in them.

    An assessment belongs to a referral (LA, child, REFERRAL) and to the day on which it was AUTHORISED (R16);
    where several returns have one that started on the same day, the newest's counts. PREV_AUTHORISED is the
    referral's previous one; FOUND_BY the day of its first one, from this on, in which a factor was found;
    ADULT_AT_AUTHORISED: 18 or over on the day (missing: unknown). A factor is there once per assessment; FACTOR is a
    code of the list, and NONE says that it is the one for no factor.
    """
    name = "cin.Assessments"
    completed = frame.filter(c("AssessmentAuthorisationDate").is_not_null())
    linked = _linked(completed, details)
    lost = linked["REFERRAL"].null_count()
    found = []
    if lost:
        text = f"{lost} completed assessments belong to no referral of their return and are set aside"
        found.append(Problem("assessment_without_referral", name, lost, text, set_aside=lost))
    known = linked.drop_nulls("REFERRAL")
    newest = _newest(known)
    older = known.height - newest.height
    if older:
        text = f"{older} completed assessments repeat in a newer return, which is used instead"
        found.append(Problem("superseded", name, older, text, set_aside=older))
    ordered = _of_referrals(newest)
    done = ordered.filter("FIRST").select(_ASSESSED)
    place, factor = _listed(ordered, factors)
    listed = done[place].with_columns(factor, NONE=factor == NO_FACTOR)
    same = (c("KEY") == c("KEY").shift(1)) & (c("REFERRAL") == c("REFERRAL").shift(1))
    done = done.with_columns(PREV_AUTHORISED=pl.when(same).then(c("AUTHORISED").shift(1)))
    # Each place once, in order: older versions of Polars lose their way among repeated ones.
    found_in = place.filter(factor != NO_FACTOR).rle().struct.field("value")
    some = pl.repeat(value=False, n=done.height, eager=True).scatter(found_in, values=True)
    done = done.with_columns(FOUND_BY=_upcoming("AUTHORISED", pl.lit(some), ["KEY", "REFERRAL"]))
    done = with_birth(done, children)
    return done.with_columns(_adult(done, "AUTHORISED")), with_birth(listed, children), found


_ASSESSED = ["KEY", "LA", "YEAR", "REFERRAL", "START", "AUTHORISED"]


def _linked(completed: pl.DataFrame, details: pl.DataFrame) -> pl.DataFrame:
    """Completed assessments with the date of their referral, if there is one."""
    blocks = details.select("KEY", *BLOCK, "CINreferralDate").drop_nulls("CINdetailsID")
    own, theirs = numbered([completed, blocks], BLOCK)
    dates = pl.DataFrame({"BLOCK": theirs, "REFERRAL": blocks["CINreferralDate"]})
    if repeats(theirs):
        dates = dates.unique("BLOCK")
    found = pl.DataFrame({"BLOCK": own}).join(dates, on="BLOCK", how="left", maintain_order="left")
    return completed.select(
        "KEY",
        *BLOCK,
        "LA",
        "AssessmentID",
        found["REFERRAL"],
        START="AssessmentActualStartDate",
        AUTHORISED="AssessmentAuthorisationDate",
    )


def _newest(known: pl.DataFrame) -> pl.DataFrame:
    """Leave out assessments of which a newer return has one of the same referral that started on the same day."""
    (numbers,) = numbered([known], ("REFERRAL", "START"))
    if not repeats(numbers):
        return known
    several = numbers.is_duplicated()
    rows = known.filter(several)
    newer = rows.filter(c("YEAR") == c("YEAR").max().over("KEY", "REFERRAL", "START"))
    return pl.concat([known.filter(~several), newer])


def _of_referrals(newest: pl.DataFrame) -> pl.DataFrame:
    """Assessments in order of child, referral and date; FIRST: the row is not the one before it over again."""
    ordered = sort_rows(newest, ("REFERRAL", "AUTHORISED", "START"))
    again = pl.all_horizontal(c(name).eq_missing(c(name).shift(1)) for name in _ASSESSED)
    return ordered.with_columns(FIRST=~again.fill_null(value=False))


def _listed(ordered: pl.DataFrame, factors: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Factors of the list, each once in an assessment: places among the first ones, in order, and codes."""
    codes = pl.Series(list(FACTORS.names))
    numbers = pl.int_range(len(codes), dtype=pl.Int64, eager=True)
    coded = factors.with_columns(CODE=c("AssessmentFactor").replace_strict(codes, numbers, default=None))
    coded = coded.drop_nulls("CODE")
    own, theirs = numbered([coded, ordered], (*BLOCK, "AssessmentID"))
    places = pl.DataFrame({"NUMBER": theirs, "PLACE": ordered["FIRST"].cum_sum().cast(pl.Int64) - 1})
    held = pl.DataFrame({"NUMBER": own, "CODE": coded["CODE"]}).join(places, on="NUMBER")
    # Assessment and factor in one number, in order: what is found twice then stands side by side.
    found = held.select(NUMBER=c("PLACE") * len(codes) + c("CODE"))["NUMBER"].sort()
    found = found.filter((found != found.shift(1)).fill_null(value=True))
    return found // len(codes), codes.cast(pl.Categorical).gather(found % len(codes)).alias("FACTOR")

"""What invented data show of the margins of the children in need census, worked out plainly from the returns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from csc_outcomes.synthetic.cin_days import working_days_between

if TYPE_CHECKING:
    from csc_outcomes.synthetic.make import Synthetic

Figures = dict[tuple[str, str], float]

_KEYS = ["LA", "LAchildID"]
_NOT_IN_NEED = ["RC8", "RC9"]
_MONTHS = ((0, 3, "under 3 months"), (3, 6, "3-6 months"), (6, 12, "6-12 months"), (12, 24, "1-2 years"))
_LONGEST = "2 years and more"
_ON_TIME, _CONFERENCE_ON_TIME = 45, 15
_TWO_YEARS = 730
_SOURCES = {"police": ["6"], "schools": ["2A"], "health": ["3A", "3B", "3C", "3D", "3E", "3F"]}
FACTORS = {
    "mental health, parent": ["4B"],
    "domestic abuse, parent": ["3B"],
    "emotional abuse": ["17A"],
    "neglect": ["16A"],
    "mental health, child": ["4A"],
    "alcohol, parent": ["1B"],
    "drugs, parent": ["2B"],
    "physical abuse by an adult": ["18C"],
    "self-harm": ["15A"],
    "going missing": ["10A"],
    "criminal exploitation": ["24A"],
    "sexual exploitation": ["11A"],
    "gangs": ["13A"],
    "trafficking": ["12A"],
}
_FEWEST_AUTHORITIES = 100


class _Look:
    """The returns of a year and of the year before."""

    def __init__(self, synthetic: Synthetic, year: int) -> None:
        self.tables = {n.removeprefix("cin."): t for n, t in synthetic.tables.items() if n.startswith("cin.")}
        self.year, self.first, self.last = year, date(year - 1, 4, 1), date(year, 3, 31)
        self.whole = {year - 1, year} <= set(synthetic.years)
        people = synthetic.population.filter(
            (pl.col("geographic_level") == "Local authority") & (pl.col("time_period") == year - 1)
        )
        self.population = float(people["population_estimate"].sum())
        self.details = self.of_year("CINdetails")
        self.referrals = self.details.filter(pl.col("CINreferralDate") >= self.first)
        self.episodes = self.details.filter(
            (pl.col("ReferralNFA") == "0") & ~pl.col("ReasonForClosure").is_in(_NOT_IN_NEED).fill_null(False)
        )

    def of_year(self, table: str) -> pl.DataFrame:
        return self.tables[table].filter(pl.col("YEAR") == self.year)

    def within(self, name: str) -> pl.Expr:
        return pl.col(name).is_between(self.first, self.last)


def observed(synthetic: Synthetic, year: int) -> Figures:
    """All figures the data can show for a return year, by block and name; percentages are 0-100."""
    look = _Look(synthetic, year)
    found: Figures = {}
    for part in (_referrals, _rereferrals, _episodes, _durations, _assessments, _enquiries, _plans):
        found |= part(look)
    return found


def _percent(frame: pl.DataFrame, condition: pl.Expr) -> float:
    return 100.0 * float(frame.select(condition.fill_null(False).sum()).item()) / max(1, len(frame))


def _children(frame: pl.DataFrame) -> float:
    return float(len(frame.select(_KEYS).unique()))


def _referrals(look: _Look) -> Figures:
    rows = look.referrals
    block = "referrals"
    found = {
        (block, "referrals"): float(len(rows)),
        (block, "children referred"): _children(rows),
        (block, "rate"): 10_000 * len(rows) / look.population,
        (block, "no further action"): _percent(rows, pl.col("ReferralNFA") == "1"),
        (block, "assessed, not in need"): _percent(rows, pl.col("ReasonForClosure").is_in(_NOT_IN_NEED)),
    }
    for name, codes in _SOURCES.items():
        found["referrals: source", name] = _percent(rows, pl.col("ReferralSource").is_in(codes))
    return found


def rereferrals(details: pl.DataFrame) -> pl.DataFrame:
    """Referrals of stacked returns, each once, with AGAIN: another of the child in the 12 months before."""
    rows = details.select(*_KEYS, "CINreferralDate").unique().sort(*_KEYS, "CINreferralDate")
    same = (pl.struct(_KEYS) == pl.struct(_KEYS).shift()).fill_null(False)
    day, before = pl.col("CINreferralDate"), pl.col("CINreferralDate").shift()
    return rows.with_columns(AGAIN=(same & (before >= day.dt.offset_by("-12mo"))).fill_null(False))


def _rereferrals(look: _Look) -> Figures:
    if not look.whole:
        return {}
    rows = rereferrals(look.tables["CINdetails"].filter(pl.col("YEAR") <= look.year))
    rows = rows.filter(look.within("CINreferralDate"))
    again = rows.filter("AGAIN")
    found = {
        ("referrals", "re-referrals"): 100.0 * len(again) / max(1, len(rows)),
        ("referrals", "children re-referred"): 100.0 * _children(again) / max(1.0, _children(rows)),
    }
    own = rows.group_by("LA").agg(number=pl.len(), share=100 * pl.col("AGAIN").mean())
    if len(own) >= _FEWEST_AUTHORITIES:
        for name, point in {"p10": 0.1, "median": 0.5, "p90": 0.9}.items():
            for block, column in (("referrals", "number"), ("re-referrals", "share")):
                value = own[column].quantile(point, "linear") or 0.0
                found[f"referrals: authorities' {block}", name] = float(value)
    return found


def _episodes(look: _Look) -> Figures:
    rows = look.episodes
    open_now = rows.filter(pl.col("CINclosureDate").is_null())
    started, ended = rows.filter(look.within("CINreferralDate")), rows.filter(look.within("CINclosureDate"))
    block = "episodes of need"
    return {
        (block, "open on 31 March"): float(len(open_now)),
        (block, "rate"): 10_000 * len(open_now) / look.population,
        (block, "started"): float(len(started)),
        (block, "ended"): float(len(ended)),
        (block, "children at any time"): _children(rows),
        (block, "children started"): _children(started),
        (block, "children ended"): _children(ended),
    }


def _durations(look: _Look) -> Figures:
    rows = look.episodes
    open_now = rows.filter(pl.col("CINclosureDate").is_null()).with_columns(TO=pl.lit(look.last))
    ended = rows.filter(look.within("CINclosureDate")).with_columns(TO="CINclosureDate")
    return {
        **_bands("episodes of need: duration of open", open_now, "CINreferralDate"),
        **_bands("episodes of need: duration of closed", ended, "CINreferralDate"),
    }


def _bands(block: str, rows: pl.DataFrame, start: str) -> Figures:
    """Shares by time from a start to TO."""
    since, until = pl.col(start), pl.col("TO")
    found = {
        (block, name): _percent(
            rows,
            (until >= since.dt.offset_by(f"{low}mo")) & (until < since.dt.offset_by(f"{high}mo")),
        )
        for low, high, name in _MONTHS
    }
    found[block, _LONGEST] = _percent(rows, until >= since.dt.offset_by("24mo"))
    return found


def _assessments(look: _Look) -> Figures:
    """Times run from the referral; a factor counts once per episode."""
    one = [*_KEYS, "CINdetailsID"]
    rows = look.of_year("Assessments").filter(look.within("AssessmentAuthorisationDate"))
    rows = rows.join(look.details.select(*one, "CINreferralDate"), on=one)
    days = working_days_between(
        rows["CINreferralDate"].to_physical().to_numpy().astype(np.int64),
        rows["AssessmentAuthorisationDate"].to_physical().to_numpy().astype(np.int64),
    )
    listed = look.of_year("AssessmentFactorsList").filter(pl.col("AssessmentFactor") != "21")
    episodes = listed.select(one).unique()
    found = {
        ("assessments", "within 45 working days"): 100.0 * float((days <= _ON_TIME).mean()),
        ("assessments", "episodes with a factor"): float(len(episodes)),
    }
    for name, codes in FACTORS.items():
        number = len(listed.filter(pl.col("AssessmentFactor").is_in(codes)).select(one).unique())
        found["assessments: factors", name] = 100.0 * number / max(1, len(episodes))
    return found


def _enquiries(look: _Look) -> Figures:
    rows = look.of_year("Section47")
    held = rows.filter(look.within("DateOfInitialCPC"))
    days = working_days_between(
        *(
            held[n].to_physical().to_numpy().astype(np.int64)
            for n in ("S47ActualStartDate", "DateOfInitialCPC")
        )
    )
    other = look.details.filter(look.within("DateOfInitialCPC"))
    started = rows.filter(look.within("S47ActualStartDate"))
    block = "enquiries and conferences"
    return {
        (block, "enquiries"): 10_000 * len(started) / look.population,
        (block, "conferences"): 10_000 * (len(held) + len(other)) / look.population,
        (block, "conferences within 15 working days"): 100.0 * float((days <= _CONFERENCE_ON_TIME).mean()),
    }


def _plans(look: _Look) -> Figures:
    rows = look.of_year("ChildProtectionPlans")
    open_now = rows.filter(pl.col("CPPendDate").is_null()).with_columns(TO=pl.lit(look.last))
    started, ended = rows.filter(look.within("CPPstartDate")), rows.filter(look.within("CPPendDate"))
    lasted = (pl.col("CPPendDate") - pl.col("CPPstartDate")).dt.total_days()
    block = "child protection plans"
    return {
        (block, "on 31 March"): float(len(open_now)),
        (block, "rate"): 10_000 * len(open_now) / look.population,
        (block, "started"): float(len(started)),
        (block, "second or later"): _percent(started, pl.col("NumberOfPreviousCPP") >= 1),
        (block, "ceased after 2 years and more"): _percent(ended, lasted >= _TWO_YEARS),
        **_bands("child protection plans: duration of open", open_now, "CPPstartDate"),
    }

"""What invented data show of the margins of the workforce census, worked out plainly from the returns."""

from __future__ import annotations

import calendar
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from csc_outcomes.synthetic.make import Synthetic

Figures = dict[tuple[str, str], float]

_FEWEST_AUTHORITIES = 100
_WORKING_DAYS, _LEAP_WORKING_DAYS = 253, 254


def observed(synthetic: Synthetic, year: int) -> Figures:
    """All figures the data can show for a census year, by block and name; percentages are 0-100."""
    parts = parts_of(synthetic, year)
    if not len(parts):
        return {}
    total = parts.drop("LA").sum()
    block = "workforce on 30 September"
    found = {
        (block, "in post"): float(total["in_post"][0]),
        (block, "starters"): float(total["starters"][0]),
        **{
            (block, name): float(value)
            for name, value in total.select(**_rates(year)).row(0, named=True).items()
        },
    }
    own = parts.select(**_rates(year))
    if len(own) >= _FEWEST_AUTHORITIES:
        for name, point in {"p10": 0.1, "median": 0.5, "p90": 0.9}.items():
            for rate in ("caseload", "vacancy rate"):
                value = own[rate].quantile(point, "linear") or 0.0
                found[f"workforce: authorities' {rate}", name] = float(value)
    return found


def parts_of(synthetic: Synthetic, year: int) -> pl.DataFrame:
    """Full-time equivalents, cases and days of each authority: what the rates are made of."""
    rows = synthetic.tables["workforce.worker"].filter(pl.col("YEAR") == year)
    level = synthetic.tables["workforce.la_level"].filter(pl.col("YEAR") == year)
    first, last = date(year - 1, 10, 1), date(year, 9, 30)
    employed = pl.col("AgencyWorker") == "0"
    here = pl.col("RoleEndDate").is_null()
    before = pl.col("RoleStartDate") < first
    fte = pl.col("FTE")
    sums = rows.group_by("LA", maintain_order=True).agg(
        in_post=fte.filter(employed & here).sum(),
        starters=fte.filter(employed & pl.col("RoleStartDate").is_between(first, last)).sum(),
        leavers=fte.filter(employed & ~here & before).sum(),
        agency=fte.filter(~employed & here).sum(),
        cases=pl.col("Cases30").filter(here).sum(),
        holders=pl.col("FTE30").filter(here & (pl.col("Cases30") > 0)).sum(),
        days=pl.col("WorkingDaysLost").filter(employed).sum(),
    )
    return sums.join(
        level.select("LA", vacancies="NumberOfVacancies", cover="NoAgencyFTE"), on="LA", maintain_order="left"
    )


def _rates(year: int) -> dict[str, pl.Expr]:
    c = pl.col
    days = _LEAP_WORKING_DAYS if calendar.isleap(year) else _WORKING_DAYS
    return {
        "turnover rate": 100 * c("leavers") / c("in_post"),
        "agency rate": 100 * c("agency") / (c("agency") + c("in_post")),
        "vacancy rate": 100 * c("vacancies") / (c("vacancies") + c("in_post")),
        "vacancies covered": 100 * c("cover") / c("vacancies"),
        "workers with cases": 100 * c("holders") / (c("agency") + c("in_post")),
        "caseload": c("cases") / c("holders"),
        "absence rate": 100 * c("days") / (c("in_post") * days),
    }

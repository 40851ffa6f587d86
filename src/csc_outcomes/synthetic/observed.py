"""What invented data show of the margins, worked out plainly from the stacked returns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.sources import ssda903_codes as lists
from csc_outcomes.synthetic.look import KEYS, Look, age
from csc_outcomes.synthetic.observed_modules import modules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csc_outcomes.synthetic.make import Synthetic

Figures = dict[tuple[str, str], float]

_FOSTER = ["U1", "U2", "U3", "U4", "U5", "U6"]
_PLACEMENTS = {
    "foster": _FOSTER,
    "secure and children's homes": ["K1", "K2"],
    "supported or independent": ["H5", "P2", "K3"],
    "parents": ["P1"],
    "placed for adoption": ["A3", "A4", "A5", "A6"],
    "other residential": ["R1", "R2", "R3", "R5"],
    "residential schools": ["S1"],
    "other": ["Z1", "Z11", "Z12", "Z13", "Z14", "P3"],
}
_PROVIDERS = {
    "own authority": ["PR1"],
    "private": ["PR4"],
    "voluntary": ["PR5"],
    "parents": ["PR0"],
    "other authority": ["PR2"],
    "other public": ["PR3"],
}
_LEGAL = {
    "full care order": ["C2"],
    "interim care order": ["C1"],
    "placement order": ["E1"],
    "section 20": ["V2"],
    "youth justice": ["J1", "J2", "J3"],
    "protection": ["L1", "L2", "L3"],
}
_LEGAL_START = {
    "section 20": ["V2"],
    "interim care order": ["C1"],
    "police protection": ["L1"],
    "emergency protection": ["L2"],
    "remand": ["J1"],
    "full care order": ["C2"],
}
_REASONS = {
    "home, planned": ["E4A"],
    "home, not planned": ["E4B"],
    "relatives without PR": ["E13"],
    "special guardianship": ["E43", "E44", "E45", "E46", "E47", "E48"],
    "adopted": ["E11", "E12"],
    "child arrangements order": ["E41"],
    "18, stayed with carers": ["E17"],
    "independent, supported": ["E5"],
    "independent, unsupported": ["E6"],
    "another authority": ["E3"],
    "other": ["E8"],
    "adult residential": ["E7"],
    "custody": ["E9"],
    "assessed as adult": ["E15"],
    "remand ended": ["E14"],
    "abroad": ["E16"],
    "died": ["E2"],
}
_MOVES = {
    "care plan": ["CARPL"],
    "other": ["OTHER"],
    "status only": ["PLACE"],
    "carer, behaviour": ["CREQB"],
    "carer, other": ["CREQO"],
    "child": ["CHILD"],
    "authority": ["LAREQ"],
    "allegation": ["ALLEG"],
    "closure": ["CLOSE"],
    "standards": ["STAND"],
    "approval removed": ["APPRR"],
    "custody": ["CUSTOD"],
}
_AGES = {"under 1": (0, 0), "1-4": (1, 4), "5-9": (5, 9), "10-15": (10, 15), "16+": (16, 99)}
_AGES_CEASING = {
    **{name: _AGES[name] for name in ("under 1", "1-4", "5-9", "10-15")},
    "16": (16, 16),
    "17": (17, 17),
    "18+": (18, 99),
}
_FEWEST_AUTHORITIES = 100
_MONTH = 365.25 / 12


def observed(synthetic: Synthetic, year: int) -> Figures:
    """All figures the data can show for a return year, by block and name; percentages are 0-100."""
    look = Look(synthetic, year)
    found: Figures = {}
    for part in (
        _stock,
        _location,
        _authorities,
        _starts,
        _ceasing,
        _adoptions,
        _moves,
        _new_places,
        _stability,
    ):
        found |= part(look)
    return found | modules(look)


def _share(values: pl.Series, codes: Iterable[str]) -> float:
    return 100.0 * float(values.is_in(list(codes)).sum()) / max(1, len(values))


def _shares(block: str, values: pl.Series, groups: dict[str, list[str]]) -> Figures:
    return {(block, name): _share(values, codes) for name, codes in groups.items()}


def _by_age(block: str, ages: pl.Series, bands: dict[str, tuple[int, int]]) -> Figures:
    return {
        (block, name): 100.0 * float(ages.is_between(low, high).sum()) / max(1, len(ages))
        for name, (low, high) in bands.items()
    }


def _percent(frame: pl.DataFrame, condition: pl.Expr) -> float:
    return 100.0 * float(frame.select(condition.fill_null(False).sum()).item()) / max(1, len(frame))


def _needs(block: str, values: pl.Series) -> Figures:
    return _shares(block, values, {name: [name] for name in lists.CIN.names})


_MALE = pl.col("SEX").is_in(["1", "M"])


def _stock(look: Look) -> Figures:
    stock = look.in_care
    groups = lists.ETHNIC.groups
    ethnicity = stock["ETHNIC"].replace(groups)
    asylum = pl.col("asylum") & (pl.col("DUC").is_null() | (pl.col("DUC") > look.last))
    children = len(stock.select(KEYS).unique())
    return {
        ("31 March", "children looked after"): float(children),
        ("31 March", "rate"): 10_000 * children / float(look.population["population"].sum()),
        ("31 March", "male"): _percent(stock, _MALE),
        ("31 March", "unaccompanied"): _percent(stock, asylum),
        **_by_age("31 March: age", stock.select(age(look.last)).to_series(), _AGES),
        **_shares(
            "31 March: ethnicity",
            ethnicity,
            {name: [name] for name in ("White", "Mixed", "Black", "Asian", "Other")},
        ),
        **_needs("31 March: need", stock["CIN"]),
        **_shares("31 March: legal status", stock["LS"], _LEGAL),
        **_shares("31 March: placement", stock["PLACE"], _PLACEMENTS),
        **_shares("31 March: provider", stock["PLACE_PROVIDER"], _PROVIDERS),
        ("31 March: provider", "not reported"): _percent(stock, pl.col("PLACE_PROVIDER").is_null()),
    }


def _six_ways(block: str, rows: pl.DataFrame) -> Figures:
    inside, far, known = (
        pl.col("PL_LOCATION") == "IN",
        pl.col("PL_DISTANCE") > 20,
        pl.col("PL_DISTANCE").is_not_null(),
    )
    return {
        (block, "inside, to 20 miles"): _percent(rows, inside & ~far),
        (block, "outside, to 20 miles"): _percent(rows, ~inside & ~far),
        (block, "inside, over 20 miles"): _percent(rows, inside & far),
        (block, "outside, over 20 miles"): _percent(rows, ~inside & far),
        (block, "inside, not known"): _percent(rows, inside & ~known),
        (block, "outside, not known"): _percent(rows, ~inside & ~known),
        (block, "not known"): _percent(rows, ~known),
    }


def _location(look: Look) -> Figures:
    stock = look.in_care
    block = "31 March: locality"
    return {
        (block, "inside"): _percent(stock, pl.col("PL_LOCATION") == "IN"),
        (block, "over 20 miles"): _percent(stock, pl.col("PL_DISTANCE") > 20),
        (block, "distance not known"): _percent(stock, pl.col("PL_DISTANCE").is_null()),
        **_six_ways("31 March: distance and locality", stock),
    }


def _authorities(look: Look) -> Figures:
    if len(look.population) < _FEWEST_AUTHORITIES:
        return {}
    stock = look.in_care.group_by("LA").len("children")
    starts = look.started.group_by("LA").len("starts")
    spread = look.population.join(stock, on="LA", how="left").join(starts, on="LA", how="left").fill_null(0)
    rates = spread["children"] / spread["population"] * 10_000
    points = {"minimum": 0.0, "p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9, "maximum": 1.0}
    found = {}
    for block, values in (("rates", rates), ("children", spread["children"])):
        for name, point in points.items():
            found["31 March: authorities' " + block, name] = float(values.quantile(point, "linear") or 0.0)
    start_rates = spread["starts"] / spread["population"] * 10_000
    found["starting: authorities", "median number"] = float(spread["starts"].quantile(0.5, "linear") or 0.0)
    found["starting: authorities", "median rate"] = float(start_rates.quantile(0.5, "linear") or 0.0)
    return found


def _starts(look: Look) -> Figures:
    starts = look.started
    return {
        ("starting", "children"): float(len(starts)),
        ("starting", "rate"): 10_000 * len(starts) / float(look.population["population"].sum()),
        ("starting", "male"): _percent(starts, _MALE),
        ("starting", "unaccompanied"): _percent(starts, pl.col("asylum")),
        ("starting", "taken into care"): _share(starts["LS"], ["C1", "C2", "E1", "L1", "L2", "L3"]),
        **_by_age("starting: age", starts.select(age(pl.col("START"))).to_series(), _AGES),
        **_shares("starting: legal status", starts["LS"], _LEGAL_START),
        **_needs("starting: need", starts["CIN"]),
    }


def _ceasing(look: Look) -> Figures:
    ends = look.ceased
    stock = len(look.in_care)
    return {
        ("ceasing", "children"): float(len(ends)),
        ("ceasing", "rate"): 10_000 * len(ends) / float(look.population["population"].sum()),
        ("ceasing", "male"): _percent(ends, _MALE),
        ("ceasing", "unaccompanied"): _percent(ends, pl.col("asylum")),
        ("ceasing", "adopted"): float(ends["REC"].is_in(["E11", "E12"]).sum()),
        ("stay", "stock over outflow, years"): stock / max(1, len(ends)),
        ("any time in the year", "children"): float(len(look.any_time)),
        **_by_age("ceasing: age", ends.select(age(pl.col("END"))).to_series(), _AGES_CEASING),
        **_shares("ceasing: reason", ends["REC"], _REASONS),
    }


def _adoptions(look: Look) -> Figures:
    adopted = look.periods.filter(
        pl.col("END").is_between(look.first, look.last)
        & pl.col("REC").is_in(["E11", "E12"])
        & pl.col("KNOWN")
    )
    placed = look.episodes.filter(pl.col("PLACE").is_in(_PLACEMENTS["placed for adoption"]))
    placed = placed.group_by("PERIOD").agg(PLACED=pl.min("DECOM"))
    both = adopted.join(placed, on="PERIOD").join(look.of_year("ad1").drop("DOB"), on=KEYS)
    if not len(both):
        return {}

    def months(early: str, late: str) -> float:
        return float(both.select((pl.col(late) - pl.col(early)).dt.total_days().mean()).item()) / _MONTH

    block = "adoption: months"
    return {
        (block, "entry to decision"): months("START", "DATE_INT"),
        (block, "decision to match"): months("DATE_INT", "DATE_MATCH"),
        (block, "match to placed"): months("DATE_MATCH", "PLACED"),
        (block, "entry to order"): months("START", "END"),
        (block, "placed to order"): months("PLACED", "END"),
    }


def _moves(look: Look) -> Figures:
    day_after = date(look.year, 4, 1)
    days = pl.min_horizontal("TO", pl.lit(day_after)) - pl.max_horizontal("DECOM", pl.lit(look.first))
    years = float(look.episodes.select(days.dt.total_days().clip(0).sum()).item()) / 365.25
    changing = look.episodes.filter(
        pl.col("DEC").is_between(look.first, look.last) & pl.col("REASON_PLACE_CHANGE").is_not_null()
    )
    other_carer = (changing["REASON_PLACE_CHANGE"] != "PLACE").sum()
    return {
        ("moves", "placements changing"): float(len(changing)),
        ("moves", "changes per child-year"): len(changing) / years,
        ("moves", "changes per child-year, status apart"): float(other_carer) / years,
        **_shares("moves: reason", changing["REASON_PLACE_CHANGE"], _MOVES),
    }


def _new_places(look: Look) -> Figures:
    away = pl.col("TEMPORARY").shift() & (pl.col("PERIOD") == pl.col("PERIOD").shift())
    new = look.episodes.filter((pl.col("RNE") != "L") & ~pl.col("TEMPORARY") & ~away.fill_null(False)).filter(
        pl.col("DECOM").is_between(look.first, look.last)
    )
    return {
        ("moves", "new placements"): float(len(new)),
        **_six_ways("moves: location of new placements", new),
    }


def _stability(look: Look) -> Figures:
    found = {}
    stock = look.in_care.select(*KEYS, "PERIOD", "DOB").join(
        look.periods.select("PERIOD", "START", "KNOWN"), on="PERIOD"
    )
    for name, years, since in (
        ("3+ placements in the year", 1, None),
        ("3+ in two years", 2, date(look.year - 2, 3, 31)),
    ):
        if min(look.years) > look.year - years + 1:
            continue
        window = date(look.year - years, 4, 1)
        runs = look.runs.filter((pl.col("START") <= look.last) & (pl.col("TO") >= window))
        count = runs.group_by(KEYS).len("runs")
        base = stock if since is None else stock.filter(pl.col("START") <= since)
        found["moves", name] = _percent(base.join(count, on=KEYS, how="left"), pl.col("runs") >= 3)
    current = look.runs.filter((pl.col("START") <= look.last) & (pl.col("TO") > look.last))
    long = stock.filter((pl.col("START") <= date(look.year - 3, 9, 30)) & (age(look.last) < 16)).join(
        current.select(*KEYS, "SINCE"), on=KEYS
    )
    found["moves", "same carer 2+ years"] = _percent(long, pl.col("SINCE") <= date(look.year - 2, 3, 31))
    return found

"""What must hold for every measure at once, whatever the data: on drawn histories and on invented returns."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csc_outcomes as csc
from csc_outcomes.definitions.measure import Kind, When
from csc_outcomes.engine.breakdowns import BREAKDOWNS
from csc_outcomes.synthetic import synthesise
from reference.base import Returns, key_of, year_end
from reference.care import by_child, care_rows, periods_of_care

from .drawn import as_pandas, as_polars, examples, frames, several_returns
from .soundness import CATALOGUE, NAMES, NUMBERS, PLACE, Tables, Windows, areas_of, differences, faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reference.base import Key

SINGLE = [name for name in BREAKDOWNS if name != "arm"]
CROSSED = "age_band x sex"
FORWARD = {name for name, measure in CATALOGUE.items() if measure.followup_months}


# ---- results --------------------------------------------------------------------------------------------


def year_to(year: int) -> csc.Window:
    return csc.Window.year_to(year_end(year))


MANY: Windows = {
    When.DAY: [csc.Window.snapshot("2023-03-31"), csc.Window("2023-03-01", "2024-02-29")],
    When.PERIOD: [
        year_to(2023),
        csc.Window("2021-12-25", "2023-06-14"),
        csc.Window("2024-01-01", "2024-03-31"),
    ],
    When.RETURN_YEAR: [year_to(2023), csc.Window.snapshot("2024-03-31")],
}
FEW: Windows = {
    When.DAY: [csc.Window.snapshot("2023-03-31")],
    When.PERIOD: [csc.Window("2021-12-25", "2023-06-14")],
    When.RETURN_YEAR: [year_to(2023)],
}


def figures(
    tables: Tables, windows: Windows, by: Sequence[str] = ("LA",), leave: Iterable[str] = ()
) -> pd.DataFrame:
    """All measures (but those to leave) over the windows that suit them, as one table."""
    data = csc.Data(tables)
    asked = {when: [name for name in names if name not in leave] for when, names in NAMES.items()}
    results = [csc.calculate(asked[when], data, windows[when], by=list(by)) for when in asked if asked[when]]
    return pd.concat([result.frame for result in results], ignore_index=True)


@cache
def invented() -> Tables:
    """About 300 children on a day in three authorities, five returns, with residents by age and sex."""
    made = synthesise(3, years=range(2020, 2025), children=300, seed=20, returns=("ssda903",))
    return {**made.tables, "population": made.population_by_age}


@cache
def invented_figures() -> pd.DataFrame:
    return figures(invented(), FEW, ["LA", "age_band"])


def described(returns: Returns) -> Tables:
    """Drawn histories as frames, with sex, ethnicity and need that differ between children."""
    sexes, origins, needs = (
        ("1", "2", None, "M", "F"),
        ("WBRI", "BCRB", "NOBT", "MWBC"),
        ("N1", "N5", None, "N8"),
    )
    header = [
        {**row, "SEX": sexes[int(row["CHILD"], 36) % 5], "ETHNIC": origins[int(row["CHILD"], 36) % 4]}
        for row in returns.header
    ]
    episodes = [
        {**row, "CIN": needs[row["DECOM"].day % 4 if row["DECOM"] else 0]} for row in returns.episodes
    ]
    return frames(Returns(**{**vars(returns), "header": header, "episodes": episodes}))


# ---- every result is sound ------------------------------------------------------------------------------


@examples(3, long=400)
@given(several_returns(), st.lists(st.sampled_from([*SINGLE, CROSSED]), min_size=1, max_size=2, unique=True))
def test_results_on_drawn_histories_are_sound(returns: Returns, groups: list[str]) -> None:
    tables, by = described(returns), ["LA", *groups]
    assert faults(figures(tables, MANY, by), tables, MANY, by) == {}


def test_results_on_invented_returns_are_sound() -> None:
    by = ["LA", *SINGLE, CROSSED]
    frame = figures(invented(), MANY, by)
    assert faults(frame, invented(), MANY, by) == {}
    # A result of zeros would be sound too.
    assert set(frame["status"]) == {"ok", "undefined", "no_population", "incomplete"}
    assert (
        set(frame.loc[(frame["value"] > 0) & (frame["status"] == "ok"), "measure"])
        >= set(CATALOGUE) - FORWARD
    )
    occurring = frame[frame["numerator"] > 0].groupby("breakdown")["group"].nunique()
    assert (occurring[[*SINGLE, CROSSED]] >= 2).all()


# ---- what must not matter: order, files, ids, codes of authorities --------------------------------------


def returns_only(tables: Tables, change: Callable[[pl.DataFrame], Any]) -> Tables:
    """Change the tables of the returns, and leave the population."""
    return {name: change(frame) if name.startswith("ssda903") else frame for name, frame in tables.items()}


def shuffled(tables: Tables, random: Random) -> Tables:
    """Rows in another order."""
    return returns_only(
        tables, lambda frame: frame.sample(fraction=1, shuffle=True, seed=random.randrange(2**32))
    )


def restacked(tables: Tables, random: Random) -> Tables:
    """Every table as several files, stacked in another order."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        file = pl.Series([random.randrange(4) for _ in range(frame.height)], dtype=pl.Int8)
        return pl.concat([frame.filter(file == n) for n in random.sample(range(4), 4)], rechunk=False)

    return returns_only(tables, change)


def with_other_ids(tables: Tables, random: Random) -> Tables:
    """Other CHILD ids, in another order; a child keeps one id in all tables."""
    pairs = pl.concat(
        [frame.select("LA", "CHILD") for name, frame in tables.items() if name.startswith("ssda903")]
    )
    known = pairs.unique().sort("LA", "CHILD")
    ids = random.sample(range(1, known.height + 1), known.height)
    names = known.with_columns(OTHER=pl.Series([f"{number:07d}X" for number in ids], dtype=pl.String))

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        joined = frame.join(names, on=["LA", "CHILD"], how="left", maintain_order="left")
        return joined.with_columns(CHILD=pl.col("OTHER")).select(frame.columns)

    return returns_only(tables, change)


def in_pandas(tables: Tables, random: Random) -> Tables:
    """pandas frames, each of two files that keep their own row labels."""

    def change(frame: pl.DataFrame) -> pd.DataFrame:
        whole = frame.to_pandas()
        cut = random.randrange(frame.height + 1)
        parts = [part.reset_index(drop=True) for part in (whole.iloc[cut:], whole.iloc[:cut]) if len(part)]
        return pd.concat(parts) if parts else whole

    return returns_only(tables, change)


CHANGES = {change.__name__: change for change in (shuffled, restacked, with_other_ids, in_pandas)}


@examples(4, long=400)
@given(several_returns(), st.sampled_from(SINGLE), st.randoms(use_true_random=False))
def test_order_files_and_ids_of_drawn_rows_do_not_matter(
    returns: Returns, group: str, random: Random
) -> None:
    tables = described(returns)
    changed = tables
    for change in CHANGES.values():
        changed = change(changed, random)
    assert differences(*(figures(each, FEW, ["LA", group]) for each in (tables, changed))) == ""


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_order_files_and_ids_of_invented_rows_do_not_matter(
    change: Callable[[Tables, Random], Tables],
) -> None:
    assert invented_figures()["interval"].str.contains("bootstrap").any()
    assert (
        differences(invented_figures(), figures(change(invented(), Random(3)), FEW, ["LA", "age_band"])) == ""
    )


def differences_by_area_codes(tables: Tables, before: pd.DataFrame, by: list[str]) -> str:
    """What differs once authorities have other codes, of the same length and in the opposite order."""
    codes = areas_of(tables)
    names = {code: f"N{len(codes) - n:0{len(code) - 1}d}" for n, code in enumerate(codes)}

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        known = [name for name in ("LA", "PL_LA", "new_la_code") if name in frame.columns]
        return frame.with_columns(pl.col(known).replace(names))

    after = figures({name: change(frame) for name, frame in tables.items()}, FEW, by)
    after["area"] = after["area"].replace({new: old for old, new in names.items()})
    return differences(*(_in_order(_without_draws(frame)) for frame in (before, after)))


def _without_draws(frame: pd.DataFrame) -> pd.DataFrame:
    """Resampling starts from the code of an authority, so its limits are another draw under another code."""
    drawn = frame["interval"].str.contains("bootstrap") & (frame["area"] != "all")
    return frame.assign(**{name: frame[name].mask(drawn) for name in ("lower", "upper")})


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(PLACE, ignore_index=True)


@examples(2, long=200)
@given(several_returns(), st.sampled_from(SINGLE))
def test_codes_of_authorities_do_not_matter_on_drawn_histories(returns: Returns, group: str) -> None:
    tables, by = described(returns), ["LA", group]
    assert differences_by_area_codes(tables, figures(tables, FEW, by), by) == ""


def test_codes_of_authorities_do_not_matter_on_invented_returns() -> None:
    assert differences_by_area_codes(invented(), invented_figures(), ["LA", "age_band"]) == ""


# ---- what comes in, and in what form --------------------------------------------------------------------

FORMS = {"pandas": lambda *rows: as_polars(*rows).to_pandas(), "text": as_pandas, "polars": as_polars}


@pytest.mark.parametrize("form", FORMS)
@examples(1, long=100)
@given(returns=several_returns(most=3))
def test_what_comes_in_is_not_changed(form: str, returns: Returns) -> None:
    tables = frames(returns, FORMS[form])
    kept = {
        name: frame.clone() if isinstance(frame, pl.DataFrame) else frame.copy()
        for name, frame in tables.items()
    }
    figures(tables, FEW, ["LA", "age_band"])
    for name, frame in tables.items():
        assert list(frame.columns) == list(kept[name].columns)
        assert list(frame.dtypes) == list(kept[name].dtypes)
        assert frame.equals(kept[name])
        if isinstance(frame, pd.DataFrame):
            assert frame.index.equals(kept[name].index)


@examples(2, long=200)
@given(several_returns(most=4))
def test_typed_frames_and_text_as_in_files_give_the_same(returns: Returns) -> None:
    assert differences(*(figures(frames(returns, FORMS[form]), FEW) for form in ("polars", "text"))) == ""


def test_a_measure_gives_the_same_alone_as_in_company() -> None:
    together = invented_figures()
    data = csc.Data(invented())
    for name in (
        "missing_incidents_number",
        "placement_moves_per_100_care_years",
        "sdq_mean",
        "cla_starts_rate_10k",
    ):
        alone = csc.calculate(name, data, FEW[CATALOGUE[name].when], by=["LA", "age_band"]).frame
        assert differences(together[together["measure"] == name].reset_index(drop=True), alone) == ""


# ---- rows that cannot matter ----------------------------------------------------------------------------

EARLIER: Windows = {
    When.DAY: [csc.Window.snapshot("2022-09-30"), csc.Window.snapshot("2023-03-31")],
    When.PERIOD: [year_to(2023), csc.Window("2022-07-10", "2023-02-20")],
    When.RETURN_YEAR: [year_to(2022), year_to(2023)],
}
YEARLY = ("ssda903.oc2", "ssda903.oc3")  # their rows are about their return's year, in which a window may lie


def with_strangers(tables: Tables) -> Tables:
    """Add two children to every authority: one in care long before the windows, one after them.

    They come in returns that are at hand, so that what the data cover stays as it is.
    """
    added: dict[str, list[dict[str, Any]]] = {name: [] for name in tables if name.startswith("ssda903")}
    for la in areas_of(tables):
        years = sorted(
            tables["ssda903.episodes"].filter(pl.col("LA") == la)["YEAR"].unique().drop_nulls().to_list()
        )
        for child, year, start in (
            ("LONG AGO", years[0], date(2005, 5, 1)),
            ("LATER", years[-1], date(2023, 6, 1)),
        ):
            for name, row in stranger(start).items():
                at_hand = tables[name].filter(pl.col("LA") == la)["YEAR"]
                if (
                    start <= year_end(year)
                    and year in at_hand
                    and not (name in YEARLY and child == "LONG AGO")
                ):
                    added[name].append({"LA": la, "CHILD": child, "YEAR": year, **row})
    new = {
        name: pl.DataFrame(rows, schema_overrides=tables[name].schema) for name, rows in added.items() if rows
    }
    return {**tables, **{name: pl.concat([tables[name], rows], how="diagonal") for name, rows in new.items()}}


def stranger(start: date) -> dict[str, dict[str, Any]]:
    """One row per table of a child who would count in nearly every measure, at another time."""
    end, born = start + timedelta(120), date(2004, 6, 1)
    row = {"RNE": "S", "LS": "L1", "CIN": "N1", "PLACE": "K2", "PL_LOCATION": "OUT", "PL_DISTANCE": 30.0}
    return {
        "ssda903.episodes": {**row, "DECOM": start, "DEC": end, "REC": "E4A"},
        "ssda903.header": {"SEX": "1", "DOB": born, "ETHNIC": "WBRI"},
        "ssda903.uasc": {"SEX": "1", "DOB": born, "DUC": None},
        "ssda903.missing": {"MISSING": "M", "MIS_START": start, "MIS_END": start + timedelta(3)},
        "ssda903.sw_episodes": {"SW_ID": "SW9", "SW_DECOM": start, "SW_DEC": end},
        "ssda903.oc2": {"SDQ_SCORE": 20, "CONVICTED": "1", "HEALTH_ASSESSMENT": "1"},
        "ssda903.oc3": {"IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "S1"},
    }


def differences_by_strangers(tables: Tables) -> str:
    changed, by = with_strangers(tables), ["LA", "age_band"]
    assert changed["ssda903.episodes"].height > tables["ssda903.episodes"].height
    return differences(figures(tables, EARLIER, by), figures(changed, EARLIER, by))


@examples(2, long=200)
@given(several_returns())
def test_children_in_care_at_other_times_do_not_matter_to_drawn_histories(returns: Returns) -> None:
    assert differences_by_strangers(frames(returns)) == ""


def test_children_in_care_at_other_times_do_not_matter_to_invented_returns() -> None:
    assert differences_by_strangers(invented()) == ""


# In clean returns a figure of a time owes nothing to what came after it. The exceptions look ahead, or ask
# whether care passed to another authority in the end (care leavers).
CARE_LEAVERS = {name for name, measure in CATALOGUE.items() if "ssda903.oc3" in measure.needs}
# Nor does it owe anything to earlier returns, unless it looks back, or needs the beginning of a stay that the
# return of one year does not hold: the length of a period, whether a placement is a new one or the old one
# again, whether an incident that began before was in care.
NEEDS_THE_PAST = {
    name
    for name, measure in CATALOGUE.items()
    if (measure.lookback_months and measure.when is not When.RETURN_YEAR)
    or measure.kind is Kind.DISTRIBUTION
    or {"ssda903.placements", "ssda903.incidents"} & set(measure.needs)
}
STARTS = {"ssda903.episodes": "DECOM", "ssda903.missing": "MIS_START", "ssda903.sw_episodes": "SW_DECOM"}


def without_later_rows(tables: Tables) -> Tables:
    """No row that starts after 31 March 2023; the returns that hold them stay."""
    return {
        name: frame.filter(pl.col(STARTS[name]) <= year_end(2023)) if name in STARTS else frame
        for name, frame in tables.items()
    }


def without_later_returns(tables: Tables) -> Tables:
    return returns_only(tables, lambda frame: frame.filter(pl.col("YEAR") <= 2023))


def one_return(tables: Tables) -> Tables:
    return returns_only(tables, lambda frame: frame.filter(pl.col("YEAR") == 2023))


ONE_YEAR: Windows = {
    When.DAY: [csc.Window.snapshot("2023-03-31")],
    When.PERIOD: [year_to(2023)],
    When.RETURN_YEAR: [year_to(2023)],
}


@pytest.mark.parametrize(
    ("change", "windows", "exceptions"),
    [
        (without_later_rows, EARLIER, FORWARD | CARE_LEAVERS),
        (without_later_returns, EARLIER, FORWARD | CARE_LEAVERS),
        (one_return, ONE_YEAR, FORWARD | CARE_LEAVERS | NEEDS_THE_PAST),
    ],
)
def test_rows_of_other_times_do_not_matter(
    change: Callable[[Tables], Tables], windows: Windows, exceptions: set[str]
) -> None:
    changed = change(invented())
    assert changed["ssda903.episodes"].height < invented()["ssda903.episodes"].height
    before, after = (figures(tables, windows, ["LA"], exceptions) for tables in (invented(), changed))
    assert (before["status"] == "ok").mean() > 0.9
    assert differences(before, after) == ""


# ---- stocks and flows -----------------------------------------------------------------------------------


def without_gaps_in_knowledge(returns: Returns) -> set[Key]:
    """Children whose every period has a known start and is not cut off, and whose rows do not overlap."""
    clean = set()
    periods: dict[Key, list[Any]] = {}
    for period in periods_of_care(returns):
        periods.setdefault(period.key, []).append(period)
    for key, rows in by_child(care_rows(returns)).items():
        apart = all(a["END"] is not None and a["END"] <= b["DECOM"] for a, b in pairwise(rows))
        forward = all(row["END"] is None or row["END"] > row["DECOM"] for row in rows)
        if apart and forward and all(period.known and not period.censored for period in periods[key]):
            clean.add(key)
    return clean


def stock_and_flow(tables: Tables, start: date, end: date) -> tuple[dict[str, float], dict[str, float]]:
    """stock(end), and stock(day before start) + periods started - periods ended; for all and each authority."""
    data = csc.Data(tables)
    days = [
        csc.Window.snapshot(start - timedelta(1), label="before"),
        csc.Window.snapshot(end, label="after"),
    ]
    stocks = csc.calculate("cla_stock_number", data, days, by="LA").frame
    before, after = (stocks[stocks["window"] == day.label].set_index("area")["numerator"] for day in days)
    started = csc.calculate("cla_start_periods_number", data, csc.Window(start, end), by="LA").frame
    periods = data.table("ssda903.periods").collect().to_native().filter(pl.col("END").is_between(start, end))
    ended = dict(periods.group_by(pl.col("LA").cast(pl.String)).len().iter_rows()) | {"all": periods.height}
    flows = started.set_index("area")["numerator"]
    return dict(after), {area: before[area] + flows[area] - ended.get(area, 0) for area in before.index}


@examples(25, long=1500)
@given(several_returns(), st.dates(date(2022, 4, 1), date(2022, 10, 1)), st.integers(1, 170))
def test_stock_is_earlier_stock_plus_periods_started_less_periods_ended(
    returns: Returns, start: date, days: int
) -> None:
    clean = without_gaps_in_knowledge(returns)
    episodes = [row for row in returns.episodes if key_of(row) in clean]
    covered = {
        la for la in returns.authorities() if {2022, 2023} <= {r["YEAR"] for r in episodes if r["LA"] == la}
    }
    kept = Returns(episodes=[row for row in episodes if row["LA"] in covered])
    if covered:
        stock, sums = stock_and_flow(frames(kept), start, start + timedelta(days))
        assert stock == sums


def test_stock_and_flow_of_invented_returns() -> None:
    frame = invented()["ssda903.episodes"]
    returns = Returns(episodes=frame.to_dicts())
    clean = pl.DataFrame(sorted(without_gaps_in_knowledge(returns)), schema=["LA", "CHILD"], orient="row")
    tables = {"ssda903.episodes": frame.join(clean, on=["LA", "CHILD"], how="semi")}
    stock, sums = stock_and_flow(tables, date(2022, 4, 1), date(2023, 3, 31))
    assert stock == sums
    assert min(stock.values()) > 20


# ---- windows that add up --------------------------------------------------------------------------------

ADDITIVE = {
    "cla_start_periods_number": ("numerator",),
    "cla_net_change_number": ("numerator",),
    "missing_incidents_per_100_care_years": ("denominator",),
    "new_placements_inside_la_pct": ("numerator", "denominator"),
    "placement_moves_per_100_care_years": ("numerator", "denominator"),
    "return_home_reentry_pct": ("numerator", "denominator"),
}
# Children count once however long the window: a longer one cannot have more of them than its parts together.
AT_MOST = ("cla_starts_number", "cla_ceased_number", "cla_any_in_year_number", "missing_children_number")


def windows_that_do_not_add_up(tables: Tables, start: date, cut: date, end: date) -> list[Any]:
    """Two windows that meet against the one they make: all, by authority and by placement."""
    spans = {"whole": (start, end), "first": (start, cut), "second": (cut + timedelta(1), end)}
    windows = [csc.Window(*span, label=label) for label, span in spans.items()]
    frame = csc.calculate([*ADDITIVE, *AT_MOST], csc.Data(tables), windows, by=["LA", "placement_type"]).frame
    index = [name for name in PLACE if name != "window"]
    whole, first, second = (
        frame[frame["window"] == label].set_index(index)[NUMBERS[:2]].sort_index() for label in spans
    )
    found: list[Any] = []
    for name in CATALOGUE.keys() & {*ADDITIVE, *AT_MOST}:
        for column in ADDITIVE.get(name, ("numerator",)):
            one, two = whole.loc[name, column], first.loc[name, column] + second.loc[name, column]
            if name in ADDITIVE:
                wrong = (one != two) & one.notna() & two.notna()
            else:
                wrong = (one > two)[one.index.get_level_values("breakdown") == "all"]
            found += [(name, *place, column) for place in wrong.index[wrong]]
    return found


@examples(12, long=1000)
@given(
    several_returns(), st.dates(date(2021, 4, 3), date(2022, 9, 1)), st.integers(1, 300), st.integers(2, 300)
)
def test_adjacent_windows_add_up_on_drawn_histories(
    returns: Returns, start: date, first: int, second: int
) -> None:
    cut = start + timedelta(first)
    assert windows_that_do_not_add_up(frames(returns), start, cut, cut + timedelta(second)) == []


def test_adjacent_windows_add_up_on_invented_returns() -> None:
    dates = date(2021, 6, 1), date(2022, 3, 31), date(2022, 12, 24)
    assert windows_that_do_not_add_up(invented(), *dates) == []

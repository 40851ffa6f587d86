"""What is timed. Run as a script it measures one competitor and prints wall, CPU and peak memory as JSON.

A competitor is a function that imports what it needs and returns the function that is timed: reading the files
counts, importing and starting Python do not (except where the import is what is measured).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))

if TYPE_CHECKING:
    from collections.abc import Callable

    Timed = Callable[[], Any]

YEARS = range(2011, 2026)
EIGHT = (
    "cla_stock_number",
    "cla_starts_number",
    "cla_ceased_number",
    "cla_any_in_year_number",
    "return_home_reentry_pct",
    "placements_3plus_pct",
    "same_placement_2yr_pct",
    "residential_share_dfe_pct",
)
"""The measures that plain pandas and plain Polars compute too."""

BY = ["LA", "age_band"]
EPISODES = ["LA", "CHILD", "YEAR", "DECOM", "DEC", "RNE", "LS", "PLACE", "REC", "PL_POST", "URN"]
HEADER = ["LA", "CHILD", "YEAR", "DOB"]
RATES = 113_350
CIN_YEARS = range(2016, 2026)
CIN_MEASURES = (
    "rereferral_number",
    "rereferral_pct",
    "rereferral_child_pct",
    "rereferral_forward_12m_pct",
    "referral_rate_10k",
    "cpp_subsequent_pct",
    "gang_factor_assessment_pct",
    "cce_factor_assessment_pct",
    "missing_factor_assessment_pct",
    "cse_factor_assessment_pct",
)
"""All measures of the children in need census alone; there is no population, so the rate is a number."""


def imported_first(csc: Any) -> None:
    """Import what the library leaves until it is needed: of the other competitors, too, importing is not timed."""
    import pandas as pd  # noqa: F401
    from scipy import special, stats  # noqa: F401

    csc.catalogue()


def calculated(folder: Path, *names: str, kind: str = "polars") -> Timed:
    """The library over the eight measures, from Parquet files to the table of results."""
    import polars as pl

    import csc_outcomes as csc

    if kind == "pandas":
        import pandas as pd

        def frame(path: Path, columns: list[str] | None) -> Any:
            return pd.read_parquet(path, columns=columns)
    else:

        def frame(path: Path, columns: list[str] | None) -> Any:
            return pl.read_parquet(path, columns=columns)

    windows = [csc.Window.year_to(f"{year}-03-31", label=str(year)) for year in YEARS]
    needed = {"ssda903.episodes": [*EPISODES, "CIN"], "ssda903.header": HEADER}
    imported_first(csc)

    def run() -> Any:
        data = csc.Data({name: frame(folder / f"{name}.parquet", needed[name]) for name in needed})
        return csc.calculate(list(names), data, windows, by=BY).frame

    return run


def everything(folder: Path, *, bootstrapped: bool) -> Timed:
    """The library over every measure of the SSDA903 return alone, every table read whole."""
    import polars as pl

    import csc_outcomes as csc

    windows = [csc.Window.year_to(f"{year}-03-31", label=str(year)) for year in YEARS]
    names = [
        m.id
        for m in csc.catalogue()
        if (m.limits.value == "bootstrap") == bootstrapped
        and all(need.startswith("ssda903.") for need in m.needs)
    ]
    imported_first(csc)

    def run() -> Any:
        data = csc.Data({path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))})
        return csc.calculate(names, data, windows, by=BY).frame

    return run


def plain_pandas(folder: Path, *, tuned: bool) -> Timed:
    import plain_pandas

    return lambda: plain_pandas.figures(folder, YEARS, tuned=tuned)


def plain_polars(folder: Path) -> Timed:
    import plain_polars

    return lambda: plain_polars.figures(folder, YEARS)


def scan_polars(folder: Path) -> Timed:
    import polars as pl

    def run() -> None:
        for name, columns in (("episodes", EPISODES), ("header", HEADER)):
            pl.read_parquet(folder / f"ssda903.{name}.parquet", columns=columns)

    return run


def scan_pyarrow(folder: Path) -> Timed:
    from pyarrow import parquet

    def run() -> None:
        for name, columns in (("episodes", EPISODES), ("header", HEADER)):
            parquet.read_table(folder / f"ssda903.{name}.parquet", columns=columns)

    return run


def read(folder: Path, *, checks: bool) -> Timed:
    """`csc.read`; with `checks` also what deriving the tables finds, which `data.problems` lists."""
    import csc_outcomes as csc

    imported_first(csc)

    def run() -> None:
        data = csc.read(folder)
        if checks:
            assert len(data.problems.columns)

    return run


def read_polars(folder: Path) -> Timed:
    import polars as pl

    return lambda: [pl.read_csv(path, infer_schema=False) for path in sorted(folder.glob("*.csv"))]


def read_pandas(folder: Path) -> Timed:
    import pandas as pd

    return lambda: [pd.read_csv(path, dtype=str) for path in sorted(folder.glob("*.csv"))]


def imported(statement: str) -> Timed:
    """A fresh interpreter that runs one import."""
    return lambda: subprocess.run([sys.executable, "-c", statement], check=True)


def estimated(*, warm: bool) -> Timed:
    import numpy as np

    import csc_outcomes as csc

    generator = np.random.default_rng(0)
    people = generator.integers(2_000, 400_000, RATES)
    events = generator.poisson(people * 0.006)

    def run() -> Any:
        return csc.estimate("rate", events, people, per=10_000)

    if warm:
        run()
    return run


def cin_calculated(folder: Path) -> Timed:
    """The library over the ten measures of the census, from files to the table of results; CSV is read whole."""
    import polars as pl

    import csc_outcomes as csc
    import plain_cin

    windows = [csc.Window.year_to(f"{year}-03-31", label=str(year)) for year in CIN_YEARS]
    needed = {f"cin.{name}": columns for name, columns in plain_cin.COLUMNS.items()}
    needed["cin.CINdetails"] = [
        *needed["cin.CINdetails"],
        "ReferralNFA",
        "CINclosureDate",
        "ReasonForClosure",
    ]
    needed["cin.ChildProtectionPlans"] = [*needed["cin.ChildProtectionPlans"], "CPPendDate"]
    imported_first(csc)

    def data() -> Any:
        if folder.name == "cin_csv":
            return csc.read(folder)
        return csc.Data({n: pl.read_parquet(folder / f"{n}.parquet", columns=needed[n]) for n in needed})

    return lambda: csc.calculate(list(CIN_MEASURES), data(), windows, by=["LA"]).frame


def cin_plain(folder: Path, kind: str) -> Timed:
    import plain_cin

    figures = plain_cin.in_pandas if kind == "pandas" else plain_cin.in_polars
    if kind == "pandas":
        import plain_pandas  # noqa: F401  # importing is not what is timed
    return lambda: figures(folder, CIN_YEARS)


def cin_xml(path: Path, how: str) -> Timed:
    """Tables of texts; all that `csc.read` does; or every element parsed and thrown away."""
    from lxml import etree

    import csc_outcomes as csc
    from csc_outcomes.sources.cin_xml import read_xml

    def bare() -> None:
        for _, element in etree.iterparse(path, events=("end",)):
            element.clear()

    return {"bare": bare, "tables": lambda: read_xml(path), "read": lambda: csc.read(path)}[how]


def scored(instrument: str, *, plain: bool) -> Timed:
    import csc_outcomes as csc
    import plain_scores

    items, options = {
        "sdq": (plain_scores.answers(25, 3), {"informant": "parent"}),
        "ghq12": (plain_scores.answers(12, 4), {"scoring": "likert"}),
    }[instrument]
    if plain:
        return lambda: getattr(plain_scores, instrument)(items)
    return lambda: csc.instruments.score(instrument, items, **options)[["respondent", "scale", "score"]]


COMPETITORS: dict[str, Callable[[Path], Timed]] = {
    "a: all measures but the bootstrapped": lambda f: everything(f / "parquet", bootstrapped=False),
    "a: bootstrapped measures": lambda f: everything(f / "parquet", bootstrapped=True),
    "b: csc_outcomes": lambda f: calculated(f / "parquet", *EIGHT),
    "b: csc_outcomes, frames from pandas": lambda f: calculated(f / "parquet", *EIGHT, kind="pandas"),
    "b: plain pandas": lambda f: plain_pandas(f / "parquet", tuned=False),
    "b: tuned pandas": lambda f: plain_pandas(f / "parquet", tuned=True),
    "b: plain Polars": lambda f: plain_polars(f / "parquet"),
    "c: scan with Polars": lambda f: scan_polars(f / "parquet"),
    "c: scan with PyArrow": lambda f: scan_pyarrow(f / "parquet"),
    "d: csc.read": lambda f: read(f / "csv", checks=False),
    "d: csc.read and data.problems": lambda f: read(f / "csv", checks=True),
    "d: polars.read_csv": lambda f: read_polars(f / "csv"),
    "d: pandas.read_csv": lambda f: read_pandas(f / "csv"),
    "e: import csc_outcomes": lambda _: imported("import csc_outcomes"),
    "e: import pandas": lambda _: imported("import pandas"),
    "f: csc.estimate, first call": lambda _: estimated(warm=False),
    "f: csc.estimate, later call": lambda _: estimated(warm=True),
    "g: one": lambda f: calculated(f / "one", *EIGHT),
    "g: ten times the rows": lambda f: calculated(f / "ten", *EIGHT),
    "h: csc_outcomes": lambda f: cin_calculated(f / "cin"),
    "h: plain pandas": lambda f: cin_plain(f / "cin", "pandas"),
    "h: plain Polars": lambda f: cin_plain(f / "cin", "polars"),
    "h: csc_outcomes, CSV": lambda f: cin_calculated(f / "cin_csv"),
    "h: plain pandas, CSV": lambda f: cin_plain(f / "cin_csv", "pandas"),
    "h: plain Polars, CSV": lambda f: cin_plain(f / "cin_csv", "polars"),
    "i: bare parse with lxml": lambda f: cin_xml(f / "cin.xml", "bare"),
    "i: read_xml": lambda f: cin_xml(f / "cin.xml", "tables"),
    "i: csc.read": lambda f: cin_xml(f / "cin.xml", "read"),
    "j: SDQ, csc.instruments.score": lambda _: scored("sdq", plain=False),
    "j: SDQ, plain pandas": lambda _: scored("sdq", plain=True),
    "j: GHQ-12, csc.instruments.score": lambda _: scored("ghq12", plain=False),
    "j: GHQ-12, plain pandas": lambda _: scored("ghq12", plain=True),
}
"""Section, name and what is timed, in the order of the table."""


OLDER = ", older versions"
"""Ends the name of a competitor that another Python runs."""

COMPARED = "bhj"
"""Sections whose competitors compute the same numbers."""


def peak_memory() -> float:
    """Peak resident memory of this process in MB; the parent's does not count where the system can tell."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1e3
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def measure(name: str, folder: Path, scratch: Path) -> dict[str, float]:
    timed = COMPETITORS[name.removesuffix(OLDER)](folder)
    before, start = os.times(), time.perf_counter()
    result = timed()
    wall, after = time.perf_counter() - start, os.times()
    memory = peak_memory()
    if name[0] in COMPARED:
        _keep(result, scratch / f"{name.replace(': ', '-')}.parquet")
    cpu = sum(after[:4]) - sum(before[:4])
    return {"wall": wall, "cpu": cpu, "memory": memory}


def _keep(frame: Any, path: Path) -> None:
    """Keep the figures for the comparison of numbers."""
    write = frame.write_parquet if hasattr(frame, "write_parquet") else frame.to_parquet
    write(path)


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))

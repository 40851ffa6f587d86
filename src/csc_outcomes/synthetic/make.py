"""`synthesise`: invented returns of any size in one call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.synthetic.authorities import prepared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from csc_outcomes.synthetic.authorities import Authority

_FIRST, _LAST = 2000, 2060
RETURNS = ("ssda903", "cin", "workforce")
"""The returns that can be invented."""


@frozen(eq=False)
class Synthetic:
    """Invented returns.

    `tables` holds one Polars frame per table (`ssda903.header`, `cin.CINdetails`, `workforce.worker` ...): the
    declared columns, `LA` and `YEAR` (year ending: 31 March, of the workforce census 30 September), all returns
    stacked, so that an open episode comes again in the next return. `population` and `population_by_age` go with
    them. `dirt` says how many faults of each kind were planted.
    """

    tables: Mapping[str, pl.DataFrame]
    population: pl.DataFrame
    population_by_age: pl.DataFrame
    authorities: tuple[Authority, ...]
    years: tuple[int, ...]
    dirt: Mapping[str, int] = field(factory=dict)
    unreadable: pl.DataFrame | None = field(default=None, repr=False)
    """Episodes (LA, YEAR, CHILD, DECOM) whose end is written to files as text that is no date."""
    returns: tuple[str, ...] = RETURNS

    def write(
        self,
        folder: str | Path,
        format: Literal["csv", "xml", "parquet"] = "csv",  # noqa: A002  (what users know from writers of files)
        *,
        locality: bool = True,
    ) -> Path:
        """Write one folder per authority and year, `folder/<LA>/<2023-24>/`, and `folder/population.csv`.

        Args:
            folder: Made if it does not exist; files of the same names are replaced.
            format: `csv`: a file per table with rows (`episodes.csv`, `cin_CINdetails.csv`, `workforce_worker.csv`
                ...); `xml`: `ssda903.xml`, `cin.xml` and `workforce.xml` in the layout of the year, with social
                workers of children and deprivation of liberty orders beside them as CSV, as they have no place
                in it; `parquet`: one file per table for all authorities and years, with LA and YEAR.
            locality: Whether CSV episodes carry PL_LOCATION, PL_LA and PL_DISTANCE, which the Department derives.

        Returns:
            The folder.
        """
        from csc_outcomes.synthetic.writers import write

        return write(self, Path(folder), format, locality=locality)


def synthesise(
    authorities: int | Sequence[Authority] = 3,
    years: Sequence[int] = (2020, 2021, 2022, 2023, 2024),
    *,
    seed: int = 0,
    children: int | None = None,
    dirt: Sequence[str] = (),
    national: bool = False,
    returns: Sequence[str] = RETURNS,
) -> Synthetic:
    """Invent returns of the same children and authorities: SSDA903, children in need census, workforce census.

    A looked-after child has the same identifier, birth, sex, ethnic group, pupil number and category of need in the
    SSDA903 and in the children in need census, where a referral comes on or before the start of care and the case
    is open while the child is looked after; children who are never looked after are in the latter only. What a
    re-referral is shows only if the returns of two following years are there.

    Args:
        authorities: How many authorities to invent, or the authorities themselves, perhaps with effects.
        years: Years ending 31 March of the returns (of the workforce census: 30 September of the same year); a year
            may be left out.
        seed: The same seed and arguments give the same data. An authority's data depend on its code, size and
            effect, not on the others.
        children: About how many children are looked after on 31 March 2025, all authorities together.
        dirt: Faults to plant in the SSDA903, by name (`dirt.FAULTS`), or `["all"]`.
        national: 152 authorities of the size and spread of England; `authorities` is then left at its
        default.
        returns: Which returns to invent, of ssda903, cin and workforce.

    Raises:
        InputError: If an argument cannot be used; all reasons at once.
    """
    from csc_outcomes.synthetic.dirt import FAULTS, planted
    from csc_outcomes.synthetic.population import by_age, population

    asked = tuple(sorted({int(year) for year in years}))
    faults = FAULTS if "all" in dirt else tuple(name for name in FAULTS if name in dirt)
    problems = []
    if not asked or asked[0] < _FIRST or asked[-1] > _LAST:
        problems.append(f"years must be years ending, from {_FIRST} to {_LAST}")
    unknown = [name for name in dirt if name not in (*FAULTS, "all")]
    if unknown:
        problems.append(f"unknown kinds of dirt: {', '.join(unknown)}; known: all, {', '.join(FAULTS)}")
    if children is not None and children < 1:
        problems.append("children must be a positive number")
    strange = [name for name in returns if name not in RETURNS]
    if strange or not returns:
        problems.append(f"returns must be some of {', '.join(RETURNS)}; found {', '.join(strange) or 'none'}")
    if faults and "ssda903" not in returns:
        problems.append("dirt is planted in the SSDA903: add ssda903 to returns")
    if national and not isinstance(authorities, int):
        problems.append("national=True invents its authorities: give no list")
    all_at_once("synthesise cannot be run", problems, InputError)
    chosen = prepared(authorities, children, national)
    wanted = tuple(name for name in RETURNS if name in returns)
    tables: dict[str, pl.DataFrame] = {}
    for name in wanted:
        tables |= _made(name, chosen, asked, seed)
    people = population(chosen, asked, national=national)
    tables, counts, unreadable = planted(tables, faults, seed)
    return Synthetic(tables, people, by_age(people), chosen, asked, counts, unreadable, wanted)


def _made(
    name: str, authorities: tuple[Authority, ...], years: tuple[int, ...], seed: int
) -> dict[str, pl.DataFrame]:
    """The tables of one return."""
    if name == "ssda903":
        from csc_outcomes.synthetic import returns
        from csc_outcomes.synthetic.histories import simulate

        return returns.returns_of(simulate(authorities, years, seed))
    if name == "cin":
        from csc_outcomes.synthetic import cin_returns
        from csc_outcomes.synthetic.cin_story import tell

        return cin_returns.returns_of(tell(authorities, years, seed))
    from csc_outcomes.synthetic import workforce_returns

    return workforce_returns.returns_of(authorities, years, seed)

"""National margins that a national run is fitted to, and the comparison with what it gives.

Counts, rates per 10,000 children and percentages for England, from publications of the Department for Education;
each list of margins names its own. `python -m csc_outcomes.synthetic.margins FILE` makes national runs and writes
the comparison as a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_outcomes.synthetic import cin_margins, cla_margins, workforce_margins
from csc_outcomes.synthetic.margin import COUNT, PERCENT, RATE, Margin

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.make import Synthetic

BY_RETURN: dict[str, tuple[Margin, ...]] = {
    "ssda903": cla_margins.MARGINS,
    "cin": cin_margins.MARGINS,
    "workforce": workforce_margins.MARGINS,
}
"""The margins of a national run, by return."""

MARGINS: tuple[Margin, ...] = tuple(margin for margins in BY_RETURN.values() for margin in margins)

NOT_IN_RETURN = {
    "school moves, absence, exclusions": "come from the school census",
    "years before 2025": "only the latest year is fitted; earlier years follow from the referrals, entries and staff "
    "of those years",
    "child in need plans, categories of abuse, disability, and who the children in need are": "no figures of "
    "England are at hand; they are plausible, no more",
}
"""Published margins that are left out, and why."""

_CHANCE = "numbers of single authorities are left to chance: one of 200 children varies by 7 % between seeds"
WHY_NOT = {
    "31 March: authorities' rates": _CHANCE,
    "31 March: authorities' children": _CHANCE,
    "starting: authorities": "median number and median rate pull apart: how unaccompanied children are spread over "
    "authorities brings one of them nearer at the expense of the other",
    "referrals: authorities' referrals": "sizes of authorities are fitted to children looked after, not to referrals",
}
"""Why a margin of a block may be missed."""

_TITLES = {
    "ssda903": "Children looked after (SSDA903)",
    "cin": "Children in need census",
    "workforce": "Workforce census",
}


def compare(synthetic: Synthetic, year: int) -> pl.DataFrame:
    """Set the data beside the margins of the returns that they hold.

    Args:
        synthetic: Data of any size; margins of numbers only make sense for a national run.
        year: Return year to look at, one of those in the data. Margins of an earlier year are compared all
        the same.

    Returns:
        One row per margin: return, block, margin, unit, target, found, difference (found - target, in percentage
        points for percentages), allowed, met, year and source of the target. What the data cannot show (too
        few years or authorities) is missing in `found`.
    """
    import polars as pl

    rows = []
    for name, margins in BY_RETURN.items():
        if name not in synthetic.returns:
            continue
        seen = _observed(name, synthetic, year)
        rows += [
            (
                name,
                m.block,
                m.name,
                m.unit,
                float(m.target),
                seen.get((m.block, m.name)),
                m.allowed,
                m.year,
                m.source,
            )
            for m in margins
        ]
    frame = pl.DataFrame(
        rows,
        schema={
            "return": pl.String,
            "block": pl.String,
            "margin": pl.String,
            "unit": pl.String,
            "target": pl.Float64,
            "found": pl.Float64,
            "allowed": pl.Float64,
            "year": pl.Int64,
            "source": pl.String,
        },
        orient="row",
    )
    difference = pl.col("found") - pl.col("target")
    return frame.with_columns(difference=difference, met=difference.abs() <= pl.col("allowed"))


def _observed(name: str, synthetic: Synthetic, year: int) -> dict[tuple[str, str], float]:
    from csc_outcomes.synthetic import cin_observed, observed, workforce_observed

    if name == "cin":
        return cin_observed.observed(synthetic, year)
    if name == "workforce":
        return workforce_observed.observed(synthetic, year)
    return observed.observed(synthetic, year)


def report(frame: pl.DataFrame) -> str:
    """The comparison as a Markdown page, block by block; a margin that is missed is marked and explained."""
    lines = [_HEAD]
    for (name,), of_return in frame.group_by("return", maintain_order=True):
        lines.append(f"\n## {_TITLES[str(name)]}")
        for (block,), rows in of_return.group_by("block", maintain_order=True):
            lines += [
                f"\n### {str(block)[0].upper() + str(block)[1:]}\n",
                "| margin | unit | target | found | difference | |",
                "|---|---|---:|---:|---:|---|",
            ]
            lines += [_line(row) for row in rows.iter_rows(named=True)]
            if rows["met"].eq(False).any() and block in WHY_NOT:
                lines.append(f"\nNot met: {WHY_NOT[str(block)]}.")
    lines.append("\n## Left out\n")
    lines += [f"- {what}: {why}." for what, why in NOT_IN_RETURN.items()]
    return "\n".join(lines) + "\n"


_HEAD = """# How far the invented data agree with England

National runs of `csc_outcomes.synthetic` (seed 0; children looked after and the workforce: returns 2021 to 2025;
children in need: 2024 and 2025) beside published figures of the Department for Education for 2025. Children looked
after: *Children looked after in England including adoptions*, 2025, and for social workers *Stability measures for
children looked after*, 2024; percentages are published in whole numbers, and 0 stands for less than half a percent.
Children in need: *Characteristics of children in need*, 2025, and the *Local Authority Interactive Tool*.
Workforce: *Children's social work workforce*, 2025.

Met means: percentages within 2 points, numbers, rates and means within 2 %, centiles of authorities within 5 % (2
points if they are percentages), times that are published in whole months within half a month. This page is written
by `python -m csc_outcomes.synthetic.margins docs/synthetic-margins.md`."""


def _line(row: dict[str, object]) -> str:
    target, found = row["target"], row["found"]
    if not isinstance(found, float) or not isinstance(target, float):
        return f"| {row['margin']} | {row['unit']} | {target} | not seen | | |"
    places = 0 if target >= 1000 else 1 if row["unit"] in (PERCENT, RATE, COUNT) else 2
    mark = "" if row["met"] else "not met"
    return (
        f"| {row['margin']} | {row['unit']} | {target:,.{places}f} | {found:,.{places}f} "
        f"| {found - target:+,.{places}f} | {mark} |"
    )


def national(seed: int = 0) -> pl.DataFrame:
    """Make national runs, one after the other, and compare both with the margins."""
    import polars as pl

    from csc_outcomes.synthetic.make import synthesise

    def compared(years: Sequence[int], returns: Sequence[str]) -> pl.DataFrame:
        return compare(synthesise(years=years, national=True, seed=seed, returns=returns), 2025)

    runs = [
        compared(range(2021, 2026), ("ssda903",)),
        compared((2024, 2025), ("cin",)),
        compared(range(2021, 2026), ("workforce",)),
    ]
    return pl.concat(runs)


def main(path: str) -> None:
    """Make national runs and write the comparison to a file."""
    from pathlib import Path

    Path(path).write_text(report(national()), encoding="utf-8")


if __name__ == "__main__":
    import sys

    main(sys.argv[1])

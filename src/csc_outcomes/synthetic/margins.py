"""National margins that a national run is fitted to, and the comparison with what it gives.

Counts, rates per 10,000 children and percentages for England, year ending 31 March 2025 unless said.
Sources are Department for Education publications: *Children looked after in England including adoptions*,
2025 (CLA); *Stability measures for children looked after*, 2024 (STABILITY). Percentages are as published,
in whole numbers.

`python -m csc_outcomes.synthetic.margins FILE` makes a national run and writes the comparison as a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.make import Synthetic

PERCENT, COUNT, RATE, MEAN = "%", "number", "per 10,000", "mean"

POINTS = 2.0
"""Allowed difference of percentages, in percentage points."""
RELATIVE = 0.02
"""Allowed difference of counts, rates and means, as a share of the target."""


_CHANCE = "numbers of single authorities are left to chance: one of 200 children varies by 7 % between seeds"


@frozen
class Margin:
    """One published figure: its block and name, value, unit, year ending and source."""

    block: str
    name: str
    target: float
    unit: str
    year: int
    source: str

    @property
    def allowed(self) -> float:
        """Largest difference that counts as met."""
        return POINTS if self.unit == PERCENT else RELATIVE * self.target


def _block(
    block: str, unit: str, figures: dict[str, float], *, year: int = 2025, source: str = "CLA"
) -> tuple[Margin, ...]:
    return tuple(Margin(block, name, value, unit, year, source) for name, value in figures.items())


_STOCK = "31 March"
_START = "starting"
_CEASE = "ceasing"

MARGINS: tuple[Margin, ...] = (
    *_block(_STOCK, COUNT, {"children looked after": 81_770}),
    *_block(_STOCK, RATE, {"rate": 67.1}),
    *_block(
        f"{_STOCK}: authorities' rates",
        RATE,
        {"minimum": 27, "p10": 40, "p25": 53, "median": 67, "p75": 90, "p90": 117, "maximum": 184},
    ),
    *_block(
        f"{_STOCK}: authorities' children",
        COUNT,
        {"p10": 215, "p25": 303, "median": 458, "p75": 647, "p90": 999, "maximum": 2317},
    ),
    *_block(f"{_STOCK}: age", PERCENT, {"under 1": 4, "1-4": 12, "5-9": 18, "10-15": 38, "16+": 27}),
    *_block(_STOCK, PERCENT, {"male": 56, "unaccompanied": 8}),
    *_block(f"{_STOCK}: ethnicity", PERCENT, {"White": 71, "Mixed": 11, "Black": 8, "Asian": 5, "Other": 4}),
    *_block(
        f"{_STOCK}: need",
        PERCENT,
        {"N1": 67, "N2": 2, "N3": 2, "N4": 7, "N5": 12, "N6": 1, "N7": 0, "N8": 8},
    ),
    *_block(
        f"{_STOCK}: legal status",
        PERCENT,
        {
            "full care order": 59,
            "interim care order": 16,
            "placement order": 6,
            "section 20": 19,
            "youth justice": 0,
            "protection": 0,
        },
    ),
    *_block(
        f"{_STOCK}: placement",
        PERCENT,
        {
            "foster": 67,
            "secure and children's homes": 12,
            "supported or independent": 9,
            "parents": 6,
            "placed for adoption": 2,
            "other residential": 1,
            "residential schools": 0,
            "other": 3,
        },
    ),
    *_block(f"{_STOCK}: locality", PERCENT, {"inside": 56, "over 20 miles": 22, "distance not known": 9}),
    *_block(
        f"{_STOCK}: distance and locality",
        PERCENT,
        {
            "inside, to 20 miles": 47,
            "outside, to 20 miles": 22,
            "inside, over 20 miles": 4,
            "outside, over 20 miles": 18,
            "inside, not known": 4,
            "outside, not known": 4,
        },
    ),
    *_block(
        f"{_STOCK}: provider",
        PERCENT,
        {
            "own authority": 43,
            "private": 40,
            "voluntary": 7,
            "parents": 6,
            "not reported": 3,
            "other authority": 1,
            "other public": 0,
        },
    ),
    *_block(_START, COUNT, {"children": 32_270}),
    *_block(_START, RATE, {"rate": 26.5}),
    *_block(f"{_START}: authorities", COUNT, {"median number": 165}),
    *_block(f"{_START}: authorities", RATE, {"median rate": 25.5}),
    *_block(f"{_START}: age", PERCENT, {"under 1": 16, "1-4": 14, "5-9": 15, "10-15": 27, "16+": 28}),
    *_block(_START, PERCENT, {"male": 60, "unaccompanied": 22, "taken into care": 42}),
    *_block(
        f"{_START}: legal status",
        PERCENT,
        {
            "section 20": 57,
            "interim care order": 31,
            "police protection": 9,
            "emergency protection": 1,
            "remand": 2,
            "full care order": 1,
        },
    ),
    *_block(
        f"{_START}: need",
        PERCENT,
        {"N1": 57, "N2": 2, "N3": 2, "N4": 7, "N5": 9, "N6": 2, "N7": 0, "N8": 21},
    ),
    *_block(_CEASE, COUNT, {"children": 34_450}),
    *_block(_CEASE, RATE, {"rate": 28.3}),
    *_block(
        f"{_CEASE}: age",
        PERCENT,
        {"under 1": 5, "1-4": 18, "5-9": 11, "10-15": 14, "16": 6, "17": 5, "18+": 40},
    ),
    *_block(_CEASE, PERCENT, {"male": 62, "unaccompanied": 23}),
    *_block(
        f"{_CEASE}: reason",
        PERCENT,
        {
            "home, planned": 16,
            "home, not planned": 3,
            "relatives without PR": 5,
            "special guardianship": 12,
            "adopted": 9,
            "child arrangements order": 3,
            "18, stayed with carers": 17,
            "independent, supported": 12,
            "independent, unsupported": 3,
            "another authority": 8,
            "other": 7,
            "adult residential": 1,
            "custody": 1,
            "assessed as adult": 1,
            "remand ended": 0,
            "abroad": 0,
            "died": 0,
        },
    ),
    *_block(_CEASE, COUNT, {"adopted": 3_040}),
    *_block(
        "adoption: months",
        MEAN,
        {
            "entry to decision": 9,
            "decision to match": 10,
            "match to placed": 1,
            "placed to order": 9,
            "entry to order": 27,
        },
    ),
    *_block("stay", MEAN, {"stock over outflow, years": 2.37}),
    *_block("any time in the year", COUNT, {"children": 115_410}),
    *_block(
        "moves",
        PERCENT,
        {"3+ placements in the year": 10, "3+ in two years": 23, "same carer 2+ years": 69},
    ),
    *_block("moves", COUNT, {"new placements": 90_930, "placements changing": 59_140}),
    *_block(
        "moves",
        MEAN,
        {"changes per child-year": 0.72, "changes per child-year, status apart": 0.59},
    ),
    *_block(
        "moves: reason",
        PERCENT,
        {
            "care plan": 34,
            "other": 25,
            "status only": 18,
            "carer, behaviour": 8,
            "carer, other": 7,
            "child": 3,
            "authority": 2,
            "allegation": 1,
            "closure": 1,
            "standards": 1,
            "approval removed": 0,
            "custody": 0,
        },
    ),
    *_block(
        "moves: location of new placements",
        PERCENT,
        {
            "inside, to 20 miles": 46,
            "inside, over 20 miles": 5,
            "outside, to 20 miles": 20,
            "outside, over 20 miles": 16,
            "not known": 13,
        },
    ),
    *_block("social workers", PERCENT, {"3+ in the year": 27}, year=2024, source="STABILITY"),
    *_block("missing", PERCENT, {"went missing": 11, "away": 3}),
    *_block("missing", MEAN, {"incidents per missing child": 6.8}),
    *_block("looked after 12 months", COUNT, {"children": 58_530}),
    *_block(
        "looked after 12 months",
        PERCENT,
        {
            "convicted, 10-17": 2,
            "health assessment": 90,
            "immunised": 84,
            "dentist": 81,
            "development, 0-4": 88,
            "substance misuse": 3,
            "intervention received": 41,
            "intervention refused": 44,
            "SDQ received, 5-16": 78,
            "SDQ normal": 45,
            "SDQ borderline": 13,
            "SDQ concern": 42,
        },
    ),
    *_block("looked after 12 months", MEAN, {"SDQ score": 14.9}),
    *_block("care leavers 17-18", COUNT, {"young people": 14_800}),
    *_block(
        "care leavers 17-18",
        PERCENT,
        {"EET": 64, "NEET": 30, "activity not known": 6, "suitable": 91, "unsuitable": 3},
    ),
    *_block("care leavers 19-21", COUNT, {"young people": 38_440}),
    *_block(
        "care leavers 19-21",
        PERCENT,
        {"EET": 54, "NEET": 40, "activity not known": 6, "suitable": 89, "unsuitable": 5},
    ),
    *_block("care leavers", PERCENT, {"not in touch": 4, "staying put, 19-20": 33}),
)
"""The margins of a national run."""

NOT_IN_RETURN = {
    "school moves, absence, exclusions": "come from the school census",
    "rates before 2025": "only the latest year is fitted; earlier years follow from the entries of those years",
}
"""Published margins of children looked after that are left out, and why."""

WHY_NOT = {
    "31 March: authorities' rates": _CHANCE,
    "31 March: authorities' children": _CHANCE,
    "starting: authorities": (
        "in fact unaccompanied children are concentrated on fewer authorities than here, so that the median one "
        "has fewer starts for its size"
    ),
    "adoption: months": (
        "the four published intervals add up to 29 months, entry to order is 27; the time to the decision gives way"
    ),
    "looked after 12 months": (
        "figures about the two thousand children with a substance problem vary by one point by chance"
    ),
}
"""Why a margin of a block may be missed."""


def compare(synthetic: Synthetic, year: int) -> pl.DataFrame:
    """Set the data beside the margins.

    Args:
        synthetic: Data of any size; margins of numbers only make sense for a national run.
        year: Return year to look at, one of those in the data. Margins of an earlier year are compared all
        the same.

    Returns:
        One row per margin: block, margin, unit, target, found, difference (found - target, in percentage
        points for percentages), allowed, met, year and source of the target. What the data cannot show (too
        few years or authorities) is missing in `found`.
    """
    import polars as pl

    from csc_outcomes.synthetic.observed import observed

    seen = observed(synthetic, year)
    rows = [
        (m.block, m.name, m.unit, float(m.target), seen.get((m.block, m.name)), m.allowed, m.year, m.source)
        for m in MARGINS
    ]
    frame = pl.DataFrame(
        rows,
        schema={
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


def report(frame: pl.DataFrame) -> str:
    """The comparison as a Markdown page, block by block; a margin that is missed is marked and explained."""
    lines = [_HEAD]
    for (block,), rows in frame.group_by("block", maintain_order=True):
        lines += [
            f"\n## {str(block)[0].upper() + str(block)[1:]}\n",
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

A national run of `csc_outcomes.synthetic` (seed 0, returns 2021 to 2025) beside the published figures for
the year ending 31 March 2025 (Department for Education, *Children looked after in England including
adoptions*, 2025; social workers: *Stability measures for children looked after*, 2024). Percentages are
published in whole numbers, and 0 stands for less than half a percent. Met means: percentages within 2
points, numbers, rates and means within 2 %. This page is written by `python -m
csc_outcomes.synthetic.margins docs/synthetic-margins.md`."""


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


def main(path: str) -> None:
    """Make a national run and write the comparison to a file."""
    from pathlib import Path

    from csc_outcomes.synthetic.make import synthesise

    made = synthesise(years=range(2021, 2026), national=True)
    Path(path).write_text(report(compare(made, 2025)), encoding="utf-8")


if __name__ == "__main__":
    import sys

    main(sys.argv[1])

"""The children in need census of an authority and year as XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.sources.cin_tables import TABLES
from csc_outcomes.synthetic.xml_text import as_text, beside, block, element, together, write_message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CHILD = ["LAchildID"]
_BLOCK = ["LAchildID", "CINdetailsID"]
_ASSESSMENT = [*_BLOCK, "AssessmentID"]
_PLAN = [*_BLOCK, "CPPID"]
_COUNTERS = ("LAchildID", "CINdetailsID", "AssessmentID", "CPPID")


def write(tables: Mapping[str, pl.DataFrame], path: Path, year: int) -> None:
    """Write the tables of one return, without LA and YEAR; tables without a row may be missing."""
    text = {name: as_text(frame) for name, frame in tables.items()}
    children = text["ChildIdentifiers"].with_columns(
        block("ChildIdentifiers", _fields("ChildIdentifiers", *_CHILD)).alias("identifiers")
    )
    children = beside(children, _characteristics(text), _CHILD, "characteristics")
    children = beside(children, _details(text), _CHILD, "details")
    made = children.select(
        block("Child", (pl.col("identifiers"), pl.col("characteristics"), pl.col("details"))).alias("child")
    )
    write_message(path, _header(text["Header"], year), made["child"], "Children")


def _fields(table: str, *also: str) -> list[pl.Expr]:
    """The table's own columns as elements, in the schema's order."""
    return [element(name) for name in TABLES[table].names if name not in _COUNTERS or name in also]


def _header(header: pl.DataFrame, year: int) -> str:
    collection = block(
        "CollectionDetails",
        (element("Collection"), pl.lit(f"<Year>{year}</Year>"), element("ReferenceDate")),
    )
    names = ("SourceLevel", "LEA", "SoftwareCode", "Release", "SerialNo", "DateTime")
    source = block("Source", [element(name) for name in names])
    return str(header.select(block("Header", (collection, source))).item())


def _characteristics(text: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    rows = text["ChildCharacteristics"]
    listed = together(text["Disabilities"], _CHILD, element("Disability"), "listed")
    rows = beside(rows, listed, _CHILD, "listed")
    disabilities = (
        pl.when(pl.col("listed") != "").then(block("Disabilities", (pl.col("listed"),))).otherwise(pl.lit(""))
    )
    made = block("ChildCharacteristics", (*_fields("ChildCharacteristics"), disabilities))
    return rows.select(*_CHILD, made.alias("characteristics"))


def _details(text: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """All blocks of each child: fields and groups in the schema's order."""
    rows = text["CINdetails"]
    groups = {
        "Assessments": _assessments(text),
        "CINPlanDates": _group(text, "CINplanDates", "CINPlanDates"),
        "Section47": _group(text, "Section47", "Section47"),
        "ChildProtectionPlans": _plans(text),
    }
    for name, frame in groups.items():
        rows = (
            beside(rows, frame, _BLOCK, f"made {name}")
            if frame is not None
            else rows.with_columns(pl.lit("").alias(f"made {name}"))
        )
    made = {name: pl.col(f"made {name}") for name in groups}
    *fields, no_action = _fields("CINdetails")
    parts = (*fields, made["Assessments"], made["CINPlanDates"], made["Section47"], no_action,
             made["ChildProtectionPlans"])  # fmt: skip
    return together(rows, _CHILD, block("CINdetails", parts), "details")


def _group(text: Mapping[str, pl.DataFrame], table: str, tag: str) -> pl.DataFrame | None:
    if table not in text:
        return None
    return together(text[table], _BLOCK, block(tag, _fields(table)), f"made {tag}")


def _assessments(text: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
    if "Assessments" not in text:
        return None
    rows = _listed(text, "Assessments", "AssessmentFactorsList", _ASSESSMENT, "FactorsIdentifiedAtAssessment")
    made = block("Assessments", (*_fields("Assessments"), pl.col("listed")))
    return together(rows, _BLOCK, made, "made Assessments")


def _plans(text: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
    if "ChildProtectionPlans" not in text:
        return None
    rows = _listed(text, "ChildProtectionPlans", "Reviews", _PLAN, "Reviews")
    made = block("ChildProtectionPlans", (*_fields("ChildProtectionPlans"), pl.col("listed")))
    return together(rows, _BLOCK, made, "made ChildProtectionPlans")


def _listed(
    text: Mapping[str, pl.DataFrame], table: str, entries: str, keys: list[str], tag: str
) -> pl.DataFrame:
    """Rows of a table with the entries that belong to each, as one element in a column `listed`."""
    if entries not in text:
        return text[table].with_columns(pl.lit("").alias("listed"))
    column = TABLES[entries].names[-1]
    name = "AssessmentFactors" if column == "AssessmentFactor" else column
    rows = text[entries].rename({column: name})
    joined = beside(text[table], together(rows, keys, element(name), "listed"), keys, "listed")
    inside = pl.when(pl.col("listed") != "").then(block(tag, (pl.col("listed"),))).otherwise(pl.lit(""))
    return joined.with_columns(inside.alias("listed"))

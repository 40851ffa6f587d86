"""XML as text, made column by column: elements of rows, and rows joined into the element that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_SPECIAL = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
"""In this order: the others are written with the first."""


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """All columns as the text of a file: dates as YYYY-MM-DD, special characters of XML escaped."""
    special = pl.col(pl.String)
    for character, written in _SPECIAL.items():
        special = special.str.replace_all(character, written, literal=True)
    return frame.with_columns(special, pl.col(pl.Date).dt.strftime("%Y-%m-%d")).with_columns(
        pl.all().cast(pl.String)
    )


def element(name: str) -> pl.Expr:
    """A column as elements of its name; nothing where it is blank."""
    return (
        pl.when(pl.col(name).is_null()).then(pl.lit("")).otherwise(pl.format(f"<{name}>{{}}</{name}>", name))
    )


def block(name: str, parts: Iterable[pl.Expr]) -> pl.Expr:
    """An element that holds others."""
    return pl.concat_str([pl.lit(f"<{name}>"), *parts, pl.lit(f"</{name}>")])


def together(frame: pl.DataFrame, keys: Sequence[str], made: pl.Expr, name: str) -> pl.DataFrame:
    """The elements of all rows of a key as one text, in order, in a column `name`."""
    rows = frame.select(*keys, made.alias(name))
    return rows.group_by(keys, maintain_order=True).agg(pl.col(name).str.join(""))


def beside(frame: pl.DataFrame, other: pl.DataFrame, keys: Sequence[str], name: str) -> pl.DataFrame:
    """Add a text that only some rows have."""
    joined = frame.join(other, on=keys, how="left", maintain_order="left")
    return joined.with_columns(pl.col(name).fill_null(""))


def write_message(path: Path, header: str, rows: pl.Series, around: str = "") -> None:
    """Write a Message: the header and the rows one after the other, inside an element if one is named."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("<?xml version='1.0' encoding='utf-8'?>\n<Message>\n")
        file.write(header + "\n")
        file.write(f"<{around}>\n" if around else "")
        file.writelines(f"{row}\n" for row in rows)
        file.write(f"</{around}>\n" if around else "")
        file.write("</Message>\n")

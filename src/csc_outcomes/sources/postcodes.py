"""Where placements are, from postcodes: a lookup the user passes, with ONS Postcode Directory columns.

Source: Office for National Statistics, *ONS Postcode Directory*. Distance is the straight line between the two
postcodes' grid points, as the return's guide has it: metres / 1000 / 1.6093, to one decimal.
"""

from __future__ import annotations

import polars as pl

from csc_outcomes.errors import InputError

_POSTCODE = ("PCDS", "PCD", "PCD2", "PCD7", "PCD8", "POSTCODE")
_COUNTY = ("OSCTY", "CTY25CD", "CTY24CD", "CTY23CD", "CTY21CD")
_DISTRICT = ("OSLAUA", "LAUA", "LAD25CD", "LAD24CD", "LAD23CD", "LAD21CD", "LA")
_EAST = ("OSEAST1M", "EAST1M", "EASTING")
_NORTH = ("OSNRTH1M", "NORTH1M", "NORTHING")
_METRES_PER_MILE = 1609.3
_OUTSIDE_ENGLAND = ("SCO", "WAL", "NIR", "NUK")


def lookup(frame: pl.DataFrame) -> pl.DataFrame:
    """POSTCODE (no spaces), AUTHORITY (upper tier), EAST and NORTH (metres), one row per postcode.

    Raises:
        InputError: the postcode or the authority column is not there.
    """
    postcode, district = _first(frame, _POSTCODE), _first(frame, _DISTRICT)
    if postcode is None or district is None:
        raise InputError(
            "postcodes: needed a postcode (pcds) and an authority (oslaua) column of the ONS Postcode Directory, "
            f"found neither or one of them among {frame.width} columns"
        )
    county, east, north = _first(frame, _COUNTY), _first(frame, _EAST), _first(frame, _NORTH)
    authority = pl.col(district).cast(pl.String)
    if county:
        # A pseudo code (E99999999) says that the area has no county.
        code = pl.col(county).cast(pl.String)
        authority = pl.when(code.str.starts_with("E10")).then(code).otherwise(authority)
    return frame.select(
        POSTCODE=pl.col(postcode).cast(pl.String).str.replace_all(r"\s", "").str.to_uppercase(),
        AUTHORITY=authority,
        EAST=pl.col(east).cast(pl.Float64, strict=False) if east else pl.lit(None, dtype=pl.Float64),
        NORTH=pl.col(north).cast(pl.Float64, strict=False) if north else pl.lit(None, dtype=pl.Float64),
    ).unique("POSTCODE", keep="first", maintain_order=True)


def _first(frame: pl.DataFrame, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in frame.columns), None)


def located(episodes: pl.DataFrame, directory: pl.DataFrame) -> pl.DataFrame:
    """Fill PL_LOCATION and PL_DISTANCE of episodes from their postcodes; what a row states itself stays."""
    if "PL_POST" not in episodes.columns:
        return episodes
    placed = directory.select(
        pl.col("POSTCODE").alias("PL_POST"), PL_AUTHORITY="AUTHORITY", PL_EAST="EAST", PL_NORTH="NORTH"
    )
    frame = episodes.with_columns(pl.col("PL_POST").cast(pl.String)).join(
        placed, on="PL_POST", how="left", maintain_order="left"
    )
    if "HOME_POST" in episodes.columns:
        home = directory.select(pl.col("POSTCODE").alias("HOME_POST"), HOME_EAST="EAST", HOME_NORTH="NORTH")
        frame = frame.with_columns(pl.col("HOME_POST").cast(pl.String)).join(
            home, on="HOME_POST", how="left", maintain_order="left"
        )
        squared = (pl.col("PL_EAST") - pl.col("HOME_EAST")) ** 2 + (
            pl.col("PL_NORTH") - pl.col("HOME_NORTH")
        ) ** 2
        miles = (squared.sqrt() / _METRES_PER_MILE * 10 + 0.5).floor() / 10
        frame = _filled(frame, "PL_DISTANCE", miles)
    inside = pl.col("PL_AUTHORITY") == pl.col("LA").cast(pl.String)
    frame = _filled(frame, "PL_LOCATION", _in_or_out(inside))
    helpers = ("PL_AUTHORITY", "PL_EAST", "PL_NORTH", "HOME_EAST", "HOME_NORTH")
    return frame.drop(helpers, strict=False)


def _in_or_out(inside: pl.Expr) -> pl.Expr:
    return pl.when(inside).then(pl.lit("IN")).when(~inside).then(pl.lit("OUT"))


def _filled(frame: pl.DataFrame, name: str, value: pl.Expr) -> pl.DataFrame:
    if name not in frame.columns:
        return frame.with_columns(value.alias(name))
    stated = pl.col(name).cast(pl.String) if name == "PL_LOCATION" else pl.col(name)
    return frame.with_columns(pl.coalesce(stated, value).alias(name))


def from_authority(episodes: pl.DataFrame) -> pl.DataFrame:
    """Fill PL_LOCATION from PL_LA where the extract gives the authority of the placement.

    PL_LA must be in the same kind of code as LA (both ONS codes or both three-digit ones); anything else, and
    a confidential placement, stays unknown.
    """
    if "PL_LA" not in episodes.columns:
        return episodes
    open_to_fill = pl.col("PL_LA").is_not_null()
    if "PL_LOCATION" in episodes.columns:
        open_to_fill &= pl.col("PL_LOCATION").is_null()
    if not episodes.select(open_to_fill.any()).item():
        return episodes
    placed, own = (
        pl.col("PL_LA").cast(pl.String).str.to_uppercase(),
        pl.col("LA").cast(pl.String).str.to_uppercase(),
    )
    same_kind = placed.str.len_chars() == own.str.len_chars()
    outside = placed.is_in(_OUTSIDE_ENGLAND)
    location = (
        pl.when(outside)
        .then(pl.lit("OUT"))
        .when(same_kind & (placed != "CON"))
        .then(_in_or_out(placed == own))
    )
    return _filled(episodes, "PL_LOCATION", location)

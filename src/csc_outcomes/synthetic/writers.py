"""Writing invented returns as authorities would hand them in: CSV files, or one XML file a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from csc_outcomes.errors import InputError
from csc_outcomes.sources.ssda903_tables import TABLES
from csc_outcomes.synthetic import cin_files, workforce_files
from csc_outcomes.synthetic.returns import LOCALITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import polars as pl
    from lxml.etree import _Element, xmlfile  # noqa: F401

    from csc_outcomes.synthetic.make import Synthetic

Row = dict[str, str]

NOT_A_DATE = "31/02/20xx"
"""What stands in a file where an unreadable date was planted."""

_XML_EPISODE = (
    *("DECOM", "RNE", "LS", "CIN", "PLACE", "PL_POST", "HOME_POST", "URN", "PLACE_PROVIDER"),
    *("DEC", "REC", "REASON_PLACE_CHANGE"),
)
_BESIDE_XML = ("sw_episodes", "dolo")
_ALWAYS = ("header", "episodes")


def write(
    synthetic: Synthetic,
    folder: Path,
    format: Literal["csv", "xml", "parquet"],  # noqa: A002
    *,
    locality: bool,
) -> Path:
    """Write all returns and the population; see `Synthetic.write`."""
    if format not in ("csv", "xml", "parquet"):
        raise InputError("format must be parquet, csv or xml")
    folder.mkdir(parents=True, exist_ok=True)
    if format == "parquet":
        for name, frame in synthetic.tables.items():
            frame.write_parquet(folder / f"{name}.parquet")
    else:
        _write_returns(synthetic, folder, format, locality)
    synthetic.population.write_csv(folder / "population.csv")
    return folder


def _write_returns(synthetic: Synthetic, folder: Path, form: str, locality: bool) -> None:
    """One folder per authority and year, with the files of all returns."""
    cared = "ssda903" in synthetic.returns
    parts = {n: _by_return(f) for n, f in _as_text(synthetic, locality).items()} if cared else {}
    others = {
        name: _by_return(frame) for name, frame in synthetic.tables.items() if not name.startswith("ssda903.")
    }
    for authority in synthetic.authorities:
        for year in synthetic.years:
            place = folder / authority.code / f"{year - 1}-{year % 100:02d}"
            place.mkdir(parents=True, exist_ok=True)
            own = (authority.code, year)
            tables = {name: found[own] for name, found in parts.items() if own in found}
            if cared and form == "csv":
                _write_csv(tables, place, parts)
            elif cared:
                _write_xml(tables, place)
            rest = {name: found[own] for name, found in others.items() if own in found}
            _write_censuses(rest, place, form, year, authority.old_code)


def _write_censuses(
    tables: Mapping[str, pl.DataFrame], place: Path, form: str, year: int, old_code: str
) -> None:
    """The children in need census and the workforce census of one authority and year."""
    if form == "csv":
        for name, frame in tables.items():
            frame.write_csv(place / f"{name.replace('.', '_')}.csv")
        return
    for source in ("cin", "workforce"):
        own = {n.removeprefix(f"{source}."): t for n, t in tables.items() if n.startswith(f"{source}.")}
        if source == "cin" and "CINdetails" in own:
            cin_files.write(own, place / "cin.xml", year)
        elif source == "workforce" and own:
            workforce_files.write(own, place / "workforce.xml", year, old_code)


def _as_text(synthetic: Synthetic, locality: bool) -> dict[str, pl.DataFrame]:
    """All tables with dates as DD/MM/YYYY, some ends unreadable, without derived columns if asked."""
    import polars as pl

    tables = {
        name.removeprefix("ssda903."): frame
        for name, frame in synthetic.tables.items()
        if name.startswith("ssda903.")
    }
    marked = synthetic.unreadable
    if marked is not None and len(marked):
        keys = ["LA", "YEAR", "CHILD", "DECOM"]
        tables["episodes"] = tables["episodes"].join(
            marked.select(*keys, marked=True), on=keys, how="left", maintain_order="left"
        )
    text = {
        name: frame.with_columns(pl.col(pl.Date).dt.strftime("%d/%m/%Y")) for name, frame in tables.items()
    }
    if "marked" in text["episodes"].columns:
        end = pl.when(pl.col("marked")).then(pl.lit(NOT_A_DATE)).otherwise("DEC").alias("DEC")
        text["episodes"] = text["episodes"].with_columns(end).drop("marked")
    if not locality:
        text["episodes"] = text["episodes"].drop(LOCALITY)
    return text


def _by_return(frame: pl.DataFrame) -> dict[tuple[str, int], pl.DataFrame]:
    parts = frame.partition_by("LA", "YEAR", as_dict=True, include_key=False, maintain_order=True)
    return {(str(key[0]), int(key[1])): part for key, part in parts.items()}


def _write_csv(
    tables: Mapping[str, pl.DataFrame],
    place: Path,
    parts: Mapping[str, Mapping[tuple[str, int], pl.DataFrame]],
) -> None:
    for name in TABLES:
        path = place / f"{name}.csv"
        if name in tables:
            tables[name].write_csv(path)
        elif name in _ALWAYS and parts[name]:
            next(iter(parts[name].values())).clear().write_csv(path)
        else:
            path.unlink(missing_ok=True)


def _write_xml(tables: Mapping[str, pl.DataFrame], place: Path) -> None:
    """One element per child: what is in the header's place, then the episodes; written as it is made."""
    from lxml import etree

    rows = {name: _by_child(frame) for name, frame in tables.items() if name not in _BESIDE_XML}
    children = dict.fromkeys(child for found in rows.values() for child in found)
    with etree.xmlfile(str(place / "ssda903.xml"), encoding="utf-8") as out:
        out.write_declaration()
        with out.element("EXPSSDA903"):
            for child in children:
                out.write(_child(child, rows))
    for name in _BESIDE_XML:
        path = place / f"{name}.csv"
        if name in tables:
            tables[name].write_csv(path)
        else:
            path.unlink(missing_ok=True)


def _by_child(frame: pl.DataFrame) -> dict[str, list[Row]]:
    import polars as pl

    found: dict[str, list[Row]] = {}
    for row in frame.with_columns(pl.all().cast(pl.String).fill_null("")).iter_rows(named=True):
        found.setdefault(row["CHILD"], []).append(row)
    return found


def _child(child: str, rows: Mapping[str, Mapping[str, list[Row]]]) -> _Element:
    from lxml import etree

    element = etree.Element("CHILD")
    header = etree.SubElement(element, "HEADER")

    def of(name: str) -> list[Row]:
        return rows.get(name, {}).get(child, [])

    _add(header, {"CHILDID": child})
    for row in of("header")[:1]:
        _add(header, {name: row[name] for name in ("UPN", "SEX", "DOB", "ETHNIC")})
    asylum = of("uasc")
    _add(header, {"UASC": "1" if asylum else "0", "DUC": asylum[0]["DUC"] if asylum else ""})
    for name in ("oc3", "ad1"):
        for row in of(name)[:1]:
            _add(header, _own(row))
    for name in ("missing", "reviews", "placed_for_adoption"):
        _blocks(header, name, of(name))
    for row in of("header")[:1]:
        _add(header, {name: row[name] for name in ("MOTHER", "MC_DOB")})
    for name in ("previous_permanence", "oc2"):
        _blocks(header, name, of(name)[:1])
    for row in of("episodes"):
        tags = {TABLES["episodes"][name].xml or name: row[name] for name in _XML_EPISODE}
        _add(etree.SubElement(element, "EPISODE"), tags)
    return element


def _own(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("CHILD", "DOB")}


def _blocks(header: _Element, table: str, rows: Iterable[Row]) -> None:
    """Rows of a module as blocks; the declared paths say how block and tags are called."""
    from lxml import etree

    for row in rows:
        paths = {TABLES[table][name].xml: value for name, value in _own(row).items()}
        block = etree.SubElement(header, next(iter(paths)).split("/")[0])
        _add(block, {path.split("/")[1]: value for path, value in paths.items()})


def _add(parent: _Element, values: Mapping[str, str]) -> None:
    from lxml import etree

    for tag, value in values.items():
        etree.SubElement(parent, tag).text = value or None

"""`synthesise`: invented returns in files."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from csc_outcomes.cli.options import Folder, read_years, wrong_folder, wrong_use
from csc_outcomes.cli.screen import out, progress


class Form(StrEnum):
    """Form of the files."""

    CSV = "csv"
    XML = "xml"
    PARQUET = "parquet"


def synthesise(
    folder: Folder,
    authorities: Annotated[int, typer.Option("--authorities", metavar="N", help="How many authorities.")] = 3,
    years: Annotated[
        str, typer.Option("--years", metavar="A-B", help="Return years (year ending).")
    ] = "2020-2024",
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another seed: other children.")] = 0,
    children: Annotated[
        int | None,
        typer.Option("--children", metavar="N", help="About how many are in care on a day, all together."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="Form of the files.")] = Form.CSV,
    returns: Annotated[
        list[str],
        typer.Option("--return", metavar="NAME", help="ssda903, cin or workforce; repeatable; default: all."),
    ] = [],  # noqa: B006  typer makes a new list from it for every call
    go_live: Annotated[
        str | None,
        typer.Option(
            "--go-live", metavar="DATE", help="Also local tables of a project that begins on this day."
        ),
    ] = None,
    dirt: Annotated[
        list[str], typer.Option("--dirt", metavar="CODE", help="A fault to plant, or all; repeatable.")
    ] = [],  # noqa: B006  typer makes a new list from it for every call
) -> None:
    """Write invented returns of the same children and workers; nobody in them exists."""
    from csc_outcomes.engine.windows import to_date
    from csc_outcomes.synthetic import synthesise as make
    from csc_outcomes.synthetic import synthesise_local, write_local
    from csc_outcomes.synthetic.make import RETURNS

    wanted = read_years(years)
    with wrong_use("--go-live"):
        day = None if go_live is None else to_date(go_live, "--go-live")
    if folder.exists():
        wrong_folder(folder)
    with progress("Inventing"), wrong_use("options"):
        made = make(
            authorities, wanted, seed=seed, children=children, dirt=dirt, returns=tuple(returns) or RETURNS
        )
    with progress("Writing"):
        made.write(folder, format=form.value)
        if day is not None:
            write_local(synthesise_local(made, day, seed=seed), folder)
    rows = sum(frame.height for frame in made.tables.values())
    out().print(
        f"Invented data: {authorities} authorities, years ending {wanted[0]} to {wanted[-1]}, {rows:,} rows, "
        f"in {folder}. No child in them exists.",
        markup=False,
    )

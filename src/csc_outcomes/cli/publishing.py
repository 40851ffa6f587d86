"""`published`: what is published, and its files; the only verb that reaches a network, and only when asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csc_outcomes.cli.screen import out, plain_table, progress, remark
from csc_outcomes.sources.ees import API, TIMEOUT

Service = Annotated[str, typer.Option("--api", metavar="URL", help="Address of the service.")]
Wait = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=1, help="How long to wait for an answer.")
]

NewFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="A new file to write, CSV.")]

published = typer.Typer(
    rich_markup_mode=None,
    help="List and download official statistics of Explore Education Statistics.",
    no_args_is_help=True,
)


@published.command("list")
def list_published(
    publication: Annotated[
        str | None,
        typer.Argument(metavar="PUBLICATION", help="Title, slug or id: list its data sets."),
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", metavar="WORDS", help="Words of a publication's title.")
    ] = None,
    api: Service = API,
    timeout: Wait = TIMEOUT,
) -> None:
    """List publications, or the data sets of one."""
    from csc_outcomes.sources import ees

    if publication and search:
        raise typer.BadParameter("needed either PUBLICATION or --search", param_hint="--search")
    columns = ["version", "last_period"] if publication else ["published"]
    with progress("Asking"):
        if publication:
            found = ees.data_sets(publication, api=api, timeout=timeout)
        else:
            found = ees.publications(search, api=api, timeout=timeout)
    table = plain_table("title", *(name.replace("_", " ") for name in columns), "id")
    for row in found.to_dict("records"):
        table.add_row(*(str(row[name] or "") for name in ("title", *columns, "id")))
    out().print(table)
    remark(f"{len(found)} {'data sets' if publication else 'publications'}")


@published.command("download")
def download(
    publication: Annotated[str, typer.Argument(metavar="PUBLICATION", help="Title, slug or id.")],
    data_set: Annotated[str, typer.Argument(metavar="DATASET", help="Title or id.")],
    destination: NewFile,
    version: Annotated[
        str | None,
        typer.Option("--version", metavar="N", help="Version of the data set; default: the latest."),
    ] = None,
    api: Service = API,
    timeout: Wait = TIMEOUT,
) -> None:
    """Download a data set into a new file."""
    from csc_outcomes.sources import ees

    if destination.exists():
        raise typer.BadParameter(f"{destination} exists already; name a new file", param_hint="--out")
    if not destination.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {destination.parent}", param_hint="--out")
    with progress("Downloading"):
        ees.download(publication, data_set, destination, version=version, api=api, timeout=timeout)
    remark(f"written to {destination}")

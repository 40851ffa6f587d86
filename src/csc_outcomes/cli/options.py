"""Options as they are typed: windows, parameters, years and places, read or refused with a reason."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csc_outcomes.errors import CscOutcomesError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csc_outcomes.definitions.measure import Measure
    from csc_outcomes.engine.data import Data
    from csc_outcomes.engine.windows import Window, Windows

WINDOW_FORMS = (
    "DAY (2024-03-31), START:END (2023-04-01:2024-03-31), year:DAY (the twelve months to a day) or "
    "around:DAY[:RULE[:MONTHS]] (baseline and follow-up around the day an intervention began)"
)

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH", help="Files or folders of SSDA903 returns, CSV or XML.")
]
PathsIfAny = Annotated[
    list[Path] | None, typer.Argument(metavar="PATH", help="Returns: say which measures they can answer.")
]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write; made if it does not exist.")]
Authority = Annotated[
    str | None, typer.Option("--la", metavar="CODE", help="Authority of every file that states none.")
]
Year = Annotated[
    int | None,
    typer.Option("--year", metavar="N", help="Return year (year ending); default: told from the dates."),
]
Population = Annotated[
    Path | None, typer.Option("--population", metavar="FILE", help="Mid-year population estimates (CSV).")
]
Postcodes = Annotated[
    Path | None,
    typer.Option("--postcodes", metavar="FILE", help="Postcode directory (CSV), for distance and place."),
]
OutFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write exact values to FILE.csv (with the notes in FILE_notes.csv) or FILE.json.",
    ),
]


@contextmanager
def wrong_use(option: str) -> Iterator[None]:
    """Turn a refusal of what was typed into a message about the option, and exit code 2."""
    try:
        yield
    except CscOutcomesError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def wrong_folder(folder: Path) -> None:
    """Refuse to write into something that is no folder, or that holds anything."""
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is a file", param_hint="FOLDER")
    if any(folder.iterdir()):
        raise typer.BadParameter(f"{folder} holds other files; name a new folder", param_hint="FOLDER")


def read_data(
    paths: Sequence[Path],
    la: str | None = None,
    year: int | None = None,
    population: Path | None = None,
    postcodes: Path | None = None,
) -> Data:
    """Read the files under a progress display; paths that lead nowhere are wrong use, all named at once."""
    import csc_outcomes as csc
    from csc_outcomes.cli.screen import progress

    named = [*paths, *(path for path in (population, postcodes) if path is not None)]
    lost = [str(path) for path in named if not path.exists()]
    if lost:
        raise typer.BadParameter(f"no file or folder at {', '.join(lost)}", param_hint="PATH")
    with progress("Reading") as step:
        return csc.read(*paths, la=la, year=year, population=population, postcodes=postcodes, progress=step)


def read_windows(specs: Sequence[str]) -> Windows:
    """Windows as typed; labels must differ."""
    import csc_outcomes as csc

    with wrong_use("--window"):
        found = [_windows(spec) for spec in specs]
        # One rule keeps its notes; several are checked for labels that occur twice.
        return found[0] if len(found) == 1 else csc.Windows.of(found)


def _windows(spec: str) -> Windows:
    import csc_outcomes as csc

    form, colon, rest = spec.partition(":")
    if form == "around":
        return _around(rest)
    window: Window
    if form == "year":
        window = csc.Window.year_to(rest)
    elif colon:
        window = csc.Window(form, rest)
    else:
        window = csc.Window.snapshot(form)
    return csc.Windows((window,))


def _around(text: str) -> Windows:
    import csc_outcomes as csc

    day, _, rest = text.partition(":")
    rule, _, months = rest.partition(":")
    if months and not months.isdecimal():
        raise csc.InputError(f"months of {rule!r}: needed a whole number, found {months!r}")
    chosen: Any = rule or None
    return csc.Windows.around(day, chosen, months=int(months) if months else None)


def read_parameters(pairs: Sequence[str], measures: Sequence[Measure]) -> dict[str, Any]:
    """Parameters as typed: `name=value` for every measure that has the name, `measure_id.name=value` for one.

    Values are checked against what the measures declare, before any file is read.
    """
    from csc_outcomes.definitions.measure import resolve_parameters
    from csc_outcomes.errors import InputError

    given: dict[str, Any] = {}
    with wrong_use("--parameter"):
        for pair in pairs:
            name, equals, text = pair.partition("=")
            if not (name and equals and text):
                raise InputError(f"needed name=value, found {pair!r}")
            measure, dot, own = name.partition(".")
            if dot:
                given.setdefault(measure, {})[own] = _value(text, own, measures)
            else:
                given[name] = _value(text, name, measures)
        resolve_parameters(tuple(measures), given)
    return given


def _value(text: str, name: str, measures: Sequence[Measure]) -> Any:
    """The declared choice that is written like this; otherwise yes or no, a number, or text."""
    for measure in measures:
        for parameter in measure.parameters:
            for choice in parameter.choices if parameter.name == name else ():
                if str(choice).lower() == text.lower():
                    return choice
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text


def read_years(text: str) -> list[int]:
    """Return years (year ending) as typed: `2020-2024`, or one year."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if first > last:
        raise typer.BadParameter(f"needed years such as 2020-2024, found {text!r}", param_hint="--years")
    return list(range(first, last + 1))

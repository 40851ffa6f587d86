"""What is shown: consoles, numbers rounded for the eye, progress.

Rounding happens here and only here; files hold exact values.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.table import Table

    from csc_outcomes.definitions.measure import Measure

PLAIN_WIDTH = 120
"""Columns of output that goes to a file or a pipe."""
PATIENCE = 1.0
"""Seconds after which progress is shown."""


def out() -> Console:
    """The console of results."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)


def err() -> Console:
    """The console of messages and progress."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def complain(text: str) -> None:
    """Say what went wrong."""
    err().print(f"Error: {text}", markup=False)


def remark(text: str) -> None:
    """Say something beside the result."""
    err().print(text, markup=False)


def plain_table(*columns: str, title: str = "") -> Table:
    """A table without vertical lines, whose cells are not read as markup."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=escape(title) or None, title_justify="left", title_style="bold")
    for name in columns:
        table.add_column(escape(name), overflow="fold")
    return table


def right(table: Table, *columns: int) -> None:
    """Align columns of figures to the right."""
    for number in columns:
        table.columns[number].justify = "right"
        table.columns[number].no_wrap = True


def places_of(measure: Measure) -> int:
    """Decimals shown: counts whole, everything else one."""
    return 0 if measure.unit_is_count else 1


def number(value: Any, places: int) -> str:
    """A number rounded half away from zero for display; `-` where there is none."""
    from csc_outcomes.engine.rounding import round_half_up

    rounded = round_half_up(float(value), places) if value is not None else None
    if rounded is None:
        return "-"
    return f"{rounded:,.{places}f}"


def span(lower: Any, upper: Any, places: int) -> str:
    """Limits for display, or nothing where there are none."""
    shown = number(lower, places), number(upper, places)
    return "" if "-" in shown else f"{shown[0]} to {shown[1]}"


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[str], None]]:
    """Show how far something is, on a terminal and only once it has taken a second.

    Yields:
        A function to call with the name of each step before it begins.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = err()
    if not console.is_terminal:
        yield lambda _name: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task(what, total=total)
    begun = 0

    def step(name: str) -> None:
        nonlocal begun
        bar.update(task, description=f"{what}: {escape(name)}", completed=begun)
        begun += 1

    timer = Timer(PATIENCE, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield step
    finally:
        timer.cancel()
        timer.join()
        bar.stop()

"""Runs the Python blocks of a page in order, as a notebook would, and compares what they show with it.

A block of `text` that follows a block of `python`, with nothing but blank lines between them, is what that
block shows: what it prints, then the value of its last line. A block that shows something must be followed
by one.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = re.compile(
    r"^```python\n(?P<code>.*?)^```\n(?:\n*```text\n(?P<shown>.*?)^```\n)?", re.MULTILINE | re.DOTALL
)


@frozen
class Example:
    """One block of a page: where it stands, its code, and what the page says it shows (None: nothing)."""

    page: str
    line: int
    code: str
    shown: str | None


def examples_of(text: str, page: str) -> list[Example]:
    """The Python blocks of a page, in order."""
    return [
        Example(page, text.count("\n", 0, match.start()) + 1, match["code"], match["shown"])
        for match in _BLOCK.finditer(text)
    ]


def differences(text: str, page: str, folder: Path) -> list[str]:
    """Run a page in a folder; say which blocks show something else than the page."""
    found = []
    for example, shown in _run(examples_of(text, page), folder):
        if shown != (example.shown or ""):
            found.append(
                f"{page}, line {example.line}: the page shows\n{example.shown}\nthe code shows\n{shown}"
            )
    return found


def filled(text: str, page: str, folder: Path) -> str:
    """The page with what its blocks really show."""
    results = iter(_run(examples_of(text, page), folder))

    def replacement(match: re.Match[str]) -> str:
        _, shown = next(results)
        block = f"```python\n{match['code']}```\n"
        return f"{block}\n```text\n{shown}```\n" if shown else block

    return _BLOCK.sub(replacement, text)


def _run(examples: list[Example], folder: Path) -> Iterator[tuple[Example, str]]:
    """Each block with what it shows; the blocks of a page share their names, as cells do."""
    names: dict[str, Any] = {"__name__": "__main__"}
    with _in_folder(folder), _wide_frames():
        for example in examples:
            yield example, _shown(example, names)


def _shown(example: Example, names: dict[str, Any]) -> str:
    tree = ast.parse(example.code, f"{example.page}, line {example.line}")
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(tree, example.page, "exec"), names)  # noqa: S102  the pages are ours
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), example.page, "eval"), names)  # noqa: S307
            if value is not None:
                print(value if isinstance(value, str) else repr(value))  # noqa: T201
    lines = [line.rstrip() for line in output.getvalue().splitlines()]
    return "".join(f"{line}\n" for line in lines)


@contextlib.contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    before = os.getcwd()  # noqa: PTH109
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _wide_frames() -> Iterator[None]:
    """Frames as wide as a page, whatever the terminal."""
    import pandas as pd

    with pd.option_context("display.width", 110, "display.max_columns", 20, "display.max_colwidth", 80):
        yield

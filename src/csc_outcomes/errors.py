"""What can go wrong, in a handful of exceptions.

Every message says what was needed, what was found, where, and what to do. None carries a value taken from a
data row: column names, file names, codes of the lists and counts only.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class CscOutcomesError(Exception):
    """Base of every error this library raises on purpose."""


class InputError(CscOutcomesError, ValueError):
    """An argument or a table cannot be used as given."""


class ReadError(InputError):
    """A file cannot be read as any table the library knows."""


class UnknownNameError(CscOutcomesError, KeyError):
    """A measure, indicator, breakdown or parameter that does not exist."""

    def __str__(self) -> str:
        """Show the message as written; `KeyError` would print its representation."""
        return str(self.args[0])


class DefinitionError(CscOutcomesError, TypeError):
    """A measure or indicator was declared inconsistently."""


def unknown(kind: str, names: Iterable[str], known: Iterable[str]) -> UnknownNameError:
    """Build the error for names that do not exist, with the nearest names that do."""
    choices = sorted(known)
    lines = []
    for name in names:
        near = get_close_matches(name, choices, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(choices[:12])}"
        lines.append(f"{kind} {name!r} does not exist; {hint}")
    return UnknownNameError("\n".join(lines))


def all_at_once(heading: str, problems: list[str], error: type[CscOutcomesError] = InputError) -> None:
    """Raise one error that lists every problem, or do nothing where there is none."""
    if not problems:
        return
    if len(problems) == 1:
        raise error(f"{heading}: {problems[0]}")
    raise error(f"{heading}, {len(problems)} problems:\n" + "\n".join(f"- {problem}" for problem in problems))

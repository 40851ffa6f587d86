"""Invented SSDA903 returns of any size, with known answers.

Seeded simulation of children's care histories, cut into yearly returns, fitted to the national margins.
Nothing in it is a real child: names, codes, postcodes and histories are drawn by rule.

```python
from csc_outcomes.synthetic import synthesise

made = synthesise(3, years=range(2021, 2026), children=900)
made.tables["ssda903.episodes"]     # Polars frame: the return's columns, LA and YEAR
made.write("returns")               # folder/<LA>/<2023-24>/episodes.csv and so on, and population.csv
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csc_outcomes.synthetic.authorities import Authority, Effect, invented
    from csc_outcomes.synthetic.make import Synthetic, synthesise

__all__ = ["Authority", "Effect", "Synthetic", "invented", "synthesise"]

_HOME = {
    "Authority": "authorities",
    "Effect": "authorities",
    "invented": "authorities",
    "Synthetic": "make",
    "synthesise": "make",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

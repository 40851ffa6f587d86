"""Invented returns of any size, with known answers: SSDA903, children in need census and workforce census.

Seeded simulation of children's histories and of social workers, cut into yearly returns, fitted to the national
margins. A child is one child in all returns. Nothing in it is a real child or worker: names, codes, postcodes and
histories are drawn by rule.

```python
from csc_outcomes.synthetic import synthesise

made = synthesise(3, years=range(2021, 2026), children=900)
made.tables["ssda903.episodes"]     # Polars frame: the return's columns, LA and YEAR
made.tables["cin.CINdetails"]       # referrals of the same children, and of others
made.write("returns")               # folder/<LA>/<2023-24>/episodes.csv and so on, and population.csv
```

`synthesise_local` adds what no return holds: a project with a comparison arm, local events, questionnaires, surveys,
figures of other bodies and money.

```python
from datetime import date

from csc_outcomes.synthetic import LocalEffect, synthesise_local, write_local

local = synthesise_local(made, date(2024, 4, 1), effect=LocalEffect(sdq=-3.0, arrests=0.5))
write_local(local, "returns/local")  # events.csv, scores.csv and so on
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csc_outcomes.synthetic.authorities import Authority, Effect, invented
    from csc_outcomes.synthetic.local import LocalEffect, synthesise_local, write_local
    from csc_outcomes.synthetic.make import Synthetic, synthesise
    from csc_outcomes.synthetic.practice import Practice

__all__ = [
    "Authority",
    "Effect",
    "LocalEffect",
    "Practice",
    "Synthetic",
    "invented",
    "synthesise",
    "synthesise_local",
    "write_local",
]

_HOME = {
    "Authority": "authorities",
    "Effect": "authorities",
    "LocalEffect": "local_effect",
    "Practice": "practice",
    "invented": "authorities",
    "Synthetic": "make",
    "synthesise": "make",
    "synthesise_local": "local",
    "write_local": "local",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

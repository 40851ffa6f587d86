"""One definition of each children's social care outcome, the same number for everyone with the same data.

import csc_outcomes as csc

data = csc.read("returns/", population="population.csv")
result = csc.calculate(["cla_stock_rate_10k"], data, csc.Window.snapshot("2024-03-31"), by=["LA"])
result.frame
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csc_outcomes import costs, indicators, instruments
    from csc_outcomes.api import calculate, catalogue, checklist, compare, measure
    from csc_outcomes.definitions.authorities import authorities
    from csc_outcomes.engine.contrast import contrast
    from csc_outcomes.engine.data import Data
    from csc_outcomes.engine.estimate import estimate
    from csc_outcomes.engine.result import Result
    from csc_outcomes.engine.rounding import round_half_up
    from csc_outcomes.engine.windows import Window, Windows
    from csc_outcomes.errors import CscOutcomesError, InputError, ReadError, UnknownNameError
    from csc_outcomes.evaluation.comparators import comparators
    from csc_outcomes.evaluation.minimum_data import minimum_data
    from csc_outcomes.evaluation.published_figures import published_figures
    from csc_outcomes.evaluation.reconcile import reconcile
    from csc_outcomes.feeding import read_annex_a, read_ssd
    from csc_outcomes.reading import read
    from csc_outcomes.sources.mapping import link, local_table
    from csc_outcomes.sources.published import read_published

__version__ = "0.1.0"

_HOMES = {
    "CscOutcomesError": "errors",
    "Data": "engine.data",
    "InputError": "errors",
    "ReadError": "errors",
    "Result": "engine.result",
    "UnknownNameError": "errors",
    "Window": "engine.windows",
    "Windows": "engine.windows",
    "authorities": "definitions.authorities",
    "calculate": "api",
    "catalogue": "api",
    "checklist": "api",
    "comparators": "evaluation.comparators",
    "compare": "api",
    "contrast": "engine.contrast",
    "costs": "",
    "estimate": "engine.estimate",
    "indicators": "",
    "instruments": "",
    "link": "sources.mapping",
    "local_table": "sources.mapping",
    "measure": "api",
    "minimum_data": "evaluation.minimum_data",
    "published_figures": "evaluation.published_figures",
    "read": "reading",
    "read_annex_a": "feeding",
    "read_published": "sources.published",
    "read_ssd": "feeding",
    "reconcile": "evaluation.reconcile",
    "round_half_up": "engine.rounding",
}
__all__ = [
    "CscOutcomesError",
    "Data",
    "InputError",
    "ReadError",
    "Result",
    "UnknownNameError",
    "Window",
    "Windows",
    "authorities",
    "calculate",
    "catalogue",
    "checklist",
    "comparators",
    "compare",
    "contrast",
    "costs",
    "estimate",
    "indicators",
    "instruments",
    "link",
    "local_table",
    "measure",
    "minimum_data",
    "published_figures",
    "read",
    "read_annex_a",
    "read_published",
    "read_ssd",
    "reconcile",
    "round_half_up",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `import csc_outcomes` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    module = import_module(f"{__name__}.{home or name}")
    value = getattr(module, name) if home else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]

"""Money: costs, benefits, returns on investment, discounting, price years, costs avoided, and sensitivity.

Amounts are pounds sterling. Where `GBP` comes in, pounds with their price year come out; plain numbers give
plain numbers, and then the price year is the user's to state.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csc_outcomes.costs.appraisal import Appraisal
    from csc_outcomes.costs.avoiding import Avoided, avoided
    from csc_outcomes.costs.bias import OPTIMISM_BIAS, Grade, optimism_bias
    from csc_outcomes.costs.components import COMPONENTS, Component, InterventionCost, intervention_cost
    from csc_outcomes.costs.coverage import Coverage
    from csc_outcomes.costs.discounting import (
        GREEN_BOOK,
        SCHEDULES,
        Schedule,
        discount_factor,
        payback,
        present_value,
        schedule_on,
    )
    from csc_outcomes.costs.draws import Beta, Gamma, Poisson, Triangular
    from csc_outcomes.costs.money import GBP
    from csc_outcomes.costs.prices import uprate
    from csc_outcomes.costs.returns import Froi, froi
    from csc_outcomes.costs.sampling import sample_confidence
    from csc_outcomes.costs.sensitivity import (
        Simulation,
        deadweights,
        horizons,
        one_way,
        optimism,
        simulate,
        switching_values,
        two_way,
    )
    from csc_outcomes.costs.unit import benefit, net_unit_cost

_HOMES = {
    "Appraisal": "appraisal",
    "Avoided": "avoiding",
    "Beta": "draws",
    "COMPONENTS": "components",
    "Component": "components",
    "Coverage": "coverage",
    "Froi": "returns",
    "GBP": "money",
    "GREEN_BOOK": "discounting",
    "Gamma": "draws",
    "Grade": "bias",
    "InterventionCost": "components",
    "OPTIMISM_BIAS": "bias",
    "Poisson": "draws",
    "SCHEDULES": "discounting",
    "Schedule": "discounting",
    "Simulation": "sensitivity",
    "Triangular": "draws",
    "avoided": "avoiding",
    "benefit": "unit",
    "deadweights": "sensitivity",
    "discount_factor": "discounting",
    "froi": "returns",
    "horizons": "sensitivity",
    "intervention_cost": "components",
    "net_unit_cost": "unit",
    "one_way": "sensitivity",
    "optimism": "sensitivity",
    "optimism_bias": "bias",
    "payback": "discounting",
    "present_value": "discounting",
    "sample_confidence": "sampling",
    "schedule_on": "discounting",
    "simulate": "sensitivity",
    "switching_values": "sensitivity",
    "two_way": "sensitivity",
    "uprate": "prices",
}
__all__ = [
    "COMPONENTS",
    "GBP",
    "GREEN_BOOK",
    "OPTIMISM_BIAS",
    "SCHEDULES",
    "Appraisal",
    "Avoided",
    "Beta",
    "Component",
    "Coverage",
    "Froi",
    "Gamma",
    "Grade",
    "InterventionCost",
    "Poisson",
    "Schedule",
    "Simulation",
    "Triangular",
    "avoided",
    "benefit",
    "deadweights",
    "discount_factor",
    "froi",
    "horizons",
    "intervention_cost",
    "net_unit_cost",
    "one_way",
    "optimism",
    "optimism_bias",
    "payback",
    "present_value",
    "sample_confidence",
    "schedule_on",
    "simulate",
    "switching_values",
    "two_way",
    "uprate",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)

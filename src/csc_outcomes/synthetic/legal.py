"""Legal status through a period of care, and the dates of an adoption."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic import rates
from csc_outcomes.synthetic.days import YEAR
from csc_outcomes.synthetic.draws import below, exponential, gamma, pick, uniform
from csc_outcomes.synthetic.rates import LEGAL, End

if TYPE_CHECKING:
    from csc_outcomes.synthetic.draws import Bools, Floats, Ints, Keys
    from csc_outcomes.synthetic.periods import Periods

NEVER = np.iinfo(np.int32).max
STAGES = 5
V2, C1, L1, L2, J1, C2, E1 = range(len(LEGAL))
_PATHS = tuple(rates.START_LEGAL)


@frozen(eq=False)
class Legal:
    """Per period: `status[:, k]` holds from the day `since[:, k]` on; unused stages are `NEVER`.

    `decision`, `match` and `placed` are the dates of an adoption plan, `reversal` the day it was given up;
    `NEVER` where there is none. `consent` marks adoptions without a placement order.
    """

    status: Ints
    since: Ints
    decision: Ints
    match: Ints
    placed: Ints
    reversal: Ints
    consent: Bools

    def on(self, rows: Ints, days: Ints) -> Ints:
        """Legal status of periods on days."""
        stage = (self.since[rows] <= days[:, None]).sum(axis=1) - 1
        found: Ints = self.status[rows, stage]
        return found


def legal_of(periods: Periods, born: Ints, uasc: Bools) -> Legal:
    """The legal path of each period."""
    age = (periods.start - born) / YEAR
    path = _path(periods, age, uasc)
    legal = _adoption(periods, age)
    first = pick(uniform(periods.key, "legal status"), np.array(list(rates.START_LEGAL.values())), path)
    stages = _Stages(periods, first)
    _leave_protection(stages, periods.key, path)
    _go_to_court(stages, periods, path, legal)
    _conclude(stages, periods, legal)
    return Legal(stages.status, stages.since, *legal)


class _Stages:
    """The stages under construction; a change that would not come before the end of the period is dropped."""

    def __init__(self, periods: Periods, first: Ints) -> None:
        self.end = periods.end
        self.status = np.full((len(first), STAGES), -1, dtype=np.int64)
        self.since = np.full((len(first), STAGES), NEVER, dtype=np.int64)
        self.used = np.ones(len(first), dtype=np.int64)
        self.status[:, 0] = first
        self.since[:, 0] = periods.start

    @property
    def current(self) -> Ints:
        return self.status[np.arange(len(self.used)), self.used - 1]

    @property
    def entered(self) -> Ints:
        return self.since[np.arange(len(self.used)), self.used - 1]

    def change(self, where: Bools, status: int | Ints, days: Ints) -> None:
        rows = np.flatnonzero(where & (days < self.end) & (days > self.entered))
        self.status[rows, self.used[rows]] = status[rows] if isinstance(status, np.ndarray) else status
        self.since[rows, self.used[rows]] = days[rows]
        self.used[rows] += 1


def _path(periods: Periods, age: Floats, uasc: Bools) -> Ints:
    named = {
        End.HOME_SOON: "home_soon",
        End.HOME: "home",
        End.ADOPTION: "adoption",
        End.GUARDIAN: "kin",
        End.ORDER: "kin",
        End.MOVED_ON: "moved_on",
        End.REMAND: "remand",
        End.ALONE: "alone",
    }
    younger, older = _PATHS.index("stay_younger"), _PATHS.index("stay_older")
    path = np.where(age < rates.OLDER, younger, older)
    for end, name in named.items():
        path[periods.destination == end] = _PATHS.index(name)
    path[uasc] = _PATHS.index("uasc")
    return path


def _adoption(periods: Periods, age: Floats) -> tuple[Ints, Ints, Ints, Ints, Bools]:
    """Decision, match, placing and reversal of adoption plans, and whether by consent."""
    nights = periods.end - periods.start
    steps = [
        share * (0.7 + 0.6 * uniform(periods.key, "adoption step", number))
        for number, share in enumerate(rates.ADOPTION_STEPS)
    ]
    adopted = periods.destination == End.ADOPTION
    days = periods.start[:, None] + (np.cumsum(np.stack(steps, axis=1), axis=1) * nights[:, None]).astype(
        np.int64
    )
    dates = np.where(adopted[:, None], days, NEVER)
    given_up = (
        np.isin(periods.destination, (End.STAY, End.GUARDIAN))
        & (age < 5)
        & (nights > 3 * YEAR)
        & (uniform(periods.key, "plan reversed") < rates.REVERSED)
    )
    decided = periods.start + (YEAR * (0.5 + 0.5 * uniform(periods.key, "plan made"))).astype(np.int64)
    reversal = decided + (YEAR * (0.6 + 0.9 * uniform(periods.key, "plan given up"))).astype(np.int64)
    consent = adopted & (uniform(periods.key, "consent") < rates.BY_CONSENT)
    return (
        np.where(given_up, decided, dates[:, 0]),
        dates[:, 1],
        dates[:, 2],
        np.where(given_up, reversal, NEVER),
        consent,
    )


def _leave_protection(stages: _Stages, key: Keys, path: Ints) -> None:
    """Police protection lasts to three days, an emergency protection order to two weeks."""
    table = np.array([[row[V2], row[C1] + 1e-9] for row in rates.START_LEGAL.values()])
    then = np.where(pick(uniform(key, "after protection"), table, path) == 0, V2, C1)
    wait = np.where(stages.current == L1, 1 + below(key, "protection", 3), 5 + below(key, "protection", 10))
    stages.change(np.isin(stages.current, (L1, L2)), then, stages.entered + wait)


def _go_to_court(
    stages: _Stages, periods: Periods, path: Ints, legal: tuple[Ints, Ints, Ints, Ints, Bools]
) -> None:
    decision, *_, consent = legal
    chance = np.array(list(rates.TO_COURT.values()))[path]
    goes = (stages.current == V2) & (uniform(periods.key, "to court") < chance) & ~consent
    wait = 14 + exponential(uniform(periods.key, "court wait"), rates.COURT_WAIT_MEAN * YEAR)
    # Proceedings come before the decision to place a child for adoption.
    latest = np.where(decision < NEVER, (stages.entered + decision) // 2, NEVER)
    stages.change(goes, C1, np.minimum(stages.entered + wait.astype(np.int64), latest))


def _conclude(stages: _Stages, periods: Periods, legal: tuple[Ints, Ints, Ints, Ints, Bools]) -> None:
    """Proceedings end in a placement order, a care order, or with the period."""
    decision, _, placed, reversal, consent = legal
    order = decision + np.minimum(45, np.where(placed < NEVER, (placed - decision) // 3, 45))
    planned = (decision < NEVER) & ~consent & np.isin(stages.current, (C1, C2))
    stages.change(planned, E1, np.where(planned, order, NEVER))
    lasts = gamma(uniform(periods.key, "proceedings"), rates.PROCEEDINGS_SHAPE, rates.PROCEEDINGS_MEAN * YEAR)
    ends = stages.entered + 14 + lasts.astype(np.int64)
    stages.change((stages.current == C1) & (periods.destination != End.ADOPTION), C2, ends)
    stages.change((stages.current == E1) & (reversal < NEVER), C2, reversal)

"""All children of the children in need census and their cases: those who are looked after, and the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, fields, frozen

from csc_outcomes.synthetic import cin_rates, identity, rates
from csc_outcomes.synthetic.children import Children, authority_keys, codes_of
from csc_outcomes.synthetic.cin_care import looked_after
from csc_outcomes.synthetic.cin_cases import Cases, joined, need_of
from csc_outcomes.synthetic.cin_others import others
from csc_outcomes.synthetic.draws import pick, uniform
from csc_outcomes.synthetic.episodes import labelled
from csc_outcomes.synthetic.episodes import need_of as need_in_care
from csc_outcomes.synthetic.short_breaks import from_illness

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.draws import Bools, Ints

_OTHER = "N"
"""First letter of the identifiers of children who are never looked after."""


@frozen(eq=False)
class Story:
    """Children with their cases, ordered by authority and child; text columns have one entry per child."""

    authorities: tuple[Authority, ...]
    years: tuple[int, ...]
    children: Children
    cases: Cases
    need: Ints
    """Index in `cin_rates.NEEDS`."""
    code: pl.Series
    ethnicity: pl.Series
    pupil_number: pl.Series
    """For those of school age: a number, or a reason for none."""

    @property
    def area(self) -> pl.Series:
        """Code of the authority of each child."""
        import polars as pl

        return pl.Series([a.code for a in self.authorities], dtype=pl.String).gather(self.children.authority)


def tell(authorities: tuple[Authority, ...], years: tuple[int, ...], seed: int) -> Story:
    """Everybody whom a return of these years shows, and the cases that it may show."""
    import polars as pl

    keys = authority_keys(seed, authorities)
    cared, own, numbers = looked_after(authorities, keys, years)
    rest, cases = others(authorities, keys, years)
    children = Children(
        **{f.name: np.concatenate([getattr(c, f.name) for c in (cared, rest)]) for f in fields(Children)}
    )
    need = np.concatenate([_need_in_care(cared), need_of(rest.key)])
    cases = joined([own, evolve(cases, child=cases.child + len(cared))])
    code = pl.concat([codes_of(cared), _OTHER + codes_of(rest)])
    ethnicity = pl.concat(
        [
            labelled(tuple(rates.ETHNICITIES), identity.ethnicity(cared)),
            labelled(
                tuple(cin_rates.ETHNICITIES),
                pick(uniform(rest.key, "ethnicity"), list(cin_rates.ETHNICITIES.values())),
            ),
        ]
    )
    pupil = pl.concat([numbers, identity.numbers_of(rest.key)])
    order = np.argsort(children.authority, kind="stable")
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    cases = evolve(cases, child=places[cases.child])
    return Story(
        authorities,
        years,
        children.take(order),
        cases.take(np.lexsort((cases.start, cases.child))),
        need[order],
        code[order],
        ethnicity[order],
        pupil[order],
    )


def _need_in_care(children: Children) -> Ints:
    """The need that the SSDA903 returns give; the first codes of both lists are the same."""
    breaks = np.where(from_illness(children.key), cin_rates.NEEDS.index("N2"), cin_rates.NEEDS.index("N4"))
    return np.where(children.short, breaks, need_in_care(children))


def is_disabled(story: Story) -> Bools:
    """Children with a disability: all whose need it is, and some of the others."""
    need: Bools = story.need == cin_rates.NEEDS.index("N2")
    return need | (uniform(story.children.key, "disabled") < cin_rates.DISABLED)

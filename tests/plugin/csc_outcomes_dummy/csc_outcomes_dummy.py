"""A package of somebody else: one outcome with one measure over the tables of the SSDA903 return."""

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.catalogue import Collection
from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Parameter, Reference, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.instruments import Instrument, Subscale

c = nw.col


def _young(tables, window, parameters):
    stock = tables["ssda903.care"].filter(c("FROM") <= window.end, c("TO") > window.end)
    young = kit.flag(kit.age("DOB", window.end) < parameters.younger_than)
    cases = Cases(stock, on=window.end, row="ROW", numerator=young, denominator=nw.lit(1))
    return cases.keep(~c("DOB").is_null(), "age unknown")


YOUNG = Measure(
    id="dummy_young_share_pct", label="Young children among the looked after", kind=Kind.PROPORTION,
    unit="percent", per=100, over="child", when=When.DAY, needs=("ssda903.care",), select=_young,
    numerator="Children below the age.", denominator="Children looked after on the day whose age is known.",
    formula="100 x numerator / denominator.", basis=Basis.LOCAL,
    parameters=(Parameter("younger_than", "The age, in completed years.", default=5),),
)  # fmt: skip
YOUNG_CHILDREN = Indicator(
    number=101, name="dummy_young_children", title="Fewer young children in care",
    definition="Young children grow up in families.", direction=Direction.LOWER,
    hoped_for="A smaller share.", rise="More babies at risk; or fewer older children.",
    fall="Families helped; or babies overlooked.", unintended_consequences="Harm at home.",
    data_quality="Dates of birth.", references=(Reference("Our own plan", "Ourselves", "2024"),),
    measures=(YOUNG,),
)  # fmt: skip


HOPE = Instrument(
    name="dummy_hope", n_items=4, low=1, high=5,
    subscales=[Subscale("total", range(1, 5), direction="higher_is_better", reverse=[2])],
)  # fmt: skip


def collection():
    """What the entry point names."""
    return Collection("dummy", (YOUNG_CHILDREN,), instruments=(HOPE,))

"""Limits that a user asks for: a bootstrap over children where one child can have many events."""

from __future__ import annotations

import pandas as pd
import pytest

import csc_outcomes as csc
from everything import CATALOGUE, YEAR, invented

ON_REQUEST = [name for name, measure in CATALOGUE.items() if measure.limits_parameter]


@pytest.mark.parametrize("name", ON_REQUEST)
def test_limits_are_given_where_they_are_asked_for(name: str) -> None:
    data = csc.Data(invented())
    plain = csc.calculate(name, data, YEAR, by="LA").frame
    asked = csc.calculate(name, data, YEAR, by="LA", parameters={"limits": "bootstrap"}).frame
    assert plain["lower"].isna().all()
    assert set(asked["interval"]) == {"bootstrap over children"}
    assert ((asked["lower"] < asked["value"]) & (asked["value"] < asked["upper"])).all()
    columns = ["area", "numerator", "denominator", "value", "status"]
    pd.testing.assert_frame_equal(plain[columns], asked[columns])


def test_there_are_measures_with_limits_on_request() -> None:
    assert ON_REQUEST == ["ae_attendances_number", "ae_attendance_rate", "camhs_referral_rate"]


def test_events_among_residents_are_drawn_and_the_residents_are_not() -> None:
    """The rate's limits are those of the number over the same population, drawn by another name."""
    data = csc.Data(invented())
    parameters = {"limits": "bootstrap", "base": "residents"}
    frame = csc.calculate("ae_attendance_rate", data, YEAR, parameters=parameters).frame
    number = csc.calculate("ae_attendances_number", data, YEAR, parameters=parameters).frame
    scaled = number[["lower", "upper"]].iloc[0] * 1000 / frame["denominator"].iloc[0]
    assert frame[["lower", "upper"]].iloc[0].to_numpy() == pytest.approx(scaled.to_numpy(), rel=0.15)

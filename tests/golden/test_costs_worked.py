"""Printed figures of evaluations of the Innovation Programme, done again, and worked examples of appraisal.

Enfield and Hampshire are printed in the Rees Centre's report with the data checklist (2017); discounting follows the
schedule of HM Treasury's Green Book. Expected values were worked out by hand or by a second formula.
"""

from __future__ import annotations

import pytest

from csc_outcomes import costs

ENFIELD = costs.Appraisal(cases=246, benefit_per_case=6_218, cost=769_735, scope="whole_service")
SPENT, GAINED = [250_000, 100_000, 0, 0, 0], [0, 300_000, 300_000, 200_000, 100_000]


def test_enfield_observed_cases() -> None:
    found = costs.froi(cost=251_000, cases=121, benefit_per_case=6_218, scope="observed_cases")

    assert round(costs.net_unit_cost(251_000, beneficiaries=121), 2) == 2_074.38
    assert (found.benefit, found.cost, found.net) == (752_378, 251_000, 501_378)
    assert round(found.froi, 4) == 2.9975
    assert round(found.net_roi, 4) == 1.9975
    assert found.scope == "observed_cases"
    assert found.warnings == ()


def test_enfield_whole_service_by_a_pooled_mean_is_not_what_is_printed() -> None:
    found = costs.froi(cost=769_735, cases=246, benefit_per_case=6_218, scope="whole_service")

    assert found.benefit == 1_529_628
    assert round(found.froi, 4) == 1.9872
    assert len(found.warnings) == 1
    assert "as if teams did not differ" in found.warnings[0]


@pytest.mark.parametrize(
    ("target", "name", "value"),
    [
        (1.84, "benefit_per_case", 5_757.37),
        (1, "benefit_per_case", 3_129.00),
        (1, "cases", 123.79),
    ],
)
def test_enfield_switching_values(target: float, name: str, value: float) -> None:
    found = costs.switching_values(ENFIELD, target=target).set_index("input")["switching"]

    assert round(found[name], 2) == value


def test_enfield_breaks_even_at_the_weighted_benefit() -> None:
    weighted = costs.Appraisal(cases=246, benefit_per_case=5_757, cost=769_735, scope="whole_service")
    found = costs.switching_values(weighted).set_index("input")["switching"]

    assert round(found["cases"], 1) == 133.7


def test_enfield_benefit_by_throughput() -> None:
    found = costs.two_way(ENFIELD, [4_000, 5_757, 6_218, 7_000], throughput=(-0.4, -0.2, 0, 0.2))

    assert found.round(2).to_numpy().tolist() == [
        [0.77, 1.02, 1.28, 1.53],
        [1.10, 1.47, 1.84, 2.21],
        [1.19, 1.59, 1.99, 2.38],
        [1.34, 1.79, 2.24, 2.68],
    ]
    assert found.index.tolist() == [4_000, 5_757, 6_218, 7_000]
    assert found.columns.tolist() == [-0.4, -0.2, 0, 0.2]


def test_enfield_overhead_explains_most_of_the_fall() -> None:
    support = 2_075 * 246
    overhead = 769_735 - support

    assert (support, overhead) == (510_450, 259_285)
    assert round(overhead / 769_735, 3) == 0.337
    observed = costs.froi(cost=2_075, benefit=6_218, scope="observed_cases").froi
    whole = costs.froi(cost=769_735, cases=246, benefit_per_case=6_218, scope="whole_service").froi
    assert round(observed * support / 769_735, 2) == round(whole, 2) == 1.99


def test_enfield_sample() -> None:
    assert round(100 * costs.sample_confidence(121, 246, margin=0.05), 2) == 87.64
    assert round(100 * costs.sample_confidence(121, margin=0.05), 2) == 72.87


def test_hampshire() -> None:
    assert costs.net_unit_cost(30_456, displaced=17_232) == 13_224
    assert costs.net_unit_cost(30_456, displaced=17_232, beneficiaries=3) == 4_408
    assert costs.net_unit_cost(30_456, beneficiaries=3) == 10_152


def test_discounted_flows() -> None:
    worth, spent = costs.present_value(GAINED), costs.present_value(SPENT)

    assert round(worth, 2) == 837_441.05
    assert round(spent, 2) == 346_618.36
    assert round(worth - spent, 2) == 490_822.69
    assert round(costs.froi(benefit=worth, cost=spent, scope="whole_service").froi, 4) == 2.4160
    assert costs.payback(SPENT, GAINED) == 2


def test_discount_factors() -> None:
    printed = [1.0, 0.9662, 0.9335, 0.9019, 0.8714, 0.8420, 0.8135, 0.7860, 0.7594, 0.7337, 0.7089]

    assert costs.discount_factor(range(11)).round(4).tolist() == printed
    far = {30: 0.356278, 31: 0.345901, 75: 0.094214, 76: 0.091916}
    assert {year: round(costs.discount_factor(year), 6) for year in far} == far


def test_deadweight_and_optimism() -> None:
    found = costs.benefit(cases=40, unit_value=6_218, deadweight=0.30, optimism_bias=0.25)

    assert found == 130_578


def test_uprating() -> None:
    index = {"2014-15": 97.4, "2016-17": 103.9}

    assert round(costs.uprate(6_218, "2014-15", "2016-17", index), 2) == 6_632.96

"""Measures of the catalogue by the returns they rest on."""

from __future__ import annotations

import csc_outcomes as csc

OF_SSDA903 = [
    measure
    for measure in csc.catalogue()
    if measure.needs and all(need.startswith("ssda903.") for need in measure.needs)
]
"""Measures that the SSDA903 return alone (with population and postcodes) feeds."""

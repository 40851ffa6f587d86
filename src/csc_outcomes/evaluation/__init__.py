"""From figures to findings: comparators, and what an evaluation does with results."""

"""`python -m csc_outcomes.cli` is `csc-outcomes`."""

from csc_outcomes.cli import main

main()

"""The command line: `csc-outcomes`. Each verb calls one public function.

Exit codes: 0 done, 1 the data cannot answer (and why was said), 2 the command was not written as it must be.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line and leave with its exit code."""
    from csc_outcomes.cli.app import app

    app(prog_name="csc-outcomes")

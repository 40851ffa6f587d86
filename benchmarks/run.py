"""Time the library side by side with pandas, Polars and a bare scan, each in a process of its own.

    python benchmarks/run.py --size national

Prints progress on stderr and a table in Markdown on stdout. `--repeat` sets the number of repetitions; the
competitors take turns, so that whatever else the machine does falls on all of them. `--older` names a Python with
older versions (such as `make lowest` makes), in which plain pandas is timed, too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))

import report
from competitors import COMPETITORS, OLDER
from data import SIZES, prepared, prepared_cin


def main() -> None:
    options = _options()
    folder = prepared(options.cache, options.size)
    if options.only is None or set("hi") & set(options.only):
        prepared_cin(folder, options.size)
    wanted = [name for name in COMPETITORS if options.only is None or name.split(":")[0] in options.only]
    if options.older:
        wanted += [
            f"{name}{OLDER}" for name in wanted if name.startswith(("b: plain pandas", "h: plain pandas"))
        ]
    with tempfile.TemporaryDirectory() as scratch:
        runs = _measured(wanted, folder, Path(scratch), options)
        checked = report.checked(Path(scratch), options.only)
    medians = {
        name: {key: median(run[key] for run in found) for key in found[0]} for name, found in runs.items()
    }
    print(report.table(medians, checked, folder, options.size, options.repeat))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions; medians are shown")
    parser.add_argument("--only", nargs="*", choices=list("abcdefghij"), help="sections to run")
    cache = Path(tempfile.gettempdir()) / "csc-outcomes-benchmarks"
    parser.add_argument("--older", help="another Python, in which plain pandas is timed as well")
    parser.add_argument("--cache", type=Path, default=cache, help="where generated data are kept")
    return parser.parse_args()


def _measured(
    names: list[str], folder: Path, scratch: Path, options: argparse.Namespace
) -> dict[str, list[dict[str, float]]]:
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for number in range(options.repeat):
        for name in names:
            python = options.older if name.endswith(OLDER) else sys.executable
            run = _one(python, name, folder, scratch)
            runs[name].append(run)
            print(f"{number + 1}/{options.repeat} {name}: {run['wall']:.2f} s", file=sys.stderr, flush=True)
    return runs


def _one(python: str, name: str, folder: Path, scratch: Path) -> dict[str, float]:
    """Run one competitor in a fresh process and read what it measured."""
    script = Path(__file__).parent / "competitors.py"
    command = [python, str(script), name, str(folder), str(scratch)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


if __name__ == "__main__":
    main()

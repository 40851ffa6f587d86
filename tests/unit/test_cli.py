"""The command line: what it shows and writes, and what it answers to mistakes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

import csc_outcomes as csc
from csc_outcomes.cli import demo, options, screen
from csc_outcomes.cli.app import app
from csc_outcomes.cli.demo import ENTRIES, GO_LIVE, HEADLINES

if TYPE_CHECKING:
    from pathlib import Path

    from csc_outcomes.definitions.indicator import Indicator

DONE, CANNOT_ANSWER, WRONG_USE = 0, 1, 2
SECRET = "Q7SECRET"
DAY = "2024-03-31"


def run(*arguments: object) -> tuple[int, str]:
    """Exit code and everything shown, standard output and error together."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def episodes(children: int = 16, **changes: str) -> pd.DataFrame:
    """Children in foster care since May 2023, the first of them in a children's home."""
    frame = pd.DataFrame(
        {
            "CHILD": [f"{SECRET}{number}" for number in range(children)],
            "DECOM": "01/05/2023",
            "RNE": "S",
            "LS": "C2",
            "CIN": "N1",
            "PLACE": ["K2"] + ["U4"] * (children - 1),
            "DEC": "",
            "REC": "",
        }
    )
    return frame.assign(**changes)


def write_table(folder: Path, name: str, frame: pd.DataFrame) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def assert_same(path: Path, frame: pd.DataFrame) -> None:
    """A file holds a frame: the same text, and the same numbers to the last digit."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    numbers = frame.select_dtypes("number").columns

    assert list(rows[0]) == list(frame.columns)
    for name in frame.columns:
        if name in numbers:
            assert [float(row[name]) if row[name] else None for row in rows] == [
                None if pd.isna(value) else value for value in frame[name]
            ]
        else:
            assert [row[name] for row in rows] == [
                str(value).removesuffix(" 00:00:00") for value in frame[name]
            ]


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    """One authority's episodes of one return, and no other table."""
    return write_table(tmp_path / "returns", "E06000001_episodes", episodes())


# ---- the application ----------------------------------------------------------------------------------


def test_help_names_every_verb_and_the_exit_codes() -> None:
    code, shown = run("--help")

    assert code == DONE
    for verb in ("demo", "list", "describe", "check", "calculate", "synthesise", "Exit codes"):
        assert verb in shown


def test_version_is_the_packages() -> None:
    assert run("--version") == (DONE, f"{csc.__version__}\n")


def test_a_verb_that_does_not_exist_is_wrong_use() -> None:
    code, shown = run("compute")

    assert code == WRONG_USE
    assert "compute" in shown


def test_asking_for_help_loads_no_dataframe_library() -> None:
    """Loading one takes longer than everything else that help does."""
    script = (
        "import sys\nfrom csc_outcomes.cli import main\nsys.argv = ['csc-outcomes', 'calculate', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'polars', 'scipy', 'numpy', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.rstrip().endswith("[]")


# ---- list and describe --------------------------------------------------------------------------------


def test_list_shows_all_outcomes_and_measures() -> None:
    code, shown = run("list")

    assert code == DONE
    assert [i.name for i in csc.checklist if f"({i.name})" not in shown.replace("\n", "")] == []
    assert [m.id for m in csc.catalogue() if m.id not in shown] == []


def test_list_says_what_data_can_answer(returns: Path) -> None:
    code, shown = run("list", returns)
    lines = {line.split()[0]: line for line in shown.splitlines() if line.split()}

    assert code == DONE
    assert lines["cla_stock_number"].rstrip().endswith("yes")
    assert "no: needs population" in lines["cla_stock_rate_10k"]
    assert "no: needs ssda903.oc3" in lines["care_leaver_eet_17_18_pct"]


def test_list_of_a_path_that_leads_nowhere_is_wrong_use(tmp_path: Path) -> None:
    code, shown = run("list", tmp_path / "one", tmp_path / "two")

    assert code == WRONG_USE
    assert "one" in shown
    assert "two" in shown


def test_describe_shows_a_definition_in_full() -> None:
    code, shown = run("describe", "placements_3plus_pct")
    measure = csc.measure("placements_3plus_pct")

    assert code == DONE
    text = " ".join(shown.split())
    for part in (
        measure.label,
        measure.formula,
        "needs 12 months of look-back",
        "same_carer_moves (default False; one of False, True)",
        "lower, as hoped for by the 2017 checklist",
        "A rise can mean:",
        "A fall can mean:",
        "Department for Education",
        csc.catalogue().fingerprint(measure.id),
    ):
        assert part in text


@pytest.mark.parametrize("indicator", list(csc.checklist), ids=lambda indicator: indicator.name)
def test_describe_knows_every_outcome_and_measure(indicator: Indicator) -> None:
    assert run("describe", indicator.name) == run("describe", indicator.number)
    for name in (indicator.name, *(measure.id for measure in indicator.measures)):
        code, shown = run("describe", name)

        assert (code, name in shown, "A fall can mean" in " ".join(shown.split())) == (DONE, True, True)


def test_describe_suggests_near_names() -> None:
    code, shown = run("describe", "cla_stock_rat")

    assert code == WRONG_USE
    assert "cla_stock_rate_10k" in shown


# ---- check --------------------------------------------------------------------------------------------


def test_check_shows_tables_years_authorities_and_problems(tmp_path: Path) -> None:
    frame = episodes()
    frame.loc[0, "DECOM"] = f"99/99/{SECRET}"
    frame.loc[1, "LS"] = f"X{SECRET}"
    folder = write_table(tmp_path / "returns", "E06000001_episodes", frame)
    code, shown = run("check", folder)

    assert code == DONE
    text = " ".join(shown.split())
    for part in (
        "ssda903.episodes 16 15 1 1 2024",
        "E06000001",
        "unreadable_date episodes 1",
        "unknown_code",
    ):
        assert part in text
    assert SECRET not in shown


def test_check_of_files_that_are_no_return_says_what_was_needed(tmp_path: Path) -> None:
    folder = write_table(tmp_path / "other", "shopping", pd.DataFrame({"item": [SECRET], "price": [1]}))
    code, shown = run("check", folder)

    assert code == CANNOT_ANSWER
    assert "no table found" in shown
    assert SECRET not in shown


@pytest.mark.parametrize("text", ["", "<EXPSSDA903><CHILD>", "<!DOCTYPE x><EXPSSDA903/>", "<OTHER/>"])
def test_check_of_a_broken_xml_file_says_what_was_needed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "return.xml"
    path.write_text(text)
    code, shown = run("check", path, "--la", "E06000001")

    assert code == CANNOT_ANSWER
    assert "return.xml: needed" in shown


def test_check_of_files_without_an_authority_says_what_to_do(tmp_path: Path) -> None:
    folder = write_table(tmp_path / "returns", "episodes", episodes())

    code, shown = run("check", folder)
    assert (code, "authority" in shown) == (CANNOT_ANSWER, True)
    assert run("check", folder, "--la", "E06000001")[0] == DONE


def test_check_wants_a_path_and_a_year_that_is_a_number(returns: Path) -> None:
    assert run("check")[0] == WRONG_USE
    assert run("check", returns, "--year", "last")[0] == WRONG_USE
    assert run("check", returns, "--population", returns / "none.csv")[0] == WRONG_USE


# ---- calculate ----------------------------------------------------------------------------------------


def calculated(returns: Path, *arguments: object, window: str = DAY) -> tuple[int, str]:
    return run("calculate", returns, "--window", window, *arguments)


def test_calculate_shows_figures_rounded_half_up_and_the_caveat(returns: Path) -> None:
    code, shown = calculated(returns, "--measure", "residential_share_dfe_pct", "--by", "LA")

    assert code == DONE
    rows = [line.split() for line in shown.splitlines() if line.strip().startswith(DAY)]
    # 1 of 16 is 6.25, which rounds to 6.3; half to even would give 6.2.
    assert [row[1:7] for row in rows] == [
        ["all", "all", "all", "1", "16", "6.3"],
        ["E06000001", "all", "all", "1", "16", "6.3"],
    ]
    assert "A rise can mean:" in shown
    assert SECRET not in shown


def test_calculate_writes_exact_values_and_notes(returns: Path, tmp_path: Path) -> None:
    target = tmp_path / "share.csv"
    code, shown = calculated(returns, "--measure", "residential_share_dfe_pct", "--out", target)
    expected = csc.calculate("residential_share_dfe_pct", csc.read(returns), csc.Window.snapshot(DAY))

    assert code == DONE
    assert "1 rows written" in shown
    assert_same(target, expected.frame)
    assert expected.frame["value"].to_list() == [6.25]
    assert len(pd.read_csv(tmp_path / "share_notes.csv")) == len(expected.notes)


def test_calculate_writes_json_with_the_notes(returns: Path, tmp_path: Path) -> None:
    target = tmp_path / "share.json"
    code, _ = calculated(returns, "--measure", "residential_share_dfe_pct", "--out", target)
    document = json.loads(target.read_text())

    assert code == DONE
    assert document["rows"][0]["value"] == 6.25
    assert document["notes"]


def test_calculate_takes_parameters_for_all_measures_or_one(returns: Path, tmp_path: Path) -> None:
    target = tmp_path / "numbers.csv"
    arguments = ["--measure", "residential_stock_number", "--measure", "cla_stock_number", "--out", target]
    choices = ["--parameter", "under_18_only=True", "--parameter", "residential_stock_number.residential=all"]
    code, _ = calculated(returns, *arguments, *choices)
    notes = pd.read_csv(tmp_path / "numbers_notes.csv")
    said = notes[notes["kind"] == "parameter"].groupby("measure")["text"].agg(list)

    assert code == DONE
    assert "under_18_only = True" in said["cla_stock_number"]
    assert {"under_18_only = True", "residential = 'all'"} <= set(said["residential_stock_number"])


def test_calculate_takes_months_as_a_number(returns: Path) -> None:
    measures = [csc.measure("return_home_reentry_pct")]

    assert options.read_parameters(["months=6"], measures) == {"months": 6}


@pytest.mark.parametrize(
    ("spec", "windows"),
    [
        (DAY, [(DAY, DAY, DAY)]),
        ("2023-04-01:2024-03-31", [("2023-04-01 to 2024-03-31", "2023-04-01", "2024-03-31")]),
        ("year:2024-03-31", [("2023-04-01 to 2024-03-31", "2023-04-01", "2024-03-31")]),
        (
            "around:2023-10-01",
            [("baseline", "2022-10-01", "2023-09-30"), ("follow_up", "2023-10-01", "2024-09-30")],
        ),
        ("around:2023-10-01:snapshot", [("baseline", "2023-03-31", "2023-03-31")]),
        (
            "around:2023-10-01:seasonal:6",
            [("baseline", "2022-10-01", "2023-03-31"), ("follow_up", "2023-10-01", "2024-03-31")],
        ),
    ],
)
def test_windows_as_typed(spec: str, windows: list[tuple[str, str, str]]) -> None:
    found = [(window.label, str(window.start), str(window.end)) for window in options.read_windows([spec])]

    assert found[: len(windows)] == windows


@pytest.mark.parametrize(
    "spec",
    [
        "31/03/2024",
        "2024-13-01",
        "2024-03-31:2023-04-01",
        "2024-03-31:",
        "year:",
        "year:2024",
        "around:",
        "around:2023-10-01:sometime",
        "around:2023-10-01:seasonal",
        "around:2023-10-01:seasonal:many",
        "month:2024-03-31",
    ],
)
def test_a_window_that_is_none_is_wrong_use(returns: Path, spec: str) -> None:
    code, shown = calculated(returns, "--measure", "cla_stock_number", window=spec)

    assert code == WRONG_USE
    assert "--window" in shown


def test_the_same_window_twice_is_wrong_use(returns: Path) -> None:
    code, shown = calculated(returns, "--measure", "cla_stock_number", "--window", DAY)

    assert code == WRONG_USE
    assert "labels must differ" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--measure", "cla_stok_number"], "cla_stock_number"),
        (["--measure", "cla_starts_number"], "asked for on a day"),
        (["--measure", "cla_stock_number", "--by", "age"], "age_band"),
        (["--measure", "cla_stock_number", "--parameter", "under_18=true"], "under_18_only"),
        (["--measure", "cla_stock_number", "--parameter", "under_18_only=maybe"], "takes one of"),
        (["--measure", "cla_stock_number", "--parameter", "under_18_only"], "name=value"),
        (["--measure", "cla_stock_number", "--parameter", "cla_stock_number.months=6"], "no parameter"),
        (["--measure", "cla_stock_number", "--out", "stock.xlsx"], ".csv or .json"),
        (["--measure", "cla_stock_number", "--out", "no/such/folder/stock.csv"], "no folder"),
        ([], "--measure"),
    ],
)
def test_what_no_data_could_make_right_is_wrong_use(returns: Path, arguments: list[str], said: str) -> None:
    code, shown = calculated(returns, *arguments)

    assert code == WRONG_USE
    assert said in shown


def test_wrong_use_is_told_before_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "broken.xml").write_text("<OTHER/>")

    assert calculated(tmp_path, "--measure", "cla_stock_number")[0] == CANNOT_ANSWER
    assert calculated(tmp_path, "--measure", "cla_starts_number")[0] == WRONG_USE


def test_a_missing_window_is_wrong_use(returns: Path) -> None:
    assert run("calculate", returns, "--measure", "cla_stock_number")[0] == WRONG_USE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--measure", "care_leaver_eet_17_18_pct"], "table ssda903.oc3 is not in the data"),
        (["--measure", "placements_3plus_2yr_pct"], "no return for the year ending 2023"),
        (["--measure", "cla_stock_rate_10k"], "no population estimate"),
        (["--measure", "cla_stock_number", "--by", "sex"], "needs table 'ssda903.children'"),
    ],
)
def test_what_the_data_cannot_answer_is_said(returns: Path, arguments: list[str], said: str) -> None:
    code, shown = calculated(returns, *arguments)

    assert code == CANNOT_ANSWER
    assert said in shown


def test_what_can_be_answered_is_written_beside_what_cannot(returns: Path, tmp_path: Path) -> None:
    target = tmp_path / "both.csv"
    measures = ["--measure", "cla_stock_number", "--measure", "care_leaver_eet_17_18_pct"]
    code, shown = calculated(returns, *measures, "--out", target)
    written = pd.read_csv(target)

    assert code == CANNOT_ANSWER
    assert written["status"].to_list() == ["ok", "no_data"]
    assert "care_leaver_eet_17_18_pct" in shown
    assert "cla_stock_number," not in shown


def test_a_denominator_of_zero_is_an_answer(returns: Path) -> None:
    code, shown = calculated(returns, "--measure", "return_home_planned_share_pct", window=f"year:{DAY}")

    assert code == DONE
    assert "undefined" in shown


def test_a_file_that_cannot_be_written_is_told_without_a_traceback(returns: Path, tmp_path: Path) -> None:
    (tmp_path / "taken.csv").mkdir()
    code, shown = calculated(returns, "--measure", "cla_stock_number", "--out", tmp_path / "taken.csv")

    assert code == WRONG_USE
    assert "taken.csv" in shown


# ---- synthesise ---------------------------------------------------------------------------------------


def test_synthesise_writes_returns_that_can_be_read(tmp_path: Path) -> None:
    small = ["--authorities", 2, "--years", "2023-2024", "--children", 60, "--seed", 3]
    code, shown = run("synthesise", tmp_path / "one", *small)
    run("synthesise", tmp_path / "two", *small)
    names = [path.relative_to(tmp_path / "one") for path in sorted((tmp_path / "one").rglob("*.csv"))]

    assert code == DONE
    assert "No child in them exists" in shown
    assert names
    assert [name for name in names if not (tmp_path / "two" / name).exists()] == []
    assert [
        n for n in names if (tmp_path / "one" / n).read_bytes() != (tmp_path / "two" / n).read_bytes()
    ] == []
    data = csc.read(tmp_path / "one")
    assert len(data.areas) == 2
    assert set(data.cover("ssda903.episodes").values()) == {frozenset({2023, 2024})}


def test_synthesise_writes_xml(tmp_path: Path) -> None:
    code, _ = run(
        "synthesise",
        tmp_path / "out",
        "--format",
        "xml",
        "--authorities",
        1,
        "--years",
        2024,
        "--children",
        30,
    )

    assert code == DONE
    assert list((tmp_path / "out").rglob("*.xml"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--years", "2024-2020"], "--years"),
        (["--years", "recent"], "--years"),
        (["--authorities", "0"], "authorities"),
        (["--children", "0"], "children"),
        (["--format", "xlsx"], "--format"),
        (["--dirt", "mud"], "mud"),
    ],
)
def test_synthesise_with_what_it_cannot_make_is_wrong_use(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    code, shown = run("synthesise", tmp_path / "out", *arguments)

    assert code == WRONG_USE
    assert said in shown
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("verb", ["synthesise", "demo"])
def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path, verb: str) -> None:
    (tmp_path / "mine.csv").write_text("mine")

    for target in (tmp_path, tmp_path / "mine.csv"):
        code, shown = run(verb, target)
        assert code == WRONG_USE
        assert "mine.csv is a file" in shown or "holds other files" in shown
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


# ---- demo ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One run of the demo, as a user starts it."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    command = [sys.executable, "-m", "csc_outcomes.cli", "demo", str(folder)]
    return folder, subprocess.run(command, capture_output=True, text=True, check=False)


def test_demo_runs_and_says_that_its_data_are_invented(
    demonstration: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = demonstration

    assert (done.returncode, done.stderr) == (DONE, "")
    assert "These data are invented" in done.stdout
    assert f"{ENTRIES:.0%} as many children enter care" in done.stdout


def test_demo_shows_a_measure_of_each_outcome_and_each_caveat_once(
    demonstration: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = demonstration
    text = " ".join(done.stdout.split())
    outcomes = [csc.catalogue().indicator_of(name) for name in HEADLINES]
    caveats = [one.caveat_of(csc.measure(name)) for one, name in zip(outcomes, HEADLINES, strict=True)]

    assert [outcome.number for outcome in outcomes] == list(range(1, 25))
    for name, outcome, caveat in zip(HEADLINES, outcomes, caveats, strict=True):
        assert text.count(f"{outcome.number}. {outcome.title} {csc.measure(name).label}") == 1
        assert text.count(caveat) == 1
        text = text.replace(caveat, "")
    for authority in demo.authorities():
        assert text.count(authority.code) == 1
        assert text.count(authority.name) >= len(HEADLINES)
    assert not {"better", "worse", "improved", "deteriorated"} & set(text.split())


def test_demo_fits_a_narrow_terminal(
    demonstration: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """At 80 columns figures and limits stay on one line, and no word is cut."""
    folder, done = demonstration
    stream = io.StringIO()
    console = Console(file=stream, width=80, highlight=False)
    comparison, arms = (pd.read_csv(folder / f"{name}.csv") for name in ("comparison", "arms"))
    demo.show(console, folder, demo.authorities(), comparison, arms)

    cut = set(done.stdout.replace("─", "").split()) - set(stream.getvalue().split())
    assert cut == set()
    for row in comparison[comparison["area"] != "all"].to_dict("records"):
        assert demo.change(row, csc.measure(row["measure"])) in stream.getvalue()


def test_demo_finds_the_effect_that_it_planted_and_no_other_on_entries(
    demonstration: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = demonstration
    comparison = pd.read_csv(folder / "comparison.csv")
    starts = comparison[comparison["measure"] == "cla_starts_rate_10k"].set_index("area")
    changed, *unchanged = demo.authorities()

    assert starts.loc[changed.code, "verdict"] == "lower"
    assert starts.loc[changed.code, "ratio_lower"] < ENTRIES < starts.loc[changed.code, "ratio_upper"]
    assert {starts.loc[authority.code, "verdict"] for authority in unchanged} == {"no clear difference"}


def test_demo_finds_what_the_project_changed_in_its_intervention_arm(
    demonstration: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = demonstration
    arms = pd.read_csv(folder / "arms.csv")
    whole = arms[arms["area"] == "all"].set_index("measure")
    sdq, arrests = (whole.loc[name] for name in demo.ARMS)

    assert sdq["verdict"] == "lower"
    assert sdq["difference_lower"] < demo.SDQ < sdq["difference_upper"]
    assert demo.ARRESTS < arrests["ratio"] < 1
    assert set(arms["area"]) == {"all", *(authority.code for authority in demo.authorities())}


def test_demo_writes_exact_results_of_the_files_it_wrote(
    demonstration: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = demonstration
    data = csc.read(folder / "inputs")
    again = csc.calculate(
        [name for name in HEADLINES if name not in demo.CENSUS], data, csc.Windows.around(GO_LIVE), by=["LA"]
    )
    census = csc.calculate(list(demo.CENSUS), data, demo.census_windows(), by=["LA"])
    document = json.loads((folder / "results.json").read_text())
    both = pd.concat([again.frame, census.frame])
    expected = pd.concat([both[both["measure"] == name] for name in HEADLINES], ignore_index=True)

    assert_same(folder / "results.csv", expected)
    assert [row["value"] for row in document["rows"]] == expected["value"].to_list()
    assert set(expected["status"]) == {"ok"}
    assert len(pd.read_csv(folder / "notes.csv")) == len(again.notes) + len(census.notes)


# ---- the screen ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (6.25, 1, "6.3"),
        (12.35, 1, "12.4"),
        (22.5, 0, "23"),
        (-0.04, 1, "0.0"),
        (1234567.0, 0, "1,234,567"),
        (0.0, 1, "0.0"),
        (float("nan"), 1, "-"),
        (None, 0, "-"),
    ],
)
def test_numbers_are_shown_rounded_half_away_from_zero(value: float | None, places: int, shown: str) -> None:
    assert screen.number(value, places) == shown


def progress_of(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, patience: float | None = None) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=100)
    monkeypatch.setattr(screen, "err", lambda: console)
    if patience is not None:
        monkeypatch.setattr(screen, "PATIENCE", patience)
    with screen.progress("Reading", total=2) as step:
        step("first.csv")
        time.sleep(0.3)
        step("[second].csv")
    return stream.getvalue()


def test_progress_is_shown_on_a_terminal_to_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "first.csv" in progress_of(monkeypatch, terminal=True, patience=0.01)


def test_progress_is_not_shown_for_what_is_quick_or_where_nobody_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert progress_of(monkeypatch, terminal=True) == ""
    assert progress_of(monkeypatch, terminal=False, patience=0.01) == ""

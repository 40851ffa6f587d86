"""Windows: the dates a figure is about, as values.

A window is a snapshot day, a period, or, with a cohort, a period of each child's own. The named rules pair a
baseline with a follow-up around the day an intervention began.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, field, frozen

from csc_outcomes.definitions.tables import year_ending
from csc_outcomes.engine.kit import shift_months
from csc_outcomes.errors import InputError, all_at_once, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

DateLike = dt.date | str
Rule = Literal["immediate", "seasonal", "extended_20m", "history_3y", "reporting_year", "snapshot"]
_DAY = dt.timedelta(days=1)
FIRST_DAY, LAST_DAY = dt.date(1948, 7, 5), dt.date(2098, 12, 31)
# Looked-after children as a legal group begin with the Children Act 1948; beyond 2098 lies the open end.


def to_date(value: DateLike, what: str) -> dt.date:
    """Read a date: a `datetime.date`, or text in the form YYYY-MM-DD.

    Raises:
        InputError: anything else, 03/04/2024 included (day and month would have to be guessed).
    """
    moment: Any = value.date() if isinstance(value, dt.datetime) else value
    if isinstance(moment, dt.date) and moment == moment:  # pandas' missing date is unequal to itself
        return moment
    try:
        return (
            dt.date.fromisoformat(moment) if len(moment) == 10 else dt.datetime.fromisoformat(moment).date()
        )
    except (TypeError, ValueError):
        raise InputError(
            f"{what}: needed a date such as '2024-03-31' (year-month-day), found {value!r}"
        ) from None


def _start(value: DateLike) -> dt.date:
    return to_date(value, "window start")


def _end(value: DateLike) -> dt.date:
    return to_date(value, "window end")


@frozen
class Window:
    """A span of dates, both ends inclusive; a snapshot has start = end.

    Args:
        start, end: dates, or text YYYY-MM-DD.
        label: how results name it; default the dates themselves.
        rates_only: counts over it are refused, because its length invites no raw comparison.

    Raises:
        InputError: a date that is none, an end before the start, or a date no return can hold.
    """

    start: dt.date = field(converter=_start)
    end: dt.date = field(converter=_end)
    label: str = field(kw_only=True, default="")
    rates_only: bool = field(kw_only=True, default=False)

    def __attrs_post_init__(self) -> None:
        """Check the order of the dates and fill the label."""
        if self.end < self.start:
            raise InputError(f"window: needed an end on or after the start, found {self.start} to {self.end}")
        if self.start < FIRST_DAY or self.end > LAST_DAY:
            needed = f"needed dates from {FIRST_DAY} to {LAST_DAY}"
            raise InputError(f"window: {needed}, found {self.start} to {self.end}")
        if not self.label:
            text = str(self.end) if self.is_day else f"{self.start} to {self.end}"
            object.__setattr__(self, "label", text)

    @classmethod
    def snapshot(cls, day: DateLike, *, label: str = "") -> Window:
        """A single day."""
        return cls(day, day, label=label)

    @classmethod
    def year_to(cls, day: DateLike, *, label: str = "") -> Window:
        """The twelve months that end on a day: `year_to('2024-03-31')` starts on 1 April 2023."""
        end = to_date(day, "window end")
        return cls(shift_months(end + _DAY, -12), end, label=label)

    @property
    def is_day(self) -> bool:
        """Whether the window is a single day."""
        return self.start == self.end

    @property
    def is_return_year(self) -> bool:
        """Whether the window is a year to 31 March, or that 31 March."""
        ends = (self.end.month, self.end.day) == (3, 31)
        return ends and (self.is_day or self.start == shift_months(self.end + _DAY, -12))

    @property
    def months(self) -> int | None:
        """Number of whole calendar months, or None where the window is not made of them."""
        after = self.end + _DAY
        months = (after.year - self.start.year) * 12 + after.month - self.start.month
        # Twelve months that end on 28 February of a leap year begin on 28 February: only backwards are they whole.
        whole = shift_months(self.start, months) == after or shift_months(after, -months) == self.start
        return months if months > 0 and whole else None

    @property
    def years(self) -> float:
        """Exposure in years (W4): months / 12 where whole, else days over the days of the year it starts."""
        if self.months is not None:
            return self.months / 12
        days = (self.end - self.start).days + 1
        return days / (shift_months(self.start, 12) - self.start).days

    @property
    def last_day(self) -> Window:
        """Its last day, under the same label: what a stock measure makes of a period."""
        return evolve(self, start=self.end, label=self.label)


@frozen
class PerChild:
    """Months before and after each child's index date."""

    label: str
    before: int
    after: int
    washout: int = 0


@frozen
class Windows:
    """Several windows in order, or windows per child of a cohort.

    Attributes:
        windows: the area-level windows.
        per_child: the child-level windows, if there is a cohort.
        cohort: LA, CHILD, INDEX_DATE, ARM; one row per spell.
        notes: what to say about the choice of windows.
    """

    windows: tuple[Window, ...] = ()
    per_child_windows: tuple[PerChild, ...] = ()
    cohort: pl.DataFrame | None = field(default=None, eq=False, repr=False)
    notes: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Labels name windows in results, so they must differ."""
        labels = [*(w.label for w in self.windows), *(w.label for w in self.per_child_windows)]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise InputError(f"windows: labels must differ, found twice: {', '.join(twice)}")

    def __iter__(self) -> Iterator[Window]:
        return iter(self.windows)

    def __len__(self) -> int:
        return len(self.windows) + len(self.per_child_windows)

    def __getitem__(self, label: str) -> Window:
        for window in self.windows:
            if window.label == label:
                return window
        raise unknown("window", [label], (window.label for window in self.windows))

    @property
    def arms(self) -> list[str]:
        """Arms of the cohort, in order; none without a cohort or where it names none."""
        named = [] if self.cohort is None else self.cohort["ARM"].unique().to_list()
        return sorted(arm for arm in named if arm != "unknown")

    @classmethod
    def of(cls, windows: Window | Windows | Any) -> Windows:
        """Accept a window, several, or an object of this class.

        Raises:
            InputError: anything else.
        """
        if isinstance(windows, Windows):
            return windows
        if isinstance(windows, Window):
            return cls((windows,))
        items = list(windows) if isinstance(windows, (list, tuple)) else [windows]
        flat: list[Window] = []
        notes: list[str] = []
        for item in items:
            if isinstance(item, Window):
                flat.append(item)
            elif isinstance(item, Windows) and item.cohort is None:
                flat += item.windows
                notes += item.notes
            else:
                raise InputError(
                    "windows: needed csc.Window, a list of them, or csc.Windows, "
                    f"found {type(item).__name__}; write csc.Window.snapshot('2024-03-31')"
                )
        if not flat:
            raise InputError("windows: needed at least one window, found none")
        return cls(tuple(flat), notes=tuple(dict.fromkeys(notes)))

    @classmethod
    def around(
        cls,
        anchor: DateLike,
        rule: Rule | None = None,
        *,
        months: int | None = None,
        washout_months: int = 0,
        follow_up_years: int = 1,
    ) -> Windows:
        """Baseline and follow-up around the day an intervention went live, by a named rule.

        Args:
            anchor: the go-live date; it belongs to the follow-up.
            rule: `immediate` (12 months each side), `seasonal` (the same calendar months a year before),
                `extended_20m` (20 months each side, rates only), `history_3y` (three years before),
                `reporting_year` or `snapshot` (years to, or days of, 31 March). Default: `immediate`, or
                `seasonal` where fewer than 12 months of follow-up are asked for.
            months: length of the follow-up, for `immediate` and `seasonal`.
            washout_months: months after the anchor that belong to neither window.
            follow_up_years: for `history_3y`, how many yearly follow-ups.

        Raises:
            InputError: a rule that does not exist, or lengths that do not fit it.
        """
        start = to_date(anchor, "anchor")
        chosen = rule or ("seasonal" if months is not None and months < 12 else "immediate")
        builders = {
            "immediate": lambda: _immediate(start, months, washout_months),
            "seasonal": lambda: _seasonal(start, months, washout_months),
            "extended_20m": lambda: _extended(start, washout_months),
            "history_3y": lambda: _history(start, washout_months, follow_up_years),
            "reporting_year": lambda: _reporting_year(start, washout_months),
            "snapshot": lambda: _snapshot(start, washout_months),
        }
        if chosen not in builders:
            raise unknown("rule", [str(chosen)], builders)
        if washout_months < 0 or (months is not None and months < 1):
            raise InputError("windows: needed months of 1 or more and washout_months of 0 or more")
        return builders[chosen]()

    @classmethod
    def per_child(
        cls,
        cohort: Any,
        *,
        follow_up_months: int = 12,
        baseline_months: int | None = None,
        washout_months: int = 0,
    ) -> Windows:
        """Baseline and follow-up around each child's own index date.

        Args:
            cohort: frame with LA, CHILD, index_date and, if arms are compared, arm. A child may be in it more
                than once.
            follow_up_months: length of the follow-up, which starts on the index date (after the washout).
            baseline_months: length of the baseline, which ends the day before; default as the follow-up.
            washout_months: months after the index date that belong to neither.

        Raises:
            InputError: columns missing, rows without key or date, or lengths below one month.
        """
        before = follow_up_months if baseline_months is None else baseline_months
        if min(follow_up_months, before) < 1 or washout_months < 0:
            raise InputError(
                "windows: needed at least 1 month of baseline and follow-up, and no negative washout"
            )
        windows = (
            PerChild("baseline", before, 0),
            PerChild("follow_up", 0, follow_up_months, washout_months),
        )
        return cls((), windows, read_cohort(cohort))


def _immediate(t: dt.date, months: int | None, washout: int) -> Windows:
    if months is not None and months != 12:
        raise InputError(
            f"windows: rule 'immediate' has 12 months each side, found months={months}; "
            "use rule='seasonal' for a shorter follow-up"
        )
    return Windows((_span(t, -12, 0, "baseline"), _span(t, washout, washout + 12, "follow_up")))


def _seasonal(t: dt.date, months: int | None, washout: int) -> Windows:
    if months is None or months > 12:
        raise InputError("windows: rule 'seasonal' needs months=, the length of the follow-up, of 12 at most")
    shifted = _span(t, washout - 12, washout - 12 + months, "baseline")
    if shifted.end >= t:
        raise InputError(
            "windows: washout and follow-up together reach beyond 12 months: no seasonal baseline"
        )
    return Windows((shifted, _span(t, washout, washout + months, "follow_up")))


def _extended(t: dt.date, washout: int) -> Windows:
    pair = (_span(t, -20, 0, "baseline"), _span(t, washout, washout + 20, "follow_up"))
    return Windows(
        tuple(evolve(window, rates_only=True) for window in pair),
        notes=("windows of 20 months hold unequal seasons: rates and shares only, no counts",),
    )


def _history(t: dt.date, washout: int, years: int) -> Windows:
    if years < 1:
        raise InputError(f"windows: needed follow_up_years of 1 or more, found {years}")
    past = [_span(t, -36 + 12 * i, -24 + 12 * i, f"baseline_{i + 1}") for i in range(3)]
    names = ["follow_up"] if years == 1 else [f"follow_up_{i + 1}" for i in range(years)]
    after = [_span(t, washout + 12 * i, washout + 12 * (i + 1), name) for i, name in enumerate(names)]
    return Windows((*past, *after), notes=("three baseline years are reported each, never pooled into one",))


def _reporting_year(t: dt.date, washout: int) -> Windows:
    first = shift_months(t, washout)
    on_april = (first.month, first.day) == (4, 1)
    begins = first if on_april else dt.date(year_ending(first), 4, 1)
    ended = dt.date(year_ending(t) - 1, 3, 31)
    windows = [Window.year_to(ended, label="baseline")]
    between = range(ended.year + 1, begins.year + 1)
    for number, year in enumerate(between, start=1):
        label = "partial" if len(between) == 1 else f"partial_{number}"
        windows.append(Window.year_to(dt.date(year, 3, 31), label=label))
    windows.append(Window.year_to(dt.date(begins.year + 1, 3, 31), label="follow_up"))
    return Windows(tuple(windows), notes=_partial_note(between))


def _snapshot(t: dt.date, washout: int) -> Windows:
    before = dt.date(t.year if t > dt.date(t.year, 3, 31) else t.year - 1, 3, 31)
    earliest = shift_months(t, 12 + washout)
    after = dt.date(earliest.year if earliest <= dt.date(earliest.year, 3, 31) else earliest.year + 1, 3, 31)
    between = range(before.year + 1, after.year)
    windows = [Window.snapshot(before, label="baseline")]
    for number, year in enumerate(between, start=1):
        label = "partial" if len(between) == 1 else f"partial_{number}"
        windows.append(Window.snapshot(dt.date(year, 3, 31), label=label))
    windows.append(Window.snapshot(after, label="follow_up"))
    return Windows(tuple(windows), notes=_partial_note(between))


def _partial_note(between: range) -> tuple[str, ...]:
    return ("windows named partial were exposed for a part only: no follow-up",) if between else ()


def _span(t: dt.date, first: int, last: int, label: str) -> Window:
    return Window(shift_months(t, first), shift_months(t, last) - _DAY, label=label)


def read_cohort(cohort: Any) -> pl.DataFrame:
    """LA, CHILD, INDEX_DATE, ARM and SPELL (row number) of a cohort, checked.

    Raises:
        InputError: everything that is wrong with it, at once.
    """
    import polars as pl

    from csc_outcomes.engine.door import _date, _identifier, standard_names, to_polars

    frame = standard_names(to_polars(cohort, "cohort"), "cohort")
    lacking = [name for name in ("LA", "CHILD", "INDEX_DATE") if name not in frame.columns]
    if lacking:
        raise InputError(
            f"cohort: needed the columns LA, CHILD and index_date, found {', '.join(frame.columns)}; "
            f"missing: {', '.join(lacking)}"
        )
    arm = _identifier(frame["ARM"]) if "ARM" in frame.columns else pl.lit(None, dtype=pl.String)
    result = (
        frame.select(
            LA=_identifier(frame["LA"]),
            CHILD=_identifier(frame["CHILD"]),
            INDEX_DATE=_date(frame["INDEX_DATE"]),
        )
        .with_columns(arm.alias("ARM"))
        .with_columns(pl.col("ARM").fill_null("unknown"))
    )
    problems = [
        f"{result[name].null_count()} rows without a (readable) {name}"
        for name in ("LA", "CHILD", "INDEX_DATE")
        if result[name].null_count()
    ]
    if not result.height:
        problems.append("no row")
    twice = result.height - result.select("LA", "CHILD", "INDEX_DATE").unique().height
    if twice and not problems:
        problems.append(f"{twice} rows repeat a child and index date")
    all_at_once("cohort cannot be used as given", problems)
    return result.with_row_index("SPELL").with_columns(pl.col("SPELL").cast(pl.Int64))

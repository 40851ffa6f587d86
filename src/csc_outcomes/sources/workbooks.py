"""Excel workbooks: every sheet as rows of plain values, through python-calamine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csc_outcomes.errors import InputError, ReadError

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    """Sheets of a workbook by name: rows of texts, numbers and dates, blank cells as ''.

    Raises:
        InputError: python-calamine is not installed.
        ReadError: the file is not there, or is no workbook.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError
    except ImportError:
        raise InputError(
            f"{path.name}: reading a workbook needs python-calamine, which is not installed; "
            "pip install 'csc-outcomes[excel]'"
        ) from None
    if not path.is_file():
        raise ReadError(f"{path}: needed a workbook, found nothing there")
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}
    except PasswordError:
        raise ReadError(
            f"{path.name}: the workbook is protected by a password; save a copy without"
        ) from None
    except (CalamineError, OSError) as error:
        reason = type(error).__name__
        raise ReadError(
            f"{path.name}: needed an Excel workbook, found a file that cannot be read as one ({reason})"
        ) from None

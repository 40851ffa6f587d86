"""Makes the generated pages of docs/ and fills in what the examples of all pages show.

python tools/make_docs.py            write the pages
python tools/make_docs.py --check    write nothing; leave with 1 where a page is not current
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import catalogue_pages
import feed_pages
import published_page
import source_pages
from examples import differences, examples_of, filled

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GENERATED = ("catalogue", "sources")


def generated() -> dict[Path, str]:
    """Every generated page with its text."""
    return {
        DOCS / name: text
        for name, text in {**catalogue_pages.pages(), **source_pages.pages(), **feed_pages.pages()}.items()
    }


def stale() -> list[str]:
    """Generated pages that differ from their definitions, are missing, or belong to nothing."""
    wanted = generated()
    there = {path for section in GENERATED for path in (DOCS / section).glob("*.md")}
    differing = [path for path, text in wanted.items() if path in there and path.read_text("utf-8") != text]
    published = published_page.PAGE
    if published_page.filled(published.read_text("utf-8")) != published.read_text("utf-8"):
        differing.append(published)
    return [
        *(f"{path.relative_to(ROOT)} is not current" for path in sorted(differing)),
        *(f"{path.relative_to(ROOT)} is missing" for path in sorted(wanted.keys() - there)),
        *(f"{path.relative_to(ROOT)} belongs to no definition" for path in sorted(there - wanted.keys())),
    ]


def written() -> list[Path]:
    """Pages written by hand that have examples."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
    return [page for page in pages if page.exists() and examples_of(page.read_text("utf-8"), page.name)]


def demonstrated(folder: Path) -> None:
    """Run the demo in a folder: the examples read its files."""
    import contextlib
    import io

    from csc_outcomes.cli.demo import demo

    with contextlib.redirect_stdout(io.StringIO()):
        demo(folder / "demo")


def wrong_examples() -> list[str]:
    """Examples of the hand-written pages that show something else than their page says."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demonstrated(folder)
        return [
            text for page in written() for text in differences(page.read_text("utf-8"), page.name, folder)
        ]


def write() -> None:
    """Write the generated pages and fill in the examples of the others."""
    published = published_page.PAGE
    published.write_text(published_page.filled(published.read_text("utf-8")), encoding="utf-8")
    wanted = generated()
    for section in GENERATED:
        (DOCS / section).mkdir(parents=True, exist_ok=True)
        for path in (DOCS / section).glob("*.md"):
            if path not in wanted:
                path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demonstrated(folder)
        for page in written():
            page.write_text(filled(page.read_text("utf-8"), page.name, folder), encoding="utf-8")


def main() -> int:
    """Write or check; the number of the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing; say what is not current")
    if not parser.parse_args().check:
        write()
        return 0
    found = [*stale(), *wrong_examples()]
    for text in found:
        sys.stderr.write(f"{text}\n")
    if found:
        sys.stderr.write("run: python tools/make_docs.py\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())

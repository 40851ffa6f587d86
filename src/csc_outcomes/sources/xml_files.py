"""What reading any return's XML has in common: a safe parser, the root, and what a broken file says.

Entities are not resolved, documents with a DTD are refused, and nothing is fetched.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from csc_outcomes.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml import etree

SAFE = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "dtd_validation": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""Options of every parser of a file that comes from outside."""


class OtherXMLError(ReadError):
    """XML that is well-formed as far as it was read, and not this return."""


def bare(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def check_root(path: Path, root: etree._Element, wanted: str) -> None:
    """Refuse a document type, and another root.

    Raises:
        OtherXMLError: the root is another one.
        ReadError: there is a document type.
    """
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None or info.doctype:
        raise ReadError(
            f"{path.name}: needed XML without a document type (DTD), found one; remove the DOCTYPE"
        )
    if bare(root) != wanted:
        raise OtherXMLError(f"{path.name}: needed the root element {wanted}, found {bare(root)[:40]}")


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say of a file that cannot be read, or is not well-formed, that it is, and never what stands in it.

    Raises:
        ReadError: in place of the parser's and the system's errors.
    """
    from lxml import etree

    try:
        yield
    except etree.XMLSyntaxError as error:
        where = f"an error at line {error.lineno}" if error.lineno else "none"
        raise ReadError(f"{path.name}: needed well-formed XML, found {where}") from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ReadError(f"{path.name}: needed a file that can be read, found: {reason}") from None
